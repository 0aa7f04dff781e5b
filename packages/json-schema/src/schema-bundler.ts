import { escapeToken, parsePointer, resolvePointer } from './json-pointer.ts';
import { isJsonObject, type JsonSchema } from './json-schema.ts';
import { shortHash } from './short-hash.ts';
import { toUnicodePattern } from './unicode-pattern.ts';

/** A shared schema: what one or more `$ref`s point at. Stands under `#/$defs/<name>` in every schema that reaches it. */
export interface Definition {
  /** Letters, digits, `_`, `.` and `-`; unique within the bundler. */
  readonly name: string;
}

/** Collects the definitions that converted schemas refer to directly. */
export type References = Set<Definition>;

export interface SchemaBundlerOptions {
  /**
   * What the schemas describe. `input` leaves out properties marked `readOnly`, `output` those marked `writeOnly`; `both`
   * leaves out none. Default `both`.
   */
  readonly direction?: 'input' | 'output' | 'both';
  /**
   * How a `$ref` with siblings is read. In JSON Schema 2020-12, and so in OpenAPI 3.1, every keyword counts. In OpenAPI
   * 3.0 none does (section 4.7.23.2 there), but the few documents that put `required`, `enum` and the like there mean
   * them; so those count, and annotations, and the many stray `type` and `nullable` do not. Default `json-schema`.
   */
  readonly dialect?: 'openapi-3.0' | 'json-schema';
  /** Applied to every `title` and `description`. Default: leaves them as they are. */
  readonly cleanText?: (text: string) => string;
  /**
   * How many characters of JSON the `$defs` of one schema may take. In documents where everything refers to everything, the
   * `$defs` of each schema are half a megabyte, which no model reads. What is nearest to the schema is kept; in place of
   * the rest stand definitions that say only its type and what it is, and accept what it would. One definition is always
   * kept. Default: no limit.
   */
  readonly maxDefinitionsLength?: number;
}

/**
 * Turns the schemas of one document into clean JSON Schema 2020-12 whose shared parts are local `$defs`.
 *
 * Each shared schema is converted once and the resulting object is used wherever it is needed, so that thousands of
 * schemas over the same definitions cost little more than one. Nothing of the document is changed or handed out by
 * reference; treat what comes out as frozen, because it is shared.
 *
 * What is mended on the way: OpenAPI 3.0's `nullable`, boolean `exclusiveMinimum`, `example`; draft 4 to 7's tuple `items`,
 * `dependencies`, `definitions`, `required: true` on a property; boolean schemas (`{}` and `{ not: {} }`, except for
 * `additionalProperties: false`, which stays); types that are none of the seven; `type: array` without `items`; numbers
 * written as strings; enum members of another type than `type`; patterns that are not valid with the `u` flag. Keywords
 * that JSON Schema does not know (`x-…`, `discriminator`, `xml`) are dropped. A reference to nothing becomes `{}` and is
 * listed in {@link unresolved}.
 */
export class SchemaBundler {
  readonly #document: unknown;
  readonly #hidden: 'readOnly' | 'writeOnly' | undefined;
  readonly #allSiblings: boolean;
  readonly #nullInEnums: boolean;
  readonly #cleanText: (text: string) => string;
  readonly #maxDefinitionsLength: number;
  readonly #nearest = new Map<string, Readonly<Record<string, JsonSchema>>>();
  readonly #byReference = new Map<string, SharedSchema | undefined>();
  readonly #byTarget = new Map<object, SharedSchema>();
  readonly #names = new Set<string>();
  readonly #nodes: SharedSchema[] = [];
  readonly #patterns = new Map<string, string | undefined>();
  readonly #unresolved = new Set<string>();
  #converted = 0;
  /** Of all that was converted so far, as JSON; nearly, because measuring exactly takes longer than converting. */
  #length = 0;
  #graph: Graph | undefined;
  #resource: unknown;

  constructor(document: unknown, options: SchemaBundlerOptions = {}) {
    const direction = options.direction ?? 'both';
    this.#document = document;
    this.#hidden = direction === 'both' ? undefined : direction === 'input' ? 'readOnly' : 'writeOnly';
    this.#allSiblings = options.dialect !== 'openapi-3.0';
    this.#nullInEnums = direction !== 'input';
    this.#cleanText = options.cleanText ?? identity;
    this.#maxDefinitionsLength = options.maxDefinitionsLength ?? Number.POSITIVE_INFINITY;
  }

  /** References that point at nothing within the document, as they were written. */
  get unresolved(): ReadonlySet<string> {
    return this.#unresolved;
  }

  /**
   * The schema, converted. Its references read `#/$defs/<name>`; the definitions behind them are added to `references`,
   * for {@link definitions}.
   */
  convert(schema: unknown, references: References): JsonSchema {
    this.#resource = schema;
    const converted = this.#convert(schema, references);
    this.#convertPending();
    return converted;
  }

  /** The schema with its `$defs`: valid on its own. */
  bundle(schema: unknown): JsonSchema {
    const references: References = new Set();
    const converted = this.convert(schema, references);
    const definitions = this.definitions(references);
    return definitions === undefined ? converted : { ...converted, $defs: definitions };
  }

  /**
   * The `$defs` for a schema with these references: everything reachable from them and nothing else, sorted by name, up to
   * {@link SchemaBundlerOptions.maxDefinitionsLength}. Undefined for none. The same object is returned for the same
   * references, and whenever the same definitions are reachable and none is cut.
   */
  definitions(references: Iterable<Definition>): Readonly<Record<string, JsonSchema>> | undefined {
    const nodes: SharedSchema[] = [];
    for (const reference of references) {
      if (reference instanceof SharedSchema) nodes.push(reference);
    }
    if (nodes.length === 0) return undefined;
    if (this.#maxDefinitionsLength === Number.POSITIVE_INFINITY) return this.#reachable(nodes);
    const key = nodes
      .map(({ id }) => id)
      .sort((one, other) => one - other)
      .join(' ');
    let definitions = this.#nearest.get(key);
    if (definitions === undefined) {
      definitions = nearest(nodes, this.#maxDefinitionsLength) ?? this.#reachable(nodes);
      this.#nearest.set(key, definitions);
    }
    return definitions;
  }

  #reachable(nodes: readonly SharedSchema[]): Readonly<Record<string, JsonSchema>> {
    this.#graph ??= new Graph(this.#nodes);
    return this.#graph.reachable(nodes);
  }

  /** The converted schema of a definition. */
  definition(definition: Definition): JsonSchema {
    return definition instanceof SharedSchema ? definition.schema : {};
  }

  /** The definitions that a definition refers to directly. */
  referencesOf(definition: Definition): ReadonlySet<Definition> {
    return definition instanceof SharedSchema ? definition.references : new Set();
  }

  /** What a schema stands for after following its `$ref`s; undefined at a dead end or in a circle of bare references. */
  dereference(schema: unknown): unknown {
    let current = schema;
    for (let hops = 0; hops < maxReferenceChain; hops += 1) {
      if (!isJsonObject(current) || typeof current.$ref !== 'string') return current;
      current = this.#node(current.$ref)?.raw;
    }
    return undefined;
  }

  /** Whether a property with this schema is left out in this direction, by itself or through its reference. */
  isHidden(schema: unknown): boolean {
    if (this.#hidden === undefined || !isJsonObject(schema)) return false;
    if (schema[this.#hidden] === true) return true;
    if (typeof schema.$ref !== 'string') return false;
    const target = this.dereference(schema);
    return isJsonObject(target) && target[this.#hidden] === true;
  }

  #convertPending(): void {
    while (this.#converted < this.#nodes.length) {
      const node = this.#nodes[this.#converted];
      this.#converted += 1;
      if (node === undefined) continue;
      this.#resource = node.resource;
      // A circle of bare references has no meaning, and validators recurse in it for ever.
      const isCircle =
        isJsonObject(node.raw) && typeof node.raw.$ref === 'string' && this.dereference(node.raw) === undefined;
      const before = this.#length;
      node.schema = isCircle ? {} : this.#convert(node.raw, node.references);
      node.length = this.#length - before;
    }
  }

  #node(reference: string): SharedSchema | undefined {
    if (this.#byReference.has(reference)) return this.#byReference.get(reference);
    const target = this.#target(reference);
    let node: SharedSchema | undefined;
    if (target === undefined) {
      const local = this.#resource === undefined ? undefined : resolvePointer(this.#resource, reference);
      // Not remembered by its text: the same text means something else within another schema.
      if (local !== undefined) return this.#nodeAt(local, reference);
      this.#unresolved.add(reference);
    } else {
      node = this.#nodeAt(target, reference);
    }
    this.#byReference.set(reference, node);
    return node;
  }

  #target(reference: string): unknown {
    if (reference.startsWith('#')) return resolvePointer(this.#document, reference);
    // Some documents write the bare name of a component.
    return /[/#:]/.test(reference)
      ? undefined
      : resolvePointer(this.#document, `#/components/schemas/${escapeToken(reference)}`);
  }

  #nodeAt(target: unknown, reference: string): SharedSchema {
    const known = typeof target === 'object' && target !== null ? this.#byTarget.get(target) : undefined;
    if (known !== undefined) return known;
    const resource = isJsonObject(target) && ('$defs' in target || 'definitions' in target) ? target : this.#resource;
    const node = new SharedSchema(this.#nodes.length, this.#nameFor(reference), target, resource);
    this.#nodes.push(node);
    this.#graph = undefined;
    if (typeof target === 'object' && target !== null) this.#byTarget.set(target, node);
    return node;
  }

  #nameFor(reference: string): string {
    const tokens = parsePointer(reference) ?? [reference];
    const last = tokens.at(-1) ?? 'root';
    const isComponent =
      tokens.length <= 1 ||
      (tokens.length === 3 && tokens[0] === 'components' && tokens[1] === 'schemas') ||
      (tokens.length === 2 && (tokens[0] === '$defs' || tokens[0] === 'definitions'));
    let name = last;
    if (!isComponent || !/^[A-Za-z0-9._-]+$/.test(last) || last === '__proto__') {
      const words = tokens.filter((token) => /^[A-Za-z][\w.-]*$/.test(token) && !pointerNoise.has(token)).slice(-2);
      name = `${words.join('_') || 'schema'}_${shortHash(reference)}`;
    }
    while (this.#names.has(name)) name = `${name}_${shortHash(`${reference} ${name}`)}`;
    this.#names.add(name);
    return name;
  }

  #convert(schema: unknown, references: References): JsonSchema {
    if (schema === false) return { not: {} };
    if (!isJsonObject(schema)) return {};
    const out: Record<string, unknown> = {};
    const reference = schema.$ref;
    if (typeof reference === 'string') {
      const node = this.#node(reference);
      if (node !== undefined) {
        references.add(node);
        out.$ref = node.pointer;
      }
      if (!this.#allSiblings && !constraintKeywords.some((keyword) => schema[keyword] !== undefined)) {
        this.#annotate(schema, out);
        this.#length += ownLength(out);
        return out;
      }
    }

    let exclusiveMinimum = false;
    let exclusiveMaximum = false;
    let hiddenNames: Set<string> | undefined;
    let requiredByProperties: string[] | undefined;
    for (const keyword in schema) {
      const value = schema[keyword];
      switch (keyword) {
        case 'type': {
          if (reference !== undefined && !this.#allSiblings) break;
          const type = mendType(value);
          if (type.type !== undefined) out.type = type.type;
          if (type.format !== undefined && schema.format === undefined) out.format = type.format;
          break;
        }
        case 'title':
        case 'description':
          if (typeof value === 'string') {
            const text = this.#cleanText(value);
            if (text !== '') out[keyword] = text;
          }
          break;
        case 'format':
          if (typeof value === 'string' && value !== '') out.format = value;
          break;
        case 'contentEncoding':
        case 'contentMediaType':
          if (typeof value === 'string') out[keyword] = value;
          break;
        case 'default':
          if (value !== undefined) out.default = copy(value);
          break;
        case 'const':
          out.const = copy(value);
          break;
        case 'example':
          if (value !== undefined && !Array.isArray(schema.examples) && isSmall(value)) out.examples = [copy(value)];
          break;
        case 'examples':
          if (Array.isArray(value)) {
            const small = value.filter(isSmall).slice(0, maxExamples);
            if (small.length > 0) out.examples = small.map(copy);
          }
          break;
        case 'deprecated':
        case 'uniqueItems':
          if (value === true) out[keyword] = true;
          break;
        case 'enum':
          if (Array.isArray(value) && value.length > 0) out.enum = copy(value);
          break;
        case 'properties': {
          if (!isJsonObject(value)) break;
          const properties: Record<string, JsonSchema> = {};
          for (const name in value) {
            const property = value[name];
            // Assigning `__proto__` would set the prototype instead of a property.
            if (name === '__proto__' || (!isJsonObject(property) && typeof property !== 'boolean')) continue;
            if (this.isHidden(property)) {
              hiddenNames ??= new Set();
              hiddenNames.add(name);
              continue;
            }
            if (isJsonObject(property) && property.required === true) {
              requiredByProperties ??= [];
              requiredByProperties.push(name);
            }
            properties[name] = this.#convert(property, references);
          }
          out.properties = properties;
          break;
        }
        case 'patternProperties':
        case 'dependentSchemas': {
          if (!isJsonObject(value)) break;
          const schemas: Record<string, JsonSchema> = {};
          for (const name in value) {
            const key = keyword === 'patternProperties' ? this.#pattern(name) : name;
            if (key !== undefined && key !== '__proto__') schemas[key] = this.#convert(value[name], references);
          }
          out[keyword] = schemas;
          break;
        }
        case 'dependencies':
          if (isJsonObject(value)) this.#splitDependencies(value, out, references);
          break;
        case 'dependentRequired':
          if (isJsonObject(value)) {
            out.dependentRequired = Object.fromEntries(
              Object.entries(value).flatMap(([name, names]) =>
                Array.isArray(names) ? [[name, uniqueStrings(names)]] : [],
              ),
            );
          }
          break;
        case 'additionalProperties':
          if (value === false) out.additionalProperties = false;
          else if (isJsonObject(value)) out.additionalProperties = this.#convert(value, references);
          break;
        case 'items':
          if (Array.isArray(value)) {
            if (value.length > 0) out.prefixItems = value.map((item) => this.#convert(item, references));
            if (schema.additionalItems === false) out.items = { not: {} };
            else out.items = this.#convert(schema.additionalItems, references);
          } else {
            out.items = this.#convert(value, references);
          }
          break;
        case 'prefixItems':
          if (Array.isArray(value) && value.length > 0) {
            out.prefixItems = value.map((item) => this.#convert(item, references));
          }
          break;
        case 'allOf':
        case 'anyOf':
        case 'oneOf': {
          const branches = (Array.isArray(value) ? value : [value]).filter(
            (branch) => isJsonObject(branch) || typeof branch === 'boolean',
          );
          if (branches.length > 0) out[keyword] = branches.map((branch) => this.#convert(branch, references));
          break;
        }
        case 'not':
        case 'contains':
        case 'propertyNames':
        case 'if':
        case 'then':
        case 'else':
        case 'unevaluatedItems':
        case 'unevaluatedProperties':
        case 'contentSchema':
          if (isJsonObject(value) || typeof value === 'boolean') out[keyword] = this.#convert(value, references);
          break;
        case 'exclusiveMinimum':
          if (value === true) exclusiveMinimum = true;
          else setNumber(out, keyword, value);
          break;
        case 'exclusiveMaximum':
          if (value === true) exclusiveMaximum = true;
          else setNumber(out, keyword, value);
          break;
        case 'minimum':
        case 'maximum':
          setNumber(out, keyword, value);
          break;
        case 'multipleOf':
          setNumber(out, keyword, value);
          if (typeof out.multipleOf === 'number' && out.multipleOf <= 0) delete out.multipleOf;
          break;
        case 'minLength':
        case 'maxLength':
        case 'minItems':
        case 'maxItems':
        case 'minProperties':
        case 'maxProperties':
        case 'minContains':
        case 'maxContains':
          setCount(out, keyword, value);
          break;
        case 'pattern': {
          const pattern = typeof value === 'string' ? this.#pattern(value) : undefined;
          if (pattern !== undefined) out.pattern = pattern;
          break;
        }
        default:
          break;
      }
    }

    if (exclusiveMinimum && typeof out.minimum === 'number') {
      out.exclusiveMinimum = out.minimum;
      delete out.minimum;
    }
    if (exclusiveMaximum && typeof out.maximum === 'number') {
      out.exclusiveMaximum = out.maximum;
      delete out.maximum;
    }
    this.#require(schema, out, hiddenNames, requiredByProperties);
    this.#mendStructure(schema, out);
    this.#length += ownLength(out);
    return out;
  }

  #annotate(schema: JsonSchema, out: Record<string, unknown>): void {
    for (const keyword of ['title', 'description']) {
      const value = schema[keyword];
      if (typeof value !== 'string') continue;
      const text = this.#cleanText(value);
      if (text !== '') out[keyword] = text;
    }
    if (schema.default !== undefined && schema.default !== null) out.default = copy(schema.default);
    if (schema.deprecated === true) out.deprecated = true;
  }

  #require(
    schema: JsonSchema,
    out: Record<string, unknown>,
    hiddenNames: ReadonlySet<string> | undefined,
    requiredByProperties: readonly string[] | undefined,
  ): void {
    if (!Array.isArray(schema.required) && requiredByProperties === undefined) return;
    const listed = Array.isArray(schema.required) ? schema.required : [];
    let required = uniqueStrings(requiredByProperties === undefined ? listed : [...listed, ...requiredByProperties]);
    if (this.#hidden !== undefined && required.length > 0) {
      // A branch of an `allOf` can declare the property that this schema requires.
      const hidden = Array.isArray(schema.allOf) ? this.#hiddenIn(schema, new Set(hiddenNames), 0) : hiddenNames;
      if (hidden !== undefined && hidden.size > 0) required = required.filter((name) => !hidden.has(name));
    }
    if (out.additionalProperties === false && isJsonObject(out.properties) && out.patternProperties === undefined) {
      // Requires what it forbids: a misspelt name, which would leave no valid value at all.
      const declared = out.properties;
      required = required.filter((name) => Object.hasOwn(declared, name));
    }
    if (required.length > 0) out.required = required;
  }

  #hiddenIn(schema: JsonSchema, names: Set<string>, depth: number): Set<string> {
    if (depth > maxAllOfDepth || !Array.isArray(schema.allOf)) return names;
    for (const branch of schema.allOf) {
      const target = this.dereference(branch);
      if (!isJsonObject(target)) continue;
      if (isJsonObject(target.properties)) {
        for (const name in target.properties) {
          if (this.isHidden(target.properties[name])) names.add(name);
        }
      }
      this.#hiddenIn(target, names, depth + 1);
    }
    return names;
  }

  #mendStructure(schema: JsonSchema, out: Record<string, unknown>): void {
    if (out.enum !== undefined) mendEnum(out);
    if (schema.nullable === true && (schema.$ref === undefined || this.#allSiblings)) {
      if (typeof out.type === 'string' && out.type !== 'null') {
        if (!Array.isArray(out.enum)) out.type = [out.type, 'null'];
        else if (out.enum.includes(null)) out.type = [out.type, 'null'];
        else if (this.#nullInEnums) {
          out.type = [out.type, 'null'];
          out.enum = [...out.enum, null];
        }
      } else if (this.#nullInEnums && out.type === undefined) {
        allowNull(out);
      }
    }
    const type = out.type;
    if (type === undefined) {
      // Meant, and left out, in most documents that have it so; some model APIs refuse `properties` without it.
      if (out.properties !== undefined && out.$ref === undefined) out.type = 'object';
      else if (schema.items !== undefined && out.$ref === undefined) out.type = 'array';
    }
    if (
      out.items === undefined &&
      out.prefixItems === undefined &&
      (out.type === 'array' || (Array.isArray(type) && type.includes('array')))
    ) {
      out.items = {};
    }
    // `allOf` around a single reference is how OpenAPI 3.0 writes a reference with a description beside it.
    if (out.$ref === undefined && Array.isArray(out.allOf) && out.allOf.length === 1) {
      const [only] = out.allOf;
      if (isJsonObject(only) && typeof only.$ref === 'string' && Object.keys(only).length === 1) {
        out.$ref = only.$ref;
        delete out.allOf;
      }
    }
  }

  #splitDependencies(dependencies: JsonSchema, out: Record<string, unknown>, references: References): void {
    const required: Record<string, readonly string[]> = {};
    const schemas: Record<string, JsonSchema> = {};
    for (const [name, dependency] of Object.entries(dependencies)) {
      if (name === '__proto__') continue;
      if (Array.isArray(dependency)) required[name] = uniqueStrings(dependency);
      else schemas[name] = this.#convert(dependency, references);
    }
    if (Object.keys(required).length > 0) out.dependentRequired = required;
    if (Object.keys(schemas).length > 0) out.dependentSchemas = schemas;
  }

  #pattern(pattern: string): string | undefined {
    if (this.#patterns.has(pattern)) return this.#patterns.get(pattern);
    const mended = toUnicodePattern(pattern);
    this.#patterns.set(pattern, mended);
    return mended;
  }
}

/** Keywords that narrow what they stand beside. */
const constraintKeywords = ['additionalProperties', 'allOf', 'anyOf', 'enum', 'oneOf', 'properties', 'required'];
const maxReferenceChain = 32;
const maxAllOfDepth = 8;
const maxExamples = 3;

/** Steps of a pointer that say nothing about what stands there. */
const pointerNoise = new Set([
  'allOf',
  'anyOf',
  'components',
  'content',
  'get',
  'items',
  'oneOf',
  'parameters',
  'patch',
  'paths',
  'post',
  'properties',
  'put',
  'requestBody',
  'responses',
  'schema',
  'schemas',
]);

class SharedSchema implements Definition {
  readonly id: number;
  readonly name: string;
  readonly pointer: string;
  readonly raw: unknown;
  readonly resource: unknown;
  readonly references = new Set<SharedSchema>();
  schema: JsonSchema = {};
  /** Of the schema as JSON, nearly. */
  length = 0;
  #outline: JsonSchema | undefined;

  constructor(id: number, name: string, raw: unknown, resource: unknown) {
    this.id = id;
    this.name = name;
    this.pointer = `#/$defs/${name}`;
    this.raw = raw;
    this.resource = resource;
  }

  /** What the schema says without saying it in detail: accepts everything that the schema does. */
  get outline(): JsonSchema {
    this.#outline ??= outlineOf(this.schema);
    return this.#outline;
  }
}

/** Of a schema as JSON without the schemas within it; those count themselves. */
function ownLength(schema: Record<string, unknown>): number {
  let length = 2;
  for (const keyword in schema) {
    const value = schema[keyword];
    length += keyword.length + 4;
    if (typeof value === 'string') length += value.length + 2;
    else if (Array.isArray(value)) for (const item of value) length += typeof item === 'string' ? item.length + 3 : 1;
    else if (schemaMaps.has(keyword) && isJsonObject(value)) for (const name in value) length += name.length + 4;
    else length += 4;
  }
  return length;
}

const schemaMaps = new Set(['properties', 'patternProperties', 'dependentSchemas']);

const maxOutlineDescription = 200;

function outlineOf(schema: JsonSchema): JsonSchema {
  const { type, title, description } = schema;
  const outline: Record<string, unknown> = {};
  if (type !== undefined) outline.type = type;
  if (title !== undefined) outline.title = title;
  if (typeof description === 'string' && description.length <= maxOutlineDescription) outline.description = description;
  if (type === 'array' || (Array.isArray(type) && type.includes('array'))) outline.items = {};
  return outline;
}

/**
 * Breadth first, and the short ones first, so that what is left out is what is furthest away and longest. Undefined when
 * nothing is.
 */
function nearest(from: readonly SharedSchema[], limit: number): Readonly<Record<string, JsonSchema>> | undefined {
  const schemas = new Map<SharedSchema, JsonSchema>();
  let length = 0;
  let isCut = false;
  for (let level = new Set(from); level.size > 0; ) {
    const next = new Set<SharedSchema>();
    for (const node of [...level].sort(byLength)) {
      if (schemas.has(node)) continue;
      if (schemas.size > 0 && length + node.length > limit) {
        isCut = true;
        schemas.set(node, node.outline);
        continue;
      }
      length += node.length;
      schemas.set(node, node.schema);
      for (const reference of node.references) next.add(reference);
    }
    level = next;
  }
  if (!isCut) return undefined;
  const sorted = [...schemas].sort(([one], [other]) => byName(one, other));
  return Object.fromEntries(sorted.map(([node, schema]) => [node.name, schema]));
}

function byLength(one: SharedSchema, other: SharedSchema): number {
  return one.length - other.length || byName(one, other);
}

function byName(one: SharedSchema, other: SharedSchema): number {
  return one.name < other.name ? -1 : 1;
}

/**
 * Reachability between definitions. Definitions in one cycle reach the same ones, so reachability is kept once per
 * strongly connected component, as a bit set over definitions sorted by name.
 */
class Graph {
  readonly #sorted: readonly SharedSchema[];
  readonly #position: Int32Array;
  readonly #component: Int32Array;
  readonly #reach: Uint32Array[] = [];
  readonly #sets = new Map<string, Readonly<Record<string, JsonSchema>>>();

  constructor(nodes: readonly SharedSchema[]) {
    this.#sorted = nodes.toSorted(byName);
    this.#position = new Int32Array(nodes.length);
    this.#sorted.forEach((node, position) => {
      this.#position[node.id] = position;
    });
    this.#component = new Int32Array(nodes.length).fill(-1);
    this.#connect(nodes);
  }

  reachable(from: readonly SharedSchema[]): Readonly<Record<string, JsonSchema>> {
    const components = this.#maximal(from);
    const key = components.join(' ');
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const bits = new Uint32Array((this.#sorted.length + 31) >>> 5);
    for (const component of components) merge(bits, this.#reach[component]);
    const definitions: Record<string, JsonSchema> = {};
    for (let word = 0; word < bits.length; word += 1) {
      let rest = bits[word] ?? 0;
      while (rest !== 0) {
        const bit = 31 - Math.clz32(rest & -rest);
        rest &= rest - 1;
        const node = this.#sorted[word * 32 + bit];
        if (node !== undefined) definitions[node.name] = node.schema;
      }
    }
    this.#sets.set(key, definitions);
    return definitions;
  }

  /** The components of these nodes without those that another one reaches anyway, sorted. */
  #maximal(nodes: readonly SharedSchema[]): readonly number[] {
    const components = new Map<number, SharedSchema>();
    for (const node of nodes) components.set(this.#component[node.id] ?? -1, node);
    if (components.size === 1) return [...components.keys()];
    const maximal: number[] = [];
    for (const [component, node] of components) {
      const position = this.#position[node.id] ?? 0;
      let dominated = false;
      for (const other of components.keys()) {
        const word = this.#reach[other]?.[position >>> 5] ?? 0;
        if (other !== component && (word & (1 << (position & 31))) !== 0) {
          dominated = true;
          break;
        }
      }
      if (!dominated) maximal.push(component);
    }
    return maximal.sort((one, other) => one - other);
  }

  /** Tarjan's algorithm without recursion; components are finished after everything that they reach. */
  #connect(nodes: readonly SharedSchema[]): void {
    const order = new Int32Array(nodes.length).fill(-1);
    const low = new Int32Array(nodes.length);
    const onStack = new Uint8Array(nodes.length);
    const stack: SharedSchema[] = [];
    let next = 0;
    for (const root of nodes) {
      if (order[root.id] !== -1) continue;
      const path: { readonly node: SharedSchema; readonly edges: Iterator<SharedSchema> }[] = [];
      const enter = (node: SharedSchema) => {
        order[node.id] = next;
        low[node.id] = next;
        next += 1;
        stack.push(node);
        onStack[node.id] = 1;
        path.push({ node, edges: node.references.values() });
      };
      enter(root);
      for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
        const { node } = top;
        const edge = top.edges.next();
        if (edge.done !== true) {
          const target = edge.value;
          if (order[target.id] === -1) enter(target);
          else if (onStack[target.id] === 1) {
            low[node.id] = Math.min(low[node.id] ?? 0, order[target.id] ?? 0);
          }
          continue;
        }
        path.pop();
        const parent = path.at(-1)?.node;
        if (parent !== undefined) low[parent.id] = Math.min(low[parent.id] ?? 0, low[node.id] ?? 0);
        if (low[node.id] === order[node.id]) this.#finish(node, stack, onStack);
      }
    }
  }

  #finish(root: SharedSchema, stack: SharedSchema[], onStack: Uint8Array): void {
    const component = this.#reach.length;
    const bits = new Uint32Array((this.#sorted.length + 31) >>> 5);
    this.#reach.push(bits);
    const members: SharedSchema[] = [];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      onStack[node.id] = 0;
      this.#component[node.id] = component;
      members.push(node);
      if (node === root) break;
    }
    const merged = new Set<number>([component]);
    for (const member of members) {
      const position = this.#position[member.id] ?? 0;
      bits[position >>> 5] = (bits[position >>> 5] ?? 0) | (1 << (position & 31));
      for (const target of member.references) {
        const reached = this.#component[target.id] ?? component;
        if (merged.has(reached)) continue;
        merged.add(reached);
        merge(bits, this.#reach[reached]);
      }
    }
  }
}

function merge(bits: Uint32Array, other: Uint32Array | undefined): void {
  if (other === undefined) return;
  for (let word = 0; word < bits.length; word += 1) bits[word] = (bits[word] ?? 0) | (other[word] ?? 0);
}

const typeNames = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);

/** Names that real documents use for types, and the format that they imply. */
const typeAliases: Readonly<Record<string, readonly [type: string, format?: string]>> = {
  any: [''],
  arr: ['array'],
  base64: ['string', 'byte'],
  bigdecimal: ['number'],
  biginteger: ['integer'],
  binary: ['string', 'binary'],
  bool: ['boolean'],
  byte: ['string', 'byte'],
  char: ['string'],
  currency: ['number'],
  date: ['string', 'date'],
  'date-time': ['string', 'date-time'],
  datetime: ['string', 'date-time'],
  decimal: ['number'],
  dict: ['object'],
  dictionary: ['object'],
  double: ['number', 'double'],
  email: ['string', 'email'],
  file: ['string', 'binary'],
  float: ['number', 'float'],
  guid: ['string', 'uuid'],
  hash: ['object'],
  int: ['integer'],
  int32: ['integer', 'int32'],
  int64: ['integer', 'int64'],
  list: ['array'],
  long: ['integer', 'int64'],
  map: ['object'],
  password: ['string', 'password'],
  short: ['integer'],
  str: ['string'],
  text: ['string'],
  time: ['string'],
  timestamp: ['string'],
  uri: ['string', 'uri'],
  url: ['string', 'uri'],
  uuid: ['string', 'uuid'],
};

interface MendedType {
  readonly type?: string | readonly string[];
  readonly format?: string | undefined;
}

function mendType(value: unknown): MendedType {
  if (typeof value === 'string') {
    if (typeNames.has(value)) return { type: value };
    const name = value.trim().toLowerCase();
    if (typeNames.has(name)) return { type: name };
    const alias = Object.hasOwn(typeAliases, name) ? typeAliases[name] : undefined;
    return alias === undefined || alias[0] === '' ? {} : { type: alias[0], format: alias[1] };
  }
  if (!Array.isArray(value)) return {};
  const names = new Set<string>();
  for (const item of value) {
    const { type } = mendType(item);
    // One member that can be anything makes the whole list mean anything.
    if (typeof type !== 'string') return {};
    names.add(type);
  }
  const [first, ...others] = names;
  if (first === undefined) return {};
  return { type: others.length === 0 ? first : [...names] };
}

/** Members of another type than `type` come from YAML (`enum: [1, 2]` for strings) and would never match. */
function mendEnum(out: Record<string, unknown>): void {
  if (!Array.isArray(out.enum)) return;
  const { type } = out;
  let members: readonly unknown[] = out.enum;
  if (type === 'string' && members.some((member) => typeof member === 'number' || typeof member === 'boolean')) {
    members = members.map((member) => (typeof member === 'object' ? member : String(member)));
  } else if ((type === 'integer' || type === 'number') && members.some((member) => typeof member === 'string')) {
    members = members.map((member) =>
      typeof member === 'string' && member.trim() !== '' && Number.isFinite(Number(member)) ? Number(member) : member,
    );
  } else if (type === 'boolean') {
    members = members.map((member) => (member === 'true' ? true : member === 'false' ? false : member));
  }
  const distinct = new Set(members);
  out.enum = distinct.size === members.length ? members : [...distinct];
}

function allowNull(out: Record<string, unknown>): void {
  const { title, description, default: fallback, deprecated, examples, ...rest } = out;
  const keywords = Object.keys(rest);
  if (keywords.length === 0) return;
  for (const keyword of keywords) delete out[keyword];
  out.anyOf = [rest, { type: 'null' }];
}

function setNumber(out: Record<string, unknown>, keyword: string, value: unknown): void {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) out[keyword] = number;
}

function setCount(out: Record<string, unknown>, keyword: string, value: unknown): void {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0) out[keyword] = number;
}

function uniqueStrings(values: readonly unknown[]): string[] {
  return [...new Set(values.filter((value) => typeof value === 'string'))];
}

/** Examples are for reading; a long one costs more tokens than it explains. */
function isSmall(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= 200;
  if (typeof value !== 'object' || value === null) return true;
  return JSON.stringify(value).length <= 300;
}

function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, copy(child)]));
}

function identity(text: string): string {
  return text;
}
