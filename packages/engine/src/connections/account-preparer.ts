import { type AccountIdentity, JackfieldError } from '@jackfield/contract';
import type { Egress } from '../egress/egress.ts';
import type { Logger } from '../engine.ts';
import type { EngineLimits } from '../execution/limits.ts';
import type { AccountScopes, StoredAuthConfig, StoredConnectedAccount } from '../stores/store.ts';
import type { Toolkit } from '../toolkit.ts';
import type { Vault } from '../vault/vault.ts';
import { secretsOf } from './account-credentials.ts';
import { askIdentity, askUserinfo, mergeIdentities } from './account-identity.ts';
import type { Connected } from './account-lifecycle.ts';
import { encryptCredentials, type StoredCredentials } from './account-secrets.ts';
import { oauthConfigOf } from './oauth/oauth-config.ts';
import type { TokenIssuer } from './oauth/token-issuer.ts';
import { callCredentials, expiryOf, hiddenTexts, isRenewable } from './stored-credential.ts';

export interface AccountPreparerOptions {
  readonly vault: Vault;
  readonly egress: Egress;
  readonly issuer: TokenIssuer;
  readonly limits: EngineLimits;
  readonly logger: Logger;
}

export interface AccountToPrepare {
  readonly account: Pick<StoredConnectedAccount, 'id' | 'projectId'>;
  readonly authConfig: StoredAuthConfig;
  readonly toolkit: Toolkit;
  readonly credentials: StoredCredentials;
  /** What signing in told already. */
  readonly identity?: AccountIdentity | undefined;
  /** Where an access token may be asked whom it belongs to. */
  readonly userinfoUrl?: string | undefined;
  readonly scopes?: AccountScopes | undefined;
}

/** `refused`: the service does not accept the credential. */
export type Prepared = Connected | 'refused';

/** Turns a credential that somebody gave into an account that can be used: gets its token, asks whose it is. */
export class AccountPreparer {
  readonly #options: AccountPreparerOptions;

  constructor(options: AccountPreparerOptions) {
    this.#options = options;
  }

  /** @throws JackfieldError as `TokenIssuer.renew`, when a token is needed first */
  async prepare(given: AccountToPrepare): Promise<Prepared> {
    const { vault, issuer } = this.#options;
    const { account, authConfig, toolkit } = given;
    const config = oauthConfigOf(authConfig, toolkit);
    let { credentials } = given;
    let scopes: AccountScopes | null = given.scopes ?? null;
    for (const [schemeId, credential] of Object.entries(credentials)) {
      if (config === undefined || !isRenewable(credential) || credential.token !== undefined) continue;
      const renewed = await issuer.renew(config, credential);
      credentials = { ...credentials, [schemeId]: renewed.credential };
      scopes = renewed.scopes;
    }
    const identity = await this.#identity(given, credentials);
    if (identity === 'refused') return 'refused';
    return {
      credential: await encryptCredentials(vault, account, credentials),
      credentialExpiresAt: expiryOf(credentials),
      scopes,
      identity,
    };
  }

  /** Not to know is no reason not to connect. */
  async #identity(given: AccountToPrepare, stored: StoredCredentials): Promise<AccountIdentity | null | 'refused'> {
    const { egress, limits, logger } = this.#options;
    const { toolkit, account, userinfoUrl, identity: told = {} } = given;
    const credentials = callCredentials(stored);
    const secrets = [...secretsOf(credentials), ...Object.values(stored).flatMap(hiddenTexts)];
    const { signal } = new AbortController();
    const attempt = async <Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> => {
      try {
        return await ask();
      } catch (error) {
        if (!JackfieldError.isInstance(error)) throw error;
        logger.warn(
          { connectedAccountId: account.id, toolkit: toolkit.slug, errorCode: error.code },
          'identity unknown',
        );
        return undefined;
      }
    };
    const asked = await attempt(() => askIdentity({ toolkit, credentials, secrets, egress, limits, signal }));
    if (asked === 'refused') return 'refused';
    const [token] = Object.values(credentials);
    const userinfo =
      userinfoUrl === undefined || token?.mode !== 'BEARER_TOKEN'
        ? undefined
        : await attempt(() => askUserinfo(userinfoUrl, token.token, { egress, signal, secrets, subject: told.id }));
    return mergeIdentities(told, asked ?? {}, userinfo ?? {});
  }
}
