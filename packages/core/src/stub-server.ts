import {
  type CreatedSessionToken,
  compileCasing,
  type RouteName,
  type RouteResponse,
  type RouteTypes,
  routes,
  type SessionResponse,
  type ToolItem,
} from '@jackfield/contract';
import type { Fetch } from './transport.ts';

/** A request as a server of the wire contract reads it: in TypeScript's casing. */
export interface StubRequest<Name extends RouteName = RouteName> {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: RouteTypes[Name] extends { body: infer Body } ? Body : undefined;
  readonly signal: AbortSignal | null | undefined;
}

type Answer<Name extends RouteName> = RouteResponse<Name> | Response;

export type StubHandlers = {
  [Name in RouteName]?: (request: StubRequest<Name>) => Answer<Name> | Promise<Answer<Name>>;
};

/** A server of nothing but the wire, for tests of what the client sends and makes of answers. */
export function stubServer(handlers: StubHandlers): { readonly fetch: Fetch; readonly requests: StubRequest[] } {
  const requests: StubRequest[] = [];
  const names = Object.keys(routes) as RouteName[];
  return {
    requests,
    async fetch(target, init) {
      const url = new URL(target);
      const name = names.find(
        (one) =>
          routes[one].method === init.method &&
          new RegExp(`^/v1${routes[one].path.replace(/\{\w+\}/g, '[^/]+')}$`).test(url.pathname),
      );
      if (name === undefined) throw new Error(`No route is ${init.method} ${url.pathname}.`);
      const sent: unknown = typeof init.body === 'string' ? JSON.parse(init.body) : undefined;
      const body = compileCasing(routes[name].bodyCasing ?? [], 'camel')(sent);
      const request = {
        method: String(init.method),
        url,
        headers: new Headers(init.headers),
        body,
        signal: init.signal,
      };
      requests.push(request as StubRequest);
      // Which handler belongs to the name is beyond the type checker; `StubHandlers` has checked each.
      const handler = handlers[name] as ((request: unknown) => unknown) | undefined;
      if (handler === undefined) throw new Error(`The test does not expect ${name}.`);
      const answer = await handler(request);
      if (answer instanceof Response) return answer;
      return Response.json(compileCasing(routes[name].responseCasing ?? [], 'snake')(answer));
    },
  };
}

export function stubSession(overrides: Partial<SessionResponse> = {}): SessionResponse {
  return {
    sessionId: 'ses_1',
    config: { userId: 'user_1' },
    configVersion: 1,
    toolRouterTools: [],
    createdAt: '2030-01-01T00:00:00Z',
    updatedAt: '2030-01-01T00:00:00Z',
    expiresAt: null,
    ...overrides,
  };
}

export function stubToken(overrides: Partial<CreatedSessionToken> = {}): CreatedSessionToken {
  return {
    id: 'tok_1',
    name: 'mcp',
    hint: 'cret',
    token: 'jfs_secret',
    createdAt: '2030-01-01T00:00:00Z',
    expiresAt: null,
    revokedAt: null,
    ...overrides,
  };
}

export function stubTool(slug: string, overrides: Partial<ToolItem> = {}): ToolItem {
  return {
    slug,
    name: slug,
    description: `Does ${slug}.`,
    inputParameters: { type: 'object', properties: { some_key: { type: 'string' } } },
    tags: [],
    toolkit: { slug: 'github', name: 'GitHub' },
    version: '1',
    availableVersions: ['1'],
    scopes: [],
    noAuth: false,
    isDeprecated: false,
    annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
    ...overrides,
  };
}

/** What a server answers when something is wrong. */
export function stubError(status: number, error: object, headers: Record<string, string> = {}): Response {
  const body = { retryable: false, status, ...error };
  return Response.json({ message: 'message' in error ? error.message : '', error: body }, { status, headers });
}
