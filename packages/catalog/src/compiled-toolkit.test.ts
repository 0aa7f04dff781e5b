import { convertOpenApi, type JsonSchema, type Toolkit } from '@jackfield/engine';
import { expect, test } from 'vitest';
import { parseSource, readSource } from './compile/documents.ts';
import { encodeToolkit } from './compile/encode-toolkit.ts';
import { readCompiledToolkit } from './compiled-toolkit.ts';

function convert(document: string, slug: string): Toolkit {
  return convertOpenApi(parseSource(document, readSource(document).text), { slug }).toolkit;
}

/** Everything, but each shared map of definitions only once: whole toolkits are too large to compare. */
function expectSame(read: Toolkit, original: Toolkit): void {
  const { tools: readTools, ...readRest } = read;
  const { tools: originalTools, ...originalRest } = original;
  expect(readRest).toEqual(originalRest);
  expect(readTools.length).toBe(originalTools.length);
  const compared = new Set<unknown>();
  readTools.forEach((tool, index) => {
    const expected = originalTools[index];
    if (expected === undefined) throw new Error('There is a tool too many.');
    const { inputSchema, outputSchema, ...rest } = tool;
    const { inputSchema: expectedInput, outputSchema: expectedOutput, ...expectedRest } = expected;
    expect(rest).toEqual(expectedRest);
    for (const [schema, other] of [
      [inputSchema, expectedInput],
      [outputSchema, expectedOutput],
    ]) {
      const { $defs, ...root }: JsonSchema = schema ?? {};
      const { $defs: expectedDefinitions, ...expectedRoot }: JsonSchema = other ?? {};
      expect(root).toEqual(expectedRoot);
      expect(Object.keys($defs ?? {})).toEqual(Object.keys(expectedDefinitions ?? {}));
      if (expectedDefinitions !== undefined && !compared.has(expectedDefinitions)) {
        compared.add(expectedDefinitions);
        expect($defs).toEqual(expectedDefinitions);
      }
    }
  });
}

test.each([
  ['of one block, with its items in the head', 'slack.com', 'slack'],
  ['of many blocks, with definitions that refer to one another', 'stripe.com', 'stripe'],
  ['with bodies, styles and parameters of every kind', 'docker.com/engine', 'docker'],
])('a toolkit %s comes back as it was', (_, document, slug) => {
  const toolkit = convert(document, slug);
  expectSame(readCompiledToolkit(encodeToolkit(toolkit)), toolkit);
});

test('a tool is a plain object: it can be spread, and its schemas are decoded once', () => {
  const [tool] = readCompiledToolkit(encodeToolkit(convert('slack.com', 'slack'))).tools;
  if (tool === undefined) throw new Error('There is a tool.');
  expect(Object.keys({ ...tool }).sort()).toEqual(
    ['binding', 'deprecated', 'description', 'hints', 'inputSchema', 'name', 'outputSchema']
      .concat(['scopes', 'security', 'slug', 'tags'])
      .sort(),
  );
  expect(JSON.parse(JSON.stringify(tool))).toMatchObject({
    inputSchema: { type: 'object' },
    binding: { kind: 'http' },
  });
  expect(tool.inputSchema).toBe(tool.inputSchema);
  expect(tool.outputSchema).toBe(tool.outputSchema);
  expect(tool.binding).toBe(tool.binding);
});

test('tools that need the same definitions share them', () => {
  const { tools } = readCompiledToolkit(encodeToolkit(convert('stripe.com', 'stripe')));
  const maps = tools.flatMap(({ outputSchema }) => (outputSchema?.$defs === undefined ? [] : [outputSchema.$defs]));
  expect(maps.length).toBeGreaterThan(300);
  expect(new Set(maps).size).toBeLessThan(maps.length / 2);
});

test('a base URL takes the place of the documented one, and an origin only of its origin', () => {
  const bytes = encodeToolkit(convert('digitalocean.com', 'digitalocean'));
  const urlOf = (baseUrl?: string) => {
    const toolkit = readCompiledToolkit(bytes, baseUrl);
    const binding = toolkit.tools[0]?.binding;
    return [toolkit.baseUrl, binding?.kind === 'http' ? binding.baseUrl : undefined];
  };
  expect(urlOf()).toEqual(['https://api.digitalocean.com', 'https://api.digitalocean.com']);
  expect(urlOf('https://proxy.example.com/do')).toEqual([
    'https://proxy.example.com/do',
    'https://proxy.example.com/do',
  ]);
  const slack = encodeToolkit(convert('slack.com', 'slack'));
  expect(readCompiledToolkit(slack, 'https://slack.example.com').baseUrl).toBe('https://slack.example.com/api');
});

test('what is not made of HTTP requests is refused', () => {
  const toolkit = convert('slack.com', 'slack');
  const [tool] = toolkit.tools;
  if (tool === undefined) throw new Error('There is a tool.');
  const binding = { kind: 'function', execute: () => undefined } as const;
  expect(() => encodeToolkit({ ...toolkit, tools: [{ ...tool, binding }] })).toThrow(/is not an HTTP request/);
  expect(() => encodeToolkit({ ...toolkit, slug: 'other' })).toThrow(/does not begin with OTHER_/);
});
