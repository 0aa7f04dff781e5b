import { type ExecuteResponse, JackfieldError, type JsonObject, type SerializedError } from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import type { CustomTool, CustomToolContext } from './custom-tool.ts';
import type { CustomToolSet } from './custom-tool-set.ts';
import { messageOf } from './message-of.ts';
import { type CallModifiers, checkReturned, type ModifiedTool } from './modifiers.ts';
import type { ToolResult } from './provider.ts';
import type { CallOptions, Transport } from './transport.ts';

/** What a tool call came to. A tool that failed is a result, not an exception. */
export interface ExecuteResult extends ToolResult {
  /** The failure in fields. Absent on success. */
  readonly failure?: SerializedError | undefined;
}

export interface ExecuteOptions extends CallOptions {
  /** Which connected account to use, by id or alias, where the user has several. */
  readonly account?: string | undefined;
}

export interface RunOptions extends ExecuteOptions {
  readonly modifiers?: CallModifiers | undefined;
}

interface ToolRunnerOptions {
  readonly transport: Transport;
  readonly sessionId: string;
  readonly customTools: CustomToolSet;
  readonly toolkitOf: (slug: string) => string;
  readonly contextOf: (signal: AbortSignal | undefined) => CustomToolContext;
}

/** The meta tool that runs several tools in one call. */
const multiExecute = 'JACKFIELD_MULTI_EXECUTE_TOOL';

/** Runs the tools of one session: custom ones here, all others on the server, with modifiers around each. */
export class ToolRunner {
  readonly #options: ToolRunnerOptions;

  constructor(options: ToolRunnerOptions) {
    this.#options = options;
  }

  run(slug: string, args: JsonObject, options: RunOptions): Promise<ExecuteResult> {
    const { modifiers } = options;
    const isBatch = slug === multiExecute && Array.isArray(args.tools);
    const staysWhole =
      this.#options.customTools.size === 0 &&
      modifiers?.beforeExecute === undefined &&
      modifiers?.afterExecute === undefined;
    if (isBatch && !staysWhole && Array.isArray(args.tools)) return this.#runBatch(args, args.tools, options);
    return this.#runOne(slug, args, options);
  }

  async #runOne(slug: string, args: JsonObject, options: RunOptions): Promise<ExecuteResult> {
    const { tool, params, local } = await this.#begin(slug, args, options);
    let result = local ?? this.#runRemote(slug, params, options);
    // What `afterExecute` is to see of a call that the server refused.
    if (options.modifiers?.afterExecute) result = result.catch((error) => toFailure(error, options.signal));
    return this.#finish(tool, await result, options);
  }

  /** Custom tools of a batch run here, the others go to the server as one batch; results keep the order of the calls. */
  async #runBatch(args: JsonObject, calls: readonly unknown[], options: RunOptions): Promise<ExecuteResult> {
    const begun = await Promise.all(calls.map((call) => this.#beginInner(call, options)));
    const remote = begun.filter(({ local }) => local === undefined);
    const answer =
      remote.length > 0 || calls.length === 0
        ? await this.#runRemote(multiExecute, { ...args, tools: remote.map(({ call }) => call) }, options).catch(
            (error: unknown) => {
              if (remote.length === calls.length) throw error;
              // What ran here has happened.
              return toFailure(error, options.signal);
            },
          )
        : undefined;
    const answered = answer?.data.results;
    if (answer !== undefined && !Array.isArray(answered) && remote.length === calls.length) return answer;
    const remoteEntries: readonly unknown[] = Array.isArray(answered) ? answered : [];
    const results = await Promise.all(
      begun.map(async ({ tool, call, local }, index) => {
        const entry = local === undefined ? remoteEntries[remote.findIndex((one) => one.call === call)] : undefined;
        const result = local === undefined ? fromEntry(entry, answer?.error) : await local;
        return toEntry(entry, index, call, tool === undefined ? result : await this.#finish(tool, result, options));
      }),
    );
    const failed = results.filter(({ response }) => !response.successful).length;
    return {
      error: null,
      successful: true,
      ...(Array.isArray(answered) && answer),
      data: {
        ...answer?.data,
        results,
        total_count: results.length,
        success_count: results.length - failed,
        error_count: failed,
      },
    };
  }

  /** What a model got wrong about a call within a batch is left for the server to say. */
  async #beginInner(call: unknown, options: RunOptions): Promise<BegunInnerCall> {
    if (!isJsonObject(call) || typeof call.tool_slug !== 'string') return { call };
    const { tool_slug: slug, arguments: args = {} } = call;
    if (!isJsonObject(args)) return { call };
    try {
      const begun = await this.#begin(slug, args, options);
      return { ...begun, call: { ...call, arguments: begun.params } };
    } catch (error) {
      return { call, local: Promise.resolve(toFailure(error, options.signal)) };
    }
  }

  /** Everything before the result: `local` is the result to come of a tool that runs here. */
  async #begin(slug: string, args: JsonObject, options: RunOptions): Promise<BegunCall> {
    const bound = this.#options.customTools.find(slug);
    const toolSlug = bound?.slug ?? slug;
    const tool = { toolSlug, toolkitSlug: bound?.toolkit?.slug ?? this.#options.toolkitOf(toolSlug) };
    const before = options.modifiers?.beforeExecute;
    const params =
      before === undefined ? args : checkReturned('beforeExecute', await before({ ...tool, params: args }));
    const local = bound && this.#runLocal(bound.tool, params, options.signal);
    // Whoever waits for it may be gone when it is aborted.
    local?.catch(() => undefined);
    return { tool, params, local };
  }

  async #finish(tool: ModifiedTool, result: ExecuteResult, { modifiers, signal }: RunOptions): Promise<ExecuteResult> {
    const after = modifiers?.afterExecute;
    if (after === undefined) return result;
    try {
      return checkReturned('afterExecute', await after({ ...tool, result }));
    } catch (error) {
      return toFailure(error, signal);
    }
  }

  #runLocal(tool: CustomTool, params: JsonObject, signal: AbortSignal | undefined): Promise<ExecuteResult> {
    return runCustomTool(tool, params, this.#options.contextOf(signal), signal);
  }

  #runRemote(toolSlug: string, params: JsonObject, options: RunOptions): Promise<ExecuteResponse> {
    const { transport, sessionId, customTools } = this.#options;
    return transport.call(
      'sessions.execute',
      {
        params: { sessionId },
        body: { toolSlug, arguments: params, account: options.account, experimental: customTools.definitions },
      },
      options,
    );
  }
}

/** Runs a tool of this process. What it throws becomes a failed result. */
export async function runCustomTool(
  tool: CustomTool,
  params: JsonObject,
  context: CustomToolContext,
  signal: AbortSignal | undefined,
): Promise<ExecuteResult> {
  try {
    signal?.throwIfAborted();
    const value = await tool.run(params, context);
    // A copy, and JSON as from any other tool: dates become text, what JSON cannot say is the tool's failure.
    const data: unknown = JSON.parse(JSON.stringify(value ?? {}));
    return { data: toData(data), error: null, successful: true };
  } catch (error) {
    return toFailure(error, signal);
  }
}

interface BegunCall {
  readonly tool: ModifiedTool;
  readonly params: JsonObject;
  readonly local: Promise<ExecuteResult> | undefined;
}

interface BegunInnerCall extends Partial<BegunCall> {
  /** As it goes on to the server. */
  readonly call: unknown;
}

/** The result that says what was thrown; what a caller aborted is thrown on. */
export function toFailure(error: unknown, signal: AbortSignal | undefined): ExecuteResult {
  signal?.throwIfAborted();
  if (!JackfieldError.isInstance(error)) return { data: {}, error: messageOf(error), successful: false };
  const { message, fix } = error;
  const text = fix === undefined ? message : `${message} ${fix}`;
  return { data: {}, error: text, successful: false, failure: error.toJSON() };
}

/** As the server maps results: an array becomes `{ items }`, and what has no keys `{ value }`. */
function toData(value: unknown): JsonObject {
  if (isJsonObject(value)) return value;
  return Array.isArray(value) ? { items: value } : { value };
}

/** One result of a batch, as the server words it. */
function fromEntry(entry: unknown, batchError: string | null | undefined): ExecuteResult {
  const { response, error }: Readonly<Record<string, unknown>> = isJsonObject(entry) ? entry : {};
  if (!isJsonObject(response)) {
    return { data: {}, error: String(error ?? batchError ?? 'The server answered nothing.'), successful: false };
  }
  const failure = response.error ?? error;
  return {
    data: toData(response.data ?? {}),
    error: failure === undefined || failure === null ? null : String(failure),
    successful: response.successful === true,
  };
}

function toEntry(entry: unknown, index: number, call: unknown, { data, error, successful }: ToolResult) {
  const { error: _, ...kept }: Readonly<Record<string, unknown>> = isJsonObject(entry) ? entry : {};
  const failure = error === null ? {} : { error };
  return {
    tool_slug: isJsonObject(call) ? call.tool_slug : undefined,
    ...kept,
    index,
    response: { successful, data, ...failure },
    ...failure,
  };
}
