import type { ToolItem } from '@jackfield/contract';
import { expect, test } from 'vitest';
import { freezeTool } from './freeze-tool.ts';

const item = (): ToolItem => ({
  slug: 'GITHUB_GET_REPO',
  name: 'Get a repository',
  description: 'Get a repository.',
  inputParameters: { type: 'object', properties: { repo: { type: 'string' } } },
  outputParameters: { type: 'object', properties: { id: { type: 'integer' } } },
  tags: ['repos'],
  toolkit: { slug: 'github', name: 'GitHub' },
  version: '1',
  availableVersions: ['1'],
  scopes: [],
  noAuth: false,
  isDeprecated: false,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
});

test('freezes every part of a tool, however it is reached', () => {
  const tool = freezeTool(item());
  const reached: unknown[] = [tool];
  for (const part of reached) {
    if (typeof part !== 'object' || part === null) continue;
    expect(part).toSatisfy(Object.isFrozen);
    reached.push(...Object.values(part));
  }
  expect(reached).toContain('integer');
});

test('leaves a tool what it was, to readers, copies and JSON', () => {
  const tool = freezeTool(item());
  expect(tool).toEqual(item());
  expect({ ...tool }).toEqual(item());
  expect(JSON.parse(JSON.stringify(tool))).toEqual(item());
  expect(tool.outputParameters).toBe(tool.outputParameters);
});

test('adds no output schema where there is none', () => {
  const { outputParameters, ...without } = item();
  expect(outputParameters).toBeDefined();
  expect(freezeTool(without)).not.toHaveProperty('outputParameters');
});
