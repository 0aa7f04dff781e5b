import type { MetaStore } from './store.ts';
import type { Database } from './tables.ts';

export function createMetaStore(database: Database): MetaStore {
  async function get(key: string): Promise<string | undefined> {
    const row = await database.selectFrom('meta').select('value').where('key', '=', key).executeTakeFirst();
    return row?.value;
  }
  return {
    get,
    async ensure(key, value) {
      const existing = await get(key);
      if (existing !== undefined) return existing;
      await database
        .insertInto('meta')
        .values({ key, value })
        .onConflict((conflict) => conflict.column('key').doNothing())
        .execute();
      return (await get(key)) ?? value;
    },
    async replace(key, expected, value) {
      const { numUpdatedRows } = await database
        .updateTable('meta')
        .set({ value })
        .where('key', '=', key)
        .where('value', '=', expected)
        .executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
  };
}
