import { isJsonObject } from '@jackfield/json-schema';
import type { DocumentReader, OpenApiDocument } from './document.ts';

/** How a body of a media type is written. */
export type MediaKind = 'json' | 'form' | 'multipart' | 'text' | 'binary';

/** One entry of a `content` map. */
export interface MediaType {
  /** As it goes on the wire; wildcards and nonsense replaced by a concrete type. */
  readonly contentType: string;
  readonly kind: MediaKind;
  readonly schema: unknown;
  readonly encoding: unknown;
}

/** The media type without parameters, lower case. */
function essenceOf(name: string): string {
  return (name.split(';')[0] ?? '').trim().toLowerCase();
}

export function isJsonMediaType(name: string): boolean {
  const essence = essenceOf(name);
  return essence === 'application/json' || essence === 'text/json' || essence.endsWith('+json');
}

/**
 * The media type to send a body in: JSON before JSON Merge Patch before other JSON types, then forms, multipart, text,
 * bytes. Undefined for an empty `content`.
 */
export function selectRequestMedia(content: unknown, reader: DocumentReader): MediaType | undefined {
  if (!isJsonObject(content)) return undefined;
  let best: MediaType | undefined;
  let bestRank = Number.POSITIVE_INFINITY;
  for (const name of Object.keys(content)) {
    const media = reader.resolve(content[name]) ?? {};
    const candidate = readMedia(name, media, reader);
    const rank = rankOf(name, candidate);
    if (rank < bestRank) {
      best = candidate;
      bestRank = rank;
    }
  }
  return best;
}

function rankOf(name: string, media: MediaType): number {
  const essence = essenceOf(name);
  if (essence === 'application/json') return 0;
  switch (media.kind) {
    case 'json':
      if (essence === 'application/merge-patch+json') return 2;
      // A list of patch operations is harder to write than the changed object.
      if (essence === 'application/json-patch+json') return 4;
      if (essence.includes('*') || !essence.includes('/')) return 3;
      return isJsonMediaType(name) ? 1 : 7;
    case 'form':
      return 5;
    case 'multipart':
      return 6;
    case 'text':
      return essence === 'text/plain' ? 8 : 9;
    case 'binary':
      return 10;
  }
}

function readMedia(name: string, media: OpenApiDocument, reader: DocumentReader): MediaType {
  const essence = essenceOf(name);
  const { schema, encoding } = media;
  const made = (contentType: string, kind: MediaKind): MediaType => ({ contentType, kind, schema, encoding });
  if (isJsonMediaType(name)) return made(essence.includes('*') ? 'application/json' : name.trim(), 'json');
  if (essence === 'application/x-www-form-urlencoded') return made(essence, 'form');
  if (essence === 'multipart/form-data' || essence === 'application/form-data')
    return made('multipart/form-data', 'multipart');
  const isConcrete = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(essence);
  if (!isConcrete) {
    // `*/*`, `image/*`, and what is no media type at all.
    if (essence.startsWith('text/')) return made('text/plain', 'text');
    if (isBinarySchema(schema, reader) || /^(?:image|audio|video)\//.test(essence)) {
      return made('application/octet-stream', 'binary');
    }
    return made('application/json', 'json');
  }
  if (isObjectSchema(schema, reader)) {
    // JSON is YAML (YAML 1.2 section 1.3), and the only way to write an object where the type says nothing about it, as
    // in Google's documents, which list the types of a media upload beside a JSON resource.
    if (/yaml$/.test(essence)) return made(name.trim(), 'json');
    if (essence.startsWith('message/') || essence === 'text/plain') return made('application/json', 'json');
  }
  if (isBase64Schema(schema, reader)) return made(name.trim(), 'text');
  const isText =
    essence.startsWith('text/') ||
    essence.endsWith('+xml') ||
    essence.endsWith('/xml') ||
    /^(?:message\/|application\/(?:.*yaml|graphql|x-ndjson|ndjson|jsonlines|jwt|jose|javascript|sql|toml|csv)$)/.test(
      essence,
    );
  return made(name.trim(), isText && !isBinarySchema(schema, reader) ? 'text' : 'binary');
}

/** Whether a schema says that the value is raw bytes (OpenAPI 3.0 section 4.7.14.2, 3.1 section 4.8.14.3). */
export function isBinarySchema(schema: unknown, reader: DocumentReader): boolean {
  const target = reader.resolve(schema);
  if (target === undefined) return false;
  if (target.format === 'binary' || target.type === 'file') return true;
  return (
    target.type === 'string' &&
    typeof target.contentMediaType === 'string' &&
    target.contentEncoding === undefined &&
    !isJsonMediaType(target.contentMediaType) &&
    !target.contentMediaType.startsWith('text/')
  );
}

/** Bytes that are base64 on the wire as well. */
function isBase64Schema(schema: unknown, reader: DocumentReader): boolean {
  const target = reader.resolve(schema);
  return target?.type === 'string' && (target.format === 'byte' || target.contentEncoding === 'base64');
}

function isObjectSchema(schema: unknown, reader: DocumentReader): boolean {
  const target = reader.resolve(schema);
  return target !== undefined && (target.type === 'object' || isJsonObject(target.properties));
}

/** A successful response: its JSON schema, whether it is text, and what to accept. */
export interface SuccessResponse {
  readonly accept: string;
  /** `none`: no body. `other`: bytes, or a type that is not described. */
  readonly kind: 'json' | 'text' | 'none' | 'other';
  readonly schema: unknown;
}

/** The response that a call is made for: the lowest 2xx status with a body, or `default` where no 2xx is described. */
export function selectSuccessResponse(responses: unknown, reader: DocumentReader): SuccessResponse {
  if (!isJsonObject(responses)) return { accept: '*/*', kind: 'other', schema: undefined };
  const codes = Object.keys(responses);
  const successes = codes.filter((code) => /^2(?:\d\d|XX)$/i.test(code)).sort();
  if (successes.length === 0 && codes.includes('default')) successes.push('default');
  let isDescribed = false;
  for (const code of successes) {
    const response = reader.resolve(responses[code]);
    if (response === undefined) continue;
    isDescribed = true;
    const content = response.content;
    const names = isJsonObject(content) ? Object.keys(content) : [];
    if (names.length === 0 || !isJsonObject(content)) continue;
    const json =
      names.find((name) => essenceOf(name) === 'application/json') ??
      names.find(isJsonMediaType) ??
      names.find((name) => essenceOf(name) === '*/*');
    if (json !== undefined) {
      const media = reader.resolve(content[json]);
      const accept = essenceOf(json).includes('*') ? 'application/json' : json.trim();
      return { accept, kind: 'json', schema: media?.schema };
    }
    const first = names[0] ?? '*/*';
    const accept = /^[\w!#$&^.+*-]+\/[\w!#$&^.+*-]+/.test(first) ? `${first.trim()}, */*;q=0.8` : '*/*';
    return { accept, kind: essenceOf(first).startsWith('text/') ? 'text' : 'other', schema: undefined };
  }
  return { accept: 'application/json, */*;q=0.8', kind: isDescribed ? 'none' : 'other', schema: undefined };
}

/** The media type of a parameter described by `content`, and its schema. */
export function parameterContent(
  content: unknown,
  reader: DocumentReader,
): { readonly name: string; readonly schema: unknown } | undefined {
  if (!isJsonObject(content)) return undefined;
  const names = Object.keys(content);
  const name = names.find(isJsonMediaType) ?? names[0];
  if (name === undefined) return undefined;
  return { name, schema: reader.resolve(content[name])?.schema };
}

/** Types in a multipart part's `contentType`, which may be a list. */
export function firstConcreteType(contentType: unknown): string | undefined {
  if (typeof contentType !== 'string') return undefined;
  return contentType
    .split(',')
    .map((type) => type.trim())
    .find((type) => /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+/.test(type) && !type.includes('*'));
}
