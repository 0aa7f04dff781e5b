import type { Compilable, CompiledQuery } from 'kysely';
import type { Database } from './tables.ts';

/**
 * A query that is built once and then run with other values: building it takes longer than running it. For those that
 * every tool call runs.
 *
 * @param build the query with any values in the places of the parameters, which are told apart by their order in its SQL
 */
export function prepareQuery<Row, const Parameters extends readonly unknown[]>(
  database: Database,
  build: () => Compilable<Row>,
): (...parameters: Parameters) => Promise<readonly Row[]> {
  let compiled: CompiledQuery<Row> | undefined;
  return async (...parameters) => {
    compiled ??= build().compile();
    return (await database.executeQuery<Row>({ ...compiled, parameters })).rows;
  };
}
