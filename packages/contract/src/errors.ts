/** What a code means: the HTTP status it has unless said otherwise, and whether the same call may succeed later. */
interface ErrorCodeDefinition {
  readonly status: number;
  readonly retryable: boolean;
}

/**
 * Every error code, with its default status. A code is part of the public interface: it is added, never changed.
 * Sorted by status.
 */
export const errorCodes = {
  /** The request could not be understood: malformed JSON, a wrong type, an unknown key. */
  INVALID_REQUEST: { status: 400, retryable: false },
  /** A session config that contradicts itself or names something that cannot be. */
  INVALID_SESSION_CONFIG: { status: 400, retryable: false },
  UNKNOWN_TOOLKIT: { status: 400, retryable: false },
  UNKNOWN_TOOL: { status: 400, retryable: false },
  /** A custom tool or toolkit definition that breaks a rule. */
  INVALID_CUSTOM_TOOL: { status: 400, retryable: false },
  /** Tool arguments that do not fit the tool's input schema. */
  INVALID_ARGUMENTS: { status: 400, retryable: false },
  /** A page cursor that this server did not issue, or that belongs to another list. */
  INVALID_CURSOR: { status: 400, retryable: false },
  /** The toolkit has no way to authenticate that can be used here. */
  UNSUPPORTED_AUTH_SCHEME: { status: 400, retryable: false },
  /** The tool needs a connected account and the user has none for its toolkit. */
  CONNECTION_REQUIRED: { status: 400, retryable: false },
  /** Several connected accounts would do and none was chosen. */
  CONNECTION_AMBIGUOUS: { status: 400, retryable: false },
  /** The connected account exists but cannot be used (disabled, failed, not finished). */
  CONNECTION_NOT_ACTIVE: { status: 400, retryable: false },
  /** The credential ran out or was withdrawn; `details.redirectUrl` is where the user connects the account again. */
  CONNECTION_EXPIRED: { status: 400, retryable: false },
  /** The connected account lacks scopes that the service wants; `details.redirectUrl` is where the user grants them. */
  CONNECTION_SCOPES_MISSING: { status: 400, retryable: false },
  /** A URL to go back to after connecting that the server does not allow. */
  CALLBACK_NOT_ALLOWED: { status: 400, retryable: false },
  /** The authorization server refused, or cannot be used as configured. */
  AUTHORIZATION_FAILED: { status: 400, retryable: false },
  /** A document that cannot be made into a toolkit. */
  INVALID_TOOLKIT: { status: 400, retryable: false },
  /** Options of a constructor or function that cannot work. */
  INVALID_CONFIGURATION: { status: 400, retryable: false },
  /** No credential, or one that is not known. */
  UNAUTHENTICATED: { status: 401, retryable: false },
  /** The credential is known and does not cover this. */
  FORBIDDEN: { status: 403, retryable: false },
  /** The tool exists and this session does not allow it. */
  TOOL_NOT_ALLOWED: { status: 403, retryable: false },
  /** A connect link, or the way back from signing in, in another browser than the one it belongs to. */
  LINK_OTHER_BROWSER: { status: 403, retryable: false },
  /** A call to an address that tools may not reach (private network, another host than the toolkit's). */
  EGRESS_DENIED: { status: 403, retryable: false },
  NOT_FOUND: { status: 404, retryable: false },
  SESSION_NOT_FOUND: { status: 404, retryable: false },
  CONNECTED_ACCOUNT_NOT_FOUND: { status: 404, retryable: false },
  METHOD_NOT_ALLOWED: { status: 405, retryable: false },
  /** The stored config version is not the one that the caller expected. */
  CONFIG_VERSION_CONFLICT: { status: 409, retryable: false },
  /** An update would allow more than before and did not say `widen`. */
  WIDENING_NOT_ALLOWED: { status: 409, retryable: false },
  CONFLICT: { status: 409, retryable: false },
  /** A connect link that was used, replaced or ran out; the address of a file that ran out. */
  LINK_EXPIRED: { status: 410, retryable: false },
  SESSION_EXPIRED: { status: 410, retryable: false },
  REQUEST_TOO_LARGE: { status: 413, retryable: false },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retryable: false },
  RATE_LIMITED: { status: 429, retryable: true },
  /** The caller gave up: its `AbortSignal` fired. Never sent by a server. */
  ABORTED: { status: 499, retryable: false },
  INTERNAL: { status: 500, retryable: true },
  /** A called service answered something that is not what it promised: invalid JSON, a cut body. */
  UPSTREAM_INVALID_RESPONSE: { status: 502, retryable: false },
  /** A called service could not be reached, or closed the connection. */
  UPSTREAM_UNREACHABLE: { status: 502, retryable: true },
  /** A called service answered with an error status. */
  UPSTREAM_ERROR: { status: 502, retryable: false },
  /** A called service answered more than the limit. */
  UPSTREAM_RESPONSE_TOO_LARGE: { status: 502, retryable: false },
  UNAVAILABLE: { status: 503, retryable: true },
  /** No process that runs the custom tools of the session is there at the moment. */
  CUSTOM_TOOL_UNAVAILABLE: { status: 503, retryable: true },
  /** Nothing came back within the time limit. What was started may still happen. */
  TIMEOUT: { status: 504, retryable: true },
} as const satisfies Record<string, ErrorCodeDefinition>;

export type ErrorCode = keyof typeof errorCodes;

export interface JackfieldErrorOptions {
  /** What was wrong, with the offending value. */
  readonly message: string;
  /** How to mend it. */
  readonly fix?: string | undefined;
  /** Default: the status of the code in {@link errorCodes}. */
  readonly status?: number | undefined;
  /** Evidence, as JSON. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Whether the same call may succeed later. Default: that of the code. */
  readonly retryable?: boolean | undefined;
  /** The server's id of the request, to be found in its logs. */
  readonly requestId?: string | undefined;
  readonly cause?: unknown;
}

/** An error as it stands in a response body. */
export interface SerializedError {
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: string;
  readonly fix?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  readonly retryable: boolean;
  readonly requestId?: string | undefined;
}

const brand = Symbol.for('jackfield.error');

/** The one error that Jackfield throws. Tell it from others with {@link JackfieldError.isInstance}. */
export class JackfieldError extends Error {
  override readonly name = 'JackfieldError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly fix: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;
  readonly retryable: boolean;
  readonly requestId: string | undefined;
  readonly [brand] = true;

  constructor(code: ErrorCode, options: JackfieldErrorOptions) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status ?? errorCodes[code].status;
    this.fix = options.fix;
    this.details = options.details;
    this.retryable = options.retryable ?? errorCodes[code].retryable;
    this.requestId = options.requestId;
  }

  /** Like `instanceof`, also for an error that another copy of this package made. */
  static isInstance(value: unknown): value is JackfieldError {
    return typeof value === 'object' && value !== null && brand in value && value[brand] === true;
  }

  /** Without stack and cause: safe to send. */
  toJSON(): SerializedError {
    return {
      code: this.code,
      status: this.status,
      message: this.message,
      ...(this.fix === undefined ? {} : { fix: this.fix }),
      ...(this.details === undefined ? {} : { details: this.details }),
      retryable: this.retryable,
      ...(this.requestId === undefined ? {} : { requestId: this.requestId }),
    };
  }
}
