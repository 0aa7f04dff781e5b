import type {
  AccountIdentity,
  JsonObject,
  LinkResponse,
  RouteInput,
  RouteName,
  RouteResponse,
  SessionConfig,
  TokenNarrowing,
} from '@jackfield/contract';
import type { CancellableCall } from './execution/cancellations.ts';
import type { StructuredOutput } from './execution/output-fitter.ts';
import type { Files } from './files/file-service.ts';
import type { StoredSession } from './stores/store.ts';
import type { JsonSchema, ToolProgress } from './toolkit.ts';

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
  /** The session, where it was read together with the caller's credential: it is not read again. */
  readonly session?: StoredSession | undefined;
  /** What the caller's credential leaves out of the session. Default: nothing. */
  readonly narrowing?: TokenNarrowing | undefined;
  /** Hears how far a tool is that tells. Default: nobody does. */
  readonly onProgress?: ((progress: ToolProgress) => void) | undefined;
  /** The caller's key for a call that must not happen twice. */
  readonly idempotencyKey?: string | undefined;
}

/** One function a route: what the server binds, and what tests call without HTTP. */
export type Operations = {
  readonly [Name in RouteName]: (input: RouteInput<Name>, context: CallContext) => Promise<RouteResponse<Name>>;
};

/** What a connect link leads to: a form, or signing in at the service. */
export type ConnectStep = ConnectForm | ConnectSignIn;

interface ConnectStepBase {
  readonly toolkit: { readonly slug: string; readonly name: string; readonly logo?: string | undefined };
  readonly userId: string;
  /** The account that is connected again; absent for a new one. */
  readonly account?: { readonly alias: string | null; readonly identity: AccountIdentity | null } | undefined;
  readonly expiresAt: Date;
  /** Where the browser goes afterwards: the page must permit a form to lead there. */
  readonly callbackUrl?: string | undefined;
}

/** What a person must fill in to connect an account; with no fields they only confirm. */
export interface ConnectForm extends ConnectStepBase {
  readonly kind: 'form';
  readonly fields: readonly ConnectField[];
}

/** A person signs in at the service and consents there. */
export interface ConnectSignIn extends ConnectStepBase {
  readonly kind: 'sign-in';
  /** Of the service's page: the form that starts must be permitted to lead there. */
  readonly authorizationOrigin: string;
  /** What is asked for. */
  readonly scopes: readonly string[];
  /** Scope to what it permits, in the service's words, as far as the toolkit says. */
  readonly scopeDescriptions: Readonly<Record<string, string>>;
}

export interface ConnectField {
  readonly name: string;
  readonly label: string;
  readonly hint?: string | undefined;
  /** Not shown while typed, never sent back. */
  readonly secret: boolean;
  readonly required: boolean;
  /** Of several lines: the content of a file. */
  readonly multiline?: boolean | undefined;
}

/** What is wrong with a field of a form. */
export interface ConnectFieldIssue {
  /** Name of the field; empty for the form as a whole. */
  readonly path: string;
  /** Goes on after the name of the field: `is required`. */
  readonly message: string;
  /** The same for programs. */
  readonly reason:
    | 'unknown_field'
    | 'required'
    | 'one_required'
    | 'too_long'
    | 'forbidden_characters'
    | 'colon'
    | 'no_key_file'
    | 'not_accepted'
    | 'other_account';
}

/**
 * Why signing in led to nothing: the person said no (`denied`); the browser that came back is not the one that left
 * (`other_browser`); another server answered than was asked (`issuer_mismatch`); the service refused the code or the
 * request (`refused`); its answer makes no sense (`invalid_response`); it does not answer now (`unavailable`); the client
 * or the URLs are wrong (`misconfigured`); another account was signed in to than the one being connected again
 * (`other_account`).
 */
export type ConnectFailureKind =
  | 'denied'
  | 'other_browser'
  | 'issuer_mismatch'
  | 'refused'
  | 'invalid_response'
  | 'unavailable'
  | 'misconfigured'
  | 'other_account';

export type ConnectResult = ConnectSuccess | ConnectFailure;

interface ConnectResultBase {
  readonly connectedAccountId: string;
  readonly toolkit: { readonly slug: string; readonly name: string };
  /** Where the browser goes next: the callback URL with `status` and `connected_account_id`. */
  readonly redirectUrl?: string | undefined;
}

export interface ConnectSuccess extends ConnectResultBase {
  readonly status: 'success';
  readonly identity: AccountIdentity | null;
}

export interface ConnectFailure extends ConnectResultBase {
  readonly status: 'failed';
  readonly kind: ConnectFailureKind;
  /** For people; holds text of the service's. */
  readonly message: string;
}

/**
 * The pages that a connect link opens.
 *
 * `browser` is a secret that the page layer makes for a browser and keeps in a cookie of it (at least 128 random bits).
 * The first one that is given makes the link that browser's; only a hash of it is stored. All methods throw
 * JackfieldError `LINK_EXPIRED` for a token that is unknown, used or too old (`details.reason`: `unknown`, `used`,
 * `expired`), and `LINK_OTHER_BROWSER`.
 */
export interface ConnectFlow {
  /**
   * @param browser Undefined looks without binding, for what opens links and is no browser (previews in a chat); a link
   *   that is bound already is not shown then.
   */
  open(token: string, browser: string | undefined): Promise<ConnectStep>;
  /**
   * Stores the credential and makes the account ACTIVE; the token is used up only then.
   * @throws JackfieldError `INVALID_REQUEST` with `details.issues` naming fields: `path`, `message`, and a `reason` as in
   *   {@link ConnectFieldIssue}
   */
  submit(token: string, fields: Readonly<Record<string, string>>, browser: string): Promise<ConnectSuccess>;
  /**
   * Where to send the browser so that the person signs in. Can be called again until the link is used up.
   * @throws JackfieldError `AUTHORIZATION_FAILED`, and what the egress throws
   */
  startSignIn(token: string, browser: string): Promise<{ readonly authorizationUrl: string }>;
  /**
   * What the service sent the browser back with. A failure is an answer; the account is then FAILED, unless it was
   * connected before.
   * @throws JackfieldError `LINK_EXPIRED` for a `state` that is missing, unknown, used or too old: nothing changes then
   */
  finishSignIn(callback: SignInCallback, browser: string | undefined): Promise<ConnectResult>;
  /**
   * The document under `/connect/client/{authConfigId}` of the public URL, which services read when we come as a client
   * that is known by its address.
   */
  clientMetadata(publicUrl: string, authConfigId: string): Readonly<Record<string, unknown>>;
}

export interface SignInCallback {
  readonly parameters: URLSearchParams;
  /** From `/connect/callback/{authConfigId}`; absent at `/connect/callback`. */
  readonly authConfigId?: string | undefined;
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
  /**
   * What an agent should know of the session before it uses its tools: how to use the meta tools that it has.
   *
   * @throws JackfieldError `SESSION_NOT_FOUND`, `SESSION_EXPIRED`
   */
  instructions(sessionId: string, context: CallContext): Promise<string>;
  /**
   * A link for the user to connect an account, where the session leaves it to its agent to have accounts connected and
   * browsers can reach this server; undefined otherwise.
   */
  connectLink(sessionId: string, toolkitSlug: string, context: CallContext): Promise<LinkResponse | undefined>;
  /** Of the tool of that slug, whether the session allows it or not; undefined when there is none. */
  inputSchema(sessionId: string, toolSlug: string, context: CallContext): Promise<JsonSchema | undefined>;
  /** What of the data that a tool answered fits the tool's output schema. */
  structuredOutput(
    sessionId: string,
    toolSlug: string,
    data: JsonObject,
    context: CallContext,
  ): Promise<StructuredOutput>;
  /**
   * Makes a call one that {@link cancel} gives up.
   *
   * @param call names it among the calls of the session that run
   */
  cancellable(sessionId: string, call: string, context: CallContext): CancellableCall;
  /** Gives a call up, wherever it runs. One that has ended, or never began, is no error. */
  cancel(sessionId: string, call: string, context: CallContext): Promise<void>;
  readonly connect: ConnectFlow;
  readonly files: Files;
  /**
   * A session that is stored nowhere, for calls that name a user and no session: handed on as {@link CallContext.session},
   * it goes through the same gate as any other, by its id.
   */
  passingSession(userId: string, config: SessionConfig, context: CallContext): Promise<StoredSession>;
  /** Begins what nobody asks for: sends to webhooks, also what other processes left, and forgets what is old. */
  start(): void;
  /** Answers those who wait for events, and lets nobody wait any more. */
  endWaits(): void;
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
