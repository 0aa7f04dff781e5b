import { hash, randomBytes } from 'node:crypto';
import { JackfieldError, type LinkBody, type LinkResponse } from '@jackfield/contract';
import type { CallContext } from '../engine.ts';
import type { OpenSession } from '../sessions/session-access.ts';
import { defaultMaxAccountsPerToolkit } from '../sessions/session-config.ts';
import { createId } from '../stores/create-id.ts';
import type { Store, StoredAuthConfig, StoredConnectedAccount } from '../stores/store.ts';
import type { Toolkit } from '../toolkit.ts';
import { unknownToolkit } from '../toolkits/unknown-name.ts';
import { type AuthConfigService, authConfigNotFound } from './auth-config-service.ts';
import { requireFreeAlias } from './connected-account-service.ts';
import { describeAccount, isReady, sessionAccounts } from './resolve-account.ts';

const linkLifetimeMs = 10 * 60 * 1000;

/** Makes the links on which users connect their accounts. */
export class ConnectLinkService {
  readonly #store: Store;
  readonly #authConfigs: AuthConfigService;
  readonly #now: () => Date;

  constructor(options: { store: Store; authConfigs: AuthConfigService; now: () => Date }) {
    this.#store = options.store;
    this.#authConfigs = options.authConfigs;
    this.#now = options.now;
  }

  /**
   * Begins to connect an account: the account is INITIATED until the user has filled in the page behind the link.
   *
   * Each call begins another account. In a session without `multiAccount` the user has one account of a toolkit: once
   * the new one is connected it takes the place of the one that was in use, which becomes INACTIVE, so that connecting
   * again after a refused credential leaves no choice between a working and a broken account.
   *
   * @throws JackfieldError `UNKNOWN_TOOLKIT`, `TOOL_NOT_ALLOWED`, `UNSUPPORTED_AUTH_SCHEME`, `CONFLICT`,
   *   `INVALID_CONFIGURATION`
   */
  async link(session: OpenSession, body: LinkBody, context: CallContext): Promise<LinkResponse> {
    const { projectId, userId, config } = session;
    const { publicUrl } = context;
    if (publicUrl === undefined) {
      throw new JackfieldError('INVALID_CONFIGURATION', {
        message: 'Nobody could open the link: this server does not know the address that browsers reach it at.',
        fix: 'Set `publicUrl`, such as https://tools.example.com.',
      });
    }
    const toolkit = this.#toolkit(session, body.toolkit);
    const replaced = await this.#replaced(session, toolkit);
    const alias = body.alias ?? replaced?.alias ?? undefined;
    if (alias !== replaced?.alias)
      await requireFreeAlias(this.#store, { projectId, userId, toolkit: toolkit.slug, alias });
    const authConfig = await this.#authConfig(session, toolkit, replaced);
    const account = await this.#store.connectedAccounts.create({
      id: createId('ca'),
      projectId,
      userId,
      toolkit: toolkit.slug,
      authConfigId: authConfig.id,
      status: 'INITIATED',
      alias: alias ?? null,
    });
    const token = randomBytes(32).toString('base64url');
    const expiresAt = new Date(this.#now().getTime() + linkLifetimeMs);
    await this.#store.connectLinks.create({
      tokenHash: hashToken(token),
      projectId,
      connectedAccountId: account.id,
      replacesAccountId: replaced?.id ?? null,
      callbackUrl: body.callbackUrl ?? config.manageConnections?.callbackUrl ?? null,
      expiresAt,
    });
    return {
      connectedAccountId: account.id,
      redirectUrl: `${publicUrl}/connect/${token}`,
      linkToken: token,
      expiresAt: expiresAt.toISOString(),
    };
  }

  #toolkit({ id, scope }: OpenSession, slug: string): Toolkit {
    const toolkit = scope.catalog.toolkits.get(slug)?.toolkit;
    if (toolkit === undefined) throw unknownToolkit([slug], scope.catalog);
    if (scope.allowsToolkit(slug)) return toolkit;
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
        fix: `Take ${toolkit.slug} out of the session's connected accounts first, with an update that may widen.`,
        details: { toolkit: toolkit.slug },
      });
    }
    const ready = (await sessionAccounts(this.#store, { ...session, toolkit })).filter(isReady);
    if (!config.multiAccount?.enable) return ready.length === 1 ? ready[0] : undefined;
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
  ): Promise<StoredAuthConfig> {
    const chosen =
      config.authConfigs !== undefined && Object.hasOwn(config.authConfigs, toolkit.slug)
        ? config.authConfigs[toolkit.slug]
        : replaced?.authConfigId;
    if (chosen === undefined) return this.#authConfigs.ensureDefault(projectId, toolkit);
    const authConfig = await this.#store.authConfigs.get(projectId, chosen);
    if (authConfig === undefined) throw authConfigNotFound(chosen);
    return authConfig;
  }
}

/** What the store keeps of a link: with it nobody can open the link. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'base64url');
}
