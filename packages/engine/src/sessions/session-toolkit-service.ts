import type { ListSessionToolkitsQuery, SessionToolkit, SessionToolkitListResponse } from '@jackfield/contract';
import { toIdentity } from '../connections/account-identity.ts';
import { toAuthSchemeMode } from '../connections/auth-choice.ts';
import { authConfigsOf } from '../connections/connected-account-service.ts';
import { permits } from '../connections/resolve-account.ts';
import type { CallContext } from '../engine.ts';
import type { Store, StoredAuthConfig, StoredConnectedAccount } from '../stores/store.ts';
import type { CatalogToolkit } from '../toolkits/catalog.ts';
import { unknownToolkit } from '../toolkits/unknown-name.ts';
import { countedPage } from './counted-page.ts';
import type { SessionAccess } from './session-access.ts';

const pageSize = 50;

/** More than a user connects. */
const accountsRead = 1000;

/** Says of each toolkit of a session whether its user is connected. */
export class SessionToolkitService {
  readonly #access: SessionAccess;
  readonly #store: Store;

  constructor(options: { access: SessionAccess; store: Store }) {
    this.#access = options.access;
    this.#store = options.store;
  }

  /** Those of the session, in the catalog's order; a list of the caller's own replaces that. */
  async list(id: string, query: ListSessionToolkitsQuery, context: CallContext): Promise<SessionToolkitListResponse> {
    const session = await this.#access.open(id, context);
    const { scope, config, projectId, userId } = session;
    const { toolkits: named, search, isConnected } = query;
    const unknown = (named ?? []).filter((slug) => !scope.catalog.toolkits.has(slug));
    if (unknown.length > 0) throw unknownToolkit(unknown, scope.catalog, scope.toolkits);
    const wanted = search?.trim().toLowerCase() ?? '';
    const toolkits = (
      named === undefined
        ? scope.toolkits
        : [...scope.catalog.toolkits.values()].filter(({ slug }) => named.includes(slug))
    ).filter(({ slug, name }) => wanted === '' || slug.includes(wanted) || name.toLowerCase().includes(wanted));

    const { items } = await this.#store.connectedAccounts.list({ projectId, userIds: [userId], limit: accountsRead });
    const accounts = new Map<string, StoredConnectedAccount>();
    for (const account of items) {
      if (!permits(config, account)) continue;
      const better = accounts.get(account.toolkit);
      if (better === undefined || rank(account) > rank(better)) accounts.set(account.toolkit, account);
    }
    const shown = toolkits.filter(
      ({ slug }) => isConnected === undefined || (rank(accounts.get(slug)) === ready) === isConnected,
    );
    const page = countedPage('session_toolkits', shown, query, pageSize);
    const ofPage = page.items.flatMap(({ slug }) => accounts.get(slug) ?? []);
    const authConfigs = await authConfigsOf(this.#store, projectId, ofPage);
    return {
      ...page,
      items: page.items.map((toolkit) =>
        toSessionToolkit(toolkit, scope.allowsToolkit(toolkit.slug), accounts.get(toolkit.slug), authConfigs),
      ),
    };
  }
}

const ready = 2;

/** One that can be used before one that is being connected before any other; of equals the newest. */
function rank(account: StoredConnectedAccount | undefined): number {
  if (account === undefined) return -1;
  if (account.status === 'ACTIVE' && account.enabled) return ready;
  return account.status === 'INITIATED' ? 1 : 0;
}

function toSessionToolkit(
  { slug, name, description, logo, noAuth }: CatalogToolkit,
  enabled: boolean,
  account: StoredConnectedAccount | undefined,
  authConfigs: ReadonlyMap<string, StoredAuthConfig>,
): SessionToolkit {
  return {
    slug,
    name,
    meta: { logo: logo ?? '', description },
    isNoAuth: noAuth,
    enabled,
    connectedAccount:
      account === undefined
        ? null
        : {
            id: account.id,
            status: account.enabled ? account.status : 'INACTIVE',
            alias: account.alias,
            identity: toIdentity(account.identity),
            createdAt: account.createdAt.toISOString(),
            userId: account.userId,
            authConfig: {
              id: account.authConfigId,
              authScheme: toAuthSchemeMode(authConfigs.get(account.authConfigId)?.mode ?? ''),
            },
          },
  };
}
