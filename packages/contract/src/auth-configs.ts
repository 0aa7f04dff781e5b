import type { AuthSchemeMode } from './auth-schemes.ts';
import type { CursorPage, PageQuery } from './pagination.ts';

/** How a project authenticates with a toolkit. */
export interface AuthConfig {
  id: string;
  name: string;
  toolkit: { slug: string; logo: string };
  authScheme: AuthSchemeMode;
  status: 'ENABLED' | 'DISABLED';
  /** Made by itself for a toolkit whose scheme needs no client. */
  isDefault: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface ListAuthConfigsQuery extends PageQuery {
  toolkitSlug?: string | undefined;
}

export type AuthConfigListResponse = CursorPage<AuthConfig>;
