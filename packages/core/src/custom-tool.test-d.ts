import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import * as v from 'valibot';
import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { z as z3 } from 'zod3';
import { type CustomTool, createTool, createToolkit } from './custom-tool.ts';
import type { JsonObject } from './index.ts';

const base = { name: 'Issue', description: 'Opens an issue.' };

interface Issue {
  title: string;
  labels: string[];
}

test('the input of execute is what the schema makes of the arguments', () => {
  createTool('a', {
    ...base,
    input: z.object({ title: z.string(), labels: z.array(z.string()).default([]) }),
    execute: (input, { userId, session, execute }) => {
      expectTypeOf(input).toEqualTypeOf<Issue>();
      expectTypeOf(userId).toEqualTypeOf<string>();
      expectTypeOf(session.sessionId).toEqualTypeOf<string>();
      return execute('GITHUB_STAR', {});
    },
  });
  createTool('a', {
    ...base,
    input: z3.object({ title: z3.string(), labels: z3.array(z3.string()).default([]) }),
    inputJsonSchema: { type: 'object' },
    async execute(input) {
      expectTypeOf(input).toEqualTypeOf<Issue>();
    },
  });
  createTool('a', {
    ...base,
    input: toStandardJsonSchema(v.object({ title: v.string(), labels: v.optional(v.array(v.string()), []) })),
    execute: (input) => {
      expectTypeOf(input).toEqualTypeOf<Issue>();
    },
  });
  createTool('a', {
    ...base,
    input: type({ title: 'string', labels: type('string[]').default(() => []) }),
    execute: (input) => {
      expectTypeOf(input).toEqualTypeOf<Issue>();
    },
  });
  const plain = createTool('a', {
    ...base,
    input: { type: 'object', properties: { title: { type: 'string' } } },
    execute: (input) => {
      expectTypeOf(input).toEqualTypeOf<JsonObject>();
    },
  });
  expectTypeOf(plain).toEqualTypeOf<CustomTool>();
});

test('the output of execute is what the schema says', () => {
  const input = z.object({});
  const output = z.object({ count: z.number() });
  createTool('a', { ...base, input, output, execute: () => ({ count: 1 }) });
  createTool('a', { ...base, input, output, execute: async () => ({ count: 1 }) });
  // @ts-expect-error count is a number
  createTool('a', { ...base, input, output, execute: () => ({ count: 'one' }) });
  // @ts-expect-error count is missing
  createTool('a', { ...base, input, output, execute: async () => ({}) });
});

test('what cannot be a tool does not compile', () => {
  // @ts-expect-error it has no JSON Schema form, so one must be given
  createTool('a', { ...base, input: z3.object({}), execute: () => 1 });
  // @ts-expect-error so has valibot without its adapter
  createTool('a', { ...base, input: v.object({}), execute: () => 1 });
  // @ts-expect-error a JSON Schema of arguments is one of an object
  createTool('a', { ...base, input: { type: 'string' }, execute: () => 1 });
  // @ts-expect-error models need a description
  createTool('a', { name: 'A', input: z.object({}), execute: () => 1 });
  // @ts-expect-error title is a text
  createTool('a', { ...base, input: z.object({ title: z.string() }), execute: ({ title }) => title.push() });
  // @ts-expect-error tools are made by createTool
  createToolkit('a', { ...base, tools: [{ slug: 'a' }] });
});
