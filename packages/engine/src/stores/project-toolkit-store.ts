import { JackfieldError } from '@jackfield/contract';
import type { Selectable, Transaction } from 'kysely';
import { fromJson, toBytes, toDate } from './codec.ts';
import { prepareQuery } from './prepare-query.ts';
import type { ProjectToolkitStore, StoredToolkit } from './store.ts';
import type { Database, Tables } from './tables.ts';

export function createProjectToolkitStore(database: Database, now: () => Date): ProjectToolkitStore {
  const findVersion = prepareQuery<Pick<Selectable<Tables['projects']>, 'toolkits_version'>, [projectId: string]>(
    database,
    () => database.selectFrom('projects').select('toolkits_version').where('id', '=', ''),
  );

  return {
    async version(projectId) {
      const [row] = await findVersion(projectId);
      return row?.toolkits_version ?? 0;
    },
    async list(projectId) {
      const rows = await database
        .selectFrom('toolkits')
        .select(['project_id', 'slug', 'hash', 'settings', 'created_at', 'updated_at'])
        .where('project_id', '=', projectId)
        .orderBy('position')
        .execute();
      return rows.map(fromRow);
    },
    async document(projectId, slug) {
      const row = await database
        .selectFrom('toolkits')
        .select(['hash', 'settings', 'document'])
        .where('project_id', '=', projectId)
        .where('slug', '=', slug)
        .executeTakeFirst();
      if (row === undefined) return undefined;
      return { hash: row.hash, settings: fromJson(row.settings), document: toBytes(row.document) ?? new Uint8Array() };
    },
    async put({ projectId, slug, hash, settings, document }, replacesHash) {
      const at = now();
      const content = { hash, settings: JSON.stringify(settings), document, updated_at: at };
      const stored = await database.transaction().execute(async (transaction) => {
        const row =
          replacesHash === undefined
            ? await transaction
                .insertInto('toolkits')
                .values({ project_id: projectId, slug, created_at: at, ...content })
                .onConflict((conflict) => conflict.columns(['project_id', 'slug']).doNothing())
                .returningAll()
                .executeTakeFirst()
            : await transaction
                .updateTable('toolkits')
                .set(content)
                .where('project_id', '=', projectId)
                .where('slug', '=', slug)
                .where('hash', '=', replacesHash)
                .returningAll()
                .executeTakeFirst();
        if (row !== undefined) await count(transaction, projectId);
        return row;
      });
      if (stored !== undefined) return fromRow(stored);
      throw new JackfieldError('CONFLICT', {
        message:
          replacesHash === undefined
            ? `The project has a toolkit ${slug} already.`
            : `The toolkit ${slug} was changed or removed in the meantime.`,
        fix: replacesHash === undefined ? 'Choose another slug, or replace it.' : 'Look at it again.',
        details: { toolkit: slug },
      });
    },
    async delete(projectId, slug) {
      return database.transaction().execute(async (transaction) => {
        const { numDeletedRows } = await transaction
          .deleteFrom('toolkits')
          .where('project_id', '=', projectId)
          .where('slug', '=', slug)
          .executeTakeFirstOrThrow();
        if (numDeletedRows > 0n) await count(transaction, projectId);
        return numDeletedRows > 0n;
      });
    },
  };
}

async function count(transaction: Transaction<Tables>, projectId: string): Promise<void> {
  await transaction
    .updateTable('projects')
    .set((column) => ({ toolkits_version: column('toolkits_version', '+', 1) }))
    .where('id', '=', projectId)
    .execute();
}

function fromRow(row: Omit<Selectable<Tables['toolkits']>, 'position' | 'document'>): StoredToolkit {
  return {
    projectId: row.project_id,
    slug: row.slug,
    hash: row.hash,
    settings: fromJson(row.settings),
    createdAt: toDate(row.created_at),
    updatedAt: toDate(row.updated_at),
  };
}
