import { setTimeout as delay } from 'node:timers/promises';
import { defineTool, defineToolkit, type Toolkit } from '@jackfield/server';

/** What the tools of a desk did, for tests to look at. */
export interface Desk {
  readonly toolkit: Toolkit;
  readonly notes: string[];
  /** Calls of `DESK_WAIT` that were begun and not given up. */
  readonly waiting: Set<string>;
}

/** A toolkit that answers in every form: objects, pictures, files, failures, slowly. */
export function createDesk(): Desk {
  const notes: string[] = [];
  const waiting = new Set<string>();
  const read = { readOnlyHint: true, openWorldHint: false };
  const text = { type: 'object', properties: { text: { type: 'string', minLength: 1 } }, required: ['text'] } as const;
  const nothing = { type: 'object', properties: {} } as const;
  const toolkit = defineToolkit({
    slug: 'desk',
    name: 'Desk',
    description: 'Notes on a desk.',
    version: '1.0.0',
    tools: [
      defineTool({
        slug: 'LIST_NOTES',
        name: 'List notes',
        description: 'Lists the notes on the desk.',
        hints: read,
        input: nothing,
        output: {
          type: 'object',
          properties: { notes: { type: 'array', items: { type: 'string' } } },
          required: ['notes'],
        },
        execute: () => ({ notes }),
      }),
      defineTool({
        slug: 'ADD_NOTE',
        name: 'Add a note',
        description: 'Puts a note on the desk.',
        input: text,
        output: { type: 'object', properties: { count: { type: 'integer' } }, required: ['count'] },
        execute: ({ text }) => ({ count: notes.push(String(text)) }),
      }),
      defineTool({
        slug: 'PHOTO',
        name: 'Take a photo',
        description: 'Takes a photo of the desk.',
        hints: read,
        input: nothing,
        execute: () => ({ content: [{ type: 'image', data: 'iVBORw0KGgo=', mimeType: 'image/png' }] }),
      }),
      defineTool({
        slug: 'BREAK',
        name: 'Break something',
        description: 'Fails.',
        input: nothing,
        execute: () => {
          throw new Error('The desk has only three legs');
        },
      }),
      defineTool({
        slug: 'LIE',
        name: 'Break a promise',
        description: 'Answers something else than it promises.',
        hints: read,
        input: nothing,
        output: { type: 'object', properties: { count: { type: 'integer' } }, required: ['count'] },
        execute: () => JSON.parse('{"count":"three","extra":null}'),
      }),
      defineTool({
        slug: 'COUNT',
        name: 'Count',
        description: 'Counts aloud.',
        hints: read,
        input: { type: 'object', properties: { to: { type: 'integer' } }, required: ['to'] },
        execute({ to }, { reportProgress }) {
          const total = Number(to);
          for (let progress = 1; progress <= total; progress += 1) {
            reportProgress({ progress, total, message: `Counted to ${progress}` });
          }
          return {};
        },
      }),
      defineTool({
        slug: 'WAIT',
        name: 'Wait',
        description: 'Waits until it is given up, or for so many milliseconds.',
        hints: read,
        input: {
          type: 'object',
          properties: { id: { type: 'string' }, ms: { type: 'integer' } },
          required: ['id', 'ms'],
        },
        async execute({ id, ms }, { signal }) {
          const name = String(id);
          waiting.add(name);
          try {
            await delay(Number(ms), undefined, { signal });
          } finally {
            waiting.delete(name);
          }
          return { waited: ms };
        },
      }),
    ],
  });
  return { toolkit, notes, waiting };
}
