import { sql } from 'kysely';
import { createApiKeyStore } from './api-key-store.ts';
import { createAuthConfigStore } from './auth-config-store.ts';
import { createCancellationStore } from './cancellation-store.ts';
import { createConnectLinkStore } from './connect-link-store.ts';
import { createConnectedAccountStore } from './connected-account-store.ts';
import { createCustomToolStore } from './custom-tool-store.ts';
import { createDeliveryStore } from './delivery-store.ts';
import { createEventStore } from './event-store.ts';
import { createFileStore } from './file-store.ts';
import { createIdempotencyStore } from './idempotency-store.ts';
import { createMetaStore } from './meta-store.ts';
import { createOAuthFlowStore } from './oauth-flow-store.ts';
import { createProjectStore } from './project-store.ts';
import { createProjectToolkitStore } from './project-toolkit-store.ts';
import { createSearchMemoryStore } from './search-memory-store.ts';
import { createSecretStore } from './secret-store.ts';
import { createSessionStore } from './session-store.ts';
import { createSessionTokenStore } from './session-token-store.ts';
import { openSqlite } from './sqlite/open-sqlite.ts';
import type { Store, StoreOptions } from './store.ts';
import type { OpenDatabase } from './tables.ts';
import { createToolCallStore } from './tool-call-store.ts';
import { createToolListStore } from './tool-list-store.ts';
import { createWebhookStore } from './webhook-store.ts';

/** Where everything is kept. */
export type StoreLocation =
  /** A path (made if there is none), or `:memory:` for a store that ends with the process. */
  | { readonly kind: 'sqlite'; readonly file: string }
  /** `postgres://user:password@host:5432/database`; `maxConnections` defaults to 10. */
  | { readonly kind: 'postgres'; readonly url: string; readonly maxConnections?: number | undefined };

/**
 * Opens a store and brings its schema up to date. Several processes may open the same one at once.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` for a location that cannot work (unwritable folder, wrong password,
 * missing database, a schema newer than this version of Jackfield); `UNAVAILABLE` for one that does not answer or is
 * locked.
 */
export async function openStore(location: StoreLocation, options: StoreOptions = {}): Promise<Store> {
  return createStore(location.kind, await openDatabase(location), options);
}

async function openDatabase(location: StoreLocation): Promise<OpenDatabase> {
  if (location.kind === 'sqlite') return openSqlite(location.file);
  // Not loaded where it is not used.
  const { openPostgres } = await import('./postgres/open-postgres.ts');
  return openPostgres(location);
}

function createStore(kind: Store['kind'], { database, close }: OpenDatabase, options: StoreOptions): Store {
  const now = options.now ?? (() => new Date());
  const toolCalls = createToolCallStore(database, kind, options.onBackgroundError);
  let closing: Promise<void> | undefined;
  return {
    kind,
    projects: createProjectStore(database, now),
    apiKeys: createApiKeyStore(database, now),
    toolkits: createProjectToolkitStore(database, now),
    sessions: createSessionStore(database, now),
    sessionTokens: createSessionTokenStore(database, now),
    authConfigs: createAuthConfigStore(database, now),
    connectedAccounts: createConnectedAccountStore(database, now),
    connectLinks: createConnectLinkStore(database, now),
    oauthFlows: createOAuthFlowStore(database, now),
    toolCalls,
    idempotency: createIdempotencyStore(database, now),
    cancellations: createCancellationStore(database, now),
    toolLists: createToolListStore(database),
    customTools: createCustomToolStore(database, kind, now),
    events: createEventStore(database),
    webhooks: createWebhookStore(database, now),
    deliveries: createDeliveryStore(database, kind, now),
    secrets: createSecretStore(database),
    searchMemory: createSearchMemoryStore(database, now),
    files: createFileStore(database, now),
    meta: createMetaStore(database),
    async ping() {
      await sql`select 1`.execute(database);
    },
    close() {
      closing ??= toolCalls.close().finally(close);
      return closing;
    },
  };
}
