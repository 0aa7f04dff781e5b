import { type RouteName, routes } from '@jackfield/contract';
import type { Engine } from '@jackfield/engine';
import { bindRoute, isUnsafe } from './bind-route.ts';
import type { MountedRoute } from './mounted-route.ts';

/** The routes of the contract, as they stand there. */
export function nativeRoutes(engine: Engine): readonly MountedRoute[] {
  return (Object.keys(routes) as RouteName[]).map((name) => ({
    name,
    method: routes[name].method,
    path: routes[name].path,
    isUnsafe: isUnsafe(name),
    isOpenToTokens: tokenRoutes.has(name),
    maximumBodyBytes: largeBodies[name],
    answer: bindRoute(name, engine),
  }));
}

/** Bodies that may be larger at any rate: a document as a JSON string is about a quarter longer than by itself. */
const largeBodies: { readonly [Name in RouteName]?: number } = { 'toolkits.create': 40 * 1_048_576 };

/** What the token of a session opens. */
const tokenRoutes: ReadonlySet<RouteName> = new Set<RouteName>([
  'sessions.tools',
  'sessions.search',
  'sessions.execute',
]);
