import { JackfieldError } from '@jackfield/contract';
import type { Store } from '../stores/store.ts';
import type { Toolkit } from '../toolkit.ts';
import { describeAccount } from './resolve-account.ts';

export type ScopesNeeded = (
  toolkit: Pick<Toolkit, 'slug' | 'name'>,
  projectId: string,
  connectedAccountId: string,
  scopes: readonly string[],
) => Promise<JackfieldError>;

/**
 * Notes that a service wants scopes which an account does not have (RFC 6750 section 3.1, `insufficient_scope`), so that
 * they are asked for when the account is connected again.
 *
 * @returns `CONNECTION_SCOPES_MISSING`, without the link, which only a session can make: see the gate
 */
export function scopesNeeded(store: Store): ScopesNeeded {
  return async (toolkit, projectId, connectedAccountId, scopes) => {
    const account = await store.connectedAccounts.get(projectId, connectedAccountId);
    const { asked = [], granted = [], needed = [] } = account?.scopes ?? {};
    const all = [...new Set([...needed, ...scopes])];
    if (account !== undefined && all.length > needed.length) {
      await store.connectedAccounts.update({ projectId, id: account.id, scopes: { asked, granted, needed: all } });
    }
    const named = scopes.length === 0 ? 'more scopes than it has' : `the scopes ${scopes.join(' ')}`;
    return new JackfieldError('CONNECTION_SCOPES_MISSING', {
      message: `${toolkit.name} wants ${named} for this of ${account === undefined ? connectedAccountId : describeAccount(account)}.`,
      fix: `Have the user connect it again: session.authorize('${toolkit.slug}', { account: '${connectedAccountId}' }) makes the link.`,
      details: { toolkit: toolkit.slug, connectedAccountId, scopes },
    });
  };
}
