import { type AuthSchemeMode, type CredentialInput, JackfieldError } from '@jackfield/contract';
import type { AuthScheme, Toolkit, UnsupportedAuthScheme } from '../toolkit.ts';

/** An auth scheme that an account can be connected under by typing in what it needs. */
export type UsableAuthScheme = Exclude<AuthScheme, UnsupportedAuthScheme | { mode: 'NO_AUTH' }>;

/** Of several ways to authenticate that serve the same tools, the one that is easiest to come by. */
const preference: readonly UsableAuthScheme['mode'][] = ['BEARER_TOKEN', 'API_KEY', 'BASIC', 'OAUTH2'];

/**
 * The auth schemes that an account of a toolkit is connected under unless its auth config says otherwise: of all
 * combinations that the toolkit's tools accept, the one that serves most tools.
 *
 * @throws JackfieldError `UNSUPPORTED_AUTH_SCHEME` when there is none that can be used
 */
export function defaultSchemes(toolkit: Toolkit): readonly [UsableAuthScheme, ...UsableAuthScheme[]] {
  const usable = new Map(toolkit.authSchemes.flatMap((scheme) => (isUsable(scheme) ? [[scheme.id, scheme]] : [])));
  const candidates = new Map<string, readonly UsableAuthScheme[]>();
  for (const scheme of usable.values()) candidates.set(scheme.id, [scheme]);
  const alternatives = new Map<string, { readonly ids: readonly string[]; count: number }>();
  for (const { security } of toolkit.tools) {
    for (const ids of security) {
      if (ids.length === 0) continue;
      const key = ids.toSorted().join(' ');
      const known = alternatives.get(key);
      if (known === undefined) alternatives.set(key, { ids, count: 1 });
      else known.count += 1;
      const schemes = ids.flatMap((id) => usable.get(id) ?? []);
      if (schemes.length === ids.length) candidates.set(key, schemes);
    }
  }
  const rank = (schemes: readonly UsableAuthScheme[]) => {
    const held = new Set(schemes.map(({ id }) => id));
    let served = 0;
    for (const { ids, count } of alternatives.values()) if (ids.every((id) => held.has(id))) served += count;
    const ease = Math.max(...schemes.map(({ mode }) => preference.indexOf(mode)));
    return { served, ease };
  };
  const [best] = [...candidates.values()]
    .map((schemes) => ({ schemes, ...rank(schemes) }))
    .sort((a, b) => b.served - a.served || a.schemes.length - b.schemes.length || a.ease - b.ease);
  const [first, ...others] = best?.schemes ?? [];
  if (first !== undefined) return [first, ...others];
  throw noUsableScheme(toolkit);
}

/** @throws JackfieldError `UNSUPPORTED_AUTH_SCHEME` when no scheme of the toolkit takes such a credential */
export function schemeForCredential(toolkit: Toolkit, mode: CredentialInput['mode']): UsableAuthScheme {
  const fitting = toolkit.authSchemes.filter(isUsable).filter((scheme) => takes(scheme, mode));
  const scheme = fitting.find((candidate) => candidate.mode === mode) ?? fitting[0];
  if (scheme !== undefined) return scheme;
  const accepted = [...new Set(toolkit.authSchemes.filter(isUsable).map(credentialModeOf))];
  if (accepted.length === 0) throw noUsableScheme(toolkit);
  throw new JackfieldError('UNSUPPORTED_AUTH_SCHEME', {
    message: `${toolkit.name} does not take a credential of mode ${mode}.`,
    fix: `Send one of mode ${accepted.join(' or ')}.`,
    details: { toolkit: toolkit.slug, accepted },
  });
}

/** Whether a scheme is satisfied by such a credential. */
export function takes(scheme: UsableAuthScheme, mode: CredentialInput['mode']): boolean {
  return credentialModeOf(scheme) === mode;
}

/** OAuth 2 access tokens are bearer tokens (RFC 6750). */
export function credentialModeOf({ mode }: UsableAuthScheme): CredentialInput['mode'] {
  return mode === 'OAUTH2' ? 'BEARER_TOKEN' : mode;
}

export function isUsable(scheme: AuthScheme): scheme is UsableAuthScheme {
  return scheme.mode !== 'UNSUPPORTED' && scheme.mode !== 'NO_AUTH';
}

/** How the contract calls a stored mode. */
export function toAuthSchemeMode(mode: string): AuthSchemeMode {
  switch (mode) {
    case 'API_KEY':
    case 'BEARER_TOKEN':
    case 'BASIC':
    case 'OAUTH2':
      return mode;
    default:
      return 'NO_AUTH';
  }
}

function noUsableScheme(toolkit: Toolkit): JackfieldError {
  const unsupported = toolkit.authSchemes.flatMap((scheme) => (scheme.mode === 'UNSUPPORTED' ? [scheme.kind] : []));
  return new JackfieldError('UNSUPPORTED_AUTH_SCHEME', {
    message:
      unsupported.length === 0
        ? `${toolkit.name} says of no way to authenticate; its tools are called without an account.`
        : `${toolkit.name} authenticates by ${unsupported.join(', ')}, which cannot be used here.`,
    fix:
      unsupported.length === 0
        ? 'Call its tools without connecting. If the API does need a credential, add its auth scheme to the document.'
        : 'Use another document of the same API that offers a key, a token or a password.',
    details: { toolkit: toolkit.slug },
  });
}
