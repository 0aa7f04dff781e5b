import type { ExecuteTool, Provider } from '@jackfield/core';
import { describe, expect, test } from 'vitest';
import type { ScriptedConversation, ScriptedStep, ScriptedToolCall } from './scripted/script.ts';
import {
  bookVisit,
  describedOutput,
  findAnything,
  listPets,
  longSlug,
  saveTree,
  sessionTools,
} from './session-tools.ts';
import { failed, succeeded, type ToolBehaviour, ToolRecorder } from './tool-recorder.ts';

/** One run of a framework's own tool loop, with a model that plays `steps`. */
export interface LoopRun<TTools> {
  readonly tools: TTools;
  readonly steps: readonly ScriptedStep[];
  /** For frameworks whose loop the caller writes. Others have it in their tools. */
  readonly execute: ExecuteTool;
  readonly signal: AbortSignal | undefined;
}

export interface ProviderSuite<TTools> {
  /** The framework, its version and the loop. */
  readonly name: string;
  create(): Provider<TTools, unknown>;
  /**
   * Runs the framework's loop to its end and returns the model's last text.
   *
   * @param see - To be called with the model's conversations before the loop starts; the array grows as it runs.
   */
  runLoop(run: LoopRun<TTools>, see: (conversations: readonly ScriptedConversation[]) => void): Promise<string>;
  /** Whether the loop can be given a model's malformed JSON. */
  readonly passesMalformedArguments: boolean;
}

/** The behaviours that every provider has in common, each driven through the real framework's tool loop. */
export function describeProvider<TTools>(suite: ProviderSuite<TTools>): void {
  async function run(
    steps: readonly ScriptedStep[],
    behaviours: Readonly<Record<string, ToolBehaviour>>,
    signal?: AbortSignal,
  ) {
    const recorder = new ToolRecorder(behaviours);
    const tools = suite.create().wrapTools(sessionTools, recorder.execute);
    let conversations: readonly ScriptedConversation[] = [];
    const outcome = suite.runLoop({ tools, steps, execute: recorder.execute, signal }, (seen) => {
      conversations = seen;
    });
    return { calls: recorder.calls, outcome, seen: () => conversations };
  }

  /** A model that calls the tools once and then says how many results it saw. */
  async function callOnce(toolCalls: readonly ScriptedToolCall[], behaviours: Readonly<Record<string, ToolBehaviour>>) {
    const steps: ScriptedStep[] = [{ toolCalls }, ({ results }) => ({ text: `${results.length} results` })];
    const { calls, outcome, seen } = await run(steps, behaviours);
    expect(await outcome).toBe(`${toolCalls.length} results`);
    return { calls, results: seen().at(-1)?.results ?? [] };
  }

  const echo: ToolBehaviour = (args) => succeeded({ echo: args });

  describe(`provider: ${suite.name}`, () => {
    test('the model sees each tool as the session has it, on every turn', async () => {
      const steps: ScriptedStep[] = [
        { toolCalls: [{ name: saveTree.slug, arguments: { tree: { value: 'root' } } }] },
        { toolCalls: [{ name: findAnything.slug, arguments: {} }] },
        { text: 'done' },
      ];
      const { outcome, seen } = await run(steps, { [saveTree.slug]: echo, [findAnything.slug]: echo });
      expect(await outcome).toBe('done');
      expect(seen()).toHaveLength(3);
      for (const { tools } of seen()) {
        expect(
          tools.map(({ name, description, schema }) => ({ name, description, schema: JSON.stringify(schema) })),
        ).toEqual(
          sessionTools.map((tool) => ({
            name: tool.slug,
            description: tool.description,
            schema: JSON.stringify(tool.inputParameters),
          })),
        );
      }
    });

    test('arguments arrive as the model wrote them', async () => {
      const booking = {
        pet: { name: 'Ψυχή 🐈', species: 'cat', owner: { email: 'a@example.com', phone: null } },
        reasons: ['Zähne', '予防接種'],
        weights: [
          { at: '2026-01-01', kilograms: 4.2 },
          { at: '2026-02-01', kilograms: 4.35 },
        ],
        notes: null,
      };
      const tree = { value: 'a', children: [{ value: 'b', children: [{ value: 'c' }] }] };
      const { calls } = await callOnce(
        [
          { name: bookVisit.slug, arguments: booking },
          { name: saveTree.slug, arguments: { tree } },
          { name: findAnything.slug, arguments: { by: { id: 7 }, labels: { any: 'thing' }, größe: 3 } },
        ],
        { [bookVisit.slug]: echo, [saveTree.slug]: echo, [findAnything.slug]: echo },
      );
      expect(calls.map(({ slug, args }) => [slug, args])).toEqual([
        [bookVisit.slug, booking],
        [saveTree.slug, { tree }],
        [findAnything.slug, { by: { id: 7 }, labels: { any: 'thing' }, größe: 3 }],
      ]);
    });

    test('arguments that break the schema reach the tool, whose answer tells the model what to mend', async () => {
      const error = 'pet.species: expected one of cat, dog, axolotl, got "unicorn".';
      const { calls, results } = await callOnce(
        [{ name: bookVisit.slug, arguments: { pet: { species: 'unicorn' } } }],
        { [bookVisit.slug]: () => failed(error) },
      );
      expect(calls.map(({ args }) => args)).toEqual([{ pet: { species: 'unicorn' } }]);
      expect(results[0]?.text).toContain('expected one of cat, dog, axolotl');
    });

    test('a tool without parameters is called with none', async () => {
      const { calls, results } = await callOnce([{ name: listPets.slug, arguments: {} }], {
        [listPets.slug]: () => succeeded({ pets: [] }),
      });
      expect(calls.map(({ args }) => args)).toEqual([{}]);
      expect(results.map(({ value }) => value)).toEqual([{ pets: [] }]);
    });

    test('a slug of 64 characters works', async () => {
      expect(longSlug.slug).toHaveLength(64);
      const { calls, results } = await callOnce([{ name: longSlug.slug, arguments: { id: 1 } }], {
        [longSlug.slug]: echo,
      });
      expect(calls.map(({ slug }) => slug)).toEqual([longSlug.slug]);
      expect(results.map(({ toolName, value }) => [toolName, value])).toEqual([[longSlug.slug, { echo: { id: 1 } }]]);
    });

    test('each call brings its id and nothing is shared between calls', async () => {
      const { calls, results } = await callOnce(
        [
          { id: 'call_a', name: describedOutput.slug, arguments: { id: 1 } },
          { id: 'call_b', name: describedOutput.slug, arguments: { id: 2 } },
        ],
        { [describedOutput.slug]: echo },
      );
      expect(calls.map(({ options }) => options?.toolCallId)).toEqual(['call_a', 'call_b']);
      expect(results.map(({ toolCallId, value }) => [toolCallId, value])).toEqual([
        ['call_a', { echo: { id: 1 } }],
        ['call_b', { echo: { id: 2 } }],
      ]);
    });

    test('parallel calls run at the same time and are answered in order', async () => {
      const { promise: allStarted, resolve: release } = Promise.withResolvers<void>();
      let running = 0;
      const { results } = await callOnce(
        [1, 2, 3].map((id) => ({ name: describedOutput.slug, arguments: { id } })),
        {
          [describedOutput.slug]: async ({ id }) => {
            running += 1;
            if (running === 3) release();
            await allStarted;
            // The first call is the last to finish.
            await new Promise((resolve) => setTimeout(resolve, 15 - 5 * Number(id)));
            return succeeded({ id });
          },
        },
      );
      expect(results.map(({ value }) => value)).toEqual([{ id: 1 }, { id: 2 }, { id: 3 }]);
    });

    test('data reaches the model whole, whatever its size and script', async () => {
      const data = {
        ключ: 'значение \u2028 \ud83d\udc08 "quoted" \\ \n',
        deep: { list: [null, true, 1.5, { again: [] }], __proto__word: 'x' },
        rows: Array.from({ length: 5000 }, (_, id) => ({ id, name: `name ${id}`.padEnd(200, '·') })),
      };
      const { results } = await callOnce([{ name: listPets.slug, arguments: {} }], {
        [listPets.slug]: () => succeeded(data),
      });
      expect(results[0]?.value).toEqual(data);
      expect(results[0]?.failed).not.toBe(true);
    });

    test('a tool that fails is answered with its error, and the model can call it again', async () => {
      const steps: ScriptedStep[] = [
        { toolCalls: [{ name: describedOutput.slug, arguments: { id: 'one' } }] },
        ({ results }) => ({
          toolCalls: [{ name: describedOutput.slug, arguments: { id: results[0]?.text.includes('integer') ? 1 : 0 } }],
        }),
        ({ results }) => ({ text: JSON.stringify(results[1]?.value) }),
      ];
      const { outcome, seen } = await run(steps, {
        [describedOutput.slug]: ({ id }) =>
          typeof id === 'number' ? succeeded({ id }) : failed('id: expected an integer, got a string.'),
      });
      expect(await outcome).toBe('{"id":1}');
      const [first] = seen().at(-1)?.results ?? [];
      expect(first?.failed).not.toBe(false);
      expect(first?.text).toContain('id: expected an integer, got a string.');
    });

    test('what a failed tool has to say beside its error is not lost', async () => {
      const { results } = await callOnce([{ name: listPets.slug, arguments: {} }], {
        [listPets.slug]: () => failed('The service answered 422.', { body: { field: 'name' } }),
      });
      expect(results[0]?.failed).not.toBe(false);
      expect(results[0]?.value).toEqual({ error: 'The service answered 422.', data: { body: { field: 'name' } } });
    });

    test('a tool that throws ends neither the loop nor the calls beside it', async () => {
      const { results } = await callOnce(
        [
          { name: listPets.slug, arguments: {} },
          { name: longSlug.slug, arguments: { id: 1 } },
        ],
        {
          [listPets.slug]: () => {
            throw new TypeError('beforeExecute broke');
          },
          [longSlug.slug]: echo,
        },
      );
      expect(results[0]?.text).toContain('beforeExecute broke');
      expect(results[0]?.failed).not.toBe(false);
      expect(results[1]?.value).toEqual({ echo: { id: 1 } });
    });

    test('a tool that does not exist is answered with an error', async () => {
      const { results } = await callOnce(
        [
          { name: 'CLINIC_INVENTED', arguments: {} },
          { name: listPets.slug, arguments: {} },
        ],
        { [listPets.slug]: echo },
      );
      expect(results[0]?.text).toContain('CLINIC_INVENTED');
      expect(results[0]?.failed).not.toBe(false);
      expect(results[1]?.value).toEqual({ echo: {} });
    });

    test.runIf(suite.passesMalformedArguments)(
      'malformed arguments are answered with an error and run nothing',
      async () => {
        const { calls, results } = await callOnce([{ name: describedOutput.slug, arguments: '{"id": 1' }], {
          [describedOutput.slug]: echo,
        });
        expect(calls).toEqual([]);
        expect(results[0]?.text).toMatch(/JSON/);
        expect(results[0]?.failed).not.toBe(false);
      },
    );

    test('an abort in flight reaches the tool and ends the loop', async () => {
      const controller = new AbortController();
      const started = Promise.withResolvers<AbortSignal>();
      const steps: ScriptedStep[] = [{ toolCalls: [{ name: listPets.slug, arguments: {} }] }, { text: 'never said' }];
      const { outcome, seen } = await run(
        steps,
        {
          [listPets.slug]: (_args, options) =>
            new Promise((_resolve, reject) => {
              const signal = options?.signal;
              if (signal === undefined) throw new Error('The tool got no signal.');
              signal.addEventListener('abort', () => reject(signal.reason));
              started.resolve(signal);
            }),
        },
        controller.signal,
      );
      const ended = outcome.then(
        (text) => ({ text }),
        (error: unknown) => ({ error }),
      );
      const signal = await started.promise;
      controller.abort(new DOMException('The user left.', 'AbortError'));
      expect(await ended).toEqual({ error: expect.anything() });
      expect(signal.aborted).toBe(true);
      expect(seen()).toHaveLength(1);
    });

    test('the same tools serve two loops at once', async () => {
      const recorder = new ToolRecorder({ [describedOutput.slug]: echo });
      const tools = suite.create().wrapTools(sessionTools, recorder.execute);
      const loop = (id: number) =>
        suite.runLoop(
          {
            tools,
            steps: [
              { toolCalls: [{ name: describedOutput.slug, arguments: { id } }] },
              ({ results }) => ({ text: results.map(({ text }) => text).join() }),
            ],
            execute: recorder.execute,
            signal: undefined,
          },
          () => {},
        );
      expect(await Promise.all([loop(1), loop(2)])).toEqual(['{"echo":{"id":1}}', '{"echo":{"id":2}}']);
    });
  });
}
