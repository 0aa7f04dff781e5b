import { hash, randomBytes } from 'node:crypto';
import { JackfieldError, type LinkBody, type LinkResponse } from '@jackfield/contract';
import { BoundedCache } from '../bounded-cache.ts';
import type { CallContext } from '../engine.ts';
import type { OpenSession } from '../sessions/session-access.ts';
import { defaultMaxAccountsPerToolkit } from '../sessions/session-config.ts';
import { createId } from '../stores/create-id.ts';
import type { Store, StoredAuthConfig, StoredConnectedAccount } from '../stores/store.ts';
import type { Toolkit } from '../toolkit.ts';
import { baseUrlMissing } from '../toolkits/base-url-missing.ts';
import { unknownToolkit } from '../toolkits/unknown-name.ts';
import { type AuthConfigService, authConfigNotFound, noAccountNeeded } from './auth-config-service.ts';
import type { CallbackPolicy } from './callback-policy.ts';
import { requireFreeAlias } from './connected-account-service.ts';
import { describeAccount, findNamed, isReady, sessionAccounts } from './resolve-account.ts';

const linkLifetimeMs = 10 * 60 * 1000;

/** For how long the same link is given to everybody who asks for the same account to be connected again. */
const reusedMs = 60_000;
const remembered = 1_000;

export interface ConnectLinkServiceOptions {
  readonly store: Store;
  readonly authConfigs: AuthConfigService;
  readonly callbacks: CallbackPolicy;
  readonly now: () => Date;
}

export interface NewLink {
  readonly account: StoredConnectedAccount;
  readonly publicUrl: string;
  readonly replacesAccountId?: string | undefined;
  readonly callbackUrl?: string | undefined;
}

/** Makes the links on which users connect their accounts. */
export class ConnectLinkService {
  readonly #options: ConnectLinkServiceOptions;
  /** Many calls fail at once when a credential runs out: they name the same link. */
  readonly #again = new BoundedCache<string, { readonly until: number; readonly link: Promise<LinkResponse> }>(
    remembered,
  );

  constructor(options: ConnectLinkServiceOptions) {
    this.#options = options;
  }

  /**
   * Begins to connect an account: a new one is INITIATED until the user has done what the page behind the link asks for.
   *
   * Each call begins another account, unless it names one to connect again. In a session without `multiAccount` the user
   * has one account of a toolkit: once the new one is connected it takes the place of the one that was in use, which
   * becomes INACTIVE, so that connecting again after a refused credential leaves no choice between a working and a
   * broken account.
   *
   * @throws JackfieldError `UNKNOWN_TOOLKIT`, `TOOL_NOT_ALLOWED`, `UNSUPPORTED_AUTH_SCHEME`, `CONFLICT`,
   *   `INVALID_CONFIGURATION`, `CALLBACK_NOT_ALLOWED`, `CONNECTED_ACCOUNT_NOT_FOUND`, `CONNECTION_NOT_ACTIVE`
   */
  async link(session: OpenSession, body: LinkBody, context: CallContext): Promise<LinkResponse> {
    const { store } = this.#options;
    const { projectId, userId, config } = session;
    const publicUrl = publicUrlOf(context);
    const callbackUrl = body.callbackUrl ?? config.manageConnections?.callbackUrl ?? undefined;
    if (callbackUrl !== undefined) this.#options.callbacks.check(callbackUrl, publicUrl);
    const toolkit = this.#toolkit(session, body.toolkit);
    if (body.account !== undefined) {
      const account = findNamed(await sessionAccounts(store, { ...session, toolkit }), body.account, toolkit);
      const { alias } = body;
      if (alias !== undefined && alias !== account.alias) {
        await requireFreeAlias(store, { projectId, userId, toolkit: toolkit.slug, alias });
        await store.connectedAccounts.update({ projectId, id: account.id, alias });
      }
      await this.#enabledAuthConfig(projectId, account.authConfigId, toolkit);
      return this.linkTo({ account, publicUrl, callbackUrl });
    }
    const replaced = await this.#replaced(session, toolkit);
    const alias = body.alias ?? replaced?.alias ?? undefined;
    if (alias !== replaced?.alias) await requireFreeAlias(store, { projectId, userId, toolkit: toolkit.slug, alias });
    const authConfig = await this.#authConfig(session, toolkit, replaced, context);
    if (authConfig.mode === 'NO_AUTH') throw noAccountNeeded(authConfig, toolkit);
    const account = await store.connectedAccounts.create({
      id: createId('ca'),
      projectId,
      userId,
      toolkit: toolkit.slug,
      authConfigId: authConfig.id,
      status: 'INITIATED',
      alias: alias ?? null,
    });
    return this.linkTo({ account, publicUrl, replacesAccountId: replaced?.id, callbackUrl });
  }

  /** A link with which an account is connected, be it for the first time or again. */
  async linkTo({ account, publicUrl, replacesAccountId, callbackUrl }: NewLink): Promise<LinkResponse> {
    const token = randomBytes(32).toString('base64url');
    const expiresAt = new Date(this.#options.now().getTime() + linkLifetimeMs);
    await this.#options.store.connectLinks.create({
      tokenHash: hashToken(token),
      projectId: account.projectId,
      connectedAccountId: account.id,
      replacesAccountId: replacesAccountId ?? null,
      callbackUrl: callbackUrl ?? null,
      publicUrl,
      expiresAt,
    });
    return {
      connectedAccountId: account.id,
      redirectUrl: `${publicUrl}/connect/${token}`,
      linkToken: token,
      expiresAt: expiresAt.toISOString(),
    };
  }

  /** The same for a while: for errors, which come in crowds. */
  linkAgain(link: NewLink, purpose: string): Promise<LinkResponse> {
    const now = this.#options.now().getTime();
    const key = [purpose, link.account.projectId, link.account.id, link.account.version, link.publicUrl].join(' ');
    const known = this.#again.get(key);
    if (known !== undefined && known.until > now) return known.link;
    const made = { until: now + reusedMs, link: this.linkTo(link) };
    made.link.catch(() => this.#again.set(key, { ...made, until: 0 }));
    this.#again.set(key, made);
    return made.link;
  }

  #toolkit({ id, scope }: OpenSession, slug: string): Toolkit {
    const found = scope.catalog.toolkits.get(slug);
    if (found === undefined) throw unknownToolkit([slug], scope.catalog, scope.toolkits);
    if (scope.allowsToolkit(slug)) {
      const missing = baseUrlMissing(found);
      if (missing !== undefined) throw missing;
      return found.toolkit;
    }
    throw new JackfieldError('TOOL_NOT_ALLOWED', {
      message: `The session ${id} leaves the toolkit ${slug} out.`,
      fix: 'Connect an account of a toolkit that the session allows, or allow this one.',
      details: { toolkit: slug },
    });
  }

  /** @throws JackfieldError `CONFLICT` if the session could not use another account */
  async #replaced(session: OpenSession, toolkit: Toolkit): Promise<StoredConnectedAccount | undefined> {
    const { config } = session;
    const pinned = Object.hasOwn(config.connectedAccounts ?? {}, toolkit.slug);
    if (pinned) {
      throw new JackfieldError('CONFLICT', {
        message: `The session ${session.id} is limited to certain accounts of ${toolkit.name}: it could not use another one.`,
        fix: `Name one of them as \`account\` to connect it again, or take ${toolkit.slug} out of the session's connected accounts first, with an update that may widen.`,
        details: { toolkit: toolkit.slug },
      });
    }
    const accounts = await sessionAccounts(this.#options.store, { ...session, toolkit });
    const ready = accounts.filter(isReady);
    if (!config.multiAccount?.enable) {
      const standing = ready.length === 0 ? accounts.filter(({ status }) => status === 'EXPIRED') : ready;
      return standing.length === 1 ? standing[0] : undefined;
    }
    const most = config.multiAccount.maxAccountsPerToolkit ?? defaultMaxAccountsPerToolkit;
    if (ready.length < most) return undefined;
    throw new JackfieldError('CONFLICT', {
      message: `The user has ${ready.length} accounts of ${toolkit.name} already, and the session allows ${most}: ${ready.map(describeAccount).join(', ')}.`,
      fix: 'Use or delete one of them, or raise the number in `multiAccount`.',
      details: { toolkit: toolkit.slug, accounts: ready.map(({ id, alias }) => ({ id, alias })) },
    });
  }

  async #authConfig(
    { projectId, config }: OpenSession,
    toolkit: Toolkit,
    replaced: StoredConnectedAccount | undefined,
    context: CallContext,
  ): Promise<StoredAuthConfig> {
    const named =
      config.authConfigs !== undefined && Object.hasOwn(config.authConfigs, toolkit.slug)
        ? config.authConfigs[toolkit.slug]
        : undefined;
    if (named !== undefined) return this.#enabledAuthConfig(projectId, named, toolkit);
    if (replaced !== undefined) {
      const before = await this.#options.store.authConfigs.get(projectId, replaced.authConfigId);
      if (before?.enabled) return before;
    }
    const chosen = await this.#options.authConfigs.choose(toolkit, context);
    if (chosen.enabled) return chosen;
    throw authConfigDisabled(chosen, toolkit);
  }

  async #enabledAuthConfig(projectId: string, id: string, toolkit: Toolkit): Promise<StoredAuthConfig> {
    const authConfig = await this.#options.store.authConfigs.get(projectId, id);
    if (authConfig === undefined) throw authConfigNotFound(id);
    if (authConfig.enabled) return authConfig;
    throw authConfigDisabled(authConfig, toolkit);
  }
}

/** @throws JackfieldError `INVALID_CONFIGURATION` */
export function publicUrlOf({ publicUrl }: CallContext): string {
  if (publicUrl !== undefined) return publicUrl;
  throw new JackfieldError('INVALID_CONFIGURATION', {
    message: 'Nobody could open the link: this server does not know the address that browsers reach it at.',
    fix: 'Set `publicUrl`, such as https://tools.example.com.',
  });
}

export function authConfigDisabled({ id }: StoredAuthConfig, toolkit: Pick<Toolkit, 'name' | 'slug'>): JackfieldError {
  return new JackfieldError('CONNECTION_NOT_ACTIVE', {
    message: `The auth config ${id} of ${toolkit.name} is disabled: no account can be connected or used under it.`,
    fix: 'Enable the auth config, or connect the account under another one.',
    details: { toolkit: toolkit.slug, authConfigId: id },
  });
}

/** What the store keeps of a link: with it nobody can open the link. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'base64url');
}
