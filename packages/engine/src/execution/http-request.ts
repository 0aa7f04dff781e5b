import { JackfieldError } from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import type { HttpBinding, HttpBody, HttpBodyEncoding, HttpParameter } from '../toolkit.ts';
import { headerValue, pathValue, queryPairs, textOf } from './parameter-style.ts';
import {
  encodeForm,
  encodeLiteral,
  encodeReservedPath,
  encodeReservedQuery,
  encodeStrict,
} from './percent-encoding.ts';

/** A request as `fetch` takes it, before credentials are added. */
export interface HttpRequest {
  readonly url: string;
  readonly method: string;
  /** Lower-case names. Without `content-type` for `FormData`, whose boundary `fetch` chooses. */
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array<ArrayBuffer> | FormData;
}

/** Arguments by their name in the tool's input schema, already validated against it. */
export type ToolArguments = { readonly [argument: string]: unknown };

/**
 * The request that a tool call stands for. Pure; arguments that are undefined are left out, and so are null ones outside a
 * JSON body.
 *
 * A path argument fills its own segment and nothing else: it cannot be empty, `.` or `..`, and a slash in it is encoded
 * (unless the parameter says that it spans segments).
 *
 * @throws {JackfieldError} `INVALID_ARGUMENTS` for a missing or empty path argument, one that would change the path, a header
 *   value with a line break or another character that HTTP does not allow, bytes that are not base64.
 */
export function buildHttpRequest(binding: HttpBinding, args: ToolArguments): HttpRequest {
  const headers: Record<string, string> = { accept: binding.accept };
  const cookies: string[] = [];
  const pairs: string[] = [];
  for (const constant of binding.constants ?? []) {
    if (constant.in === 'header') headers[constant.name.toLowerCase()] = constant.value;
    else pairs.push(`${encodeStrict(constant.name)}=${encodeStrict(constant.value)}`);
  }
  for (const parameter of binding.parameters) {
    const value = argumentOf(args, parameter.argument);
    if (value === undefined || value === null) continue;
    switch (parameter.in) {
      case 'query':
        pairs.push(...queryOf(parameter, value));
        break;
      case 'header':
        headers[parameter.name.toLowerCase()] = headerOf(parameter, value);
        break;
      case 'cookie':
        cookies.push(
          ...queryPairs(
            parameter.name,
            serialisable(parameter, value),
            'form',
            parameter.explode,
            encodeStrict,
            encodeStrict,
          ),
        );
        break;
      case 'path':
        break;
    }
  }
  if (cookies.length > 0) headers.cookie = cookies.join('; ');

  const body = binding.body === undefined ? undefined : bodyOf(binding.body, binding.parameters, args);
  if (body !== undefined && !(body instanceof FormData) && binding.body !== undefined) {
    headers['content-type'] = binding.body.contentType;
  }
  const path = pathOf(binding, args);
  const query = pairs.join('&');
  const separator = query === '' ? '' : path.includes('?') ? '&' : '?';
  return {
    url: `${binding.baseUrl}${path}${separator}${query}`,
    method: binding.method,
    headers,
    ...(body === undefined ? {} : { body }),
  };
}

/** Not what the object inherits: a parameter may be called `constructor`. */
function argumentOf(args: ToolArguments, name: string): unknown {
  return Object.hasOwn(args, name) ? args[name] : undefined;
}

function invalid(argument: string, message: string, fix: string): JackfieldError {
  return new JackfieldError('INVALID_ARGUMENTS', { message, fix, details: { argument } });
}

/** The path with its parameters, and the template's own query if it has one. */
function pathOf(binding: HttpBinding, args: ToolArguments): string {
  const byName = new Map<string, HttpParameter>();
  for (const parameter of binding.parameters) if (parameter.in === 'path') byName.set(parameter.name, parameter);
  let path = '';
  let end = 0;
  for (const match of binding.path.matchAll(/\{([^{}]+)\}/g)) {
    path += encodeLiteral(binding.path.slice(end, match.index));
    end = match.index + match[0].length;
    const parameter = byName.get(match[1] ?? '');
    path +=
      parameter === undefined
        ? encodeLiteral(match[0])
        : pathParameter(parameter, argumentOf(args, parameter.argument));
  }
  path += encodeLiteral(binding.path.slice(end));
  if (path.split('?', 1).some(hasDotSegment)) {
    const names = [...byName.values()].map(({ argument }) => argument);
    throw invalid(
      names.join(', '),
      `The path arguments (${names.join(', ')}) would make "." or ".." a segment of the path.`,
      'Give the id or name itself, not a relative path.',
    );
  }
  return path;
}

/** `.` and `..`, also percent-encoded (WHATWG URL section 4.4): URL parsers remove them together with what stands before. */
function hasDotSegment(path: string): boolean {
  return path.split('/').some((segment) => /^(?:\.|%2e){1,2}$/i.test(segment));
}

function pathParameter(parameter: HttpParameter, value: unknown): string {
  const { argument } = parameter;
  if (value === undefined || value === null) {
    throw invalid(argument, `The argument "${argument}" is missing; it is part of the path.`, `Give "${argument}".`);
  }
  const encode = parameter.allowReserved === true ? encodeReservedPath : encodeStrict;
  const written =
    parameter.contentType === undefined
      ? pathValue(parameter.name, value, parameter.style, parameter.explode, encode)
      : encode(contentOf(parameter, value));
  // Azure's resource ids begin with the slash that the template has too.
  const text = parameter.allowReserved === true ? written.replace(/^\//, '') : written;
  if (text === '') {
    throw invalid(
      argument,
      `The argument "${argument}" is empty; it is part of the path.`,
      `Give a non-empty "${argument}".`,
    );
  }
  if (parameter.allowReserved === true && /^\/|\/$|\/\//.test(text)) {
    throw invalid(
      argument,
      `The argument "${argument}" has an empty segment.`,
      'Give the resource name with single slashes between its segments.',
    );
  }
  return text;
}

/** A parameter with a media type is one string; JSON unless the value is a string and the type is not JSON. */
function contentOf(parameter: HttpParameter, value: unknown): string {
  const isJson = /[/+]json\b/i.test(parameter.contentType ?? '');
  return isJson ? JSON.stringify(value) : textOf(value);
}

function serialisable(parameter: HttpParameter, value: unknown): unknown {
  return parameter.contentType === undefined ? value : contentOf(parameter, value);
}

function queryOf(parameter: HttpParameter, value: unknown): readonly string[] {
  const encode = parameter.allowReserved === true ? encodeReservedQuery : encodeStrict;
  return queryPairs(
    parameter.name,
    serialisable(parameter, value),
    parameter.style,
    parameter.explode,
    encodeStrict,
    encode,
  );
}

function headerOf(parameter: HttpParameter, value: unknown): string {
  const text = headerValue(serialisable(parameter, value), parameter.explode);
  // RFC 9110 section 5.5: a line break would begin another header; beyond Latin-1 nothing can be sent.
  if (/[^\t\x20-\x7e\x80-\xff]/.test(text)) {
    throw invalid(
      parameter.argument,
      `The argument "${parameter.argument}" cannot be sent: it is the header ${parameter.name}, and contains a line break, a control character or a character beyond Latin-1.`,
      `Give "${parameter.argument}" on one line of plain text.`,
    );
  }
  return text;
}

function bodyOf(body: HttpBody, parameters: readonly HttpParameter[], args: ToolArguments): HttpRequest['body'] {
  if ('argument' in body.from) {
    const value = argumentOf(args, body.from.argument);
    return value === undefined ? undefined : wholeBody(body, body.from.argument, value);
  }
  const { properties, additional } = body.from;
  const values: Record<string, unknown> = {};
  for (const argument of Object.keys(properties)) {
    const value = argumentOf(args, argument);
    if (value !== undefined) values[properties[argument] ?? argument] = value;
  }
  if (additional === true) {
    const bound = new Set(parameters.map(({ argument }) => argument));
    for (const name of Object.keys(args)) {
      if (!bound.has(name) && !Object.hasOwn(properties, name) && args[name] !== undefined && name !== '__proto__') {
        values[name] = args[name];
      }
    }
  }
  if (Object.keys(values).length === 0 && !body.required) return undefined;
  return structuredBody(body, values);
}

function wholeBody(body: HttpBody, argument: string, value: unknown): HttpRequest['body'] {
  if (body.encoding?.[argument]?.binary === true) return decodeBase64(argument, value);
  if (isJsonObject(value)) return structuredBody(body, value);
  if (essenceOf(body) === 'multipart/form-data') return multipartBody(body, { [argument]: value });
  return isJson(body) ? JSON.stringify(value) : textOf(value);
}

function structuredBody(body: HttpBody, values: { readonly [name: string]: unknown }): HttpRequest['body'] {
  const essence = essenceOf(body);
  if (essence === 'application/x-www-form-urlencoded') return formBody(body, values);
  if (essence === 'multipart/form-data') return multipartBody(body, values);
  return JSON.stringify(values);
}

function essenceOf(body: HttpBody): string {
  return (body.contentType.split(';')[0] ?? '').trim().toLowerCase();
}

function isJson(body: HttpBody): boolean {
  return /^[^;]*(?:[/+]json\b|\/x-amz-json-)/i.test(body.contentType);
}

/**
 * OpenAPI 3.1 section 4.8.15.1: with a style, as a query parameter would be; without one, arrays repeat their name and
 * objects are JSON.
 */
function formBody(body: HttpBody, values: { readonly [name: string]: unknown }): string {
  const pairs: string[] = [];
  for (const name of Object.keys(values)) {
    const value = values[name];
    const encoding = body.encoding?.[name] ?? {};
    const isStyled =
      encoding.style !== undefined || encoding.explode !== undefined || encoding.allowReserved !== undefined;
    if (!isStyled && isJsonObject(value)) {
      pairs.push(`${encodeForm(name)}=${encodeForm(JSON.stringify(value))}`);
      continue;
    }
    const style = encoding.style ?? 'form';
    pairs.push(
      ...queryPairs(
        name,
        value,
        style,
        encoding.explode ?? (style === 'form' || style === 'deepObject'),
        encodeForm,
        encodeForm,
      ),
    );
  }
  return pairs.join('&');
}

function multipartBody(body: HttpBody, values: { readonly [name: string]: unknown }): FormData {
  const form = new FormData();
  for (const name of Object.keys(values)) {
    const value = values[name];
    const encoding = body.encoding?.[name] ?? {};
    const items = Array.isArray(value) ? value : [value];
    for (const item of items) {
      if (item === undefined || item === null) continue;
      appendPart(form, name, item, encoding, values);
    }
  }
  return form;
}

function appendPart(
  form: FormData,
  name: string,
  value: unknown,
  encoding: HttpBodyEncoding,
  values: { readonly [name: string]: unknown },
): void {
  if (encoding.binary === true) {
    const type = encoding.contentType ?? 'application/octet-stream';
    form.append(name, new Blob([decodeBase64(name, value)], { type }), fileName(name, values));
  } else {
    form.append(name, textOf(value));
  }
}

/** Servers tell a file from a field by its file name (RFC 7578 section 4.2); a sibling often says what it is called. */
function fileName(name: string, values: { readonly [name: string]: unknown }): string {
  const named = values.filename ?? values.fileName ?? values.file_name;
  return typeof named === 'string' && named !== '' ? named : name;
}

/** Standard or URL-safe alphabet (RFC 4648 sections 4 and 5), padding optional, white space ignored, `data:` URLs too. */
function decodeBase64(argument: string, value: unknown): Uint8Array<ArrayBuffer> {
  const text = textOf(value)
    .replace(/^data:[^,]*;base64,/, '')
    .replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text) || text.replace(/=+$/, '').length % 4 === 1) {
    throw invalid(
      argument,
      `The argument "${argument}" is not base64.`,
      `Encode the content of "${argument}" as base64.`,
    );
  }
  return new Uint8Array(Buffer.from(text.replaceAll('-', '+').replaceAll('_', '/'), 'base64'));
}
