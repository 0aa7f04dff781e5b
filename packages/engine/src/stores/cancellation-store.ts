import type { CancellationStore } from './store.ts';
import type { Database } from './tables.ts';

export function createCancellationStore(database: Database, now: () => Date): CancellationStore {
  return {
    async request({ projectId, sessionId, call, expiresAt }) {
      await database.deleteFrom('call_cancellations').where('expires_at', '<=', now()).execute();
      await database
        .insertInto('call_cancellations')
        .values({ project_id: projectId, session_id: sessionId, call, expires_at: expiresAt })
        .onConflict((conflict) => conflict.columns(['project_id', 'session_id', 'call']).doNothing())
        .execute();
    },
    async isRequested({ projectId, sessionId, call }) {
      const row = await database
        .selectFrom('call_cancellations')
        .select('call')
        .where('project_id', '=', projectId)
        .where('session_id', '=', sessionId)
        .where('call', '=', call)
        .where('expires_at', '>', now())
        .executeTakeFirst();
      return row !== undefined;
    },
  };
}
