import type { AuthSchemeMode, ConnectionStatus } from './auth-schemes.ts';
import type { AccountIdentity } from './connected-accounts.ts';
import type { CountedPage, PageQuery } from './pagination.ts';

/** A toolkit as one session sees it. */
export interface SessionToolkit {
  slug: string;
  name: string;
  meta: { logo: string; description: string };
  /** Works without a connected account. */
  isNoAuth: boolean;
  enabled: boolean;
  connectedAccount: {
    id: string;
    status: ConnectionStatus;
    /** Of the user's accounts of the toolkit. */
    alias: string | null;
    identity: AccountIdentity | null;
    createdAt: string;
    userId: string;
    authConfig: { id: string; authScheme: AuthSchemeMode };
  } | null;
}

export interface ListSessionToolkitsQuery extends PageQuery {
  toolkits?: string[] | undefined;
  isConnected?: boolean | undefined;
  search?: string | undefined;
}

export type SessionToolkitListResponse = CountedPage<SessionToolkit>;
