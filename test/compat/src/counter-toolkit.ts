import { setTimeout as delay } from 'node:timers/promises';
import { defineTool, defineToolkit, type Toolkit } from '@jackfield/server';

/** What became of calls, on one server. */
export interface CounterRecord {
  /** Calls of a tool, given up ones included. */
  calls(slug: string): Promise<number>;
  /** Calls that their caller gave up. */
  aborted(): Promise<number>;
  /** Makes every tool that runs fail. */
  stop(): Promise<void>;
}

export interface Counter extends CounterRecord {
  readonly toolkit: Toolkit;
}

/** A toolkit without accounts, whose tools are counted. */
export function createCounter(): Counter {
  const calls = new Map<string, number>();
  let aborted = 0;
  let stopping = new AbortController();
  const count = (slug: string) => void calls.set(slug, (calls.get(slug) ?? 0) + 1);
  const nothing = { type: 'object', properties: {} } as const;
  const toolkit = defineToolkit({
    slug: 'counter',
    name: 'Counter',
    description: 'Counts.',
    version: '1.2.3',
    tools: [
      defineTool({
        slug: 'TICK',
        name: 'Tick',
        description: 'Counts one.',
        hints: { readOnlyHint: true, openWorldHint: false },
        input: nothing,
        execute() {
          count('COUNTER_TICK');
          return { ticks: calls.get('COUNTER_TICK') ?? 0 };
        },
      }),
      defineTool({
        slug: 'FAIL',
        name: 'Fail',
        description: 'Fails after it has counted.',
        input: nothing,
        execute() {
          count('COUNTER_FAIL');
          throw new Error('The counter is stuck');
        },
      }),
      defineTool({
        slug: 'SLOW',
        name: 'Count slowly',
        description: 'Takes its time.',
        input: { type: 'object', properties: { ms: { type: 'integer' } }, required: ['ms'] },
        async execute({ ms }, { signal }) {
          count('COUNTER_SLOW');
          try {
            await delay(Number(ms), undefined, { signal: AbortSignal.any([signal, stopping.signal]) });
          } catch (error) {
            if (signal.aborted) aborted += 1;
            throw error;
          }
          return { waited: ms };
        },
      }),
      defineTool({
        slug: 'LIST',
        name: 'List numbers',
        description: 'Answers a list.',
        hints: { readOnlyHint: true, openWorldHint: false },
        input: nothing,
        execute: () => [1, 2, 3],
      }),
      defineTool({
        slug: 'ODD',
        name: 'An odd schema',
        description: 'Takes what is described in every way there is.',
        input: oddSchema,
        output: { $ref: '#/$defs/Any', $defs: { Any: { type: ['object', 'null'] } } },
        execute: (input) => ({ got: input }),
      }),
    ],
  });
  return {
    toolkit,
    calls: async (slug) => calls.get(slug) ?? 0,
    aborted: async () => aborted,
    async stop() {
      stopping.abort(new Error('The power is off'));
      stopping = new AbortController();
    },
  };
}

/** JSON Schema that the clients' parser or their conversion cannot take. */
const oddSchema = {
  type: 'object',
  properties: {
    anything: true,
    choice: {
      oneOf: [{ type: 'object', properties: { a: { type: 'string' } }, required: ['a'] }, { type: 'integer' }],
    },
    both: {
      allOf: [{ type: 'object', properties: { x: { type: 'number' } } }, { properties: { y: { type: 'number' } } }],
    },
    pair: { type: 'array', prefixItems: [{ type: 'string' }, { type: 'number' }], uniqueItems: true },
    flag: { const: 'yes' },
    node: { $ref: '#/$defs/Node' },
    nullable: { anyOf: [{ enum: ['a', 'b'] }, { type: 'null' }] },
  },
  $defs: { Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' }, value: true } } },
} as const;
