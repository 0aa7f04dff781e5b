import { setTimeout as delay } from 'node:timers/promises';
import { type ExecuteResponse, JackfieldError } from '@jackfield/contract';
import type { CallContext, Engine } from '@jackfield/engine';
import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type InputRequiredResult,
  inputRequired,
  type ServerContext,
  UrlElicitationRequiredError,
} from '@modelcontextprotocol/server';
import type { ClientMarks } from './client-marks.ts';

export interface ConnectingCall {
  readonly engine: Engine;
  readonly sessionId: string;
  readonly context: CallContext;
  readonly mcpReq: ServerContext['mcpReq'];
  /** Of a client of the handshake era. */
  readonly client: ClientMarks | undefined;
  /** How long the call waits for its user to finish connecting. */
  readonly connectWaitMs: number;
}

/** A page on which the user connects an account of an app. */
interface ConnectPage {
  readonly toolkit: string;
  readonly url: string;
  /** The account to be. */
  readonly accountId: string;
}

const lookEveryMs = 1_000;

/**
 * What is to be done about a call that needs an account which the user has not connected, or must connect again.
 *
 * A client that shows links to its user (elicitation of mode `url`) is asked to: one of the stateless era by a result that
 * asks for input, one of the handshake era by the error that MCP 2025-11-25 has for it, after which it repeats the call.
 * Any other client gets the link in the result.
 *
 * @param run runs the tool
 * @returns what the tool answered, with the link where it lacks an account; or what asks the client for its user
 * @throws UrlElicitationRequiredError
 */
export async function withConnections(
  call: ConnectingCall,
  run: () => Promise<ExecuteResponse>,
): Promise<ExecuteResponse | InputRequiredResult> {
  const first = await run();
  const missing = missingToolkit(first);
  if (missing === undefined) return offered(call, first);
  const action = answerOf(call, missing);
  if (action === undefined) {
    const page = await pageFor(call, missing, first);
    if (page === undefined) return first;
    ask(call, [page]);
    return asked(call, [page]) ?? withLink(first, page);
  }
  if (action !== 'accept') {
    return failed(first, `The user declined to connect ${missing}. Go on without it, or ask why.`);
  }
  await untilConnected(call, missing);
  const second = await run();
  return missingToolkit(second) === undefined
    ? second
    : failed(second, `The user has not finished connecting ${missing}. Ask them to, then repeat the call.`);
}

/** The links that a tool of ours answers are shown by a client that can. */
async function offered(
  call: ConnectingCall,
  response: ExecuteResponse,
): Promise<ExecuteResponse | InputRequiredResult> {
  const pages = pagesIn(response);
  if (pages.length === 0) return response;
  const [page] = pages;
  if (page !== undefined && answerOf(call, page.toolkit) !== undefined) return response;
  ask(call, pages);
  return asked(call, pages) ?? response;
}

/** The app that a refused call lacks a connection of, where connecting one helps. */
function missingToolkit({ failure }: ExecuteResponse): string | undefined {
  const { toolkit, accounts } = failure?.details ?? {};
  if (typeof toolkit !== 'string') return undefined;
  switch (failure?.code) {
    case 'CONNECTION_REQUIRED':
    case 'CONNECTION_EXPIRED':
    case 'CONNECTION_SCOPES_MISSING':
      return toolkit;
    // Accounts that were begun and not finished; not those whose auth config is disabled.
    case 'CONNECTION_NOT_ACTIVE':
      return accounts === undefined ? undefined : toolkit;
    default:
      return undefined;
  }
}

/** What the user answered when the client showed the link: `accept`, `decline` or `cancel`. */
function answerOf({ mcpReq }: ConnectingCall, toolkit: string): unknown {
  const response = mcpReq.inputResponses?.[inputKey(toolkit)];
  return typeof response === 'object' && response !== null && 'action' in response ? response.action : undefined;
}

function inputKey(toolkit: string): string {
  return `connect_${toolkit}`;
}

async function pageFor(
  { engine, sessionId, context }: ConnectingCall,
  toolkit: string,
  { failure }: ExecuteResponse,
): Promise<ConnectPage | undefined> {
  const { redirectUrl, connectedAccountId } = failure?.details ?? {};
  if (typeof redirectUrl === 'string') return { toolkit, url: redirectUrl, accountId: String(connectedAccountId) };
  try {
    const link = await engine.connectLink(sessionId, toolkit, context);
    return link && { toolkit, url: link.redirectUrl, accountId: link.connectedAccountId };
  } catch (error) {
    // No link can be made; what the call was refused for is told all the same.
    if (JackfieldError.isInstance(error)) return undefined;
    throw error;
  }
}

/** Those that the tool answered with which an agent has accounts connected. */
function pagesIn({ data }: ExecuteResponse): ConnectPage[] {
  const { results } = data;
  if (typeof results !== 'object' || results === null || Array.isArray(results)) return [];
  return Object.entries(results).flatMap(([toolkit, result]: [string, unknown]) => {
    if (typeof result !== 'object' || result === null) return [];
    const { redirect_url: url, connected_account_id: accountId }: Readonly<Record<string, unknown>> = { ...result };
    return typeof url === 'string' && typeof accountId === 'string' ? [{ toolkit, url, accountId }] : [];
  });
}

/** Asks a client of the handshake era. */
function ask({ client }: ConnectingCall, pages: readonly ConnectPage[]): void {
  if (client?.opensUrls !== true) return;
  throw new UrlElicitationRequiredError(
    pages.map((page) => ({
      mode: 'url' as const,
      message: messageOf(page),
      url: page.url,
      elicitationId: page.accountId,
    })),
  );
}

/** Asks a client of the stateless era. */
function asked({ mcpReq }: ConnectingCall, pages: readonly ConnectPage[]): InputRequiredResult | undefined {
  const envelope: { readonly [CLIENT_CAPABILITIES_META_KEY]?: ClientCapabilities } = mcpReq.envelope ?? {};
  if (envelope[CLIENT_CAPABILITIES_META_KEY]?.elicitation?.url === undefined) return undefined;
  return inputRequired({
    inputRequests: Object.fromEntries(
      pages.map((page) => [
        inputKey(page.toolkit),
        inputRequired.elicitUrl({ message: messageOf(page), url: page.url }),
      ]),
    ),
  });
}

function messageOf({ toolkit }: ConnectPage): string {
  return `Connect your account of ${toolkit}, so that it can be used for you.`;
}

function withLink(response: ExecuteResponse, { url }: ConnectPage): ExecuteResponse {
  const { failure } = response;
  // Of an account that is connected again the gate has told the link.
  if (failure === undefined || typeof failure.details?.redirectUrl === 'string') return response;
  return failed(
    response,
    `${failure.message} Give the user this link to connect one, and repeat the call when they are done: ${url}`,
  );
}

function failed(response: ExecuteResponse, error: string): ExecuteResponse {
  return { ...response, error, successful: false };
}

/** Waits while the user is at the page: not for long, as clients have time limits of their own. */
async function untilConnected(
  { engine, sessionId, context, connectWaitMs, mcpReq }: ConnectingCall,
  toolkit: string,
): Promise<void> {
  const end = performance.now() + connectWaitMs;
  while (performance.now() < end) {
    const query = { toolkits: [toolkit], isConnected: true };
    const { items } = await engine.operations['sessions.toolkits']({ params: { sessionId }, query }, context);
    if (items.length > 0) return;
    await delay(Math.min(lookEveryMs, Math.max(0, end - performance.now())), undefined, { signal: mcpReq.signal });
  }
}

export function isInputRequired(result: ExecuteResponse | InputRequiredResult): result is InputRequiredResult {
  return 'resultType' in result && result.resultType === 'input_required';
}
