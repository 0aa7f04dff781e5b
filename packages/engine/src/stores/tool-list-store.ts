import type { Insertable, Selectable } from 'kysely';
import { fromJson, toDate, toDateOrNull } from './codec.ts';
import { prepareQuery } from './prepare-query.ts';
import type { StoredToolList, ToolListStore } from './store.ts';
import type { Database, Tables } from './tables.ts';

type Head = Omit<Selectable<Tables['tool_lists']>, 'tools'>;

export function createToolListStore(database: Database): ToolListStore {
  const heads = [
    'key',
    'toolkit',
    'project_id',
    'connected_account_id',
    'hash',
    'state',
    'listed_at',
    'asked_at',
  ] as const;
  const findHead = prepareQuery<Head, [key: string]>(database, () =>
    database.selectFrom('tool_lists').select(heads).where('key', '=', ''),
  );

  return {
    async get(keys) {
      const [only, ...others] = keys;
      if (only === undefined) return [];
      // Of most sessions it is one.
      if (others.length === 0) return (await findHead(only)).map(fromRow);
      return (await database.selectFrom('tool_lists').select(heads).where('key', 'in', keys).execute()).map(fromRow);
    },
    async tools(key) {
      const row = await database
        .selectFrom('tool_lists')
        .select(['hash', 'tools'])
        .where('key', '=', key)
        .executeTakeFirst();
      if (row === undefined || row.hash === null || row.tools === null) return undefined;
      return { hash: row.hash, tools: JSON.parse(row.tools) };
    },
    async put({ key, toolkit, account, hash, state, listedAt, askedAt }, tools) {
      const content = {
        hash,
        state: JSON.stringify(state),
        listed_at: listedAt,
        asked_at: askedAt,
        ...(tools === undefined ? {} : { tools: JSON.stringify(tools) }),
      };
      const row: Insertable<Tables['tool_lists']> = {
        key,
        toolkit,
        project_id: account?.projectId ?? null,
        connected_account_id: account?.connectedAccountId ?? null,
        tools: null,
        ...content,
      };
      await database
        .insertInto('tool_lists')
        .values(row)
        .onConflict((conflict) => conflict.column('key').doUpdateSet(content))
        .execute();
    },
  };
}

function fromRow(row: Head): StoredToolList {
  return {
    key: row.key,
    toolkit: row.toolkit,
    account:
      row.project_id === null || row.connected_account_id === null
        ? null
        : { projectId: row.project_id, connectedAccountId: row.connected_account_id },
    hash: row.hash,
    state: fromJson(row.state),
    listedAt: toDateOrNull(row.listed_at),
    askedAt: toDate(row.asked_at),
  };
}
