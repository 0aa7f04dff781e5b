import { sql } from 'kysely';
import { prepareQuery } from './prepare-query.ts';
import type { SearchedQuery, SearchMemoryStore } from './store.ts';
import type { Database } from './tables.ts';

/** Of one project. */
const keptAtMost = 1_000;

export function createSearchMemoryStore(database: Database, now: () => Date): SearchMemoryStore {
  const findSearch = prepareQuery<{ queries: string }, [projectId: string, sessionId: string, since: Date]>(
    database,
    () =>
      database
        .selectFrom('recent_searches')
        .select('queries')
        .where('project_id', '=', '')
        .where('session_id', '=', '')
        .where('searched_at', '>=', new Date(0)),
  );

  return {
    async searched({ projectId, sessionId, queries }) {
      const values = { queries: JSON.stringify(queries), searched_at: now() };
      await database
        .insertInto('recent_searches')
        .values({ project_id: projectId, session_id: sessionId, ...values })
        .onConflict((conflict) => conflict.columns(['project_id', 'session_id']).doUpdateSet(values))
        .execute();
    },
    async lastSearch({ projectId, sessionId, since }) {
      const [row] = await findSearch(projectId, sessionId, since);
      return row === undefined ? [] : (JSON.parse(row.queries) as SearchedQuery[]);
    },
    async learn({ projectId, words, toolSlug }) {
      const updated_at = now();
      await database
        .insertInto('search_memory')
        .values({ project_id: projectId, words, tool_slug: toolSlug, uses: 1, updated_at })
        .onConflict((conflict) =>
          conflict
            .columns(['project_id', 'words', 'tool_slug'])
            .doUpdateSet({ uses: sql<number>`search_memory.uses + 1`, updated_at }),
        )
        .execute();
      const oldest = await database
        .selectFrom('search_memory')
        .select('updated_at')
        .where('project_id', '=', projectId)
        .orderBy('updated_at', 'desc')
        .offset(keptAtMost)
        .limit(1)
        .executeTakeFirst();
      if (oldest === undefined) return;
      await database
        .deleteFrom('search_memory')
        .where('project_id', '=', projectId)
        .where('updated_at', '<=', new Date(oldest.updated_at))
        .execute();
    },
    async list(projectId) {
      const rows = await database
        .selectFrom('search_memory')
        .select(['words', 'tool_slug', 'uses'])
        .where('project_id', '=', projectId)
        .orderBy('updated_at', 'desc')
        .limit(keptAtMost)
        .execute();
      return rows.map(({ words, tool_slug, uses }) => ({ words, toolSlug: tool_slug, uses }));
    },
  };
}
