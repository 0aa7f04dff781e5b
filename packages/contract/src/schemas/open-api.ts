import { z } from 'zod';
import { errorCodes } from '../errors.ts';
import type { RouteName } from '../route-types.ts';
import { routes } from '../routes.ts';
import { errorResponse } from './error-response.ts';
import { commonErrors, type RouteSchema, routeSchemas } from './route-schemas.ts';

export interface OpenApiOptions {
  readonly version: string;
  /** Where the routes are mounted, as an absolute URL or a path: `/v1`. */
  readonly mount: string;
}

/** An OpenAPI 3.1 document, as plain data. */
export type OpenApiDocument = { readonly openapi: '3.1.0' } & Readonly<Record<string, unknown>>;

/** Describes the HTTP API as an OpenAPI 3.1 document. */
export function openApiDocument(options: OpenApiOptions): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const name of Object.keys(routes) as RouteName[]) {
    const { method, path } = routes[name];
    paths[path] ??= {};
    paths[path][method.toLowerCase()] = operation(name, routeSchemas[name]);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Jackfield',
      version: options.version,
      description: 'Tool sessions for AI agents.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: options.mount }],
    security: [{ apiKey: [] }],
    tags: [...new Set(Object.keys(routes).map(tagOf))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: { apiKey: { type: 'apiKey', in: 'header', name: 'x-api-key' } },
      schemas: { Error: toJsonSchema(errorResponse, 'output') },
    },
  };
}

function operation(name: RouteName, schema: RouteSchema): Record<string, unknown> {
  const statuses = Map.groupBy([...schema.errors, ...commonErrors], (code) => errorCodes[code].status);
  return {
    operationId: name.replaceAll('.', '_'),
    summary: schema.summary,
    tags: [tagOf(name)],
    parameters: [
      ...parameters(schema.params, 'path'),
      ...parameters(schema.query, 'query'),
      ...(schema.takesIdempotencyKey ? [idempotencyKey] : []),
    ],
    ...(schema.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: toJsonSchema(schema.body, 'input') } },
          },
        }),
    responses: {
      [schema.status]: {
        description: 'Done.',
        content: { 'application/json': { schema: toJsonSchema(schema.response, 'output') } },
      },
      ...Object.fromEntries(
        [...statuses]
          .sort(([a], [b]) => a - b)
          .map(([status, codes]) => [
            status,
            {
              description: [...new Set(codes)].join(', '),
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
            },
          ]),
      ),
    },
  };
}

const idempotencyKey = {
  name: 'idempotency-key',
  in: 'header',
  required: false,
  description: 'Names this call for a day: a second one with the same key is answered as the first was.',
  schema: { type: 'string', pattern: '^[!-~]{1,255}$' },
};

function parameters(schema: z.ZodObject | undefined, location: 'path' | 'query'): Record<string, unknown>[] {
  return Object.entries(schema?.shape ?? {}).map(([name, parameter]) => ({
    name,
    in: location,
    required: location === 'path',
    schema: toJsonSchema(parameter as z.ZodType, 'input'),
  }));
}

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const { $schema: _, ...jsonSchema } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return jsonSchema;
}

function tagOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}
