import { JackfieldError } from '@jackfield/contract';
import type {
  ConnectFailure,
  ConnectFailureKind,
  ConnectFlow,
  ConnectStep,
  ConnectSuccess,
  Logger,
} from '../engine.ts';
import type { ConnectLink, Store, StoredAuthConfig, StoredConnectedAccount } from '../stores/store.ts';
import type { Toolkit } from '../toolkit.ts';
import type { ProjectCatalogs } from '../toolkits/project-catalogs.ts';
import { unknownToolkit } from '../toolkits/unknown-name.ts';
import { identityLabel, identityOfClaims, toIdentity } from './account-identity.ts';
import type { AccountLifecycle, Connected } from './account-lifecycle.ts';
import type { AccountPreparer } from './account-preparer.ts';
import { authConfigDisabled, hashToken } from './connect-link-service.ts';
import { connectionFields, invalidFields, isSignIn, readConnectionFields } from './connection-fields.ts';
import { isGrantRefused } from './oauth/authorization-failure.ts';
import { clientMetadata } from './oauth/client-metadata.ts';
import { type OAuthConfig, oauthConfigOf } from './oauth/oauth-config.ts';
import type { SignIn } from './oauth/sign-in.ts';

export interface ConnectFlowOptions {
  readonly store: Store;
  readonly catalogs: ProjectCatalogs;
  readonly signIn: SignIn;
  readonly preparer: AccountPreparer;
  readonly lifecycle: AccountLifecycle;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** What a link opens: the account that is being connected, and what it needs. */
interface Opened {
  readonly tokenHash: string;
  readonly link: ConnectLink;
  readonly account: StoredConnectedAccount;
  readonly authConfig: StoredAuthConfig;
  readonly toolkit: Toolkit;
}

export function createConnectFlow(options: ConnectFlowOptions): ConnectFlow {
  const { store, catalogs, signIn, preparer, lifecycle, logger, now } = options;

  async function find(tokenHash: string, { late = false } = {}): Promise<Opened> {
    const link = await store.connectLinks.findByHash(tokenHash);
    if (link === undefined) throw linkExpired('unknown');
    if (link.consumedAt !== null) throw linkExpired('used');
    if (!late && link.expiresAt.getTime() <= now().getTime()) throw linkExpired('expired');
    const account = await store.connectedAccounts.get(link.projectId, link.connectedAccountId);
    if (account === undefined) throw linkExpired('unknown');
    const authConfig = await store.authConfigs.get(link.projectId, account.authConfigId);
    if (authConfig === undefined) throw linkExpired('unknown');
    const catalog = await catalogs.freshOf(link.projectId);
    const toolkit = catalog.toolkits.get(account.toolkit)?.toolkit;
    if (toolkit === undefined) throw unknownToolkit([account.toolkit], catalog);
    if (!authConfig.enabled) throw authConfigDisabled(authConfig, toolkit);
    return { tokenHash, link, account, authConfig, toolkit };
  }

  /** @throws JackfieldError `LINK_OTHER_BROWSER` */
  async function openFor(token: string, browser: string | undefined): Promise<Opened> {
    const opened = await find(hashToken(token));
    const isOurs =
      browser === undefined
        ? opened.link.browserHash === null
        : await store.connectLinks.bind(opened.tokenHash, hashToken(browser));
    if (isOurs) return opened;
    logger.warn(
      { connectedAccountId: opened.account.id, projectId: opened.account.projectId },
      'connect link opened in another browser',
    );
    throw new JackfieldError('LINK_OTHER_BROWSER', {
      message: 'This link was opened in another browser first, and belongs to that one.',
      fix: 'Go on in the browser where you opened it first, or ask for a new link.',
    });
  }

  /** Of two who end the same link, one goes on. @throws JackfieldError `LINK_EXPIRED` */
  async function connect(
    { tokenHash, link, account }: Opened,
    connected: Connected,
    { late = false } = {},
  ): Promise<StoredConnectedAccount> {
    if ((await store.connectLinks.consume(tokenHash, { late })) === undefined) throw linkExpired('used');
    return lifecycle.connect(account, connected, link.replacesAccountId ?? undefined);
  }

  function success({ link, toolkit }: Opened, account: StoredConnectedAccount): ConnectSuccess {
    return {
      status: 'success',
      connectedAccountId: account.id,
      toolkit: { slug: toolkit.slug, name: toolkit.name },
      identity: toIdentity(account.identity),
      ...(link.callbackUrl === null ? {} : { redirectUrl: callback(link.callbackUrl, 'success', account.id) }),
    };
  }

  async function failure(
    { tokenHash, link, account, toolkit }: Opened,
    kind: ConnectFailureKind,
    message: string,
  ): Promise<ConnectFailure> {
    await store.connectLinks.consume(tokenHash, { late: true });
    await lifecycle.fail(account, message);
    logger.warn(
      { connectedAccountId: account.id, toolkit: toolkit.slug, projectId: account.projectId, kind },
      'account not connected',
    );
    // Another browser learns nothing of where the first one was going.
    const isShown = link.callbackUrl !== null && kind !== 'other_browser';
    return {
      status: 'failed',
      kind,
      message,
      connectedAccountId: account.id,
      toolkit: { slug: toolkit.slug, name: toolkit.name },
      ...(isShown && link.callbackUrl !== null
        ? { redirectUrl: callback(link.callbackUrl, 'failed', account.id) }
        : {}),
    };
  }

  return {
    async open(token, browser): Promise<ConnectStep> {
      const { link, account, authConfig, toolkit } = await openFor(token, browser);
      const { slug, name, logo } = toolkit;
      const step = {
        toolkit: { slug, name, ...(logo === undefined ? {} : { logo }) },
        userId: account.userId,
        expiresAt: link.expiresAt,
        ...(account.status === 'INITIATED'
          ? {}
          : { account: { alias: account.alias, identity: toIdentity(account.identity) } }),
        ...(link.callbackUrl === null ? {} : { callbackUrl: link.callbackUrl }),
      };
      const config = signInConfig(authConfig, toolkit);
      if (config !== undefined) {
        const scopeDescriptions = describeScopes(toolkit, config.schemeId);
        return { ...step, kind: 'sign-in', ...(await signIn.describe(config, moreScopes(account))), scopeDescriptions };
      }
      return { ...step, kind: 'form', fields: connectionFields(authConfig, toolkit) };
    },

    async submit(token, fields, browser) {
      const opened = await openFor(token, browser);
      const { account, authConfig, toolkit } = opened;
      if (signInConfig(authConfig, toolkit) !== undefined) {
        throw new JackfieldError('INVALID_REQUEST', {
          message: `An account of ${toolkit.name} is connected by signing in there.`,
        });
      }
      const credentials = readConnectionFields(authConfig, toolkit, fields);
      const [first] = connectionFields(authConfig, toolkit).filter(({ secret }) => secret);
      const path = first?.name ?? '';
      const message = `was not accepted by ${toolkit.name}`;
      const notAccepted = () => invalidFields([{ path, message, reason: 'not_accepted' }]);
      const prepared = await preparer.prepare({ account, authConfig, toolkit, credentials }).catch((error: unknown) => {
        const isWrong = JackfieldError.isInstance(error) && error.code === 'AUTHORIZATION_FAILED';
        throw isWrong && first !== undefined && (isGrantRefused(error) || error.details?.error === 'invalid_client')
          ? notAccepted()
          : error;
      });
      if (prepared === 'refused') throw notAccepted();
      if (isAnother(account, prepared)) {
        throw invalidFields([{ path, message: belongsToAnother(account, prepared), reason: 'other_account' }]);
      }
      return success(opened, await connect(opened, prepared));
    },

    async startSignIn(token, browser) {
      const { tokenHash, link, account, authConfig, toolkit } = await openFor(token, browser);
      const config = signInConfig(authConfig, toolkit);
      if (config === undefined || link.publicUrl === null) {
        throw new JackfieldError('INVALID_REQUEST', {
          message: `An account of ${toolkit.name} is connected by filling in a form.`,
        });
      }
      const authorizationUrl = await signIn.start({
        config,
        connectedAccountId: account.id,
        linkTokenHash: tokenHash,
        browserHash: hashToken(browser),
        publicUrl: link.publicUrl,
        moreScopes: moreScopes(account),
      });
      return { authorizationUrl };
    },

    async finishSignIn({ parameters, authConfigId }, browser) {
      const flow = await signIn.take(parameters);
      const opened = await find(flow.linkTokenHash, { late: true });
      const { account, authConfig, toolkit } = opened;
      if (browser === undefined || hashToken(browser) !== flow.browserHash) {
        return failure(opened, 'other_browser', 'It was begun in one browser and ended in another.');
      }
      const config = signInConfig(authConfig, toolkit);
      if (config === undefined) return failure(opened, 'misconfigured', 'The way to sign in was changed meanwhile.');
      const signedIn = await signIn.finish(config, flow, parameters, authConfigId);
      if ('kind' in signedIn) return failure(opened, signedIn.kind, signedIn.message);
      const { credential, scopes, claims, userinfoUrl } = signedIn;
      const prepared = await preparer.prepare({
        account,
        authConfig,
        toolkit,
        credentials: { [config.schemeId]: credential },
        identity: claims === undefined ? undefined : identityOfClaims(claims),
        userinfoUrl,
        scopes,
      });
      if (prepared === 'refused') {
        return failure(opened, 'refused', `${toolkit.name} does not accept the access token that was issued for it.`);
      }
      if (isAnother(account, prepared)) return failure(opened, 'other_account', belongsToAnother(account, prepared));
      return success(opened, await connect(opened, prepared, { late: true }));
    },

    clientMetadata,
  };
}

function describeScopes(toolkit: Toolkit, schemeId: string): Readonly<Record<string, string>> {
  const scheme = toolkit.authSchemes.find(({ id }) => id === schemeId);
  return scheme?.mode === 'OAUTH2' ? scheme.scopes : {};
}

/** A service that wanted more scopes gets them asked for together with those that the account has. */
function moreScopes({ scopes }: StoredConnectedAccount): readonly string[] {
  return scopes?.needed === undefined ? [] : [...scopes.asked, ...scopes.needed];
}

function signInConfig(authConfig: StoredAuthConfig, toolkit: Toolkit): OAuthConfig | undefined {
  const config = oauthConfigOf(authConfig, toolkit);
  return config !== undefined && isSignIn(config.mode) ? config : undefined;
}

/** Whether an account would, connected again, silently become somebody else's. */
function isAnother({ identity }: StoredConnectedAccount, connected: Connected): boolean {
  const before = toIdentity(identity);
  const after = connected.identity;
  const part = (['id', 'email', 'login'] as const).find(
    (each) => before?.[each] !== undefined && after?.[each] !== undefined,
  );
  return part !== undefined && before?.[part] !== after?.[part];
}

function belongsToAnother({ identity }: StoredConnectedAccount, connected: Connected): string {
  return `This account belongs to ${identityLabel(toIdentity(identity))}, and you came as ${identityLabel(connected.identity)}.`;
}

function callback(url: string, status: 'success' | 'failed', connectedAccountId: string): string {
  const target = new URL(url);
  target.searchParams.set('status', status);
  target.searchParams.set('connected_account_id', connectedAccountId);
  return target.href;
}

function linkExpired(reason: 'unknown' | 'used' | 'expired'): JackfieldError {
  return new JackfieldError('LINK_EXPIRED', {
    message: 'This link was used already, is too old, or is not one of ours.',
    fix: 'Ask for a new link where you got this one.',
    details: { reason },
  });
}
