import type { OpenApiDocument } from '@jackfield/server';

/** What Northwind would publish of its API: where people sign in, and what may be asked for. */
export function northwindDocument(issuer: string, apiUrl: string): OpenApiDocument {
  return {
    openapi: '3.1.0',
    info: { title: 'Northwind', version: '1.0.0' },
    servers: [{ url: apiUrl }],
    components: {
      securitySchemes: {
        signIn: {
          type: 'oauth2',
          flows: {
            authorizationCode: {
              authorizationUrl: `${issuer}/auth`,
              tokenUrl: `${issuer}/token`,
              scopes: { 'items:read': 'See who you are, and your files' },
            },
          },
        },
      },
    },
    paths: {
      '/me': {
        get: {
          operationId: 'getMe',
          summary: 'Who is signed in',
          security: [{ signIn: ['items:read'] }],
          responses: {
            200: { description: 'The person.', content: { 'application/json': { schema: { type: 'object' } } } },
          },
        },
      },
    },
  };
}
