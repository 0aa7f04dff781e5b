import { JackfieldError } from '@jackfield/contract';
import type { ConnectField, ConnectFieldIssue } from '../engine.ts';
import type { StoredAuthConfig } from '../stores/store.ts';
import type { AuthField, Toolkit } from '../toolkit.ts';
import { credentialModeOf, type UsableAuthScheme } from './auth-choice.ts';
import { settingsOf } from './auth-config-settings.ts';
import { isAwsRegion } from './aws-region.ts';
import { checkSecretText, longestSecret } from './check-secret-text.ts';
import { isOAuthMode, type OAuthMode, oauthConfigOf } from './oauth/oauth-config.ts';
import { readServiceAccountKey } from './oauth/service-account.ts';
import type { StoredCredential } from './stored-credential.ts';

/** Whether accounts are connected by signing in at the service, and not by filling in a form. */
export function isSignIn(mode: OAuthMode): mode is 'OAUTH2' | 'DCR_OAUTH' | 'CIMD_OAUTH' {
  return mode === 'OAUTH2' || mode === 'DCR_OAUTH' || mode === 'CIMD_OAUTH';
}

/** What a person fills in to connect an account under an auth config; nothing where they sign in instead. */
export function connectionFields(authConfig: StoredAuthConfig, toolkit: Toolkit): readonly ConnectField[] {
  const settings = settingsOf(authConfig);
  switch (oauthConfigOf(authConfig, toolkit)?.mode) {
    case 'OAUTH2':
    case 'DCR_OAUTH':
    case 'CIMD_OAUTH':
      return [];
    case 'S2S_OAUTH2':
      if (settings.clientId !== undefined) return [];
      return [
        { name: 'client_id', label: 'Client ID', secret: false, required: true },
        { name: 'client_secret', label: 'Client secret', secret: true, required: true },
      ];
    case 'GOOGLE_SERVICE_ACCOUNT':
      return [
        ...(settings.hasServiceAccountKey
          ? []
          : [{ name: 'key', label: 'Key file (JSON)', secret: true, required: true, multiline: true }]),
        { name: 'subject', label: 'Act as this user (email)', secret: false, required: false },
      ];
    default: {
      const schemes = schemesOf(authConfig, toolkit);
      return schemes.flatMap((scheme) => fieldsOfScheme(scheme, schemes));
    }
  }
}

/** The auth schemes that an account under this auth config needs credentials for. */
export function schemesOf(authConfig: StoredAuthConfig, toolkit: Toolkit): readonly UsableAuthScheme[] {
  const ids = settingsOf(authConfig).schemeIds ?? [authConfig.schemeId];
  return ids.flatMap((id) =>
    toolkit.authSchemes.flatMap((scheme) =>
      scheme.id === id && scheme.mode !== 'UNSUPPORTED' && scheme.mode !== 'NO_AUTH' ? [scheme] : [],
    ),
  );
}

type NoteIssue = (name: string, reason: ConnectFieldIssue['reason'], message: string) => void;
type ReadField = (name: string, options: { readonly required: boolean; readonly trimmed?: boolean }) => string;

/**
 * The credentials that fields hold, by auth scheme.
 *
 * @param path Where the fields stand in what was sent; before their names in errors. Default: nowhere.
 * @throws JackfieldError `INVALID_REQUEST` with `details.issues` naming fields
 */
export function readConnectionFields(
  authConfig: StoredAuthConfig,
  toolkit: Toolkit,
  fields: Readonly<Record<string, string>>,
  path = '',
): Record<string, StoredCredential> {
  const issues: ConnectFieldIssue[] = [];
  const known = connectionFields(authConfig, toolkit).map(({ name }) => name);
  const note: NoteIssue = (name, reason, message) => issues.push({ path: `${path}${name}`, message, reason });
  for (const name of Object.keys(fields)) {
    if (!known.includes(name)) note(name, 'unknown_field', 'is not a field of this auth config');
  }
  const read: ReadField = (name, { required, trimmed = true }) => {
    const given = Object.hasOwn(fields, name) ? (fields[name] ?? '') : '';
    // People paste keys with the line break that followed them.
    const text = trimmed ? given.trim() : given;
    const message = checkSecretText(text);
    if (text === '' && required) note(name, 'required', 'is required');
    else if (message !== undefined)
      note(name, text.length > longestSecret ? 'too_long' : 'forbidden_characters', message);
    return text;
  };
  const credentials = isOAuthMode(authConfig.mode)
    ? { [authConfig.schemeId]: readOAuth(authConfig, fields, read, note) }
    : readSchemes(schemesOf(authConfig, toolkit), read, note);
  if (issues.length === 0) return credentials;
  throw invalidFields(issues);
}

export function invalidFields(issues: readonly ConnectFieldIssue[]): JackfieldError {
  return new JackfieldError('INVALID_REQUEST', {
    message: `The form is not filled in correctly: ${issues.map(({ path, message }) => `\`${path}\` ${message}`).join('; ')}.`,
    fix: 'Correct the named fields and send it again.',
    details: { issues },
  });
}

function readOAuth(
  authConfig: StoredAuthConfig,
  fields: Readonly<Record<string, string>>,
  read: ReadField,
  note: NoteIssue,
): StoredCredential {
  const settings = settingsOf(authConfig);
  if (authConfig.mode === 'S2S_OAUTH2') {
    if (settings.clientId !== undefined) return { mode: 'S2S_OAUTH2' };
    return {
      mode: 'S2S_OAUTH2',
      clientId: read('client_id', { required: true }),
      clientSecret: read('client_secret', { required: true }),
    };
  }
  const subject = read('subject', { required: false });
  const account = { mode: 'GOOGLE_SERVICE_ACCOUNT' as const, ...(subject === '' ? {} : { subject }) };
  if (settings.hasServiceAccountKey) return account;
  // Several lines long, and only its signature is ever sent.
  const key = (Object.hasOwn(fields, 'key') ? (fields.key ?? '') : '').trim();
  if (key === '') note('key', 'required', 'is required');
  else if (key.length > 2 * longestSecret) note('key', 'too_long', `is longer than ${2 * longestSecret} characters`);
  else {
    try {
      readServiceAccountKey(key);
    } catch {
      note('key', 'no_key_file', 'is not the JSON key file of a service account');
    }
  }
  return { ...account, key };
}

function readSchemes(
  schemes: readonly UsableAuthScheme[],
  read: ReadField,
  note: NoteIssue,
): Record<string, StoredCredential> {
  return Object.fromEntries(
    schemes.map((scheme): [string, StoredCredential] => {
      const name = (part: string) => fieldName(scheme, part, schemes);
      const mode = credentialModeOf(scheme);
      if (mode === 'API_KEY') return [scheme.id, { mode, apiKey: read(name('api_key'), { required: true }) }];
      if (mode === 'BEARER_TOKEN') return [scheme.id, { mode, token: read(name('token'), { required: true }) }];
      if (mode === 'AWS_SIGV4') {
        const sessionToken = read(name('session_token'), { required: false });
        const region = read(name('region'), { required: false });
        const credential = {
          mode,
          accessKeyId: read(name('access_key_id'), { required: true }),
          secretAccessKey: read(name('secret_access_key'), { required: true }),
          ...(sessionToken === '' ? {} : { sessionToken }),
          ...(region === '' ? {} : { region }),
        };
        if (region !== '' && !isAwsRegion(region)) {
          note(name('region'), 'forbidden_characters', 'is not the name of a region, such as us-east-1');
        }
        return [scheme.id, credential];
      }
      const username = read(name('username'), { required: false });
      const password = read(name('password'), { required: false, trimmed: false });
      // RFC 7617 section 2: the first colon ends the user name.
      if (username.includes(':')) note(name('username'), 'colon', 'must not contain a colon');
      if (username === '' && password === '') note(name('username'), 'one_required', 'or the password is required');
      return [scheme.id, { mode, username, password }];
    }),
  );
}

/** Several schemes that are needed together have a field each; its name then starts with the id of the scheme. */
function fieldName(scheme: UsableAuthScheme, part: string, schemes: readonly UsableAuthScheme[]): string {
  return schemes.length === 1 ? part : `${scheme.id}.${part}`;
}

/** What a person fills in for one of the schemes that an account needs. */
export function fieldsOfScheme(scheme: UsableAuthScheme, schemes: readonly UsableAuthScheme[]): ConnectField[] {
  const name = (part: string) => fieldName(scheme, part, schemes);
  const described = scheme.description === undefined ? {} : { hint: scheme.description };
  const own = (part: AuthField['name'], label: string, hint: { readonly hint?: string } = {}) => {
    const field = scheme.fields?.find((candidate) => candidate.name === part);
    if (field === undefined) return { name: name(part), label, ...hint };
    return { name: name(part), label: field.label, ...(field.hint === undefined ? {} : { hint: field.hint }) };
  };
  switch (credentialModeOf(scheme)) {
    case 'API_KEY': {
      const label = schemes.length === 1 || scheme.mode !== 'API_KEY' ? 'API key' : `API key (${scheme.name})`;
      return [{ ...own('api_key', label, described), secret: true, required: true }];
    }
    case 'BEARER_TOKEN':
      return [{ ...own('token', 'Access token', described), secret: true, required: true }];
    case 'AWS_SIGV4':
      return [
        { ...own('access_key_id', 'Access key ID', described), secret: false, required: true },
        { ...own('secret_access_key', 'Secret access key'), secret: true, required: true },
        {
          ...own('session_token', 'Session token', { hint: 'Only of temporary credentials.' }),
          secret: true,
          required: false,
        },
        {
          ...own('region', 'Region', {
            hint: `Where its resources are: ${scheme.mode === 'AWS_SIGV4' ? scheme.region : 'us-east-1'}, unless another is named.`,
          }),
          secret: false,
          required: false,
        },
      ];
    case 'BASIC':
      // Many APIs take a key as one half and leave the other empty.
      return [
        { ...own('username', 'User name', described), secret: false, required: false },
        { ...own('password', 'Password'), secret: true, required: false },
      ];
  }
}
