import {
  type Casing,
  compileCasing,
  JackfieldError,
  type RouteInput,
  type RouteName,
  routes,
} from '@jackfield/contract';
import { describeIssues, type RouteSchema, routeSchemas } from '@jackfield/contract/schemas';
import type { CallContext, Engine, Operations } from '@jackfield/engine';
import { isUnchanged } from './is-unchanged.ts';
import type { BoundRoute } from './mounted-route.ts';
import { readJson } from './read-json.ts';

/** A part of a request that a schema checks. */
type Part = 'params' | 'query' | 'body';

/** The parts of a request in wire names; what a route does not take is left out. */
export interface WireParts {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}

/** A route without HTTP: from wire names to wire names. @throws JackfieldError */
export type WireOperation = (parts: WireParts, context: CallContext, names?: Names) => Promise<unknown>;

/** Routes that do something which a second sending would do again. */
const unsafeRoutes: ReadonlySet<RouteName> = new Set<RouteName>([
  'sessions.create',
  'sessions.update',
  'sessions.link',
  'sessions.tokens.create',
  'sessions.execute',
  'sessions.proxyExecute',
  'connectedAccounts.create',
  'connectedAccounts.refresh',
  'connectedAccounts.revoke',
  'authConfigs.create',
  'authConfigs.update',
  'webhooks.create',
  'webhooks.rotateSecret',
  'webhooks.test',
]);

export function isUnsafe(name: RouteName): boolean {
  return unsafeRoutes.has(name);
}

/** Bodies that are a session config, and are called so in errors. */
const sessionConfigRoutes: ReadonlySet<RouteName> = new Set<RouteName>(['sessions.create', 'sessions.update']);

/** Makes an operation of the engine one on wire values: checks, renames, calls, renames back. */
export function wireOperation<Name extends RouteName>(name: Name, engine: Engine): WireOperation {
  const read = inputReader(name);
  const toWire = compileCasing(routes[name].responseCasing ?? [], 'snake');
  const operation: Operations[Name] = engine.operations[name];
  return async (parts, context, names = 'snake_case') => toWire(await operation(read(parts, names), context));
}

/** Binds an operation of the engine to its route. */
export function bindRoute<Name extends RouteName>(name: Name, engine: Engine): BoundRoute {
  const schema: RouteSchema = routeSchemas[name];
  const read = inputReader(name);
  const toWire = compileCasing(routes[name].responseCasing ?? [], 'snake');
  const operation: Operations[Name] = engine.operations[name];
  const etagOf = name === 'sessions.tools' ? engine.toolListEtag : undefined;

  return async ({ request, params, query, context, maximumBodyBytes }) => {
    const parts: WireParts = {
      params,
      query: queryValues(query),
      ...(schema.body === undefined ? {} : { body: await readJson(request, maximumBodyBytes) }),
    };
    const input = read(parts, namesOf(request.headers));
    const headers = new Headers({ 'content-type': 'application/json' });
    if (etagOf !== undefined) {
      const etag = await etagOf(input as RouteInput<'sessions.tools'>, context);
      headers.set('etag', etag);
      headers.set('cache-control', 'private, no-cache');
      headers.set('vary', 'x-api-key, authorization');
      if (isUnchanged(request.headers, etag)) {
        headers.delete('content-type');
        return new Response(null, { status: 304, headers });
      }
    }
    return new Response(JSON.stringify(toWire(await operation(input, context))), { status: schema.status, headers });
  };
}

function inputReader<Name extends RouteName>(name: Name): (parts: WireParts, names: Names) => RouteInput<Name> {
  const schema: RouteSchema = routeSchemas[name];
  const readers = {
    params: partReader(name, 'params', schema.params, undefined),
    query: partReader(name, 'query', schema.query, undefined),
    body: partReader(name, 'body', schema.body, routes[name].bodyCasing),
  };
  return (parts, names) => {
    const input: { [key in Part]?: unknown } = {};
    if (readers.params !== undefined) input.params = readers.params(parts.params ?? {}, names);
    if (readers.query !== undefined) input.query = readers.query(parts.query ?? {}, names);
    if (readers.body !== undefined) input.body = readers.body(parts.body ?? {}, names);
    // The schemas are checked against these very types where they are declared.
    return input as RouteInput<Name>;
  };
}

type Names = 'camelCase' | 'snake_case';

/** How the caller spells field names, for errors to spell them alike. */
function namesOf(headers: Headers): Names {
  return headers.get('x-jackfield-names') === 'camelCase' ? 'camelCase' : 'snake_case';
}

function partReader(
  name: RouteName,
  part: Part,
  schema: RouteSchema['body'],
  casing: Casing | undefined,
): ((value: unknown, names: Names) => unknown) | undefined {
  if (schema === undefined) return undefined;
  const toCamel = compileCasing(casing ?? [], 'camel');
  const isConfig = part === 'body' && sessionConfigRoutes.has(name);
  const subject = isConfig ? 'session config' : { params: 'path', query: 'query', body: 'request body' }[part];
  return (value, names) => {
    const result = schema.safeParse(value);
    if (result.success) return toCamel(result.data);
    const code = isConfig ? 'INVALID_SESSION_CONFIG' : 'INVALID_REQUEST';
    throw describeIssues(result.error.issues, { code, subject, names, schema });
  };
}

/** A name that stands several times is a list, like one with commas. An empty value counts as none. */
export function queryValues(query: URLSearchParams): Record<string, string> {
  const values: Record<string, string> = Object.create(null);
  for (const [key, value] of query) {
    if (value === '') continue;
    const before = values[key];
    values[key] = before === undefined ? value : `${before},${value}`;
  }
  return values;
}

/** @throws JackfieldError `INVALID_REQUEST` */
export function idempotencyKeyOf(headers: Headers): string | undefined {
  const key = headers.get('idempotency-key');
  if (key === null) return undefined;
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key;
  throw new JackfieldError('INVALID_REQUEST', {
    message: 'The header `idempotency-key` must be 1 to 255 visible ASCII characters.',
    fix: 'Send a random UUID.',
  });
}
