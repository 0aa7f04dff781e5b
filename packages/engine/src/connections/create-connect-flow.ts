import { JackfieldError } from '@jackfield/contract';
import type { ConnectField, ConnectFlow, Logger } from '../engine.ts';
import type { ConnectLink, Store, StoredConnectedAccount } from '../stores/store.ts';
import type { Credential, Toolkit } from '../toolkit.ts';
import type { ToolkitRegistry } from '../toolkits/toolkit-registry.ts';
import { unknownToolkit } from '../toolkits/unknown-name.ts';
import type { Vault } from '../vault/vault.ts';
import { encryptCredentials } from './account-secrets.ts';
import { credentialModeOf, type UsableAuthScheme } from './auth-choice.ts';
import { schemesOf } from './auth-config-service.ts';
import { checkSecretText } from './check-secret-text.ts';
import { hashToken } from './connect-link-service.ts';

export interface ConnectFlowOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly registry: ToolkitRegistry;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** What a link opens: the account that is being connected, and what it needs. */
interface Opened {
  readonly link: ConnectLink;
  readonly account: StoredConnectedAccount;
  readonly toolkit: Toolkit;
  readonly schemes: readonly UsableAuthScheme[];
}

export function createConnectFlow({ store, vault, registry, logger, now }: ConnectFlowOptions): ConnectFlow {
  async function find(token: string): Promise<Opened> {
    const link = await store.connectLinks.findByHash(hashToken(token));
    if (link === undefined || link.consumedAt !== null || link.expiresAt.getTime() <= now().getTime()) {
      throw linkExpired();
    }
    const account = await store.connectedAccounts.get(link.projectId, link.connectedAccountId);
    if (account === undefined) throw linkExpired();
    const authConfig = await store.authConfigs.get(link.projectId, account.authConfigId);
    if (authConfig === undefined) throw linkExpired();
    const catalog = await registry.freshCatalog();
    const toolkit = catalog.toolkits.get(account.toolkit)?.toolkit;
    if (toolkit === undefined) throw unknownToolkit([account.toolkit], catalog);
    return { link, account, toolkit, schemes: schemesOf(authConfig, toolkit) };
  }

  return {
    async open(token) {
      const { link, account, toolkit, schemes } = await find(token);
      return {
        toolkit: {
          slug: toolkit.slug,
          name: toolkit.name,
          ...(toolkit.logo === undefined ? {} : { logo: toolkit.logo }),
        },
        userId: account.userId,
        fields: fieldsOf(schemes),
        expiresAt: link.expiresAt,
        ...(link.callbackUrl === null ? {} : { callbackUrl: link.callbackUrl }),
      };
    },

    async submit(token, fields) {
      const { link, account, toolkit, schemes } = await find(token);
      const credentials = readCredentials(schemes, fields);
      const credential = await encryptCredentials(vault, account, credentials);
      // Of two who send the same form, one goes on.
      if ((await store.connectLinks.consume(hashToken(token))) === undefined) throw linkExpired();
      const { projectId } = account;
      if (link.replacesAccountId !== null) await retire(store, projectId, link.replacesAccountId, account.id);
      await store.connectedAccounts.update({
        projectId,
        id: account.id,
        status: 'ACTIVE',
        statusReason: null,
        credential,
      });
      logger.info({ connectedAccountId: account.id, toolkit: toolkit.slug, projectId }, 'account connected');
      return {
        connectedAccountId: account.id,
        toolkit: { slug: toolkit.slug, name: toolkit.name },
        ...(link.callbackUrl === null ? {} : { redirectUrl: callback(link.callbackUrl, account.id) }),
      };
    },
  };
}

async function retire(store: Store, projectId: string, id: string, successor: string): Promise<void> {
  const replaced = await store.connectedAccounts.get(projectId, id);
  if (replaced === undefined) return;
  await store.connectedAccounts.update({
    projectId,
    id,
    status: 'INACTIVE',
    statusReason: `Replaced by ${successor}.`,
    alias: null,
  });
}

function callback(url: string, connectedAccountId: string): string {
  const target = new URL(url);
  target.searchParams.set('status', 'success');
  target.searchParams.set('connected_account_id', connectedAccountId);
  return target.href;
}

function linkExpired(): JackfieldError {
  return new JackfieldError('LINK_EXPIRED', {
    message: 'This link was used already, is too old, or is not one of ours.',
    fix: 'Ask for a new link where you got this one.',
  });
}

/** Several schemes that are needed together have a field each; its name then starts with the id of the scheme. */
function fieldName(scheme: UsableAuthScheme, part: string, schemes: readonly UsableAuthScheme[]): string {
  return schemes.length === 1 ? part : `${scheme.id}.${part}`;
}

function fieldsOf(schemes: readonly UsableAuthScheme[]): ConnectField[] {
  return schemes.flatMap((scheme) => fieldsOfScheme(scheme, schemes));
}

function fieldsOfScheme(scheme: UsableAuthScheme, schemes: readonly UsableAuthScheme[]): ConnectField[] {
  const name = (part: string) => fieldName(scheme, part, schemes);
  const hint = scheme.description === undefined ? {} : { hint: scheme.description };
  switch (credentialModeOf(scheme)) {
    case 'API_KEY': {
      const label = schemes.length === 1 || scheme.mode !== 'API_KEY' ? 'API key' : `API key (${scheme.name})`;
      return [{ name: name('api_key'), label, ...hint, secret: true, required: true }];
    }
    case 'BEARER_TOKEN':
      return [{ name: name('token'), label: 'Access token', ...hint, secret: true, required: true }];
    case 'BASIC':
      // Many APIs take a key as one half and leave the other empty.
      return [
        { name: name('username'), label: 'User name', ...hint, secret: false, required: false },
        { name: name('password'), label: 'Password', secret: true, required: false },
      ];
  }
}

/** @throws JackfieldError `INVALID_REQUEST` naming the fields */
function readCredentials(
  schemes: readonly UsableAuthScheme[],
  fields: Readonly<Record<string, string>>,
): Record<string, Credential> {
  const issues: { path: string; message: string }[] = [];
  const credentials = schemes.map((scheme): [string, Credential] => [
    scheme.id,
    readCredential(credentialModeOf(scheme), (part, isRequired) => {
      const path = fieldName(scheme, part, schemes);
      const given = Object.hasOwn(fields, path) ? (fields[path] ?? '') : '';
      // People paste keys with the line break that followed them.
      const text = part === 'password' ? given : given.trim();
      const message = text === '' && isRequired ? 'is required' : checkSecretText(text);
      if (message !== undefined) issues.push({ path, message });
      return text;
    }),
  ]);
  for (const [id, credential] of credentials) {
    const scheme = schemes.find((each) => each.id === id);
    if (credential.mode !== 'BASIC' || scheme === undefined) continue;
    const path = fieldName(scheme, 'username', schemes);
    // RFC 7617 section 2: the first colon ends the user name.
    if (credential.username.includes(':')) issues.push({ path, message: 'must not contain a colon' });
    if (credential.username === '' && credential.password === '') {
      issues.push({ path, message: 'or the password is required' });
    }
  }
  if (issues.length === 0) return Object.fromEntries(credentials);
  throw new JackfieldError('INVALID_REQUEST', {
    message: `The form is not filled in correctly: ${issues.map(({ path, message }) => `\`${path}\` ${message}`).join('; ')}.`,
    fix: 'Correct the named fields and send it again.',
    details: { issues },
  });
}

function readCredential(mode: Credential['mode'], read: (part: string, isRequired: boolean) => string): Credential {
  switch (mode) {
    case 'API_KEY':
      return { mode, apiKey: read('api_key', true) };
    case 'BEARER_TOKEN':
      return { mode, token: read('token', true) };
    case 'BASIC':
      return { mode, username: read('username', false), password: read('password', false) };
  }
}
