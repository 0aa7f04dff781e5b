import type { ConnectionField } from './auth-configs.ts';
import type { AuthSchemeMode, ConnectionStatus } from './auth-schemes.ts';
import type { AccountIdentity } from './connected-accounts.ts';
import type { JsonObject } from './json.ts';
import type { CountedPage, PageQuery } from './pagination.ts';
import type { ToolItem } from './tools.ts';

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

/** A toolkit as a project sees it. */
export interface ToolkitItem {
  slug: string;
  name: string;
  version: string;
  meta: { logo: string; description: string; toolsCount: number };
  /** Works without a connected account. */
  noAuth: boolean;
  /** How accounts can be connected. */
  authSchemes: AuthSchemeMode[];
  /** Whether the project added it, or every project of this server has it. */
  origin: 'project' | 'server';
}

export interface ToolkitDetails extends ToolkitItem {
  /** Below it lies what a proxied call is relative to. Absent where the tools say it themselves. */
  baseUrl?: string | undefined;
  authSchemeDetails: ToolkitAuthScheme[];
  /** Of what the project added. */
  added?: AddedToolkit | undefined;
}

export interface ToolkitAuthScheme {
  /** What the security of tools names. */
  id: string;
  mode: AuthSchemeMode;
  /** What a person fills in; empty when they sign in at the service. */
  fields: ConnectionField[];
}

export interface AddedToolkit {
  /** Where the document was fetched from; absent when it was sent. */
  url?: string | undefined;
  /** Changes with the document and with what was said beside it. */
  hash: string;
  createdAt: string;
  updatedAt: string;
  /** Operations of the document that are no tools, and why. */
  lost: { method: string; path: string; reason: string }[];
  /** References that lead nowhere; anything is accepted in their place. */
  unresolvedReferences: string[];
}

export interface ListToolkitsQuery extends PageQuery {
  /** In slug, name or description. */
  search?: string | undefined;
  /** Default: both. */
  origin?: ToolkitItem['origin'] | undefined;
}

export type ToolkitListResponse = CountedPage<ToolkitItem>;

export interface CreateToolkitBody {
  /** Lower-case letters, digits and underscores. Default: made from the document's title. */
  slug?: string | undefined;
  /** Default: the document's title. */
  name?: string | undefined;
  /** An OpenAPI 3.0 or 3.1 document: JSON or YAML text, or the object. This or `url`. */
  document?: string | JsonObject | undefined;
  /** Where the server fetches the document, once. */
  url?: string | undefined;
  /** Of the API, in place of the servers that the document names. */
  baseUrl?: string | undefined;
  /** Put it in the place of a toolkit of the same slug that the project added before. Default: false. */
  replace?: boolean | undefined;
}

export interface DeleteToolkitResponse {
  success: true;
  /** How many accounts were deleted with it. */
  deletedAccounts: number;
}

export interface ListToolsQuery extends PageQuery {
  /** What the tools are to do: best first. This or `toolkit`, or both. */
  search?: string | undefined;
  /** Default: all. */
  toolkit?: string | undefined;
}

/** A tool, with what is needed to call it. */
export interface ToolDetails extends ToolItem {
  /** Ways to authenticate, any one of which is enough: auth schemes that are needed together. Empty: none is needed. */
  auth: Omit<ToolkitAuthScheme, 'fields'>[][];
  /** What the schema requires, filled in with its examples, or else with values of the right type. */
  exampleArguments: JsonObject;
}
