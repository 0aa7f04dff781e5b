import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import type { ResponseCreateParams, ResponseInputItem } from 'openai/resources/responses/responses';
import { chatCompletion, chatCompletionChunks, chatTools, readChatConversation } from './openai-chat.ts';
import {
  inputItems,
  outputItems,
  readResponsesConversation,
  response,
  responseEvents,
  responseTools,
} from './openai-responses.ts';
import { checkTools } from './openai-rules.ts';
import { Script, type ScriptedConversation, type ScriptedStep } from './script.ts';

export type {
  ScriptedConversation,
  ScriptedStep,
  ScriptedTool,
  ScriptedToolCall,
  ScriptedToolResult,
  ScriptedTurn,
} from './script.ts';

/** Closed by `close()`, or at the end of its block with `await using`. */
export interface ScriptedOpenAI extends AsyncDisposable {
  /** For `new OpenAI({ baseURL, apiKey })`; any key is accepted. */
  readonly baseURL: string;
  /** What the model was shown, one entry a turn. */
  readonly conversations: readonly ScriptedConversation[];
  close(): Promise<void>;
}

/**
 * An HTTP server on 127.0.0.1 that speaks chat completions and responses, whole and as server-sent events, and plays
 * `steps`. It refuses with 400, as the real API does: tool names outside its name rule, parameters that are not an
 * object schema, strict tools that break the rules of strict mode, results that answer no call and calls left
 * without a result.
 */
export async function scriptedOpenAI(steps: readonly ScriptedStep[]): Promise<ScriptedOpenAI> {
  const script = new Script(steps);
  /** The items of each stored response and of those before it. */
  const histories = new Map<string, readonly ResponseInputItem[]>();

  function answerChat(body: ChatCompletionCreateParams, reply: ServerResponse): void {
    const tools = chatTools(body);
    checkTools(tools);
    const id = `chatcmpl_${script.conversations.length + 1}`;
    const turn = script.next(readChatConversation(body, tools));
    if (body.stream) sendEvents(reply, [...chatCompletionChunks(id, body.model, turn), '[DONE]']);
    else sendJson(reply, 200, chatCompletion(id, body.model, turn));
  }

  function answerResponses(body: ResponseCreateParams, reply: ServerResponse): void {
    const tools = responseTools(body);
    checkTools(tools);
    const id = `resp_${script.conversations.length + 1}`;
    const items = [...(histories.get(body.previous_response_id ?? '') ?? []), ...inputItems(body)];
    const turn = script.next(readResponsesConversation(items, tools));
    const output = outputItems(id, turn);
    histories.set(id, [...items, ...output]);
    const whole = response(id, body, output);
    if (body.stream) sendEvents(reply, responseEvents(whole));
    else sendJson(reply, 200, whole);
  }

  const server = createServer((request, reply) => {
    readJson(request)
      .then((body) => {
        if (request.url === '/v1/chat/completions') answerChat(body, reply);
        else if (request.url === '/v1/responses') answerResponses(body, reply);
        else sendJson(reply, 404, errorBody(`Unknown path ${request.url}`));
      })
      .catch((error: Error) => sendJson(reply, 400, errorBody(error.message)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  async function close(): Promise<void> {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
  return {
    baseURL: `http://127.0.0.1:${address.port}/v1`,
    conversations: script.conversations,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function readJson(request: IncomingMessage) {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

function errorBody(message: string) {
  return { error: { message, type: 'invalid_request_error', param: null, code: null } };
}

function sendJson(reply: ServerResponse, status: number, body: unknown): void {
  reply.writeHead(status, { 'content-type': 'application/json' });
  reply.end(JSON.stringify(body));
}

function sendEvents(reply: ServerResponse, events: readonly (object | string)[]): void {
  reply.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events) {
    const name = typeof event === 'object' && 'type' in event ? `event: ${event.type}\n` : '';
    reply.write(`${name}data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`);
  }
  reply.end();
}
