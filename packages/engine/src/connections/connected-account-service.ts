import {
  type ConnectedAccount,
  type ConnectedAccountListResponse,
  type CreateConnectedAccountBody,
  type CredentialInput,
  type DeleteConnectedAccountResponse,
  JackfieldError,
  type ListConnectedAccountsQuery,
  type RefreshConnectedAccountResponse,
  type UpdateConnectedAccountBody,
  type UpdateConnectedAccountStatusResponse,
} from '@jackfield/contract';
import type { CallContext, Logger } from '../engine.ts';
import { aliasTaken } from '../stores/connected-account-store.ts';
import { createId } from '../stores/create-id.ts';
import type { Store, StoredAuthConfig, StoredConnectedAccount } from '../stores/store.ts';
import type { Toolkit } from '../toolkit.ts';
import type { ProjectCatalogs } from '../toolkits/project-catalogs.ts';
import { unknownToolkit } from '../toolkits/unknown-name.ts';
import type { Vault } from '../vault/vault.ts';
import { toIdentity } from './account-identity.ts';
import type { AccountLifecycle } from './account-lifecycle.ts';
import type { AccountPreparer } from './account-preparer.ts';
import { decryptCredentials, type StoredCredentials } from './account-secrets.ts';
import { credentialModeOf, toAuthSchemeMode } from './auth-choice.ts';
import {
  type AuthConfigService,
  authConfigNotFound,
  defaultPageSize,
  noAccountNeeded,
  takesCredential,
} from './auth-config-service.ts';
import { checkSecretText } from './check-secret-text.ts';
import type { ConnectLinkService } from './connect-link-service.ts';
import { connectionFields, isSignIn, readConnectionFields, schemesOf } from './connection-fields.ts';
import { isPassing } from './oauth/authorization-failure.ts';
import { oauthConfigOf } from './oauth/oauth-config.ts';
import { readServiceAccountKey } from './oauth/service-account.ts';
import type { TokenIssuer } from './oauth/token-issuer.ts';
import { isRenewable, type StoredCredential } from './stored-credential.ts';
import type { TokenRenewal } from './token-renewal.ts';

export interface ConnectedAccountServiceOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly catalogs: ProjectCatalogs;
  readonly authConfigs: AuthConfigService;
  readonly preparer: AccountPreparer;
  readonly lifecycle: AccountLifecycle;
  readonly renewal: TokenRenewal;
  readonly issuer: TokenIssuer;
  readonly links: ConnectLinkService;
  readonly logger: Logger;
  readonly now: () => Date;
}

export class ConnectedAccountService {
  readonly #options: ConnectedAccountServiceOptions;

  constructor(options: ConnectedAccountServiceOptions) {
    this.#options = options;
  }

  async get(id: string, { projectId }: CallContext): Promise<ConnectedAccount> {
    return this.#answer(await this.#find(id, projectId));
  }

  async list(query: ListConnectedAccountsQuery, { projectId }: CallContext): Promise<ConnectedAccountListResponse> {
    const { store } = this.#options;
    const { items, nextCursor } = await store.connectedAccounts.list({
      projectId,
      userIds: query.userIds,
      toolkits: query.toolkitSlugs,
      statuses: query.statuses,
      authConfigIds: query.authConfigIds,
      cursor: query.cursor,
      limit: query.limit ?? defaultPageSize,
    });
    const authConfigs = await authConfigsOf(store, projectId, items);
    return {
      items: items.map((account) => toConnectedAccount(account, authConfigs.get(account.authConfigId))),
      nextCursor,
    };
  }

  /**
   * @throws JackfieldError `UNKNOWN_TOOLKIT`, `NOT_FOUND`, `UNSUPPORTED_AUTH_SCHEME`, `CONFLICT`, `INVALID_REQUEST`,
   *   `AUTHORIZATION_FAILED`
   */
  async create(body: CreateConnectedAccountBody, context: CallContext): Promise<ConnectedAccount> {
    const { store, preparer, lifecycle } = this.#options;
    const { projectId } = context;
    const { userId, alias } = body;
    const { toolkit, authConfig } = await this.#target(body, context);
    if (authConfig.mode === 'NO_AUTH') throw noAccountNeeded(authConfig, toolkit);
    const credentials =
      body.credential === undefined
        ? readConnectionFields(authConfig, toolkit, body.fields ?? {}, 'fields.')
        : this.#given(body.credential, authConfig, toolkit);
    await requireFreeAlias(store, { projectId, userId, toolkit: toolkit.slug, alias });
    const account = { id: createId('ca'), projectId };
    const prepared = await preparer.prepare({ account, authConfig, toolkit, credentials });
    if (prepared === 'refused') {
      throw new JackfieldError('AUTHORIZATION_FAILED', {
        message: `${toolkit.name} does not accept the credential.`,
        fix: 'Send one that is still good.',
        details: { toolkit: toolkit.slug },
      });
    }
    const { identity, ...rest } = prepared;
    const stored = await lifecycle.create({
      ...account,
      userId,
      toolkit: toolkit.slug,
      authConfigId: authConfig.id,
      status: 'ACTIVE',
      alias: alias ?? null,
      identity: identity === null ? null : { ...identity },
      ...rest,
    });
    return toConnectedAccount(stored, authConfig);
  }

  /** @throws JackfieldError `CONNECTED_ACCOUNT_NOT_FOUND`, `CONFLICT` */
  async update(
    id: string,
    { alias }: UpdateConnectedAccountBody,
    { projectId }: CallContext,
  ): Promise<ConnectedAccount> {
    const { store } = this.#options;
    const account = await this.#find(id, projectId);
    const { userId, toolkit } = account;
    if (alias !== account.alias)
      await requireFreeAlias(store, { projectId, userId, toolkit, alias: alias ?? undefined });
    return this.#answer(await store.connectedAccounts.update({ projectId, id, alias }));
  }

  /** @throws JackfieldError `CONNECTED_ACCOUNT_NOT_FOUND` */
  async setEnabled(
    id: string,
    enabled: boolean,
    { projectId }: CallContext,
  ): Promise<UpdateConnectedAccountStatusResponse> {
    await this.#options.store.connectedAccounts.update({ projectId, id, enabled });
    return { success: true };
  }

  /**
   * Renews the credential; where only its user could do that, answers where.
   *
   * @throws JackfieldError `CONNECTED_ACCOUNT_NOT_FOUND`, `CONFLICT`, and what asking for a token throws
   */
  async refresh(id: string, context: CallContext): Promise<RefreshConnectedAccountResponse> {
    const { renewal, links, vault } = this.#options;
    const account = await this.#find(id, context.projectId);
    const use = await this.#inUse(account);
    const isRenewed = Object.values(await decryptCredentials(vault, account)).some(isRenewable);
    if (use !== undefined && isRenewed && (account.status === 'ACTIVE' || account.status === 'EXPIRED')) {
      try {
        const { status, statusReason } = await renewal.renewNow(use);
        return { id, status, statusReason, redirectUrl: null };
      } catch (error) {
        if (!JackfieldError.isInstance(error) || error.code !== 'CONNECTION_EXPIRED') throw error;
      }
    }
    const { status, statusReason } = await this.#find(id, context.projectId);
    const { publicUrl } = context;
    const link = publicUrl === undefined ? undefined : await links.linkTo({ account, publicUrl });
    return { id, status, statusReason, redirectUrl: link?.redirectUrl ?? null };
  }

  /**
   * Withdraws the credential at the service, and forgets it.
   *
   * @throws JackfieldError `CONNECTED_ACCOUNT_NOT_FOUND`, `CONFLICT`; what asking the service throws, as long as it may
   *   still work later
   */
  async revoke(id: string, { projectId }: CallContext): Promise<ConnectedAccount> {
    const { renewal, lifecycle } = this.#options;
    const found = await this.#find(id, projectId);
    // Not while a token is renewed: the new one would outlive it.
    const revoked = await renewal.withLease(found, async (account, ownerId) => {
      const told = await this.#withdraw(account);
      return lifecycle.revoke(
        account,
        told ? 'Withdrawn at the service.' : 'Forgotten here; the service has no way to withdraw it.',
        ownerId,
      );
    });
    return this.#answer(revoked);
  }

  /** Withdraws the credential as far as that can be done now. @throws JackfieldError `CONNECTED_ACCOUNT_NOT_FOUND` */
  async delete(id: string, { projectId }: CallContext): Promise<DeleteConnectedAccountResponse> {
    if (!(await this.#discard(await this.#find(id, projectId)))) throw accountNotFound(id);
    return { success: true };
  }

  /** Deletes all accounts under an auth config that is about to be deleted; withdraws their credentials, as far as that goes. */
  async discardAll(authConfigId: string, projectId: string): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await this.#options.store.connectedAccounts.list({
        projectId,
        authConfigIds: [authConfigId],
        cursor,
        limit: discardedAtOnce,
      });
      await Promise.all(page.items.map((account) => this.#discard(account)));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** @returns whether there was such an account */
  async #discard(account: StoredConnectedAccount): Promise<boolean> {
    try {
      await this.#withdraw(account);
    } catch (error) {
      if (!JackfieldError.isInstance(error)) throw error;
      const { id, toolkit, projectId } = account;
      const fields = { connectedAccountId: id, toolkit, projectId, errorCode: error.code };
      this.#options.logger.warn(fields, 'credential deleted without being withdrawn at the service');
    }
    return this.#options.lifecycle.delete(account);
  }

  /** @returns whether the service withdrew it @throws JackfieldError when it may still work later */
  async #withdraw(account: StoredConnectedAccount): Promise<boolean> {
    const { vault, issuer } = this.#options;
    if (account.credential === null) return false;
    const use = await this.#inUse(account);
    const config = use && oauthConfigOf(use.authConfig, use.toolkit);
    if (config === undefined) return false;
    let told = false;
    for (const credential of Object.values(await decryptCredentials(vault, account))) {
      if (!isRenewable(credential)) continue;
      try {
        told = (await issuer.revoke(config, credential)) || told;
      } catch (error) {
        if (!JackfieldError.isInstance(error) || isPassing(error)) throw error;
        const fields = { connectedAccountId: account.id, toolkit: account.toolkit, reason: error.message };
        this.#options.logger.warn(fields, 'the service refused to withdraw a credential');
      }
    }
    return told;
  }

  async #find(id: string, projectId: string): Promise<StoredConnectedAccount> {
    const account = await this.#options.store.connectedAccounts.get(projectId, id);
    if (account === undefined) throw accountNotFound(id);
    return account;
  }

  async #answer(account: StoredConnectedAccount): Promise<ConnectedAccount> {
    const { projectId, authConfigId } = account;
    return toConnectedAccount(account, await this.#options.store.authConfigs.get(projectId, authConfigId));
  }

  /** Undefined when its toolkit is not there any more. */
  async #inUse(account: StoredConnectedAccount) {
    const { store, catalogs } = this.#options;
    const authConfig = await store.authConfigs.get(account.projectId, account.authConfigId);
    const toolkit = (await catalogs.freshOf(account.projectId)).toolkits.get(account.toolkit)?.toolkit;
    return authConfig === undefined || toolkit === undefined ? undefined : { account, authConfig, toolkit };
  }

  /** @throws JackfieldError `UNSUPPORTED_AUTH_SCHEME`, `INVALID_REQUEST` */
  #given(credential: CredentialInput, authConfig: StoredAuthConfig, toolkit: Toolkit): StoredCredentials {
    if (!takesCredential(authConfig, toolkit, credential.mode)) {
      const oauth = oauthConfigOf(authConfig, toolkit);
      const schemes = schemesOf(authConfig, toolkit);
      const needed =
        oauth === undefined ? schemes.map(credentialModeOf) : [isSignIn(oauth.mode) ? 'OAUTH2' : oauth.mode];
      throw new JackfieldError('UNSUPPORTED_AUTH_SCHEME', {
        message: `The auth config ${authConfig.id} of ${toolkit.name} does not take a single credential of mode ${credential.mode}.`,
        fix:
          needed.length > 1
            ? `It needs several at once: give them as \`fields\` (${connectionFields(authConfig, toolkit)
                .map(({ name }) => name)
                .join(', ')}), or let the user enter them through a connect link.`
            : `Send one of mode ${needed.join(' or ')}.`,
        details: { toolkit: toolkit.slug, authConfigId: authConfig.id },
      });
    }
    const { mode, ...parts } = credential;
    for (const [name, value] of Object.entries(parts)) {
      const issue = value === undefined || name === 'key' ? undefined : checkSecretText(value);
      if (issue !== undefined) {
        throw new JackfieldError('INVALID_REQUEST', {
          message: `The credential's \`${name}\` ${issue}.`,
          fix: 'Send the credential exactly as the service shows it.',
          details: { issues: [{ path: `credential.${name}`, message: issue }] },
        });
      }
    }
    return { [authConfig.schemeId]: this.#toStored(credential, authConfig) };
  }

  #toStored(credential: CredentialInput, { settings }: StoredAuthConfig): StoredCredential {
    if (credential.mode === 'GOOGLE_SERVICE_ACCOUNT' && credential.key !== undefined)
      readServiceAccountKey(credential.key);
    if (credential.mode !== 'OAUTH2') return credential;
    const { accessToken, refreshToken, expiresAt } = credential;
    return {
      mode: 'OAUTH2',
      token: {
        value: accessToken,
        obtainedAt: this.#options.now().toISOString(),
        ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt).toISOString() }),
      },
      ...(refreshToken === undefined ? {} : { refreshToken }),
      clientId: typeof settings.clientId === 'string' ? settings.clientId : '',
    };
  }

  async #target(
    { toolkit: slug, authConfigId, credential, fields }: CreateConnectedAccountBody,
    context: CallContext,
  ): Promise<{ readonly toolkit: Toolkit; readonly authConfig: StoredAuthConfig }> {
    const { store, catalogs, authConfigs } = this.#options;
    if ((credential === undefined) === (fields === undefined)) {
      throw new JackfieldError('INVALID_REQUEST', {
        message: `The request holds ${credential === undefined ? 'neither' : 'both'} \`credential\` ${credential === undefined ? 'nor' : 'and'} \`fields\`.`,
        fix: 'Send one of them: a single credential, or what the connect page would ask for.',
      });
    }
    const catalog = await catalogs.freshOf(context.projectId);
    if (authConfigId !== undefined) {
      const authConfig = await store.authConfigs.get(context.projectId, authConfigId);
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
    const authConfig =
      credential === undefined
        ? await authConfigs.ensureDefault(toolkit, context)
        : await authConfigs.ensureForCredential(toolkit, credential.mode, context);
    return { toolkit, authConfig };
  }
}

const discardedAtOnce = 20;

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

/**
 * Before anything else is done: the store has the last word.
 *
 * @throws JackfieldError `CONFLICT` if another account of the user and toolkit has the alias
 */
export async function requireFreeAlias(
  store: Store,
  { alias, ...name }: { projectId: string; userId: string; toolkit: string; alias: string | undefined },
): Promise<void> {
  if (alias === undefined) return;
  const holder = await store.connectedAccounts.aliasHolder({ ...name, alias });
  if (holder !== undefined) throw aliasTaken(name.toolkit, alias, holder);
}

export function accountNotFound(id: string): JackfieldError {
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
    identity: toIdentity(stored.identity),
    scopes: stored.scopes === null ? null : { asked: [...stored.scopes.asked], granted: [...stored.scopes.granted] },
    createdAt: stored.createdAt.toISOString(),
    updatedAt: stored.updatedAt.toISOString(),
  };
}
