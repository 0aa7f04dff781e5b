import type { AccountIdentity } from '@jackfield/contract';
import { isJsonObject, resolvePointer } from '@jackfield/json-schema';
import type { Egress } from '../egress/egress.ts';
import { buildHttpRequest } from '../execution/http-request.ts';
import type { EngineLimits } from '../execution/limits.ts';
import { sendRequest } from '../execution/send-request.ts';
import type { Credential, Toolkit } from '../toolkit.ts';
import { authorizationFor } from './account-credentials.ts';
import { foreignText } from './oauth/authorization-failure.ts';

/** Where services put what tells whose an account is, the most telling first. */
const claimNames: { readonly [Part in keyof Required<AccountIdentity>]: readonly string[] } = {
  id: ['sub', 'id', 'user_id', 'account_id'],
  email: ['email', 'mail', 'userPrincipalName'],
  login: ['login', 'preferred_username', 'username', 'user_name'],
  name: ['name', 'display_name', 'displayName'],
  workspace: ['hd', 'workspace', 'workspace_name', 'team_name', 'organization', 'tid'],
};

const longest = 200;

/** Whom claims (OpenID Connect Core section 5.1, or the like) are about. */
export function identityOfClaims(claims: Readonly<Record<string, unknown>>): AccountIdentity {
  return collect((part) => claimNames[part].map((name) => claims[name]).find((value) => textOf(value) !== undefined));
}

export function mergeIdentities(...identities: readonly AccountIdentity[]): AccountIdentity | null {
  const merged: AccountIdentity = Object.assign({}, ...identities.toReversed());
  return Object.keys(merged).length === 0 ? null : merged;
}

/** `ada@example.com (Acme)`; undefined when there is nothing to tell it by. */
export function identityLabel(identity: AccountIdentity | null): string | undefined {
  const { email, login, name, id, workspace } = identity ?? {};
  const who = email ?? login ?? name ?? id;
  if (who === undefined) return workspace;
  return workspace === undefined ? who : `${who} (${workspace})`;
}

/** Written by us, as JSON. */
export function toIdentity(stored: object | null): AccountIdentity | null {
  return stored;
}

export interface IdentityRequest {
  readonly toolkit: Toolkit;
  readonly credentials: Readonly<Record<string, Credential>>;
  readonly secrets: readonly string[];
  readonly egress: Egress;
  readonly limits: EngineLimits;
  readonly signal: AbortSignal;
}

/** `refused`: the service does not accept the credential. */
export type IdentityAnswer = AccountIdentity | 'refused' | undefined;

/** Asks the operation that the toolkit names for it. Undefined when it names none, or there is no useful answer. */
export async function askIdentity({
  toolkit,
  credentials,
  egress,
  limits,
  ...request
}: IdentityRequest): Promise<IdentityAnswer> {
  const { identity: named } = toolkit;
  const tool = named && toolkit.tools.find(({ slug }) => slug === named.tool);
  if (named === undefined || tool?.binding.kind !== 'http' || !tool.hints.readOnlyHint) return undefined;
  const { binding } = tool;
  const authorization = tool.security
    .filter((ids) => ids.length > 0)
    .map((ids) => authorizationFor(ids, toolkit.authSchemes, credentials))
    .find((found) => found !== undefined);
  if (authorization === undefined) return undefined;
  const response = await sendRequest(buildHttpRequest(binding, {}), {
    egress,
    limits: { ...limits, toolTimeoutMs: Math.min(limits.toolTimeoutMs, timeoutMs) },
    authorization,
    idempotent: true,
    allowedHosts: [new URL(binding.baseUrl).host],
    signal: request.signal,
  });
  if (response.status === 401) return 'refused';
  if (response.status !== 200) return undefined;
  const body = response.json();
  return collect(
    (part) => (named[part] === undefined ? undefined : resolvePointer(body, `#${named[part]}`)),
    request.secrets,
  );
}

const timeoutMs = 10_000;

/** OpenID Connect Core section 5.3, also of services that are like it. */
export async function askUserinfo(
  url: string,
  accessToken: string,
  {
    egress,
    signal,
    subject,
    secrets,
  }: Pick<IdentityRequest, 'egress' | 'signal' | 'secrets'> & { readonly subject: string | undefined },
): Promise<AccountIdentity | undefined> {
  const response = await egress.fetch({
    url,
    method: 'GET',
    headers: { authorization: `Bearer ${accessToken}`, accept: 'application/json' },
    idempotent: true,
    followRedirects: false,
    timeoutMs,
    maxResponseBytes: 1_000_000,
    signal,
  });
  if (response.status !== 200) return undefined;
  const body = response.json();
  if (!isJsonObject(body)) return undefined;
  // Section 5.3.2: what is about somebody else must not be used.
  if (subject !== undefined && body.sub !== undefined && body.sub !== subject) return undefined;
  return collect(
    (part) => claimNames[part].map((name) => body[name]).find((value) => textOf(value) !== undefined),
    secrets,
  );
}

function collect(read: (part: keyof AccountIdentity) => unknown, secrets: readonly string[] = []): AccountIdentity {
  const identity: AccountIdentity = {};
  for (const part of ['id', 'email', 'login', 'name', 'workspace'] as const) {
    const text = foreignText(textOf(read(part)) ?? '', secrets).slice(0, longest);
    if (text !== '') identity[part] = text;
  }
  return identity;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
