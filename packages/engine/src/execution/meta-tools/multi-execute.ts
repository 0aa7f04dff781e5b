import { type ExecuteResponse, JackfieldError, type JsonObject } from '@jackfield/contract';
import type { CallContext } from '../../engine.ts';
import { answerOf } from '../execute-response.ts';
import type { EngineLimits } from '../limits.ts';
import { mapConcurrently } from '../map-concurrently.ts';
import { withTimeout } from '../with-timeout.ts';
import type { MetaTool, MetaToolCall } from './meta-tool.ts';

interface BatchItem {
  readonly tool_slug: string;
  readonly arguments?: JsonObject;
  readonly account?: string;
}

export interface InnerCall {
  readonly sessionId: string;
  readonly slug: string;
  readonly input: JsonObject;
  readonly account?: string | undefined;
  readonly definitions: MetaToolCall['definitions'];
  /** Meta tools that do things are not run from within another. */
  readonly fromBatch: true;
}

/** @param execute runs one tool through the gate */
export function multiExecute(
  execute: (call: InnerCall, context: CallContext) => Promise<ExecuteResponse>,
  limits: EngineLimits,
): MetaTool {
  return {
    word: 'MULTI_EXECUTE_TOOL',
    name: 'Run several tools',
    hints: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    isOn: (switches) => switches.multiExecute,
    describe: ({ slugOf }) => {
      const search = slugOf('SEARCH_TOOLS');
      return [
        `Runs tools${search === undefined ? '' : ` that ${search} found`}: one, or up to ${limits.maxBatchSize} at the same time.`,
        'Put calls together only when none needs the result of another; what does comes in a later call.',
        "The arguments of each must fit that tool's input schema exactly.",
        'Results come in the order of the calls. Each one succeeds or fails by itself: mend and repeat only those that failed.',
      ].join('\n');
    },
    inputSchema: {
      type: 'object',
      properties: {
        tools: {
          type: 'array',
          minItems: 1,
          maxItems: limits.maxBatchSize,
          items: {
            type: 'object',
            properties: {
              tool_slug: { type: 'string', minLength: 1, description: 'Slug of the tool to run.' },
              arguments: {
                type: 'object',
                properties: {},
                additionalProperties: true,
                description: "Arguments by the tool's input schema; {} when it takes none.",
              },
              account: {
                type: 'string',
                description: 'Id or alias of the connected account, when the user has several of the app.',
              },
            },
            required: ['tool_slug', 'arguments'],
          },
        },
      },
      required: ['tools'],
    },
    outputSchema: {
      type: 'object',
      properties: {
        results: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              response: {
                type: 'object',
                properties: {
                  successful: { type: 'boolean' },
                  data: { type: 'object' },
                  error: { type: 'string' },
                },
                required: ['successful', 'data'],
              },
              tool_slug: { type: 'string' },
              index: { type: 'integer' },
              error: { type: 'string' },
            },
            required: ['response', 'tool_slug', 'index'],
          },
        },
        total_count: { type: 'integer' },
        success_count: { type: 'integer' },
        error_count: { type: 'integer' },
      },
      required: ['results', 'total_count', 'success_count', 'error_count'],
    },
    async run(input, call) {
      const { tools } = input as { readonly tools: readonly BatchItem[] };
      const results = await withTimeout(call.context.signal, limits.toolTimeoutMs, timeOver, (signal) =>
        mapConcurrently(tools, limits.batchConcurrency, async (item, index) => {
          const { data, error, successful } = await runItem(execute, item, index, call, signal);
          return {
            response: { successful, data, ...(error === null ? {} : { error }) },
            tool_slug: item.tool_slug,
            index,
            ...(error === null ? {} : { error }),
          };
        }),
      );
      const failed = results.filter(({ response }) => !response.successful).length;
      return {
        results,
        total_count: results.length,
        success_count: results.length - failed,
        error_count: failed,
      };
    },
  };
}

async function runItem(
  execute: (call: InnerCall, context: CallContext) => Promise<ExecuteResponse>,
  item: BatchItem,
  index: number,
  { session, context, definitions }: MetaToolCall,
  signal: AbortSignal,
): Promise<Pick<ExecuteResponse, 'data' | 'error' | 'successful'>> {
  try {
    signal.throwIfAborted();
    return await execute(
      {
        sessionId: session.id,
        slug: item.tool_slug,
        input: item.arguments ?? {},
        account: item.account,
        definitions,
        fromBatch: true,
      },
      {
        ...context,
        signal,
        // A repeated batch finds the record of each of its calls by its place.
        idempotencyKey: context.idempotencyKey === undefined ? undefined : `${context.idempotencyKey}#${index}`,
      },
    );
  } catch (error) {
    // Nobody is left to read the results.
    context.signal.throwIfAborted();
    if (signal.aborted) return answerOf({}, timeOver());
    if (JackfieldError.isInstance(error)) return answerOf({}, error);
    throw error;
  }
}

function timeOver(): JackfieldError {
  return new JackfieldError('TIMEOUT', {
    message: 'The time for all calls of this batch was over before this one had ended.',
    fix: 'Put fewer calls into one batch. If this one changes something, check whether it happened before repeating it.',
    retryable: false,
  });
}
