import { lookup as dnsLookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { JackfieldError } from '@jackfield/contract';
import { Agent } from 'undici';
import { type AddressPolicy, createAddressPolicy, type PrivateNetworkAccess } from './address-policy.ts';
import { acceptedEncodings, decodeBody } from './decode-body.ts';
import type { ExchangeOptions } from './dispatch.ts';
import {
  AddressDeniedError,
  addressDenied,
  type CallProgress,
  DeadlineError,
  egressError,
  type FailedCall,
} from './egress-error.ts';
import { exchange, type RawResponse } from './exchange.ts';
import { exchangeStream, type RawStream } from './exchange-stream.ts';
import { checkUrl, type Hop, type RedirectRules, redirected } from './hop.ts';
import { retryAfterMs } from './retry-after.ts';

export interface ResolvedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

export interface EgressOptions {
  /** Which addresses beyond the public internet may be reached. Default: none. */
  readonly allowPrivateNetwork?: PrivateNetworkAccess | undefined;
  /** For a whole call, redirects and repetitions included, in milliseconds. Default: 30,000. */
  readonly timeoutMs?: number | undefined;
  /** For making a connection, in milliseconds. Default: 10,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** Of a response's body, before and after it is decompressed. Default: 10,000,000. */
  readonly maxResponseBytes?: number | undefined;
  /** Default: 5. */
  readonly maxRedirects?: number | undefined;
  /** At once to one origin; further calls wait. Default: 128. */
  readonly maxConnectionsPerOrigin?: number | undefined;
  /** Sent unless a request has its own. Default: `Jackfield`. */
  readonly userAgent?: string | undefined;
  /** The addresses of a host name. Default: those of the operating system's resolver. */
  readonly resolve?: ((hostname: string) => Promise<readonly ResolvedAddress[]>) | undefined;
}

export interface EgressRequest {
  readonly url: string | URL;
  /** In upper case. */
  readonly method: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Of a form the content type is set, too. Default: none. */
  readonly body?: string | Uint8Array | FormData | null | undefined;
  /**
   * Whether sending it twice does the same as sending it once (RFC 9110 section 9.2.2). Only then is it repeated, by
   * itself, after an answer 429 or 503 with `Retry-After`, at most twice and within the time limit.
   */
  readonly idempotent: boolean;
  /** The hosts that it may go to: `api.example.com`, or `api.example.com:8443`. Default: all. */
  readonly allowedHosts?: readonly string[] | ((url: URL) => boolean) | undefined;
  /** Besides `Authorization`, `Proxy-Authorization` and `Cookie`: headers that no redirect takes to another origin. */
  readonly credentialHeaders?: readonly string[] | undefined;
  /** Default: true. Otherwise a redirect is an answer like any other. */
  readonly followRedirects?: boolean | undefined;
  /** Closes the connection. */
  readonly signal?: AbortSignal | undefined;
  /** Default of these: that of the egress. */
  readonly timeoutMs?: number | undefined;
  readonly maxResponseBytes?: number | undefined;
}

/** An answer, read to its end. Any status: it is for the caller to judge. */
export interface EgressResponse {
  readonly status: number;
  /** Names in lower case; values of the same name joined by a comma. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /** The body, decompressed. */
  bytes(): Uint8Array;
  /** Decoded as its content type says, otherwise as UTF-8. */
  text(): string;
  /** @throws JackfieldError `UPSTREAM_INVALID_RESPONSE` if the body is not JSON. */
  json(): unknown;
}

/** An answer whose body comes as it is sent. */
export interface EgressStream extends Pick<EgressResponse, 'status' | 'headers' | 'url'> {
  /**
   * Not encoded: that is asked for. Fails with what {@link Egress.fetch} throws, at the limit of bytes, too. To be read to
   * its end or cancelled.
   */
  readonly body: ReadableStream<Uint8Array>;
}

/** The only way out: nothing else in the engine makes a network request. */
export interface Egress {
  /**
   * @throws JackfieldError
   * - `EGRESS_DENIED`: another host than allowed, an address that tools may not reach, not an `http(s)` URL;
   * - `TIMEOUT`, `UPSTREAM_UNREACHABLE`, `UPSTREAM_RESPONSE_TOO_LARGE`;
   * - `UPSTREAM_INVALID_RESPONSE`: not HTTP, a cut or damaged body;
   * - `UPSTREAM_ERROR`: too many redirects;
   * - `ABORTED`: the signal fired;
   * - `INVALID_REQUEST`: a URL or header that cannot be sent.
   *
   * `retryable` says whether repeating the call is safe, which for a call that is not idempotent it is only as long as
   * nothing was sent. Messages name the host, never path, query or headers.
   */
  fetch(request: EgressRequest): Promise<EgressResponse>;
  /**
   * The same for an answer that may go on for long. The time limit ends with the headers, the signal holds until the end
   * of the body.
   *
   * @throws JackfieldError as `fetch`; `UPSTREAM_INVALID_RESPONSE` for an encoded body
   */
  stream(request: EgressRequest): Promise<EgressStream>;
  /** Closes all connections; calls under way fail. */
  close(): Promise<void>;
}

const maxRepetitions = 2;

/** RFC 9110 section 11.6.2 and 11.7.2, RFC 6265 section 5.4. */
const standardCredentialHeaders = ['authorization', 'proxy-authorization', 'cookie'];

/** What belongs to the connection (RFC 9110 section 7.6.1) or is worked out by us. */
const reservedHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * @throws TypeError for an `allowPrivateNetwork` list with an entry that is neither an address nor a CIDR block.
 */
export function createEgress(options: EgressOptions = {}): Egress {
  const isAllowedAddress = createAddressPolicy(options.allowPrivateNetwork ?? false);
  const maxRedirects = options.maxRedirects ?? 5;
  const defaultHeaders = { 'user-agent': options.userAgent ?? 'Jackfield', 'accept-encoding': acceptedEncodings };
  const agent = new Agent({
    connections: options.maxConnectionsPerOrigin ?? 128,
    allowH2: false,
    // The time for the whole call is ours.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: {
      timeout: options.connectTimeoutMs ?? 10_000,
      lookup: checkedLookup(options.resolve ?? systemResolve, isAllowedAddress),
    },
  });

  async function fetch(request: EgressRequest): Promise<EgressResponse> {
    const call = await begin(request);
    try {
      const response = await untilAnswered(call, exchange, () => {});
      const encoding = response.headers['content-encoding'];
      const body =
        encoding === undefined || response.body.length === 0
          ? response.body
          : await decode(call, response.body, encoding);
      return toEgressResponse(response, call.hop.url, body);
    } catch (error) {
      throw egressError(error, failedCall(call));
    } finally {
      call.end();
    }
  }

  async function stream(request: EgressRequest): Promise<EgressStream> {
    const call = await begin({ ...request, headers: { ...request.headers, 'accept-encoding': 'identity' } });
    try {
      const { status, headers, body } = await untilAnswered(call, exchangeStream, ({ body }) => void body.cancel());
      const encoding = headers['content-encoding'];
      if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
        await body.cancel();
        throw new JackfieldError('UPSTREAM_INVALID_RESPONSE', {
          message: `${call.hop.url.host} encoded its answer, although it was asked not to.`,
          fix: 'Report this to the maintainers of the service.',
        });
      }
      call.stopTimer();
      return { status, headers, url: call.hop.url, body: withEnd(body, call) };
    } catch (error) {
      call.end();
      throw egressError(error, failedCall(call));
    }
  }

  async function begin(request: EgressRequest): Promise<Call> {
    const timeoutMs = request.timeoutMs ?? options.timeoutMs ?? 30_000;
    const maxResponseBytes = request.maxResponseBytes ?? options.maxResponseBytes ?? 10_000_000;
    const rules: RedirectRules = {
      isAllowedHost: hostPredicate(request.allowedHosts),
      credentialHeaders: new Set([
        ...standardCredentialHeaders,
        ...(request.credentialHeaders ?? []).map((name) => name.toLowerCase()),
      ]),
    };
    const hop = await firstHop(request, rules, defaultHeaders);
    if (request.signal?.aborted === true) throw aborted(hop.url.host);
    const cancellation = new AbortController();
    const deadline = Date.now() + timeoutMs;
    const timer = setTimeout(() => cancellation.abort(new DeadlineError()), timeoutMs);
    const onAbort = () => cancellation.abort(aborted(call.hop.url.host));
    request.signal?.addEventListener('abort', onAbort, { once: true });
    const call: Call = {
      request,
      rules,
      hop,
      progress: 'connecting',
      signal: cancellation.signal,
      deadline,
      timeoutMs,
      maxResponseBytes,
      stopTimer: () => clearTimeout(timer),
      end() {
        clearTimeout(timer);
        request.signal?.removeEventListener('abort', onAbort);
      },
    };
    return call;
  }

  /** Sends the request, and follows where the answers redirect it. */
  async function untilAnswered<Answer extends Pick<RawResponse, 'status' | 'headers'>>(
    call: Call,
    exchangeOnce: ExchangeOnce<Answer>,
    discard: (answer: Answer) => void,
  ): Promise<Answer> {
    for (let redirects = 0; ; redirects++) {
      const response = await send(call, exchangeOnce, discard);
      const next =
        call.request.followRedirects === false
          ? undefined
          : redirected(call.hop, response.status, response.headers.location, call.rules);
      if (next === undefined) return response;
      discard(response);
      if (redirects === maxRedirects) {
        throw new JackfieldError('UPSTREAM_ERROR', {
          message: `${call.hop.url.host} redirected more than ${maxRedirects} times.`,
          fix: 'Check the URL: it seems to lead in a circle.',
        });
      }
      call.hop = next;
    }
  }

  /** Sends a request, again if the answer asks for it and that is safe. */
  async function send<Answer extends Pick<RawResponse, 'status' | 'headers'>>(
    call: Call,
    exchangeOnce: ExchangeOnce<Answer>,
    discard: (answer: Answer) => void,
  ): Promise<Answer> {
    const { hop: to, request, signal, maxResponseBytes, deadline } = call;
    if (isIP(bareHostname(to.url)) !== 0 && !isAllowedAddress(bareHostname(to.url))) throw addressDenied(to.url.host);
    const onProgress = (reached: CallProgress) => {
      call.progress = reached;
    };
    for (let repetition = 0; ; repetition++) {
      let response: Answer;
      try {
        response = await exchangeOnce(agent, to, { maxResponseBytes, signal, onProgress });
      } catch (error) {
        if (request.idempotent && repetition === 0 && call.progress === 'sent' && wasReusedConnection(error)) continue;
        throw error;
      }
      if (!request.idempotent || repetition >= maxRepetitions) return response;
      if (response.status !== 429 && response.status !== 503) return response;
      const now = Date.now();
      const waitMs = retryAfterMs(response.headers['retry-after'], now);
      if (waitMs === undefined || now + waitMs >= deadline) return response;
      discard(response);
      await delay(waitMs, undefined, { signal }).catch(() => {
        throw signal.reason;
      });
    }
  }

  return { fetch, stream, close: () => agent.destroy() };
}

/** A request under way. */
interface Call {
  readonly request: EgressRequest;
  readonly rules: RedirectRules;
  hop: Hop;
  progress: CallProgress;
  /** Fires when the caller gave up, or the time is over. */
  readonly signal: AbortSignal;
  readonly deadline: number;
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly stopTimer: () => void;
  readonly end: () => void;
}

type ExchangeOnce<Answer> = (agent: Agent, hop: Hop, options: ExchangeOptions) => Promise<Answer>;

function failedCall({ hop, progress, request, timeoutMs, maxResponseBytes }: Call): FailedCall {
  return { host: hop.url.host, progress, idempotent: request.idempotent, timeoutMs, maxResponseBytes };
}

async function decode(call: Call, body: Buffer, encoding: string): Promise<Buffer> {
  try {
    return await decodeBody(body, encoding, call.maxResponseBytes);
  } catch (error) {
    const mapped = egressError(error, failedCall(call));
    if (mapped.code === 'UPSTREAM_RESPONSE_TOO_LARGE') throw mapped;
    throw new JackfieldError('UPSTREAM_INVALID_RESPONSE', {
      message: `The answer of ${call.hop.url.host} cannot be decompressed.`,
      fix: 'Report this to the maintainers of the service.',
      cause: error,
    });
  }
}

/** The same body, with errors of ours; ends the call with itself. */
function withEnd(body: RawStream['body'], call: Call): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await reader.read();
          if (!done) return controller.enqueue(value);
          call.end();
          controller.close();
        } catch (error) {
          call.end();
          controller.error(egressError(error, failedCall(call)));
        }
      },
      async cancel(reason) {
        call.end();
        await reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
}

async function firstHop(
  request: EgressRequest,
  rules: RedirectRules,
  defaultHeaders: Readonly<Record<string, string>>,
): Promise<Hop> {
  const text = String(request.url);
  if (!URL.canParse(text)) {
    throw new JackfieldError('INVALID_REQUEST', {
      message: 'The URL of a call cannot be parsed.',
      fix: 'Check the base URL of the toolkit and the path.',
    });
  }
  const url = new URL(text);
  checkUrl(url);
  if (!rules.isAllowedHost(url)) {
    throw new JackfieldError('EGRESS_DENIED', {
      message: `${url.host} does not belong to the toolkit.`,
      fix: 'Call only hosts of the toolkit, or add the host to its base URL.',
    });
  }
  const headers: Record<string, string> = { ...defaultHeaders };
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    const lowerCase = name.toLowerCase();
    if (reservedHeaders.has(lowerCase)) {
      throw new JackfieldError('INVALID_REQUEST', {
        message: `The header ${name} cannot be set.`,
        fix: 'Leave it out: it is made from the URL, the body and the connection.',
      });
    }
    headers[lowerCase] = value;
  }
  if (!(request.body instanceof FormData)) {
    return { url, method: request.method, headers, body: request.body ?? null };
  }
  // Encoded once, so that it can be sent again.
  const encoded = new Response(request.body);
  headers['content-type'] = encoded.headers.get('content-type') ?? 'multipart/form-data';
  return { url, method: request.method, headers, body: new Uint8Array(await encoded.arrayBuffer()) };
}

/** Whether a server closed a connection that had served before, as it may do at any time between two requests. */
function wasReusedConnection(error: unknown): boolean {
  if (!(error instanceof Error) || !('socket' in error)) return false;
  const { socket } = error;
  return typeof socket === 'object' && socket !== null && 'bytesRead' in socket && Number(socket.bytesRead) > 0;
}

function hostPredicate(allowed: EgressRequest['allowedHosts']): (url: URL) => boolean {
  if (allowed === undefined) return () => true;
  return typeof allowed === 'function' ? allowed : (url) => allowed.includes(url.host);
}

function aborted(host: string): JackfieldError {
  return new JackfieldError('ABORTED', {
    message: `The call to ${host} was given up by its caller.`,
    fix: 'Nothing, if that was intended. What was sent may still have its effect.',
  });
}

/** Without the brackets around an IPv6 address. */
function bareHostname(url: URL): string {
  return url.hostname.replace(/^\[(.*)\]$/, '$1');
}

async function systemResolve(hostname: string): Promise<readonly ResolvedAddress[]> {
  const addresses = await dnsLookup(hostname, { all: true });
  return addresses.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }));
}

/**
 * What `net.connect` asks for the addresses of a host name. It connects to one of those that it gets here, so that no
 * later answer of the DNS can lead elsewhere.
 */
function checkedLookup(
  resolve: (hostname: string) => Promise<readonly ResolvedAddress[]>,
  isAllowed: AddressPolicy,
): LookupFunction {
  return (hostname, { all, family }, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const allowed = addresses.filter(
          (found) => isAllowed(found.address) && (family !== 4 && family !== 6 ? true : found.family === family),
        );
        const [first] = allowed;
        if (first === undefined) callback(new AddressDeniedError(), '');
        else if (all === true) callback(null, [...allowed]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
}

function toEgressResponse({ status, headers }: RawResponse, url: URL, body: Buffer): EgressResponse {
  const text = () => decoderFor(headers['content-type']).decode(body);
  return {
    status,
    headers,
    url,
    bytes: () => new Uint8Array(body.buffer, body.byteOffset, body.byteLength),
    text,
    json() {
      try {
        return JSON.parse(text());
      } catch {
        throw new JackfieldError('UPSTREAM_INVALID_RESPONSE', {
          message: `${url.host} answered ${body.length === 0 ? 'nothing' : 'something else'} where JSON was expected (status ${status}, content type ${headers['content-type']?.slice(0, 100) ?? 'not given'}).`,
          fix: 'Check that the base URL of the toolkit leads to its API and not to a web page.',
          details: { status, contentType: headers['content-type'] ?? null },
        });
      }
    },
  };
}

/** RFC 9110 section 8.3.2. An unknown charset is read as UTF-8. */
function decoderFor(contentType: string | undefined): TextDecoder {
  const charset = contentType === undefined ? null : /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(contentType);
  try {
    return new TextDecoder(charset?.[1] ?? 'utf-8');
  } catch {
    return new TextDecoder();
  }
}
