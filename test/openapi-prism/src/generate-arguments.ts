import { isJsonObject, type JsonSchema } from '@jackfield/json-schema';
import fc from 'fast-check';

/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
export function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export interface GenerateOptions {
  /** How likely optional properties are, 0 to 1. */
  readonly generosity: number;
  /** Whether optional properties that are objects are always there. */
  readonly fillsObjects: boolean;
}

/**
 * A value for a schema as the toolkit format has them (2020-12, references into its own `$defs`). It nearly always fits;
 * who needs to be sure validates it and asks again with another seed.
 */
export function generateValue(schema: JsonSchema, random: () => number, options: GenerateOptions): unknown {
  const definitions = isJsonObject(schema.$defs) ? schema.$defs : {};
  return new Generator(definitions, random, options).value(schema, 0);
}

class Generator {
  readonly #definitions: { readonly [name: string]: unknown };
  readonly #random: () => number;
  readonly #options: GenerateOptions;

  constructor(definitions: { readonly [name: string]: unknown }, random: () => number, options: GenerateOptions) {
    this.#definitions = definitions;
    this.#random = random;
    this.#options = options;
  }

  value(raw: unknown, depth: number): unknown {
    const schema = this.#resolve(raw, 0);
    if (schema.const !== undefined) return schema.const;
    if (Array.isArray(schema.enum)) return this.#pick(schema.enum);
    const types = [schema.type ?? 'any'].flat().filter((type) => type !== 'null');
    switch (types.length === 0 ? 'null' : this.#pick(types)) {
      case 'object':
        return this.#object(schema, depth);
      case 'array':
        return this.#array(schema, depth);
      case 'string':
        return this.#string(schema);
      case 'integer':
        return this.#number(schema, true);
      case 'number':
        return this.#number(schema, false);
      case 'boolean':
        return this.#random() < 0.5;
      case 'null':
        return null;
      default:
        return schema.properties === undefined ? 'anything' : this.#object(schema, depth);
    }
  }

  /** One schema without references, alternatives and `allOf`. */
  #resolve(raw: unknown, hops: number): JsonSchema {
    let schema = isJsonObject(raw) ? raw : {};
    if (hops > 20) return schema;
    if (typeof schema.$ref === 'string') {
      const { $ref: reference, ...siblings } = schema;
      schema = merge(this.#resolve(this.#definitions[String(reference).replace('#/$defs/', '')], hops + 1), siblings);
    }
    if (Array.isArray(schema.allOf)) {
      const { allOf, ...rest } = schema;
      schema = allOf.reduce<JsonSchema>((merged, branch) => merge(merged, this.#resolve(branch, hops + 1)), rest);
    }
    for (const keyword of ['oneOf', 'anyOf'] as const) {
      const branches = schema[keyword];
      if (!Array.isArray(branches)) continue;
      const { [keyword]: _branches, ...rest } = schema;
      schema = merge(rest, this.#resolve(this.#pick(branches), hops + 1));
    }
    return schema;
  }

  #object(schema: JsonSchema, depth: number): Record<string, unknown> {
    const properties = isJsonObject(schema.properties) ? schema.properties : {};
    const required = new Set(Array.isArray(schema.required) ? schema.required.map(String) : []);
    const minimum = typeof schema.minProperties === 'number' ? schema.minProperties : 0;
    const value: Record<string, unknown> = {};
    for (const name of Object.keys(properties)) {
      if (required.has(name) || this.#isChosen(properties[name], depth)) {
        value[name] = this.value(properties[name], depth + 1);
      }
    }
    const dependent = isJsonObject(schema.dependentRequired) ? schema.dependentRequired : {};
    for (const name of Object.keys(value)) {
      for (const other of Array.isArray(dependent[name]) ? dependent[name] : []) required.add(String(other));
    }
    for (const name of required) if (!(name in value)) value[name] = this.value(properties[name], depth + 1);
    for (const name of Object.keys(properties)) {
      if (Object.keys(value).length < minimum && !(name in value))
        value[name] = this.value(properties[name], depth + 1);
    }
    if (isJsonObject(schema.additionalProperties)) {
      for (let index = Object.keys(value).length; index < minimum; index += 1) {
        value[`key${index}`] = this.value(schema.additionalProperties, depth + 1);
      }
    }
    return value;
  }

  #isChosen(schema: unknown, depth: number): boolean {
    if (depth >= 4) return this.#options.fillsObjects && depth < 10 && this.#resolve(schema, 0).type === 'object';
    if (this.#random() < this.#options.generosity) return true;
    return this.#options.fillsObjects && this.#resolve(schema, 0).type === 'object';
  }

  #array(schema: JsonSchema, depth: number): unknown[] {
    const minimum = typeof schema.minItems === 'number' ? schema.minItems : 0;
    const maximum = typeof schema.maxItems === 'number' ? schema.maxItems : Math.max(minimum, 3);
    const length = Math.min(maximum, Math.max(minimum, depth > 4 ? 0 : Math.floor(this.#random() * 3)));
    const items: unknown[] = [];
    for (let tries = 0; items.length < length && tries < length * 20 + 20; tries += 1) {
      const item = this.value(schema.items, depth + 1);
      const isDuplicate = items.some((other) => JSON.stringify(other) === JSON.stringify(item));
      if (schema.uniqueItems !== true || !isDuplicate) items.push(item);
    }
    return items;
  }

  #number(schema: JsonSchema, isInteger: boolean): number {
    const step = typeof schema.multipleOf === 'number' ? schema.multipleOf : isInteger ? 1 : undefined;
    let low = typeof schema.minimum === 'number' ? schema.minimum : undefined;
    let high = typeof schema.maximum === 'number' ? schema.maximum : undefined;
    if (typeof schema.exclusiveMinimum === 'number') low = schema.exclusiveMinimum + (step ?? 0.001);
    if (typeof schema.exclusiveMaximum === 'number') high = schema.exclusiveMaximum - (step ?? 0.001);
    low ??= high === undefined ? 1 : high - 100;
    high ??= low + 100;
    const number = low + this.#random() * (high - low);
    return step === undefined
      ? Number(number.toFixed(3))
      : Math.min(Math.ceil(number / step) * step, Math.floor(high / step) * step);
  }

  #string(schema: JsonSchema): string {
    if (typeof schema.pattern === 'string') return this.#matching(schema, schema.pattern);
    const format = typeof schema.format === 'string' ? formats[schema.format] : undefined;
    if (format !== undefined) return format(this.#random);
    if (schema.contentEncoding === 'base64') return Buffer.from(`bytes ${this.#random()}`).toString('base64');
    const minimum = typeof schema.minLength === 'number' ? schema.minLength : 1;
    const maximum = typeof schema.maxLength === 'number' ? schema.maxLength : minimum + 12;
    const length = Math.min(maximum, minimum + Math.floor(this.#random() * 12));
    // Characters that show whether requests are encoded as they should be.
    const alphabet = [...'abcdefghijklmnopqrstuvwxyz ABCDEFG0123456789-_ é&=?/#%+'];
    return Array.from({ length }, () => this.#pick(alphabet))
      .join('')
      .replace(/^ | $/g, 'x');
  }

  #matching(schema: JsonSchema, pattern: string): string {
    const minimum = typeof schema.minLength === 'number' ? schema.minLength : 0;
    const maximum = typeof schema.maxLength === 'number' ? schema.maxLength : Number.POSITIVE_INFINITY;
    const seed = Math.floor(this.#random() * 0x7fffffff);
    const repeated = /^\^(\[[^\]]+\])[+*]\$$/.exec(pattern)?.[1];
    // What fast-check cannot generate from: word boundaries.
    const plain =
      repeated === undefined
        ? pattern.replaceAll('\\b', '')
        : `^${repeated}{${Math.max(1, minimum)},${Math.min(maximum, minimum + 12)}}$`;
    const anchored = plain.startsWith('^') ? plain : `^[a-z]{0,3}${plain}`;
    const arbitrary = fc.stringMatching(new RegExp(anchored.endsWith('$') ? anchored : `${anchored}$`, 'u'));
    const samples = fc.sample(arbitrary, { seed, numRuns: 40 });
    return samples.find((sample) => sample.length >= minimum && sample.length <= maximum) ?? samples[0] ?? '';
  }

  #pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.#random() * items.length)];
    if (item === undefined) throw new Error('Nothing to pick from.');
    return item;
  }
}

const digits = (random: () => number, count: number) =>
  Array.from({ length: count }, () => Math.floor(random() * 10)).join('');
const hex = (random: () => number, count: number) =>
  Array.from({ length: count }, () => Math.floor(random() * 16).toString(16)).join('');
const day = (random: () => number) =>
  `202${Math.floor(random() * 6)}-0${1 + Math.floor(random() * 9)}-1${Math.floor(random() * 10)}`;

const formats: Readonly<Record<string, (random: () => number) => string>> = {
  byte: (random) => Buffer.from(`bytes ${digits(random, 4)}`).toString('base64'),
  date: day,
  'date-time': (random) => `${day(random)}T1${Math.floor(random() * 10)}:30:00Z`,
  duration: () => 'P1DT2H',
  email: (random) => `user${digits(random, 3)}@example.com`,
  hostname: (random) => `host${digits(random, 3)}.example.com`,
  ipv4: (random) => `192.0.2.${Math.floor(random() * 256)}`,
  ipv6: (random) => `2001:db8::${hex(random, 4)}`,
  time: () => '12:30:00Z',
  uri: (random) => `https://example.com/a/${digits(random, 3)}?b=c&d=%20e`,
  url: (random) => `https://example.com/a/${digits(random, 3)}`,
  uuid: (random) => `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`,
};

/** Both at once, as far as that can be said in one schema without `allOf`. */
function merge(one: JsonSchema, other: JsonSchema): JsonSchema {
  const merged: Record<string, unknown> = { ...one, ...other };
  if (isJsonObject(one.properties) && isJsonObject(other.properties)) {
    const properties: Record<string, unknown> = { ...one.properties };
    for (const [name, schema] of Object.entries(other.properties)) {
      properties[name] = name in properties ? { allOf: [properties[name], schema] } : schema;
    }
    merged.properties = properties;
  }
  if (Array.isArray(one.required) && Array.isArray(other.required))
    merged.required = [...one.required, ...other.required];
  if (Array.isArray(one.enum) && Array.isArray(other.enum)) {
    const members = new Set(other.enum);
    const common = one.enum.filter((member) => members.has(member));
    merged.enum = common.length === 0 ? other.enum : common;
  }
  return merged;
}
