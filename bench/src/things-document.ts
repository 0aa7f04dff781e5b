import type { OpenApiDocument } from '@jackfield/engine';

/** What it answers. */
export const thing = {
  id: 7,
  name: 'Thing',
  tags: ['a', 'b', 'c'],
  owner: { login: 'octo', url: 'https://example.com/octo' },
  description: 'Some words that a real answer has. '.repeat(20),
};

/** An API of one operation, `THINGS_GET_THING`. */
export function thingsDocument(baseURL: string): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: { title: 'Things', version: '1.0.0' },
    servers: [{ url: baseURL }],
    security: [{ token: [] }],
    paths: {
      '/things/{id}': {
        get: {
          operationId: 'get_thing',
          summary: 'Get a thing',
          parameters: [
            { name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } },
            { name: 'verbose', in: 'query', schema: { type: 'boolean' } },
          ],
          responses: {
            200: {
              description: 'The thing',
              content: {
                'application/json': {
                  schema: {
                    type: 'object',
                    properties: {
                      id: { type: 'integer' },
                      name: { type: 'string' },
                      tags: { type: 'array', items: { type: 'string' } },
                    },
                  },
                },
              },
            },
          },
        },
      },
    },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}
