import { isJsonObject, type JsonSchema, type References, type SchemaBundler } from '@jackfield/json-schema';
import type { HttpBody, HttpBodyEncoding } from '../../toolkit.ts';
import type { Argument } from './argument.ts';
import { type DocumentReader, type OpenApiDocument, stringOf } from './document.ts';
import { flattenObject } from './flat-object.ts';
import { firstConcreteType, isBinarySchema, type MediaType, selectRequestMedia } from './media-type.ts';
import { plainText } from './tool-text.ts';

/** The body of an operation as arguments, and how to write it once their names in the tool's input are known. */
export interface RequestBody {
  readonly args: readonly Argument[];
  /** Converted schema of properties that are not named, `{}` when anything goes; undefined when there are none. */
  readonly additional: JsonSchema | undefined;
  readonly additionalReferences: References;
  /** At least so many of the arguments of the body. */
  readonly minProperties: number;
  /** Names (on the wire) that must be given as soon as any argument of the body is; empty when `required` says it all. */
  readonly requiredTogether: readonly string[];
  /** `argumentNames` are those of `args`, in the same order. */
  bind(argumentNames: readonly string[]): HttpBody;
}

/** A body that is an object, as its properties. */
interface FlatBody {
  readonly args: readonly Argument[];
  /** Of the properties on the wire, in the order of `args`. */
  readonly names: readonly string[];
  readonly requiredNames: readonly string[];
  readonly additional: JsonSchema | undefined;
  readonly additionalReferences: References;
  readonly minProperties: number;
  readonly encoding: Readonly<Record<string, HttpBodyEncoding>> | undefined;
}

/** Reads request bodies; each body object of the document is read once. */
export class RequestBodyReader {
  readonly #reader: DocumentReader;
  readonly #bundler: SchemaBundler;
  readonly #read = new Map<OpenApiDocument, RequestBody | undefined>();
  readonly #shared = new Map<unknown, FlatBody | undefined>();

  constructor(reader: DocumentReader, bundler: SchemaBundler) {
    this.#reader = reader;
    this.#bundler = bundler;
  }

  read(requestBody: unknown): RequestBody | undefined {
    const raw = this.#reader.resolve(requestBody);
    if (raw === undefined) return undefined;
    if (this.#read.has(raw)) return this.#read.get(raw);
    const media = selectRequestMedia(raw.content, this.#reader);
    const body = media === undefined ? undefined : this.#convert(raw, media);
    this.#read.set(raw, body);
    return body;
  }

  #convert(raw: OpenApiDocument, media: MediaType): RequestBody {
    if (media.kind === 'multipart' && isBinarySchema(media.schema, this.#reader)) return this.#file(raw, media);
    const isStructured = media.kind === 'json' || media.kind === 'form' || media.kind === 'multipart';
    const flat = isStructured && media.schema !== undefined ? this.#flat(media) : undefined;
    if (flat === undefined) return this.#whole(raw, media);

    const { names, additional, additionalReferences, requiredNames } = flat;
    // An author who says `required: false` means it; one who says nothing has mostly forgotten to say true.
    const isOptional = raw.required === false;
    return {
      args: isOptional ? flat.args.map((argument) => ({ ...argument, required: false })) : flat.args,
      additional,
      additionalReferences,
      minProperties: isOptional ? 0 : flat.minProperties,
      requiredTogether: isOptional ? requiredNames : [],
      bind: (argumentNames) => ({
        contentType: media.contentType,
        from: {
          properties: Object.fromEntries(argumentNames.map((argument, index) => [argument, names[index] ?? argument])),
          ...(additional === undefined ? {} : { additional: true }),
        },
        required: raw.required === true,
        ...(flat.encoding === undefined ? {} : { encoding: flat.encoding }),
      }),
    };
  }

  /** The properties of a body as arguments; converted once per schema, because many operations take the same one. */
  #flat(media: MediaType): FlatBody | undefined {
    const { schema } = media;
    const isBareReference = isJsonObject(schema) && typeof schema.$ref === 'string' && Object.keys(schema).length === 1;
    const key = isBareReference ? schema.$ref : schema;
    // Forms have an encoding of their own.
    const isShared = media.kind === 'json';
    if (isShared && this.#shared.has(key)) return this.#shared.get(key);
    const flat = this.#flatten(media);
    if (isShared) this.#shared.set(key, flat);
    return flat;
  }

  #flatten(media: MediaType): FlatBody | undefined {
    const flat = flattenObject(media.schema, this.#bundler);
    if (flat === undefined) return undefined;
    const args: Argument[] = [];
    const names: string[] = [];
    const encoding: Record<string, HttpBodyEncoding> = {};
    for (const [name, schemas] of flat.properties) {
      const references: References = new Set();
      const binary = media.kind === 'multipart' ? this.#binarySchema(schemas[0], references) : undefined;
      const schema = binary ?? this.#property(schemas, references);
      const written = media.kind === 'json' ? undefined : this.#encodingOf(name, media, binary !== undefined);
      if (written !== undefined) encoding[name] = written;
      names.push(name);
      args.push({ name, location: 'body', schema, references, required: flat.required.has(name) });
    }
    const additionalReferences: References = new Set();
    const { additional } = flat;
    const converted = additional === true ? {} : this.#bundler.convert(additional, additionalReferences);
    return {
      args,
      names,
      requiredNames: names.filter((name) => flat.required.has(name)),
      additional: additional === undefined ? undefined : converted,
      additionalReferences,
      minProperties: flat.minProperties,
      encoding: Object.keys(encoding).length === 0 ? undefined : encoding,
    };
  }

  #property(schemas: readonly unknown[], references: References): JsonSchema {
    const [first] = schemas;
    if (schemas.length === 1) return this.#bundler.convert(first, references);
    return { allOf: schemas.map((schema) => this.#bundler.convert(schema, references)) };
  }

  /** A multipart body that is said to be bytes: one part, whose name the document leaves open. */
  #file(raw: OpenApiDocument, media: MediaType): RequestBody {
    const references: References = new Set();
    const schema = base64Schema(this.#bundler.convert(media.schema, references));
    return {
      args: [{ name: 'file', location: 'body', schema, references, required: raw.required !== false }],
      additional: undefined,
      additionalReferences: new Set(),
      minProperties: 0,
      requiredTogether: [],
      bind: ([argument = 'file']) => ({
        contentType: media.contentType,
        from: { properties: { [argument]: 'file' } },
        required: raw.required === true,
        encoding: { file: { binary: true } },
      }),
    };
  }

  /** A body that is not an object with named properties is one argument. */
  #whole(raw: OpenApiDocument, media: MediaType): RequestBody {
    const references: References = new Set();
    const description = plainText(stringOf(raw.description) ?? '');
    const schema = this.#wholeSchema(media, references);
    const described = description === '' || schema.description !== undefined ? schema : { ...schema, description };
    return {
      args: [{ name: 'body', location: 'body', schema: described, references, required: raw.required === true }],
      additional: undefined,
      additionalReferences: new Set(),
      minProperties: 0,
      requiredTogether: [],
      bind: ([argument = 'body']) => ({
        contentType: media.contentType,
        from: { argument },
        required: raw.required === true,
        ...(media.kind === 'binary' ? { encoding: { [argument]: { binary: true } } } : {}),
      }),
    };
  }

  #wholeSchema(media: MediaType, references: References): JsonSchema {
    switch (media.kind) {
      case 'binary':
        return {
          type: 'string',
          contentEncoding: 'base64',
          description: `Content (${media.contentType}), base64-encoded.`,
        };
      case 'text': {
        const converted = media.schema === undefined ? {} : this.#bundler.convert(media.schema, references);
        if (converted.type === 'string') return converted;
        references.clear();
        return { type: 'string', description: `Content as ${media.contentType}.` };
      }
      default:
        return media.schema === undefined ? {} : this.#bundler.convert(media.schema, references);
    }
  }

  /** Bytes, or a list of them, as base64 strings. */
  #binarySchema(schema: unknown, references: References): JsonSchema | undefined {
    const target = this.#reader.resolve(schema);
    if (target === undefined) return undefined;
    if (isBinarySchema(target, this.#reader)) return base64Schema(this.#bundler.convert(target, references));
    if (target.type !== 'array' || !isBinarySchema(target.items, this.#reader)) return undefined;
    const converted = this.#bundler.convert({ ...target, items: {} }, references);
    return { ...converted, items: base64Schema({}) };
  }

  #encodingOf(name: string, media: MediaType, isBinary: boolean): HttpBodyEncoding | undefined {
    const declared = isJsonObject(media.encoding) ? media.encoding[name] : undefined;
    const raw = isJsonObject(declared) ? declared : {};
    const style = encodingStyles.find((known) => known === raw.style);
    const contentType = firstConcreteType(raw.contentType);
    const encoding: HttpBodyEncoding = {
      ...(contentType === undefined ? {} : { contentType }),
      ...(style === undefined ? {} : { style }),
      ...(typeof raw.explode === 'boolean' ? { explode: raw.explode } : {}),
      ...(raw.allowReserved === true ? { allowReserved: true } : {}),
      ...(isBinary ? { binary: true } : {}),
    };
    return Object.keys(encoding).length === 0 ? undefined : encoding;
  }
}

const encodingStyles = ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'] as const;

function base64Schema(schema: JsonSchema): JsonSchema {
  const { format: _format, contentMediaType: _mediaType, type: _type, description, ...rest } = schema;
  const note = 'File content, base64-encoded.';
  return {
    type: 'string',
    contentEncoding: 'base64',
    ...rest,
    description: typeof description === 'string' ? `${description.replace(/\.$/, '')}. ${note}` : note,
  };
}
