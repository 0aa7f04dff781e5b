import {
  type ConnectedAccount,
  type ConnectedAccountListResponse,
  type CreateConnectedAccountBody,
  JackfieldError,
  type ListConnectedAccountsQuery,
} from '@jackfield/contract';
import type { CallContext } from '../engine.ts';
import { createId } from '../stores/create-id.ts';
import type { Store, StoredAuthConfig, StoredConnectedAccount } from '../stores/store.ts';
import type { Toolkit } from '../toolkit.ts';
import type { ToolkitRegistry } from '../toolkits/toolkit-registry.ts';
import { unknownToolkit } from '../toolkits/unknown-name.ts';
import type { Vault } from '../vault/vault.ts';
import { encryptCredentials } from './account-secrets.ts';
import { credentialModeOf, takes, toAuthSchemeMode } from './auth-choice.ts';
import { type AuthConfigService, authConfigNotFound, defaultPageSize, schemesOf } from './auth-config-service.ts';
import { checkSecretText } from './check-secret-text.ts';

export class ConnectedAccountService {
  readonly #store: Store;
  readonly #vault: Vault;
  readonly #registry: ToolkitRegistry;
  readonly #authConfigs: AuthConfigService;

  constructor(options: { store: Store; vault: Vault; registry: ToolkitRegistry; authConfigs: AuthConfigService }) {
    this.#store = options.store;
    this.#vault = options.vault;
    this.#registry = options.registry;
    this.#authConfigs = options.authConfigs;
  }

  async get(id: string, { projectId }: CallContext): Promise<ConnectedAccount> {
    const account = await this.#store.connectedAccounts.get(projectId, id);
    if (account === undefined) throw accountNotFound(id);
    return toConnectedAccount(account, await this.#store.authConfigs.get(projectId, account.authConfigId));
  }

  async list(query: ListConnectedAccountsQuery, { projectId }: CallContext): Promise<ConnectedAccountListResponse> {
    const { items, nextCursor } = await this.#store.connectedAccounts.list({
      projectId,
      userIds: query.userIds,
      toolkits: query.toolkitSlugs,
      statuses: query.statuses,
      authConfigIds: query.authConfigIds,
      cursor: query.cursor,
      limit: query.limit ?? defaultPageSize,
    });
    const authConfigs = await authConfigsOf(this.#store, projectId, items);
    return {
      items: items.map((account) => toConnectedAccount(account, authConfigs.get(account.authConfigId))),
      nextCursor,
    };
  }

  /** @throws JackfieldError `UNKNOWN_TOOLKIT`, `NOT_FOUND`, `UNSUPPORTED_AUTH_SCHEME`, `CONFLICT`, `INVALID_REQUEST` */
  async create(body: CreateConnectedAccountBody, { projectId }: CallContext): Promise<ConnectedAccount> {
    const { userId, alias, credential } = body;
    const { toolkit, authConfig } = await this.#target(body, projectId);
    const [scheme, ...others] = schemesOf(authConfig, toolkit);
    if (scheme === undefined || others.length > 0 || !takes(scheme, credential.mode)) {
      const needed = [scheme, ...others].flatMap((each) => (each === undefined ? [] : [credentialModeOf(each)]));
      throw new JackfieldError('UNSUPPORTED_AUTH_SCHEME', {
        message: `The auth config ${authConfig.id} of ${toolkit.name} does not take a single credential of mode ${credential.mode}.`,
        fix:
          others.length > 0
            ? `It needs several at once (${needed.join(', ')}): let the user enter them through a connect link.`
            : `Send one of mode ${needed.join(' or ')}.`,
        details: { toolkit: toolkit.slug, authConfigId: authConfig.id },
      });
    }
    const { mode, ...parts } = credential;
    for (const [name, value] of Object.entries(parts)) {
      const issue = checkSecretText(value);
      if (issue !== undefined) {
        throw new JackfieldError('INVALID_REQUEST', {
          message: `The credential's \`${name}\` ${issue}.`,
          fix: 'Send the credential exactly as the service shows it.',
          details: { issues: [{ path: `credential.${name}`, message: issue }] },
        });
      }
    }
    await requireFreeAlias(this.#store, { projectId, userId, toolkit: toolkit.slug, alias });
    const id = createId('ca');
    const stored = await this.#store.connectedAccounts.create({
      id,
      projectId,
      userId,
      toolkit: toolkit.slug,
      authConfigId: authConfig.id,
      status: 'ACTIVE',
      alias: alias ?? null,
      credential: await encryptCredentials(this.#vault, { projectId, id }, { [scheme.id]: credential }),
    });
    return toConnectedAccount(stored, authConfig);
  }

  async delete(id: string, { projectId }: CallContext): Promise<{ success: true }> {
    if (!(await this.#store.connectedAccounts.delete(projectId, id))) throw accountNotFound(id);
    return { success: true };
  }

  async #target(
    { toolkit: slug, authConfigId, credential }: CreateConnectedAccountBody,
    projectId: string,
  ): Promise<{ readonly toolkit: Toolkit; readonly authConfig: StoredAuthConfig }> {
    const catalog = await this.#registry.freshCatalog();
    if (authConfigId !== undefined) {
      const authConfig = await this.#store.authConfigs.get(projectId, authConfigId);
      if (authConfig === undefined) throw authConfigNotFound(authConfigId);
      if (slug !== undefined && slug !== authConfig.toolkit) {
        throw new JackfieldError('INVALID_REQUEST', {
          message: `The auth config ${authConfigId} is one of ${authConfig.toolkit}, not of ${slug}.`,
          fix: 'Name the toolkit or the auth config, not both.',
        });
      }
      const toolkit = catalog.toolkits.get(authConfig.toolkit)?.toolkit;
      if (toolkit === undefined) throw unknownToolkit([authConfig.toolkit], catalog);
      return { toolkit, authConfig };
    }
    if (slug === undefined) {
      throw new JackfieldError('INVALID_REQUEST', {
        message: 'The request names neither a toolkit nor an auth config.',
        fix: 'Name the toolkit that the account belongs to.',
      });
    }
    const toolkit = catalog.toolkits.get(slug)?.toolkit;
    if (toolkit === undefined) throw unknownToolkit([slug], catalog);
    return { toolkit, authConfig: await this.#authConfigs.ensureForCredential(projectId, toolkit, credential.mode) };
  }
}

/** By id, those that some accounts were connected under. */
export async function authConfigsOf(
  store: Store,
  projectId: string,
  accounts: readonly StoredConnectedAccount[],
): Promise<ReadonlyMap<string, StoredAuthConfig>> {
  const ids = [...new Set(accounts.map(({ authConfigId }) => authConfigId))];
  const found = await Promise.all(ids.map((id) => store.authConfigs.get(projectId, id)));
  return new Map(found.flatMap((authConfig) => (authConfig === undefined ? [] : [[authConfig.id, authConfig]])));
}

/** @throws JackfieldError `CONFLICT` if another account of the user and toolkit has the alias */
export async function requireFreeAlias(
  store: Store,
  {
    projectId,
    userId,
    toolkit,
    alias,
  }: { projectId: string; userId: string; toolkit: string; alias: string | undefined },
): Promise<void> {
  if (alias === undefined) return;
  const { items } = await store.connectedAccounts.list({
    projectId,
    userIds: [userId],
    toolkits: [toolkit],
    limit: 100,
  });
  // A connection that was begun and left holds no name: otherwise it could not be begun again.
  const holder = items.find((account) => account.alias === alias && account.status !== 'INITIATED');
  if (holder === undefined) return;
  throw new JackfieldError('CONFLICT', {
    message: `The user's account ${holder.id} of ${toolkit} has the alias ${JSON.stringify(alias)} already.`,
    fix: 'Choose another alias, or delete that account.',
    details: { connectedAccountId: holder.id, alias },
  });
}

function accountNotFound(id: string): JackfieldError {
  return new JackfieldError('CONNECTED_ACCOUNT_NOT_FOUND', {
    message: `There is no connected account ${id}.`,
    fix: 'Check the id, or list the connected accounts of the user.',
  });
}

function toConnectedAccount(
  stored: StoredConnectedAccount,
  authConfig: StoredAuthConfig | undefined,
): ConnectedAccount {
  return {
    id: stored.id,
    userId: stored.userId,
    toolkit: { slug: stored.toolkit },
    authConfig: {
      id: stored.authConfigId,
      authScheme: toAuthSchemeMode(authConfig?.mode ?? ''),
      isDisabled: authConfig?.enabled === false,
    },
    status: stored.status,
    statusReason: stored.statusReason,
    isDisabled: !stored.enabled,
    alias: stored.alias,
    createdAt: stored.createdAt.toISOString(),
    updatedAt: stored.updatedAt.toISOString(),
  };
}
