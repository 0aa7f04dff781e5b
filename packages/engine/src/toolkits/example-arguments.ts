import type { JsonObject } from '@jackfield/contract';
import { isJsonObject, type JsonSchema } from '@jackfield/json-schema';

/** Deeper than people nest what is required. */
const deepest = 8;

/** What a schema requires, filled in with its own examples and defaults, or else with a value of the right type. */
export function exampleArguments(schema: JsonSchema): JsonObject {
  const definitions = isJsonObject(schema.$defs) ? schema.$defs : {};
  const value = exampleOf(schema, 'value', 0);
  return isJsonObject(value) ? value : {};

  function exampleOf(raw: unknown, name: string, depth: number): unknown {
    const { example, examples, default: standard, const: constant, ...node } = resolved(raw, 0);
    const given = [constant, example, Array.isArray(examples) ? examples[0] : undefined, standard].find(
      (candidate) => candidate !== undefined,
    );
    if (given !== undefined) return given;
    if (Array.isArray(node.enum) && node.enum.length > 0) return node.enum[0];
    const [type = isJsonObject(node.properties) ? 'object' : 'string'] = [node.type ?? []]
      .flat()
      .filter((each) => each !== 'null');
    if (type === 'boolean') return true;
    if (type === 'integer' || type === 'number') return numberOf(node);
    if (type === 'array') {
      return typeof node.minItems === 'number' && node.minItems > 0 && depth < deepest
        ? [exampleOf(node.items, name, depth + 1)]
        : [];
    }
    if (type !== 'object') return textOf(node, name);
    const properties = isJsonObject(node.properties) ? node.properties : {};
    const required = depth < deepest && Array.isArray(node.required) ? [...new Set(node.required.map(String))] : [];
    return Object.fromEntries(required.map((key) => [key, exampleOf(properties[key], key, depth + 1)]));
  }

  /** Without references; the first of several alternatives. */
  function resolved(raw: unknown, hops: number): JsonSchema {
    if (!isJsonObject(raw) || hops > deepest) return {};
    const { $ref: reference, allOf, anyOf, oneOf, ...own } = raw;
    const parts: unknown[] = [
      ...(typeof reference === 'string' ? [definitions[reference.replace('#/$defs/', '')]] : []),
      ...(Array.isArray(allOf) ? allOf : []),
      ...[anyOf, oneOf].flatMap((branches) =>
        Array.isArray(branches) ? [branches.find((branch) => !isJsonObject(branch) || branch.type !== 'null')] : [],
      ),
    ];
    let merged: JsonSchema = own;
    for (const part of parts.map((each) => resolved(each, hops + 1))) {
      merged = { ...part, ...merged, ...both(merged, part) };
    }
    return merged;
  }
}

function both(one: JsonSchema, other: JsonSchema): JsonSchema {
  const properties =
    isJsonObject(one.properties) || isJsonObject(other.properties)
      ? {
          properties: {
            ...(isJsonObject(other.properties) ? other.properties : {}),
            ...(isJsonObject(one.properties) ? one.properties : {}),
          },
        }
      : {};
  const required = [one.required, other.required].flatMap((names) => (Array.isArray(names) ? names : []));
  return { ...properties, ...(required.length === 0 ? {} : { required }) };
}

function numberOf({ minimum, exclusiveMinimum, maximum, multipleOf }: JsonSchema): number {
  if (typeof minimum === 'number') return minimum;
  if (typeof exclusiveMinimum === 'number') return exclusiveMinimum + 1;
  const number = typeof multipleOf === 'number' ? multipleOf : 1;
  return typeof maximum === 'number' ? Math.min(number, maximum) : number;
}

const formats: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  email: 'ada@example.com',
  hostname: 'example.com',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  time: '12:00:00Z',
  uri: 'https://example.com',
  url: 'https://example.com',
  uuid: '3f333df6-90a4-4fda-8dd3-9485d27cee36',
};

/** Where the form is not known, the name says at least what belongs there. */
function textOf({ format, maxLength }: JsonSchema, name: string): string {
  const text = (typeof format === 'string' ? formats[format] : undefined) ?? `<${name}>`;
  return typeof maxLength === 'number' ? text.slice(0, maxLength) : text;
}
