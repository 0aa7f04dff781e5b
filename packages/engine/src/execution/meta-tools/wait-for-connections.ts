import { setTimeout as delay } from 'node:timers/promises';
import { isReady, permits } from '../../connections/resolve-account.ts';
import type { Store } from '../../stores/store.ts';
import { unknownToolkit } from '../../toolkits/unknown-name.ts';
import type { MetaTool } from './meta-tool.ts';

const pollMs = 500;

/** Below the time after which clients give up and repeat the call. */
const longestSeconds = 40;
const defaultSeconds = 30;

export function waitForConnections(store: Store): MetaTool {
  return {
    word: 'WAIT_FOR_CONNECTIONS',
    name: 'Wait for connections',
    hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    isOn: (switches) => switches.waitForConnections,
    describe: ({ slugOf }) =>
      [
        `Waits until the user has connected apps. Call it right after showing the links that ${slugOf('MANAGE_CONNECTIONS') ?? 'connecting'} returned.`,
        'It returns as soon as they are connected, or when the time is over: then call it again, or ask the user.',
      ].join('\n'),
    inputSchema: {
      type: 'object',
      properties: {
        toolkits: {
          type: 'array',
          minItems: 1,
          maxItems: 20,
          items: { type: 'string' },
          description: 'Slugs of the apps.',
        },
        mode: {
          type: 'string',
          enum: ['any', 'all'],
          description: 'Return when any of them is connected, or when all are. Default: all.',
        },
        timeout_seconds: {
          type: 'integer',
          minimum: 1,
          maximum: longestSeconds,
          description: `Default: ${defaultSeconds}.`,
        },
      },
      required: ['toolkits'],
      additionalProperties: false,
    },
    outputSchema: {
      type: 'object',
      properties: {
        connected: { type: 'array', items: { type: 'string' } },
        pending: { type: 'array', items: { type: 'string' } },
        timed_out: { type: 'boolean' },
        instruction: { type: 'string' },
      },
      required: ['connected', 'pending', 'timed_out', 'instruction'],
    },
    async run(input, { session, signal }) {
      const {
        toolkits,
        mode = 'all',
        timeout_seconds: seconds = defaultSeconds,
      } = input as { toolkits: readonly string[]; mode?: 'any' | 'all'; timeout_seconds?: number };
      const { projectId, userId, config, scope } = session;
      const unknown = toolkits.filter((slug) => !scope.catalog.toolkits.has(slug));
      if (unknown.length > 0) throw unknownToolkit(unknown, scope.catalog, scope.toolkits);
      const free = toolkits.filter((slug) => scope.catalog.toolkits.get(slug)?.noAuth);
      const deadline = performance.now() + seconds * 1000;
      for (;;) {
        const { items } = await store.connectedAccounts.list({
          projectId,
          userIds: [userId],
          toolkits,
          statuses: ['ACTIVE'],
          limit: 500,
        });
        const ready = new Set([
          ...free,
          ...items.filter((account) => isReady(account) && permits(config, account)).map(({ toolkit }) => toolkit),
        ]);
        const connected = toolkits.filter((slug) => ready.has(slug));
        const pending = toolkits.filter((slug) => !ready.has(slug));
        const isDone = mode === 'all' ? pending.length === 0 : connected.length > 0;
        const leftMs = deadline - performance.now();
        if (isDone || leftMs <= 0) {
          return {
            connected,
            pending,
            timed_out: !isDone,
            instruction: isDone
              ? 'Go on.'
              : `Not connected yet: ${pending.join(', ')}. Wait again, or ask the user whether the link works for them.`,
          };
        }
        await delay(Math.min(pollMs, leftMs), undefined, { signal });
      }
    },
  };
}
