import type { Selectable } from 'kysely';
import { toDate } from './codec.ts';
import { createId } from './create-id.ts';
import type { Project, ProjectStore } from './store.ts';
import type { Database, Tables } from './tables.ts';

export function createProjectStore(database: Database, now: () => Date): ProjectStore {
  const find = (name: string) =>
    database.selectFrom('projects').selectAll().where('name', '=', name).executeTakeFirst();
  return {
    async ensure(name) {
      const existing = await find(name);
      if (existing !== undefined) return fromRow(existing);
      await database
        .insertInto('projects')
        .values({ id: createId('prj'), name, created_at: now() })
        .onConflict((conflict) => conflict.column('name').doNothing())
        .execute();
      return fromRow(
        await database.selectFrom('projects').selectAll().where('name', '=', name).executeTakeFirstOrThrow(),
      );
    },
    async list() {
      const rows = await database.selectFrom('projects').selectAll().orderBy('position').execute();
      return rows.map(fromRow);
    },
  };
}

function fromRow(row: Selectable<Tables['projects']>): Project {
  return { id: row.id, name: row.name, createdAt: toDate(row.created_at) };
}
