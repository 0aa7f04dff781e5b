import type { ScriptedTool } from './script.ts';

/**
 * The rules by which the OpenAI API refuses a request's tools.
 *
 * @throws Error that names the tool and the rule it breaks.
 */
export function checkTools(tools: readonly ScriptedTool[]): void {
  for (const tool of tools) {
    if (!/^[a-zA-Z0-9_-]{1,64}$/.test(tool.name)) {
      throw new Error(`Invalid tool name '${tool.name}': expected a string that matches ^[a-zA-Z0-9_-]{1,64}$.`);
    }
    const { schema } = tool;
    if (!isObject(schema) || schema.type !== 'object') {
      throw new Error(`Invalid schema for function '${tool.name}': schema must be of 'type: "object"'.`);
    }
    if (tool.strict) checkStrict(tool.name, schema, '#');
  }
}

/** Structured outputs: every object is closed and requires all of its properties; some keywords are not known. */
function checkStrict(name: string, schema: unknown, path: string): void {
  if (Array.isArray(schema)) {
    for (const [index, item] of schema.entries()) checkStrict(name, item, `${path}/${index}`);
    return;
  }
  if (!isObject(schema)) return;
  const broken = (rule: string) => new Error(`Invalid schema for function '${name}' at ${path}: ${rule}`);
  for (const keyword of unknownInStrict) if (keyword in schema) throw broken(`'${keyword}' is not permitted.`);
  if (path === '#' && 'anyOf' in schema) throw broken("the root must not be an 'anyOf'.");
  const types = Array.isArray(schema.type) ? schema.type : [schema.type];
  if (types.includes('object') || 'properties' in schema) {
    if (schema.additionalProperties !== false) throw broken("'additionalProperties' must be false.");
    const keys = Object.keys(isObject(schema.properties) ? schema.properties : {});
    const required = new Set(Array.isArray(schema.required) ? schema.required : []);
    if (keys.some((key) => !required.has(key)) || required.size !== keys.length) {
      throw broken("'required' must list every key of 'properties'.");
    }
  }
  for (const keyword of ['properties', '$defs', 'definitions']) {
    const map = schema[keyword];
    if (!isObject(map)) continue;
    for (const [key, item] of Object.entries(map)) checkStrict(name, item, `${path}/${keyword}/${key}`);
  }
  for (const keyword of ['items', 'anyOf']) {
    if (keyword in schema) checkStrict(name, schema[keyword], `${path}/${keyword}`);
  }
}

const unknownInStrict = [
  'allOf',
  'oneOf',
  'not',
  'if',
  'then',
  'else',
  'dependentRequired',
  'dependentSchemas',
  'patternProperties',
  'unevaluatedProperties',
  'propertyNames',
  'minProperties',
  'maxProperties',
  'prefixItems',
  'unevaluatedItems',
  'contains',
  'minContains',
  'maxContains',
  'uniqueItems',
  'default',
];

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The API wants each call answered by exactly one result, and no result without its call. */
export function checkAnswers(calls: ReadonlyMap<string, string>, answered: readonly string[]): void {
  for (const id of answered) {
    if (!calls.has(id)) throw new Error(`A tool result answers '${id}', which is no call of this conversation.`);
  }
  const open = [...calls.keys()].filter((id) => !answered.includes(id));
  if (open.length > 0) throw new Error(`These tool calls have no result: ${open.join(', ')}.`);
  if (new Set(answered).size !== answered.length) throw new Error('A tool call has more than one result.');
}
