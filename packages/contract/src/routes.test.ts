import { expect, test } from 'vitest';
import { routes } from './routes.ts';
import { casingOf } from './schemas/casing-of.ts';
import { type RouteSchema, routeSchemas } from './schemas/route-schemas.ts';

const names = Object.keys(routeSchemas) as (keyof typeof routeSchemas)[];

test('the light half and the full half have the same routes', () => {
  expect(Object.keys(routes)).toEqual(names);
});

test('no two routes share a method and a path', () => {
  const seen = names.map((name) => `${routes[name].method} ${routes[name].path.replace(/\{[^}]*\}/g, '{}')}`);
  expect(new Set(seen).size).toBe(seen.length);
});

test.each(names)('%s: casing and path parameters are those of the schemas', (name) => {
  const route = routes[name];
  const schema: RouteSchema = routeSchemas[name];
  expect([...(route.bodyCasing ?? [])].sort()).toEqual(casingOf(schema.body));
  expect([...(route.responseCasing ?? [])].sort()).toEqual(casingOf(schema.response));
  const parameters = [...route.path.matchAll(/\{([^}]*)\}/g)].map((match) => match[1]);
  expect(parameters).toEqual(Object.keys(schema.params?.shape ?? {}));
});
