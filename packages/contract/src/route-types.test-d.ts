import { expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { RouteName, RouteTypes } from './route-types.ts';
import type { routeSchemas } from './schemas/route-schemas.ts';

type CamelName<Name extends string> = Name extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelName<Tail>>}`
  : Name;

/** What the codec makes of a type: literal keys renamed, keys of index signatures left alone. */
type Camelized<T> = T extends readonly (infer Item)[]
  ? Camelized<Item>[]
  : T extends object
    ? { [Key in keyof T as Key extends string ? (string extends Key ? Key : CamelName<Key>) : Key]: Camelized<T[Key]> }
    : T;

type Parts<Name extends RouteName> = {
  [Part in Exclude<
    keyof (typeof routeSchemas)[Name],
    'summary' | 'status' | 'errors' | 'takesIdempotencyKey'
  >]: Camelized<
    (typeof routeSchemas)[Name][Part] extends z.ZodType ? z.output<(typeof routeSchemas)[Name][Part]> : never
  >;
};

type FromSchemas = { [Name in RouteName]: Parts<Name> };

test('the types written for people are those of the schemas', () => {
  expectTypeOf<FromSchemas>().toExtend<RouteTypes>();
  expectTypeOf<RouteTypes>().toExtend<FromSchemas>();
});
