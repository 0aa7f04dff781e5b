import { JackfieldError, type JsonObject } from '@jackfield/contract';
import { noAuthorization } from '../connections/account-credentials.ts';
import type { Egress } from '../egress/egress.ts';
import type { FunctionBinding, Tool, Toolkit } from '../toolkit.ts';
import { untilAborted } from '../until-aborted.ts';
import type { Granted, Performed } from './action.ts';
import { toDataObject } from './data-object.ts';
import { isRepeatable } from './http-tool.ts';
import type { EngineLimits } from './limits.ts';
import { redact } from './redact.ts';
import { resultTooLarge } from './result-too-large.ts';
import { sendRequest } from './send-request.ts';
import { withTimeout } from './with-timeout.ts';

export interface FunctionToolOptions {
  readonly egress: Egress;
  readonly limits: EngineLimits;
}

/** Runs a tool that is a function in this process. What it throws becomes the failure of the call. */
export async function runFunctionTool(
  { tool, toolkit, binding, input }: { tool: Tool; toolkit: Toolkit; binding: FunctionBinding; input: unknown },
  granted: Granted,
  { egress, limits }: FunctionToolOptions,
): Promise<Performed<JsonObject>> {
  const { session, credentials, secrets } = granted;
  const [credential] = Object.values(credentials);
  const run = async (signal: AbortSignal) =>
    // The input was checked against the schema that the function's own input type was made from.
    binding.execute(input as never, {
      userId: session.userId,
      sessionId: session.id,
      signal,
      reportProgress: granted.reportProgress,
      ...(credential === undefined ? {} : { credential }),
      fetch: toolFetch(toolkit, tool, { ...granted, signal }, { egress, limits }),
    });
  let value: unknown;
  try {
    const timeOver = () => timeout(tool, limits);
    value = await withTimeout(granted.signal, limits.toolTimeoutMs, timeOver, (signal) =>
      untilAborted(run(signal), signal),
    );
  } catch (error) {
    granted.signal.throwIfAborted();
    return { data: {}, failure: thrown(error, tool, secrets) };
  }
  return jsonResult(value, tool, secrets, limits);
}

function timeout(tool: Tool, { toolTimeoutMs }: EngineLimits): JackfieldError {
  const repeatable = isRepeatable(tool);
  return new JackfieldError('TIMEOUT', {
    message: `${tool.name} did not finish within ${toolTimeoutMs} ms.`,
    fix: repeatable ? 'Try again later.' : 'Check whether it had its effect before repeating it.',
    retryable: repeatable,
  });
}

function thrown(error: unknown, tool: Tool, secrets: readonly string[]): JackfieldError {
  const message = redact(error instanceof Error ? error.message : String(error), secrets);
  if (JackfieldError.isInstance(error)) {
    return new JackfieldError(error.code, {
      message,
      fix: error.fix === undefined ? undefined : redact(error.fix, secrets),
      status: error.status,
      details: error.details,
      retryable: error.retryable,
      cause: error,
    });
  }
  return new JackfieldError('UPSTREAM_ERROR', {
    message: `${tool.name} failed: ${message}`,
    fix: 'If the message names an argument, correct it and call again; otherwise tell the user.',
    cause: error,
  });
}

function jsonResult(
  value: unknown,
  tool: Tool,
  secrets: readonly string[],
  limits: EngineLimits,
): Performed<JsonObject> {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    return { data: {}, failure: notJson(tool, error) };
  }
  if (text === undefined) return value === undefined ? { data: {} } : { data: {}, failure: notJson(tool, undefined) };
  if (text.length > limits.maxResponseBytes) {
    return { data: {}, failure: resultTooLarge(tool, limits.maxResponseBytes) };
  }
  return { data: toDataObject(JSON.parse(redact(text, secrets))) };
}

function notJson(tool: Tool, cause: unknown): JackfieldError {
  return new JackfieldError('UPSTREAM_INVALID_RESPONSE', {
    message: `${tool.name} returned something that JSON cannot hold.`,
    fix: 'The tool must return objects, arrays, strings, numbers, booleans and null, without cycles.',
    cause,
  });
}

/** `fetch` for a function tool. The credential goes to the host of the toolkit's base URL and nowhere else. */
function toolFetch(
  toolkit: Toolkit,
  tool: Tool,
  { authorization, reauthorization, signal }: Granted,
  { egress, limits }: FunctionToolOptions,
): (input: string | URL, init?: RequestInit) => Promise<Response> {
  const origin = toolkit.baseUrl === undefined ? undefined : new URL(toolkit.baseUrl).origin;
  return async (input, init) => {
    const url = new URL(input, toolkit.baseUrl);
    const request = new Request(url, { ...init, redirect: 'manual' });
    const body = request.body === null ? undefined : new Uint8Array(await request.arrayBuffer());
    const response = await sendRequest(
      {
        url: url.href,
        method: request.method,
        headers: Object.fromEntries(request.headers),
        ...(body === undefined ? {} : { body }),
      },
      {
        egress,
        limits,
        authorization: url.origin === origin ? authorization : noAuthorization,
        reauthorization: url.origin === origin ? reauthorization : undefined,
        idempotent: isRepeatable(tool) || ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'].includes(request.method),
        allowedHosts: [url.host],
        signal: init?.signal ? AbortSignal.any([signal, init.signal]) : signal,
      },
    );
    const empty = [204, 205, 304].includes(response.status);
    const { 'content-encoding': _decoded, 'content-length': _length, ...headers } = response.headers;
    return new Response(empty ? null : new Uint8Array(response.bytes()), { status: response.status, headers });
  };
}
