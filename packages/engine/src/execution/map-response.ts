import { JackfieldError, type JsonObject } from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import type { EgressResponse } from '../egress/egress.ts';
import { retryAfterMs } from '../egress/retry-after.ts';
import { toDataObject } from './data-object.ts';
import { redact } from './redact.ts';

export interface MappedResponse {
  readonly data: JsonObject;
  /** Why the call counts as failed. */
  readonly failure?: JackfieldError;
}

export interface MapResponseOptions {
  /** `GitHub` */
  readonly service: string;
  /** The call may be repeated without doing anything twice. */
  readonly repeatable: boolean;
  /** What the request asked for. */
  readonly accept: string;
  readonly secrets: readonly string[];
  readonly now: Date;
}

/** Of a body that comes with an error status, characters that go on to the model. */
const errorBodyAtMost = 4_000;

/** What a service answered, as the result of a tool call. */
export function mapResponse(response: EgressResponse, options: MapResponseOptions): MappedResponse {
  const { status } = response;
  if (status >= 400 || (status >= 300 && status !== 304)) return mapError(response, options);
  const size = response.bytes().length;
  if (size === 0) return { data: {} };
  const type = mediaType(response);
  if (isJsonType(type) || type === undefined) {
    const text = redact(response.text(), options.secrets);
    const parsed = parse(text);
    if (parsed !== undefined) return { data: toDataObject(parsed.value) };
    if (type !== undefined) {
      return failed(
        `${options.service} answered what it calls ${type}, but it is not valid JSON: ${excerpt(text)}`,
        'This cannot be mended by other arguments; report it to the maintainers of the service.',
        status,
      );
    }
    if (isText(response)) return { data: toDataObject(text) };
  }
  if (type === 'text/html' && !/html|\*\/\*/.test(options.accept)) {
    return failed(
      `${options.service} answered a web page${titled(response, options)} where its API should answer data.`,
      'The base URL may lead to the website instead of the API, or a sign-in page stands in between.',
      status,
    );
  }
  if (type !== undefined && isTextType(type)) return { data: toDataObject(redact(response.text(), options.secrets)) };
  return { data: describeBinary(response) };
}

function failed(message: string, fix: string, status: number): MappedResponse {
  return { data: {}, failure: new JackfieldError('UPSTREAM_INVALID_RESPONSE', { message, fix, details: { status } }) };
}

function mapError(response: EgressResponse, options: MapResponseOptions): MappedResponse {
  const { status } = response;
  const text = isText(response) ? redact(response.text(), options.secrets) : '';
  const type = mediaType(response);
  const body = isJsonType(type) || type === undefined ? parse(text)?.value : undefined;
  const said =
    body === undefined
      ? type === 'text/html'
        ? titled(response, options)
        : text
      : messageOf(body) || asItStands(body);
  const words = excerpt(said.trim()).replace(/[.\s]+$/, '');
  const waitMs = retryAfterMs(response.headers['retry-after'], options.now.getTime());
  const retryAfterSeconds = waitMs === undefined ? undefined : Math.ceil(waitMs / 1000);
  const temporary = status === 429 || status >= 500;
  return {
    data: boundedErrorData(body, type === 'text/html' ? '' : text),
    failure: new JackfieldError('UPSTREAM_ERROR', {
      message: `${options.service} answered ${status}${reason(status)}${words === '' ? '' : `: ${words}`}.`,
      fix: hint(status, options, retryAfterSeconds),
      details: { status, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
      // A 429 was not processed (RFC 6585 section 4); a 5xx may have been.
      retryable: status === 429 || (temporary && options.repeatable),
    }),
  };
}

function hint(status: number, { service, repeatable }: MapResponseOptions, retryAfterSeconds: number | undefined) {
  switch (status) {
    case 400:
    case 409:
    case 422:
      return 'Correct the arguments that this names and call the tool again.';
    case 401:
      return `${service} did not accept the credential of the connected account: the user has to connect it again.`;
    case 402:
      return `${service} wants to be paid for this; tell the user.`;
    case 403:
      return 'The connected account may not do this. Use another account, or ask the user for the permission.';
    case 404:
    case 410:
      return 'Check ids and names in the arguments; list or search first to find ones that exist and that the account can see.';
    case 405:
      return 'The service does not offer this; use another tool.';
    case 413:
      return 'Send less at once.';
    case 429:
      return retryAfterSeconds === undefined
        ? 'Wait before calling it again, and call less often.'
        : `Wait ${retryAfterSeconds} s before calling it again.`;
    default:
      if (status >= 500) {
        return repeatable
          ? `The fault is with ${service}; try again later.`
          : `The fault is with ${service}. Check whether the call had its effect before repeating it.`;
      }
      return 'Check the arguments.';
  }
}

function reason(status: number): string {
  const words: Readonly<Record<number, string>> = {
    400: 'Bad Request',
    401: 'Unauthorized',
    402: 'Payment Required',
    403: 'Forbidden',
    404: 'Not Found',
    405: 'Method Not Allowed',
    409: 'Conflict',
    410: 'Gone',
    413: 'Content Too Large',
    415: 'Unsupported Media Type',
    422: 'Unprocessable Content',
    429: 'Too Many Requests',
    500: 'Internal Server Error',
    502: 'Bad Gateway',
    503: 'Service Unavailable',
    504: 'Gateway Timeout',
  };
  return words[status] === undefined ? '' : ` ${words[status]}`;
}

/** Where public APIs put what a person should read, in the order of how much it tells. */
const messageKeys = [
  'message',
  // Of some services of AWS.
  'Message',
  'error_description',
  'detail',
  'description',
  'errorMessages',
  'error_message',
  'msg',
  'reason',
  'error',
  'errors',
  'title',
  'fault',
  'faultstring',
];

/** The API's own words, wherever it puts them. */
function messageOf(body: unknown, depth = 0): string {
  if (typeof body === 'string') return body;
  if (depth > 4) return '';
  if (Array.isArray(body)) {
    return body
      .slice(0, 5)
      .map((item) => messageOf(item, depth + 1))
      .filter((text) => text !== '')
      .join('; ');
  }
  if (!isJsonObject(body)) return '';
  const texts: string[] = [];
  for (const key of messageKeys) {
    const text = Object.hasOwn(body, key) ? messageOf(body[key], depth + 1) : '';
    if (text !== '' && !texts.some((other) => other.includes(text))) texts.push(text);
    if (texts.length === 2) break;
  }
  const field = ['field', 'path', 'param', 'pointer', 'loc']
    .map((key) => body[key])
    .find((value) => value !== undefined);
  if (texts.length > 0 && (typeof field === 'string' || Array.isArray(field))) {
    return `${[field].flat().join('.')}: ${texts.join(': ')}`;
  }
  if (texts.length > 0) return texts.join(': ');
  // `{ "name": ["is too short"] }`, as Rails and Django do.
  const fields = Object.entries(body)
    .filter(([, value]) => Array.isArray(value) && value.every((item) => typeof item === 'string'))
    .slice(0, 5);
  return fields.map(([name, messages]) => `${name}: ${[messages].flat().join(', ')}`).join('; ');
}

/** A body that says it in no way that is known is still all that the service says. */
function asItStands(body: unknown): string {
  const isEmpty = body === null || (typeof body === 'object' && Object.keys(body).length === 0);
  return isEmpty ? '' : JSON.stringify(body);
}

function boundedErrorData(body: unknown, text: string): JsonObject {
  if (text.length > errorBodyAtMost) return { value: `${text.slice(0, errorBodyAtMost)}…` };
  return toDataObject(body ?? (text === '' ? undefined : text));
}

function describeBinary(response: EgressResponse): JsonObject {
  const bytes = response.bytes();
  const name = fileName(response.headers['content-disposition']);
  return {
    ...(name === undefined ? {} : { name }),
    content_type: mediaType(response) ?? 'application/octet-stream',
    size: bytes.length,
    /** Base64. */
    content: Buffer.from(bytes).toString('base64'),
  };
}

/** RFC 6266, without the path that a careless client would follow. */
function fileName(disposition: string | undefined): string | undefined {
  const match = disposition === undefined ? null : /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(disposition);
  const name = (match?.[1] ?? match?.[2])?.split(/[\\/]/).at(-1);
  return name === '' ? undefined : name;
}

function titled(response: EgressResponse, { secrets }: MapResponseOptions): string {
  const title = /<title[^>]*>([^<]{1,200})/i.exec(response.text())?.[1]?.trim();
  return title === undefined || title === '' ? '' : ` titled ${JSON.stringify(redact(title, secrets))}`;
}

export function mediaType({ headers }: EgressResponse): string | undefined {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  return type === '' ? undefined : type;
}

export function isJsonType(type: string | undefined): boolean {
  return type !== undefined && /[/+]json$|\/x-amz-json-[\d.]+$/.test(type);
}

export function isTextType(type: string): boolean {
  return type.startsWith('text/') || /[/+](xml|yaml|x-yaml|csv|javascript|x-www-form-urlencoded|x-ndjson)$/.test(type);
}

/** Whether a body without a content type is text: UTF-8 and without control characters that text does not have. */
function isText(response: EgressResponse): boolean {
  const type = mediaType(response);
  if (type !== undefined) return isTextType(type) || isJsonType(type);
  try {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells bytes from text
    return !/[\u0000-\u0008\u000e-\u001f]/.test(new TextDecoder('utf-8', { fatal: true }).decode(response.bytes()));
  } catch {
    return false;
  }
}

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function excerpt(text: string): string {
  const flat = text.replace(/\s+/g, ' ');
  return flat.length > 500 ? `${flat.slice(0, 499)}…` : flat;
}
