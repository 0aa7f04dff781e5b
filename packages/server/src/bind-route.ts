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
import { readJson } from './read-json.ts';

/** A part of a request that a schema checks. */
type Part = 'params' | 'query' | 'body';

interface BoundRequest {
  readonly request: Request;
  /** Wire names, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly context: CallContext;
  readonly maximumBodyBytes: number;
}

/** Answers a request that was routed and authenticated. */
export type BoundRoute = (bound: BoundRequest) => Promise<Response>;

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

/** Binds an operation of the engine to its route: checks, renames, calls, renames back. */
export function bindRoute<Name extends RouteName>(name: Name, engine: Engine): BoundRoute {
  const route = routes[name];
  const schema: RouteSchema = routeSchemas[name];
  const readers = {
    params: partReader(name, 'params', schema.params, undefined),
    query: partReader(name, 'query', schema.query, undefined),
    body: partReader(name, 'body', schema.body, route.bodyCasing),
  };
  const toWire = compileCasing(route.responseCasing ?? [], 'snake');
  const operation: Operations[Name] = engine.operations[name];
  const etagOf = name === 'sessions.tools' ? engine.toolListEtag : undefined;

  return async ({ request, params, query, context, maximumBodyBytes }) => {
    const names = namesOf(request.headers);
    const input: { [key in Part]?: unknown } = {};
    if (readers.params !== undefined) input.params = readers.params(params, names);
    if (readers.query !== undefined) input.query = readers.query(queryValues(query), names);
    if (readers.body !== undefined) input.body = readers.body(await readJson(request, maximumBodyBytes), names);
    // The schemas are checked against these very types where they are declared.
    const checked = input as RouteInput<Name>;
    const headers = new Headers({ 'content-type': 'application/json' });
    if (etagOf !== undefined) {
      const etag = await etagOf(checked as RouteInput<'sessions.tools'>, context);
      headers.set('etag', etag);
      headers.set('cache-control', 'private, no-cache');
      headers.set('vary', 'x-api-key, authorization');
      if (isUnchanged(request.headers, etag)) {
        headers.delete('content-type');
        return new Response(null, { status: 304, headers });
      }
    }
    return new Response(JSON.stringify(toWire(await operation(checked, context))), { status: schema.status, headers });
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
function queryValues(query: URLSearchParams): Record<string, string> {
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
