import type { Definition, JsonSchema, ObjectJsonSchema, SchemaBundler } from '@jackfield/json-schema';
import type { Argument } from './argument.ts';
import type { RequestBody } from './request-body.ts';

const noInput: ObjectJsonSchema = Object.freeze({
  type: 'object',
  properties: Object.freeze({}),
  additionalProperties: false,
});

/** The input of a tool: one flat object of all its arguments. */
export function inputSchema(
  args: readonly Argument[],
  names: readonly string[],
  body: RequestBody | undefined,
  bundler: SchemaBundler,
): ObjectJsonSchema {
  const additional = body?.additional;
  if (args.length === 0 && additional === undefined) return noInput;
  const properties: Record<string, JsonSchema> = {};
  const required: string[] = [];
  let references: Set<Definition> | undefined;
  let requiredOutsideBody = 0;
  let optionalOutsideBody = 0;
  args.forEach((argument, index) => {
    const name = names[index] ?? argument.name;
    properties[name] = argument.schema;
    if (argument.required) required.push(name);
    if (argument.location !== 'body') {
      if (argument.required) requiredOutsideBody += 1;
      else optionalOutsideBody += 1;
    }
    references = union(references, argument.references);
  });
  if (body !== undefined) references = union(references, body.additionalReferences);

  const schema: { type: 'object'; [keyword: string]: unknown } = { type: 'object', properties };
  if (required.length > 0) schema.required = required;
  schema.additionalProperties = additional ?? false;
  // Says exactly what the body's own `minProperties` does only when every argument outside the body is required.
  if (body !== undefined && body.minProperties > 0 && optionalOutsideBody === 0) {
    schema.minProperties = body.minProperties + requiredOutsideBody;
  }
  const dependent = body === undefined ? undefined : dependentRequired(args, names, body.requiredTogether);
  if (dependent !== undefined) schema.dependentRequired = dependent;
  const definitions = references === undefined ? undefined : bundler.definitions(references);
  if (definitions !== undefined) schema.$defs = definitions;
  return schema;
}

/** Most arguments refer to nothing, and tools are many. */
function union(one: Set<Definition> | undefined, other: ReadonlySet<Definition>): Set<Definition> | undefined {
  if (other.size === 0) return one;
  const merged = one ?? new Set();
  for (const item of other) merged.add(item);
  return merged;
}

/** An optional body with required properties: whoever gives one of its arguments must give those. */
function dependentRequired(
  args: readonly Argument[],
  names: readonly string[],
  requiredTogether: readonly string[],
): Readonly<Record<string, readonly string[]>> | undefined {
  if (requiredTogether.length === 0) return undefined;
  const bodyNames = new Map<string, string>();
  args.forEach((argument, index) => {
    if (argument.location === 'body') bodyNames.set(argument.name, names[index] ?? argument.name);
  });
  const needed = requiredTogether.flatMap((name) => bodyNames.get(name) ?? []);
  const entries: [string, readonly string[]][] = [];
  for (const name of bodyNames.values()) {
    const others = needed.filter((other) => other !== name);
    if (others.length > 0) entries.push([name, others]);
  }
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
