import {
  compileCasing,
  type ErrorCode,
  errorCodes,
  JackfieldError,
  type Recase,
  type RouteInput,
  type RouteName,
  type RouteResponse,
  routes,
  toCamelCase,
  toSnakeCase,
} from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import manifest from '../package.json' with { type: 'json' };
import { environmentVariable } from './environment.ts';
import { sleep } from './sleep.ts';

/** What every call takes. */
export interface CallOptions {
  /** Gives the call up: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds for the whole call, retries included; then it rejects with `TIMEOUT`. What was started may still
   * happen. Default: 60,000, and 300,000 for calls that run a tool.
   */
  readonly timeout?: number | undefined;
  /**
   * Names this call: a second one with the same key is not run again, it gets the first one's answer. With a key, a
   * call that is not safe to repeat is also retried after a lost connection. 1 to 255 visible ASCII characters.
   */
  readonly idempotencyKey?: string | undefined;
}

/** The part of `fetch` that is needed. */
export type Fetch = (url: string, init: RequestInit) => Response | Promise<Response>;

export interface TransportOptions {
  readonly apiKey?: string | undefined;
  readonly baseURL?: string | undefined;
  readonly fetch?: Fetch | undefined;
  /** Sent as `x-framework`. */
  readonly framework: string;
}

interface InputParts {
  readonly params?: object | undefined;
  readonly query?: object | undefined;
  readonly body?: object | undefined;
}

/** A response whose body is in TypeScript's casing, or the news that there is no newer one. */
export interface Answer<Body> {
  /** Undefined when the server answered 304. */
  readonly body: Body | undefined;
  readonly etag: string | undefined;
}

interface AnswerOptions extends CallOptions {
  /** Of the answer that is already here. */
  readonly etag?: string | undefined;
}

const defaultBaseURL = 'http://localhost:7777';
const maxRetries = 2;
const maxWait = 30_000;
const repeatable: ReadonlySet<string> = new Set<RouteName>(['sessions.search', 'sessions.attach']);
const runsTool: ReadonlySet<string> = new Set<RouteName>(['sessions.execute', 'sessions.proxyExecute']);

/** Calls the routes of a server. */
export class Transport {
  readonly #options: TransportOptions;
  readonly #recasers = new Map<string, { readonly body: Recase; readonly response: Recase }>();

  constructor(options: TransportOptions) {
    this.#options = options;
  }

  /** @throws JackfieldError as the server answered it, or one that says why there is no answer. */
  async call<Name extends RouteName>(
    name: Name,
    input: RouteInput<Name> & InputParts,
    options: AnswerOptions = {},
  ): Promise<RouteResponse<Name>> {
    const { body } = await this.answer(name, input, options);
    if (body === undefined) throw new JackfieldError('INTERNAL', { message: `${name} answered 304 unasked.` });
    return body;
  }

  /** Like {@link call}, for a route whose answer may be one that is already here. */
  async answer<Name extends RouteName>(
    name: Name,
    input: RouteInput<Name> & InputParts,
    options: AnswerOptions,
  ): Promise<Answer<RouteResponse<Name>>> {
    const { signal, timeout = runsTool.has(name) ? 300_000 : 60_000 } = options;
    signal?.throwIfAborted();
    const { method } = routes[name];
    const url = this.#url(name, input);
    const init = this.#request(name, input, options);
    const controller = new AbortController();
    const abort = () => controller.abort(signal?.reason);
    signal?.addEventListener('abort', abort);
    const giveUp = () => {
      controller.abort(
        new JackfieldError('TIMEOUT', {
          message: `${method} ${url} did not answer within ${timeout} ms.`,
          fix: 'Pass a larger `timeout`, or find out what the server is waiting for.',
        }),
      );
    };
    // Timers take longer times, `Infinity` among them, for no time at all.
    const timer = timeout < 2 ** 31 ? setTimeout(giveUp, timeout) : undefined;
    const mayRepeat =
      method === 'GET' || method === 'DELETE' || repeatable.has(name) || options.idempotencyKey !== undefined;
    try {
      for (let retries = 0; ; retries += 1) {
        const outcome = await this.#attempt(url, { ...init, signal: controller.signal });
        if (!('error' in outcome)) {
          if (outcome.json === undefined) return { body: undefined, etag: outcome.etag };
          // What a route answers is the server's promise; only its casing is known here.
          return { body: this.#recase(name).response(outcome.json) as RouteResponse<Name>, etag: outcome.etag };
        }
        controller.signal.throwIfAborted();
        const wait = outcome.retryAfter ?? 250 * 2 ** retries * (1 + Math.random());
        if (!mayRepeat || !outcome.error.retryable || retries === maxRetries || wait > maxWait) throw outcome.error;
        await sleep(wait, controller.signal);
      }
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    }
  }

  #url(name: RouteName, { params, query }: InputParts): string {
    const { baseURL = environmentVariable('JACKFIELD_BASE_URL') ?? defaultBaseURL } = this.#options;
    if (!/^https?:\/\/[^\s/?#@]+(\/[^\s?#]*)?$/.test(baseURL)) {
      throw new JackfieldError('INVALID_CONFIGURATION', {
        // With an `@` it may contain a password.
        message: `\`baseURL\` must be an http or https URL without credentials and query${baseURL.includes('@') ? '' : `, not ${JSON.stringify(baseURL)}`}.`,
        fix: `Set it to the server's address, such as ${defaultBaseURL}.`,
      });
    }
    const path = routes[name].path.replace(/\{(\w+)\}/g, (_, parameter: string) => {
      const value: unknown = Reflect.get(params ?? {}, toCamelCase(parameter));
      // `.` and `..` would name another route once the URL is normalised.
      if (typeof value !== 'string' || /^\.{0,2}$/.test(value)) {
        throw new JackfieldError('INVALID_REQUEST', {
          message: `\`${toCamelCase(parameter)}\` must be an id, not ${JSON.stringify(value)}.`,
        });
      }
      return encodeURIComponent(value);
    });
    const pairs: string[] = [];
    for (const [key, value] of Object.entries(query ?? {})) {
      // A list whose items could be taken for several, or for JSON, is sent as JSON.
      const text = Array.isArray(value) && /[,[]/.test(value.join('')) ? JSON.stringify(value) : String(value);
      if (value !== undefined) pairs.push(`${toSnakeCase(key)}=${encodeURIComponent(text)}`);
    }
    return `${baseURL.replace(/\/+$/, '')}/v1${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
  }

  #request(name: RouteName, { body }: InputParts, { etag, idempotencyKey }: AnswerOptions): RequestInit {
    const { fetch, framework, apiKey = environmentVariable('JACKFIELD_API_KEY') } = this.#options;
    if (apiKey === undefined && fetch === undefined) {
      throw new JackfieldError('UNAUTHENTICATED', {
        message: 'There is no API key to call the server with.',
        fix: 'Pass `apiKey` to `new Jackfield()` or set the environment variable JACKFIELD_API_KEY.',
      });
    }
    // `fetch` would refuse them with a message that shows the key.
    if (apiKey !== undefined && !/^\s*[!-~]+\s*$/.test(apiKey)) {
      throw new JackfieldError('INVALID_CONFIGURATION', {
        message: 'The API key has characters that no key has.',
        fix: 'Check `apiKey` or JACKFIELD_API_KEY: a key is one line of visible ASCII characters.',
      });
    }
    if (idempotencyKey !== undefined && !isIdempotencyKey(idempotencyKey)) {
      throw new JackfieldError('INVALID_REQUEST', {
        message: `\`idempotencyKey\` must be 1 to 255 visible ASCII characters, not ${JSON.stringify(idempotencyKey)}.`,
      });
    }
    const headers: Record<string, string> = {
      accept: 'application/json',
      'user-agent': `jackfield-core/${manifest.version}`,
      'x-framework': framework,
      'x-jackfield-names': 'camelCase',
    };
    if (apiKey !== undefined) headers['x-api-key'] = apiKey;
    if (etag !== undefined) headers['if-none-match'] = etag;
    if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
    // A redirect would carry the key to an address that nobody chose.
    const init: RequestInit = { method: routes[name].method, headers, redirect: 'manual' };
    if (body !== undefined) {
      headers['content-type'] = 'application/json';
      init.body = JSON.stringify(this.#recase(name).body(body));
    }
    return init;
  }

  #recase(name: RouteName): { readonly body: Recase; readonly response: Recase } {
    let recasers = this.#recasers.get(name);
    if (recasers === undefined) {
      const { bodyCasing = [], responseCasing = [] } = routes[name];
      recasers = { body: compileCasing(bodyCasing, 'snake'), response: compileCasing(responseCasing, 'camel') };
      this.#recasers.set(name, recasers);
    }
    return recasers;
  }

  async #attempt(url: string, init: RequestInit): Promise<Outcome> {
    const send = this.#options.fetch ?? fetch;
    let response: Response;
    let text: string;
    try {
      response = await send(url, init);
      text = await response.text();
    } catch (cause) {
      // A server in this process says by itself why it cannot work.
      return { error: JackfieldError.isInstance(cause) ? cause : unreachable(url, cause), retryAfter: undefined };
    }
    const etag = response.headers.get('etag') ?? undefined;
    if (response.status === 304) return { json: undefined, etag };
    const json = parse(text);
    if (response.ok && isJsonObject(json)) return { json, etag };
    return { error: revive(url, response, text, json), retryAfter: retryAfter(response.headers) };
  }
}

/** Whether a key can be sent. */
export function isIdempotencyKey(key: string): boolean {
  return /^[!-~]{1,255}$/.test(key);
}

type Outcome =
  | { readonly json: unknown; readonly etag: string | undefined }
  | { readonly error: JackfieldError; readonly retryAfter: number | undefined };

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Milliseconds (RFC 9110 section 10.2.3: seconds or a date). */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  const wait = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

const checkBaseURL =
  'Check that `baseURL` (or JACKFIELD_BASE_URL) is the address of a Jackfield server, without `/v1`.';

function unreachable(url: string, cause: unknown): JackfieldError {
  // undici hides the reason (`connect ECONNREFUSED …`) in the cause of `fetch failed`.
  const inner = isJsonObject(cause) ? (cause.cause ?? cause) : cause;
  const reason = isJsonObject(inner) ? inner.message || inner.code : inner;
  return new JackfieldError('UNAVAILABLE', {
    message: `There is no answer from ${url}: ${String(reason)}.`,
    fix: `Start the server. ${checkBaseURL}`,
    cause,
  });
}

/** Makes of a response the error that the server threw, or one that says what else answered. */
function revive(url: string, response: Response, text: string, json: unknown): JackfieldError {
  const { status, headers } = response;
  const requestId = headers.get('x-request-id') ?? undefined;
  const error = isJsonObject(json) ? json.error : undefined;
  if (isJsonObject(error) && typeof error.code === 'string') {
    return new JackfieldError(isErrorCode(error.code) ? error.code : codeOf(status), {
      status,
      message: String(error.message),
      fix: typeof error.fix === 'string' ? error.fix : undefined,
      details: isJsonObject(error.details) ? error.details : undefined,
      retryable: typeof error.retryable === 'boolean' ? error.retryable : undefined,
      requestId: typeof error.request_id === 'string' ? error.request_id : requestId,
    });
  }
  const location = headers.get('location');
  const what =
    status === 0 || (status >= 300 && status < 400)
      ? `redirects to ${location ?? 'another address'}, which is not followed`
      : `answered ${status} and not as a Jackfield server does (${headers.get('content-type') ?? 'no content type'}): ${text.slice(0, 200)}`;
  return new JackfieldError(codeOf(status), {
    message: `${url} ${what}`,
    fix: checkBaseURL,
    ...(status >= 400 && { status }),
    requestId,
  });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}

const codes: Readonly<Record<number, ErrorCode>> = {
  400: 'INVALID_REQUEST',
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  408: 'TIMEOUT',
  409: 'CONFLICT',
  413: 'REQUEST_TOO_LARGE',
  429: 'RATE_LIMITED',
  504: 'TIMEOUT',
};

function codeOf(status: number): ErrorCode {
  return codes[status] ?? (status >= 500 ? 'UNAVAILABLE' : 'INVALID_CONFIGURATION');
}
