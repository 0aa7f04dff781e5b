import { isJsonObject, type JsonSchema, type References, type SchemaBundler } from '@jackfield/json-schema';
import type { HttpConstant, HttpParameter } from '../../toolkit.ts';
import type { Argument } from './argument.ts';
import { arrayOf, type DocumentReader, type OpenApiDocument, stringOf } from './document.ts';
import { parameterContent } from './media-type.ts';
import { plainText } from './tool-text.ts';

/** A parameter of an operation: an argument that knows how it is written. */
export interface OperationParameter extends Argument {
  readonly location: HttpParameter['in'];
  /** The text that describes it, for telling credentials from arguments. */
  readonly description: string;
  /** Set when only one value is possible, and it has to be sent: it is no argument then. */
  readonly constant?: HttpConstant | undefined;
  /** How it is written, when its value is the argument of this name. */
  bind(argument: string): HttpParameter;
}

/** An {@link OperationParameter} with this serialisation. */
export function operationParameter(
  argument: Argument & { readonly location: HttpParameter['in'] },
  description: string,
  serialisation: Omit<HttpParameter, 'argument' | 'name' | 'in'>,
): OperationParameter {
  let bound: HttpParameter | undefined;
  return {
    ...argument,
    description,
    // Nearly always the same name, so that tools can share what is returned.
    bind: (name) => {
      if (bound?.argument !== name)
        bound = { argument: name, name: argument.name, in: argument.location, ...serialisation };
      return bound;
    },
  };
}

const locations: readonly string[] = ['path', 'query', 'header', 'cookie'];

/**
 * Header parameters that are not arguments: the three that OpenAPI says to ignore (3.1 section 4.8.12.2), and what
 * belongs to the connection (RFC 9110 section 7.6.1, RFC 9112 section 6).
 */
const reservedHeaders = new Set([
  'accept',
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** RFC 9110 section 5.6.2. */
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Reads parameters; those that are alike are read once and are one object. */
export class ParameterReader {
  readonly #reader: DocumentReader;
  readonly #bundler: SchemaBundler;
  readonly #read = new Map<OpenApiDocument, OperationParameter | undefined>();
  readonly #equal = new Map<string, OperationParameter | undefined>();

  constructor(reader: DocumentReader, bundler: SchemaBundler) {
    this.#reader = reader;
    this.#bundler = bundler;
  }

  /** The parameters of an operation and its path; the operation's own override the path's. */
  parametersOf(operation: OpenApiDocument, pathItem: OpenApiDocument): readonly OperationParameter[] {
    const own = arrayOf(operation.parameters);
    const shared = arrayOf(pathItem.parameters);
    if (own.length === 0 && shared.length === 0) return [];
    const parameters: OperationParameter[] = [];
    for (const list of [shared, own]) {
      for (const value of list) {
        const raw = this.#reader.resolve(value);
        const parameter = raw === undefined ? undefined : this.#parameter(raw);
        if (parameter === undefined) continue;
        const { name, location } = parameter;
        const overridden = parameters.findIndex((other) => other.name === name && other.location === location);
        if (overridden === -1) parameters.push(parameter);
        else parameters[overridden] = parameter;
      }
    }
    return parameters;
  }

  /** The raw `Authorization` header parameter of an operation, if it declares one. */
  authorizationParameter(operation: OpenApiDocument, pathItem: OpenApiDocument): OpenApiDocument | undefined {
    for (const value of [...arrayOf(operation.parameters), ...arrayOf(pathItem.parameters)]) {
      const raw = this.#reader.resolve(value);
      if (raw?.in === 'header' && String(raw.name).toLowerCase() === 'authorization') return raw;
    }
    return undefined;
  }

  #parameter(raw: OpenApiDocument): OperationParameter | undefined {
    if (this.#read.has(raw)) return this.#read.get(raw);
    // Documents repeat `user-id` and `page` for each operation instead of referring to them.
    const text = JSON.stringify(raw);
    let parameter = this.#equal.get(text);
    if (parameter === undefined) {
      parameter = this.#convert(raw);
      this.#equal.set(text, parameter);
    }
    this.#read.set(raw, parameter);
    return parameter;
  }

  #convert(raw: OpenApiDocument): OperationParameter | undefined {
    const name = stringOf(raw.name);
    const location = raw.in;
    if (name === undefined || !isLocation(location)) return undefined;
    if (location === 'header' && (reservedHeaders.has(name.toLowerCase()) || !headerName.test(name))) return undefined;
    const content = raw.schema === undefined ? parameterContent(raw.content, this.#reader) : undefined;
    const rawSchema = raw.schema ?? content?.schema;
    const references: References = new Set();
    const converted = rawSchema === undefined ? { type: 'string' } : this.#bundler.convert(rawSchema, references);
    const style = styleOf(raw.style, location);
    const required = location === 'path' || raw.required === true;
    const schema = describe(required && style !== 'deepObject' ? nonEmpty(converted) : converted, raw);
    const spans = location === 'path' && spansSegments(raw, this.#bundler.dereference(rawSchema));
    const parameter = operationParameter(
      { location, name, required, schema, references },
      stringOf(raw.description) ?? '',
      {
        style,
        explode: typeof raw.explode === 'boolean' ? raw.explode : style === 'form' || style === 'deepObject',
        ...(raw.allowReserved === true || spans ? { allowReserved: true } : {}),
        ...(content === undefined ? {} : { contentType: content.name }),
      },
    );
    const value = required ? onlyValue(converted) : undefined;
    return value === undefined || (location !== 'query' && location !== 'header')
      ? parameter
      : { ...parameter, constant: { name, in: location, value } };
  }
}

/** Of an `enum` with one member: which operation of a URL is meant, the version of an API. */
function onlyValue(schema: JsonSchema): string | undefined {
  const values = 'const' in schema ? [schema.const] : Array.isArray(schema.enum) ? schema.enum : [];
  const [value] = values;
  return values.length === 1 && ['string', 'number', 'boolean'].includes(typeof value) ? String(value) : undefined;
}

function isLocation(value: unknown): value is HttpParameter['in'] {
  return typeof value === 'string' && locations.includes(value);
}

const stylesByLocation: Readonly<Record<HttpParameter['in'], readonly HttpParameter['style'][]>> = {
  path: ['simple', 'label', 'matrix'],
  query: ['form', 'spaceDelimited', 'pipeDelimited', 'deepObject'],
  header: ['simple'],
  cookie: ['form'],
};

/** The style when it is one that the location allows, else the location's default, which is the first. */
function styleOf(style: unknown, location: HttpParameter['in']): HttpParameter['style'] {
  const styles = stylesByLocation[location];
  return styles.find((known) => known === style) ?? styles[0] ?? 'simple';
}

/**
 * Whether a path parameter is a resource name of several segments (`projects/a/topics/b`), whose slashes are meant: said by
 * an extension of Google's or Microsoft's tools, by a pattern that begins with such a segment, or in words.
 */
function spansSegments(raw: OpenApiDocument, schema: unknown): boolean {
  if (raw['x-reservedExpansion'] === true || raw['x-ms-skip-url-encoding'] === true) return true;
  const pattern = isJsonObject(schema) ? schema.pattern : undefined;
  if (typeof pattern === 'string' && /^\^?[A-Za-z][\w-]*\\?\//.test(pattern)) return true;
  return (
    /^(?:name|parent|resource)$/.test(String(raw.name)) &&
    /(?:^|[\s`'"])[a-z][A-Za-z]*\/\{\w+\}/.test(String(raw.description))
  );
}

/** An empty list is not sent at all, which a required parameter must not be. */
function nonEmpty(schema: JsonSchema): JsonSchema {
  return schema.type === 'array' && (schema.minItems === undefined || schema.minItems === 0)
    ? { ...schema, minItems: 1 }
    : schema;
}

/** The schema with what the parameter says about itself. */
function describe(schema: JsonSchema, raw: OpenApiDocument): JsonSchema {
  const description = plainText(stringOf(raw.description) ?? '');
  const hasExample = raw.example !== undefined && schema.examples === undefined && isShort(raw.example);
  if (description === '' && raw.deprecated !== true && !hasExample) return schema;
  return {
    ...schema,
    ...(description === '' ? {} : { description }),
    ...(raw.deprecated === true ? { deprecated: true } : {}),
    ...(hasExample ? { examples: [raw.example] } : {}),
  };
}

function isShort(example: unknown): boolean {
  return typeof example === 'string'
    ? example.length <= 200
    : typeof example === 'number' || typeof example === 'boolean';
}
