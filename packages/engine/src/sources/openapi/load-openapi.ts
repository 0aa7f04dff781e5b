import { readFile } from 'node:fs/promises';
import { JackfieldError } from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import type { FetchDocument, LoadToolkitOptions } from '../toolkit-source.ts';
import type { OpenApiDocument } from './document.ts';

/** Where an OpenAPI document is: in a file, behind a URL, or here (parsed, or as JSON or YAML text). */
export type OpenApiLocation =
  | { readonly file: string | URL }
  | { readonly url: string | URL; readonly fetch?: FetchDocument | undefined }
  | { readonly document: OpenApiDocument | string };

export interface LoadedOpenApi {
  readonly document: OpenApiDocument;
  /** Where the document was found after redirects, when it came from a URL. */
  readonly documentUrl: string | undefined;
}

/**
 * Reads an OpenAPI document, JSON or YAML.
 *
 * @throws {JackfieldError} `INVALID_TOOLKIT` when it cannot be read or parsed; `UPSTREAM_ERROR` when the URL answers with an
 *   error status. What `fetch` throws is passed on.
 */
export async function loadOpenApi(location: OpenApiLocation, options: LoadToolkitOptions = {}): Promise<LoadedOpenApi> {
  options.signal?.throwIfAborted();
  if ('document' in location) {
    const { document } = location;
    return {
      document: typeof document === 'string' ? parseDocument(document, 'the given text') : document,
      documentUrl: undefined,
    };
  }
  if ('file' in location) {
    const text = await readText(location.file, options.signal);
    return { document: parseDocument(text, String(location.file)), documentUrl: undefined };
  }
  const url = String(location.url);
  const fetchDocument = location.fetch ?? options.fetch;
  if (fetchDocument === undefined) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: `Nothing was given to get ${url} with.`,
      fix: 'Give the location a `fetch`, or let an engine load the source.',
    });
  }
  const response = await fetchDocument(url, {
    headers: { accept: 'application/json, application/yaml;q=0.9, */*;q=0.8' },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (!response.ok) {
    throw new JackfieldError('UPSTREAM_ERROR', {
      message: `${url} answered ${response.status} instead of an OpenAPI document.`,
      fix: 'Check the URL of the document.',
      details: { url, status: response.status },
    });
  }
  return { document: parseDocument(await response.text(), url), documentUrl: response.url === '' ? url : response.url };
}

async function readText(file: string | URL, signal: AbortSignal | undefined): Promise<string> {
  try {
    return await readFile(file, { encoding: 'utf8', ...(signal === undefined ? {} : { signal }) });
  } catch (cause) {
    if (signal?.aborted === true) throw cause;
    throw new JackfieldError('INVALID_TOOLKIT', {
      message: `The OpenAPI document ${String(file)} cannot be read: ${messageOf(cause)}`,
      fix: 'Check the path of the file and that it may be read.',
      cause,
    });
  }
}

function parseDocument(text: string, origin: string): OpenApiDocument {
  const isPage = /^\s*<(?:!doctype\s+html|html)\b/i.test(text);
  const parsed = isPage ? text : parseText(text.startsWith('\uFEFF') ? text.slice(1) : text, origin);
  if (isJsonObject(parsed)) return parsed;
  throw new JackfieldError('INVALID_TOOLKIT', {
    message: `What ${origin} contains is not an OpenAPI document: it is ${isPage ? 'a page of HTML' : kindOf(parsed)}.`,
    fix: isPage
      ? 'Give the address of the document itself, which documentation often links to as openapi.json or openapi.yaml.'
      : 'Give an OpenAPI 3.0 or 3.1 document as JSON or YAML.',
  });
}

function kindOf(parsed: unknown): string {
  if (parsed === null || parsed === undefined) return 'empty';
  if (Array.isArray(parsed)) return 'a list';
  return typeof parsed === 'string' ? 'plain text' : `a ${typeof parsed}`;
}

/** JSON is tried first: it is what large documents come in, and parses a hundred times faster. */
function parseText(text: string, origin: string): unknown {
  const isJson = /^\s*[[{]/.test(text);
  let jsonError: unknown;
  if (isJson) {
    try {
      return JSON.parse(text);
    } catch (error) {
      jsonError = error;
    }
  }
  try {
    return parseYaml(text, { logLevel: 'error' });
  } catch (yamlError) {
    const cause = jsonError ?? yamlError;
    const { line, column } = placeOf(cause, text);
    const [reason = ''] = messageOf(cause).split(/ in JSON at position| at line|\n/);
    throw new JackfieldError('INVALID_TOOLKIT', {
      message: `${origin} is not valid ${isJson ? 'JSON' : 'YAML'}: ${reason.replace(/[.:]$/, '')}, at line ${line}, column ${column}.`,
      fix: 'Correct it there; an OpenAPI 3.0 or 3.1 document as JSON or YAML is wanted.',
      details: { line, column },
      cause,
    });
  }
}

/** Where the parser stopped, from 1. V8 says it in its message, unless the text is at its end. */
function placeOf(error: unknown, text: string): { readonly line: number; readonly column: number } {
  if (error instanceof YAMLParseError && error.linePos !== undefined) {
    const [{ line, col: column }] = error.linePos;
    return { line, column };
  }
  const position = Number(/ at position (\d+)/.exec(messageOf(error))?.[1] ?? text.trimEnd().length);
  const before = text.slice(0, position).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
