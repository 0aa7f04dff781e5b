import { JackfieldError } from '@jackfield/contract';
import { answerOf } from '@jackfield/engine';
import type {
  CallToolRequestParams,
  CallToolResult,
  InputRequiredResult,
  ServerContext,
} from '@modelcontextprotocol/server';
import { callName } from './client-marks.ts';
import type { SessionServerOptions } from './create-session-server.ts';
import { startProgress } from './start-progress.ts';
import { toMcpResult } from './to-mcp-result.ts';
import { isInputRequired, withConnections } from './with-connections.ts';

/** Runs a tool for an MCP client. Everything that goes wrong with the call is a result, so that a model can mend it. */
export async function callTool(
  { name, arguments: input = {}, _meta }: CallToolRequestParams,
  { mcpReq }: ServerContext,
  { engine, sessionId, context, progressIntervalMs, connectWaitMs, client }: SessionServerOptions,
): Promise<CallToolResult | InputRequiredResult> {
  const token = mcpReq._meta?.progressToken;
  const progress =
    token === undefined
      ? undefined
      : startProgress(progressIntervalMs, (report) =>
          mcpReq.notify({ method: 'notifications/progress', params: { progressToken: token, ...report } }),
        );
  const call = client && callName(client, mcpReq.id);
  const cancellable =
    call === undefined ? undefined : engine.cancellable(sessionId, call, { ...context, signal: mcpReq.signal });
  const signal = cancellable?.signal ?? mcpReq.signal;
  const callContext = { ...context, signal, onProgress: progress?.report };
  const account = _meta?.['jackfield/account'];
  try {
    const response = await withConnections(
      { engine, sessionId, context: callContext, mcpReq, client, connectWaitMs },
      () =>
        engine.operations['sessions.execute'](
          {
            params: { sessionId },
            body: { toolSlug: name, arguments: input, ...(typeof account === 'string' ? { account } : {}) },
          },
          callContext,
        ),
    );
    if (isInputRequired(response)) return response;
    const output =
      response.error === null
        ? await engine.structuredOutput(sessionId, name, response.data, callContext)
        : ({ kind: 'unspecified' } as const);
    return toMcpResult(response, output);
  } catch (error) {
    if (!JackfieldError.isInstance(error) || error.code === 'ABORTED') throw error;
    // What the gate throws, in the form of what it answers.
    return toMcpResult({ ...answerOf({}, error), logId: context.requestId }, { kind: 'unspecified' });
  } finally {
    progress?.stop();
    cancellable?.end();
  }
}
