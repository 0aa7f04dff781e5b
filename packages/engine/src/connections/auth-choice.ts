import { type AuthSchemeMode, authSchemeModes, JackfieldError } from '@jackfield/contract';
import type { AuthScheme, Toolkit, UnsupportedAuthScheme } from '../toolkit.ts';
import { placeOf } from './account-credentials.ts';

/** An auth scheme that an account can be connected under. */
export type UsableAuthScheme = Exclude<AuthScheme, UnsupportedAuthScheme | { mode: 'NO_AUTH' }>;

/** Of several ways to authenticate that serve the same tools, the one that is easiest to come by. */
const preference: readonly UsableAuthScheme['mode'][] = ['BEARER_TOKEN', 'API_KEY', 'BASIC', 'AWS_SIGV4', 'OAUTH2'];

/**
 * The auth schemes that an account of a toolkit is connected under unless its auth config says otherwise: of all
 * combinations that the toolkit's tools accept, the one that serves most tools.
 *
 * @throws JackfieldError `UNSUPPORTED_AUTH_SCHEME` when there is none that can be used
 */
export function defaultSchemes(toolkit: Toolkit): UsableSchemes {
  const best = bestSchemes(toolkit, () => true);
  if (best !== undefined) return best;
  throw noUsableScheme(toolkit);
}

export type UsableSchemes = readonly [UsableAuthScheme, ...UsableAuthScheme[]];

/** Of all combinations of schemes that pass, the one that serves most tools; of equals the smaller, then the easier. */
export function bestSchemes(toolkit: Toolkit, pass: (scheme: UsableAuthScheme) => boolean): UsableSchemes | undefined {
  const places = new Map(toolkit.authSchemes.map((scheme) => [scheme.id, placeOf(scheme)]));
  const usable = new Map(
    toolkit.authSchemes.flatMap((scheme) => (isUsable(scheme) && pass(scheme) ? [[scheme.id, scheme]] : [])),
  );
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
    const held = new Set<string | undefined>(schemes.map(placeOf));
    let served = 0;
    for (const { ids, count } of alternatives.values())
      if (ids.every((id) => held.has(places.get(id)))) served += count;
    const ease = Math.max(...schemes.map(({ mode }) => preference.indexOf(mode)));
    return { served, ease };
  };
  const [best] = [...candidates.values()]
    .map((schemes) => ({ schemes, ...rank(schemes) }))
    .sort((a, b) => b.served - a.served || a.schemes.length - b.schemes.length || a.ease - b.ease);
  const [first, ...others] = best?.schemes ?? [];
  return first === undefined ? undefined : [first, ...others];
}

/** A credential that a person types in. */
export type TypedMode = 'API_KEY' | 'BEARER_TOKEN' | 'BASIC' | 'AWS_SIGV4';

/** @throws JackfieldError `UNSUPPORTED_AUTH_SCHEME` when no scheme of the toolkit takes such a credential */
export function schemeForCredential(toolkit: Toolkit, mode: TypedMode): UsableAuthScheme {
  const fitting = toolkit.authSchemes.filter(isUsable).filter((scheme) => credentialModeOf(scheme) === mode);
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

/** OAuth 2 access tokens are bearer tokens (RFC 6750). */
export function credentialModeOf({ mode }: UsableAuthScheme): TypedMode {
  return mode === 'OAUTH2' ? 'BEARER_TOKEN' : mode;
}

export function isUsable(scheme: AuthScheme): scheme is UsableAuthScheme {
  return scheme.mode !== 'UNSUPPORTED' && scheme.mode !== 'NO_AUTH';
}

/** How the contract calls a stored mode. */
export function toAuthSchemeMode(mode: string): AuthSchemeMode {
  return authSchemeModes.find((known) => known === mode) ?? 'NO_AUTH';
}

export function noUsableScheme(toolkit: Toolkit): JackfieldError {
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
