import { type ErrorCode, JackfieldError, type JsonObject, type LinkResponse } from '@jackfield/contract';
import { type Span, SpanStatusCode, type Tracer } from '@opentelemetry/api';
import {
  type AccountCredentials,
  type Authorization,
  authorizationFor,
  noAuthorization,
} from '../connections/account-credentials.ts';
import { identityLabel, toIdentity } from '../connections/account-identity.ts';
import { authConfigDisabled } from '../connections/connect-link-service.ts';
import { accountNotFound } from '../connections/connected-account-service.ts';
import { resolveAccount } from '../connections/resolve-account.ts';
import type { AccountInUse, HeldCredentials } from '../connections/token-renewal.ts';
import type { CallContext, Logger } from '../engine.ts';
import type { OpenSession, SessionAccess } from '../sessions/session-access.ts';
import { createId } from '../stores/create-id.ts';
import type { Store, StoredConnectedAccount } from '../stores/store.ts';
import type { Toolkit } from '../toolkit.ts';
import type { AccountNeed, Action, Granted, Reauthorization } from './action.ts';
import type { ArgumentValidator } from './argument-validator.ts';
import { argumentHash, type Idempotency, type IdempotentCall, type RecordedResult } from './idempotency.ts';
import type { EngineLimits } from './limits.ts';

export interface GateServices {
  readonly sessions: SessionAccess;
  readonly store: Store;
  readonly validator: ArgumentValidator;
  readonly idempotency: Idempotency;
  readonly credentials: (use: AccountInUse, signal: AbortSignal) => Promise<HeldCredentials>;
  /** Where the user connects an account again; undefined when they cannot be told. */
  readonly linkAgain: (
    session: OpenSession,
    connectedAccountId: string,
    context: CallContext,
  ) => Promise<LinkResponse | undefined>;
  /** Whether the project has said that the toolkit is used without accounts. */
  readonly needsNoAccount: (session: OpenSession, toolkit: Toolkit) => Promise<boolean>;
  /** The tool with which an agent of the session has accounts connected, if it has it. */
  readonly connectTool: (session: OpenSession, context: CallContext) => string | undefined;
  readonly limits: EngineLimits;
  readonly logger: Logger;
  readonly tracer: Tracer;
  readonly now: () => Date;
}

export interface GateCall<Data> {
  readonly sessionId: string;
  /** What was asked for, for the records of a call that names nothing that exists. */
  readonly tool: string;
  /**
   * What the session does for this call.
   *
   * @throws JackfieldError `UNKNOWN_TOOL`, `TOOL_NOT_ALLOWED`, `UNKNOWN_TOOLKIT`
   */
  readonly find: (session: OpenSession) => Action<Data> | Promise<Action<Data>>;
  readonly none: Data;
}

export interface GateResult<Data> {
  readonly data: Data;
  readonly content?: readonly JsonObject[] | undefined;
  readonly failure?: JackfieldError | undefined;
  readonly logId: string;
}

/**
 * The one way to run anything: `session.execute`, the tools of frameworks, each call of a batch, meta tools and proxied
 * requests.
 *
 * @throws JackfieldError what the first four steps refuse, and `ABORTED`. What comes after is a result with a failure.
 */
export function callTool<Data>(
  services: GateServices,
  call: GateCall<Data>,
  context: CallContext,
): Promise<GateResult<Data>> {
  return services.tracer.startActiveSpan(
    'jackfield.execute',
    { attributes: { 'jackfield.tool': call.tool } },
    async (span) => {
      try {
        return await pass(services, call, context, span);
      } finally {
        span.end();
      }
    },
  );
}

async function pass<Data>(
  services: GateServices,
  call: GateCall<Data>,
  context: CallContext,
  span: Span,
): Promise<GateResult<Data>> {
  const startedAt = services.now();
  const start = performance.now();
  const logId = createId('log', startedAt.getTime());

  // 1. The session exists, has not expired, and is the caller's.
  const session = await services.sessions.open(call.sessionId, context);

  let action: Action<Data> | undefined;
  let account: StoredConnectedAccount | undefined;
  let idempotent: IdempotentCall | undefined;
  let sent = false;
  try {
    // 2. The session allows the tool; what it does not know it denies.
    action = await call.find(session);
    span.setAttribute('jackfield.toolkit', action.toolkit);

    // 3. Policy (allow, ask, deny) stands here: before anything is looked up or recorded for the call, and on each call
    // of a batch by itself, because each comes through here.

    // 4. A call whose key was used before is answered from its record.
    idempotent = idempotentCall(action, session, context);
    const recorded = idempotent && (await services.idempotency.recorded(idempotent, context.signal));
    if (recorded !== undefined) return recordedResult(recorded);

    // 5. The arguments fit the schema.
    const unfit = checkArguments(services, action);
    if (unfit !== undefined) return finish({ data: call.none, failure: unfit });

    // 6. The connected account, and its credential.
    const use = action.account && (await accountFor(services, session, action.account, context));
    account = use?.account;
    const held = use === undefined ? nothingHeld : await services.credentials(use, context.signal);
    const granted = grant(session, action.account, account, held, context);
    const taken = idempotent && (await services.idempotency.begin(idempotent, context.signal));
    if (taken !== undefined) return recordedResult(taken);

    // 7. The request goes out, or the function runs.
    sent = true;
    const performed = await action.perform(granted);

    // 8. The result is recorded and handed on; it was mapped, and rid of secrets, by what made it.
    return finish(performed);
  } catch (error) {
    const failure = await withLink(services, toFailure(error, context), session, context);
    if (failure.code === 'INTERNAL')
      services.logger.error({ requestId: context.requestId, logId, err: error }, 'tool call broke');
    if (sent && failure.code !== 'ABORTED') return finish({ data: call.none, failure });
    // Steps 5 and 6 refuse with a result, so that an agent reads it; the others, and a caller who has left, with an error.
    if (action !== undefined && isRefusal(failure.code)) return finish({ data: call.none, failure });
    await finish({ data: call.none, failure });
    throw failure;
  }

  function recordedResult({ data, content, failure, logId }: RecordedResult): GateResult<Data> {
    // Data of this action, written by `complete` below.
    return { data: data as Data, content, failure, logId };
  }

  async function finish({ data, content, failure }: Omit<GateResult<Data>, 'logId'>): Promise<GateResult<Data>> {
    const result = {
      data,
      ...(content === undefined ? {} : { content }),
      ...(failure === undefined ? {} : { failure }),
      logId,
    };
    if (sent && idempotent !== undefined) await settle(services, idempotent, result);
    const outcome = failure === undefined ? 'succeeded' : sent ? 'failed' : 'refused';
    const durationMs = Math.round((performance.now() - start) * 1000) / 1000;
    services.store.toolCalls.record({
      id: logId,
      projectId: session.projectId,
      sessionId: session.id,
      userId: session.userId,
      tool: action?.tool ?? call.tool,
      toolkit: action?.toolkit ?? '',
      connectedAccountId: account?.id ?? null,
      outcome,
      errorCode: failure?.code ?? null,
      requestId: context.requestId,
      startedAt,
      durationMs,
    });
    services.logger.info(
      {
        requestId: context.requestId,
        sessionId: session.id,
        logId,
        tool: action?.tool ?? call.tool,
        toolkit: action?.toolkit,
        connectedAccountId: account?.id,
        identity: account && identityLabel(toIdentity(account.identity)),
        outcome,
        errorCode: failure?.code,
        durationMs,
      },
      'tool call',
    );
    span.setAttribute('jackfield.outcome', outcome);
    if (failure !== undefined) {
      span.setAttribute('jackfield.error_code', failure.code);
      span.setStatus({ code: SpanStatusCode.ERROR, message: failure.code });
    }
    return result;
  }
}

function idempotentCall(
  action: Action<unknown>,
  session: OpenSession,
  { idempotencyKey }: CallContext,
): IdempotentCall | undefined {
  if (idempotencyKey === undefined || action.repetition === 'own') return undefined;
  return {
    key: { projectId: session.projectId, scope: session.id, key: idempotencyKey },
    argumentHash: argumentHash([action.tool, action.account?.named ?? null, action.input]),
    safe: action.repetition === 'safe',
  };
}

function checkArguments(
  { limits, validator }: GateServices,
  { tool, input, inputSchema }: Action<unknown>,
): JackfieldError | undefined {
  const { length } = JSON.stringify(input);
  if (length > limits.maxArgumentsLength) {
    return new JackfieldError('REQUEST_TOO_LARGE', {
      message: `The arguments of ${tool} are ${length} characters long as JSON.`,
      fix: `Send at most ${limits.maxArgumentsLength}.`,
    });
  }
  return inputSchema === undefined ? undefined : validator.check(tool, inputSchema, input);
}

async function accountFor(
  services: GateServices,
  session: OpenSession,
  { toolkit, security, optional, named }: AccountNeed,
  context: CallContext,
): Promise<AccountInUse | undefined> {
  if (security.length === 0) return undefined;
  const account = await resolveAccount(services.store, {
    projectId: session.projectId,
    userId: session.userId,
    config: session.config,
    toolkit,
    account: named,
    optional,
    connectTool: services.connectTool(session, context),
  }).catch(async (error: unknown) => {
    const isMissing = JackfieldError.isInstance(error) && error.code === 'CONNECTION_REQUIRED';
    if (isMissing && (await services.needsNoAccount(session, toolkit))) return undefined;
    throw error;
  });
  if (account === undefined) return undefined;
  const authConfig = await services.store.authConfigs.get(session.projectId, account.authConfigId);
  // The auth config takes its accounts with it.
  if (authConfig === undefined) throw accountNotFound(account.id);
  if (authConfig.enabled) return { account, authConfig, toolkit };
  throw authConfigDisabled(authConfig, toolkit);
}

/** An ended connection is told together with the way to mend it, which only a session can say. */
async function withLink(
  { linkAgain, connectTool, logger }: GateServices,
  failure: JackfieldError,
  session: OpenSession,
  context: CallContext,
): Promise<JackfieldError> {
  const id = failure.details?.connectedAccountId;
  if (!isMendedByConnecting(failure) || typeof id !== 'string') return failure;
  let link: LinkResponse | undefined;
  try {
    link = await linkAgain(session, id, context);
  } catch (error) {
    logger.error({ requestId: context.requestId, connectedAccountId: id, err: error }, 'no link to connect again');
  }
  const tool = connectTool(session, context);
  const toolkit = String(failure.details?.toolkit);
  if (link === undefined) {
    if (tool === undefined) return failure;
    const fix = `Call ${tool} with toolkits ["${toolkit}"] and give the user the link that it returns.`;
    return new JackfieldError(failure.code, { ...failure.toJSON(), fix, cause: failure.cause });
  }
  return new JackfieldError(failure.code, {
    ...failure.toJSON(),
    fix: `Give the user this link to connect the account again, and repeat the call when they are done: ${link.redirectUrl}`,
    details: { ...failure.details, redirectUrl: link.redirectUrl, expiresAt: link.expiresAt },
    cause: failure.cause,
  });
}

const nothingHeld: HeldCredentials = { credentials: {}, secrets: [] };

function grant(
  session: OpenSession,
  need: AccountNeed | undefined,
  account: StoredConnectedAccount | undefined,
  held: HeldCredentials,
  { signal, onProgress = ignore }: CallContext,
): Granted {
  const { credentials, renewal } = held;
  const secrets = [...held.secrets];
  const common = { session, accountId: account?.id, secrets, signal, reportProgress: onProgress };
  if (need === undefined || account === undefined) {
    return { ...common, credentials, authorization: noAuthorization };
  }
  const { toolkit } = need;
  const alternatives = need.security === 'held' ? [Object.keys(credentials)] : need.security;
  const authorization = firstAuthorization(alternatives, toolkit, credentials);
  if (authorization !== undefined) {
    const reauthorization: Reauthorization | undefined = renewal && {
      async authorize(isInvalid) {
        const renewed = await renewal.renew(isInvalid);
        if (renewed === undefined) return undefined;
        secrets.push(...renewed.secrets);
        return firstAuthorization(alternatives, toolkit, renewed.credentials);
      },
      wasInVain: () => renewal.wasInVain(),
    };
    return { ...common, credentials, authorization, reauthorization };
  }
  if (alternatives.some(({ length }) => length === 0)) {
    return { ...common, credentials: {}, authorization: noAuthorization };
  }
  const accepted = alternatives.map((ids) => ids.join(' with ')).join(' or ');
  throw new JackfieldError('UNSUPPORTED_AUTH_SCHEME', {
    message: `The account ${account.id} of ${toolkit.name} is connected by ${Object.keys(credentials).join(' with ')}, but this tool needs ${accepted}.`,
    fix: 'Connect an account by what the tool needs, if it can be used here, or use another tool.',
    details: { toolkit: toolkit.slug, connectedAccountId: account.id },
  });
}

function firstAuthorization(
  alternatives: readonly (readonly string[])[],
  { authSchemes }: Toolkit,
  credentials: AccountCredentials,
): Authorization | undefined {
  for (const schemeIds of alternatives) {
    const authorization = schemeIds.length === 0 ? undefined : authorizationFor(schemeIds, authSchemes, credentials);
    if (authorization !== undefined) return authorization;
  }
  return undefined;
}

/** Never throws: a client that hears of an error repeats the call, and the tool has run. */
async function settle(
  { idempotency, logger }: GateServices,
  call: IdempotentCall,
  result: GateResult<unknown>,
): Promise<void> {
  const { failure } = result;
  try {
    if (failure === undefined) await idempotency.complete(call, result);
    // What may be repeated did not happen, or does no harm when it happens twice.
    else if (isUndone(failure)) await idempotency.release(call);
    else if (leavesOpen(failure)) await idempotency.lose(call);
    else await idempotency.complete(call, result);
  } catch (error) {
    logger.error({ logId: result.logId, err: error }, 'result not recorded for its idempotency key');
  }
}

function isUndone(failure: JackfieldError): boolean {
  return failure.retryable || failure.details?.status === 401 || isMendedByConnecting(failure);
}

/** Whether the same call may succeed once the user has connected the account again. */
function isMendedByConnecting({ code }: JackfieldError): boolean {
  return code === 'CONNECTION_EXPIRED' || code === 'CONNECTION_SCOPES_MISSING';
}

/** Whether a failure leaves open if the service did what it was asked. */
function leavesOpen({ code, details }: JackfieldError): boolean {
  switch (code) {
    case 'TIMEOUT':
    case 'ABORTED':
    case 'UPSTREAM_UNREACHABLE':
    case 'UPSTREAM_INVALID_RESPONSE':
    case 'UPSTREAM_RESPONSE_TOO_LARGE':
    case 'INTERNAL':
      return true;
    case 'UPSTREAM_ERROR':
      return typeof details?.status === 'number' && details.status >= 500;
    default:
      return false;
  }
}

/** What steps 5 and 6 refuse with, asking for a token included. */
const refusals: ReadonlySet<ErrorCode> = new Set([
  'INVALID_ARGUMENTS',
  'INVALID_TOOLKIT',
  'REQUEST_TOO_LARGE',
  'CONNECTION_REQUIRED',
  'CONNECTION_AMBIGUOUS',
  'CONNECTION_NOT_ACTIVE',
  'CONNECTION_EXPIRED',
  'CONNECTED_ACCOUNT_NOT_FOUND',
  'UNSUPPORTED_AUTH_SCHEME',
  'AUTHORIZATION_FAILED',
  'EGRESS_DENIED',
  'TIMEOUT',
  'UPSTREAM_ERROR',
  'UPSTREAM_INVALID_RESPONSE',
  'UPSTREAM_RESPONSE_TOO_LARGE',
  'UPSTREAM_UNREACHABLE',
]);

function isRefusal(code: ErrorCode): boolean {
  return refusals.has(code);
}

function toFailure(error: unknown, { signal }: CallContext): JackfieldError {
  if (JackfieldError.isInstance(error)) return error;
  if (signal.aborted) {
    return new JackfieldError('ABORTED', {
      message: 'The call was given up by its caller.',
      fix: 'Nothing, if that was intended. What was sent may still have its effect.',
    });
  }
  return new JackfieldError('INTERNAL', {
    message: 'The call failed for a reason that is ours.',
    fix: 'Report it together with the request id.',
    // What a part of ours threw may be about the arguments: it goes to the log and no further.
    cause: error,
  });
}

function ignore(): void {}
