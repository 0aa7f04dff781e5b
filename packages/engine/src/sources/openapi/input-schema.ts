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
  const references = new Set<Definition>();
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
    for (const reference of argument.references) references.add(reference);
  });
  for (const reference of body?.additionalReferences ?? []) references.add(reference);
  const definitions = bundler.definitions(references);
  // Says exactly what the body's own `minProperties` does only when every argument outside the body is required.
  const minProperties = body === undefined || optionalOutsideBody > 0 ? 0 : body.minProperties;
  const dependent = body === undefined ? undefined : dependentRequired(args, names, body.requiredTogether);
  return {
    type: 'object',
    properties,
    ...(required.length === 0 ? {} : { required }),
    ...(additional === undefined ? { additionalProperties: false } : { additionalProperties: additional }),
    ...(minProperties > 0 ? { minProperties: minProperties + requiredOutsideBody } : {}),
    ...(dependent === undefined ? {} : { dependentRequired: dependent }),
    ...(definitions === undefined ? {} : { $defs: definitions }),
  };
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
