import type { RouteInput, RouteName, RouteResponse, TokenNarrowing } from '@jackfield/contract';

/** What the engine must know of a call beside its input. Made by the server for each request. */
export interface CallContext {
  /** Whose data the call may see; every read and write is confined to it. */
  readonly projectId: string;
  readonly requestId: string;
  /** Fires when the caller gave up. */
  readonly signal: AbortSignal;
  /** Origin and path prefix under which the caller reaches this server, without a trailing slash; absent in embedded mode without `publicUrl`. */
  readonly publicUrl?: string | undefined;
  /** First word of the meta tools' slugs: `JACKFIELD` makes `JACKFIELD_SEARCH_TOOLS`. */
  readonly metaToolPrefix: string;
  /** What the caller's credential leaves out of the session. Default: nothing. */
  readonly narrowing?: TokenNarrowing | undefined;
  /** Hears how far a tool is that tells. Default: nobody does. */
  readonly onProgress?: ((progress: ToolProgress) => void) | undefined;
  /** The caller's key for a call that must not happen twice. */
  readonly idempotencyKey?: string | undefined;
}

/** How far a running tool is. */
export interface ToolProgress {
  /** Grows with each report. */
  readonly progress: number;
  /** What `progress` will be at the end, when that is known. */
  readonly total?: number | undefined;
  /** For people. */
  readonly message?: string | undefined;
}

/** One function a route: what the server binds, and what tests call without HTTP. */
export type Operations = {
  readonly [Name in RouteName]: (input: RouteInput<Name>, context: CallContext) => Promise<RouteResponse<Name>>;
};

/** What a person must fill in to connect an account. */
export interface ConnectForm {
  readonly toolkit: { readonly slug: string; readonly name: string; readonly logo?: string | undefined };
  readonly userId: string;
  readonly fields: readonly ConnectField[];
  readonly expiresAt: Date;
  /** Where the browser goes afterwards: the page must permit a form to lead there. */
  readonly callbackUrl?: string | undefined;
}

export interface ConnectField {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** Not shown while typed, never sent back. */
  readonly secret: boolean;
  readonly required: boolean;
}

export interface ConnectResult {
  readonly connectedAccountId: string;
  readonly toolkit: { readonly slug: string; readonly name: string };
  /** Where the browser goes next: the callback URL with `status` and `connected_account_id`. */
  readonly redirectUrl?: string | undefined;
}

/** The page that a connect link opens. */
export interface ConnectFlow {
  /** @throws JackfieldError `LINK_EXPIRED` for a token that is unknown, used or too old. */
  open(token: string): Promise<ConnectForm>;
  /**
   * Stores the credential and makes the account ACTIVE; the token is used up only then.
   * @throws JackfieldError `LINK_EXPIRED`, or `INVALID_REQUEST` with `details.issues` naming fields.
   */
  submit(token: string, fields: Readonly<Record<string, string>>): Promise<ConnectResult>;
}

export interface Engine {
  readonly operations: Operations;
  /**
   * An entity tag (RFC 9110 section 8.8.3), in its quotes, for what `sessions.tools` would answer; changes with the
   * config version, any listed tool, the meta tools' prefix and the page. Reads the session's row and nothing else.
   *
   * @throws JackfieldError `SESSION_NOT_FOUND`, `SESSION_EXPIRED`
   */
  toolListEtag(input: RouteInput<'sessions.tools'>, context: CallContext): Promise<string>;
  readonly connect: ConnectFlow;
  /** Finishes what runs, writes what is buffered. Does not close the store. */
  close(): Promise<void>;
}

/** Takes structured records; pino's logger is one. */
export interface Logger {
  debug(fields: Readonly<Record<string, unknown>>, message: string): void;
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}
