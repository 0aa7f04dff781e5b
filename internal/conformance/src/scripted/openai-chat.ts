import type {
  ChatCompletion,
  ChatCompletionChunk,
  ChatCompletionCreateParams,
} from 'openai/resources/chat/completions';
import { checkAnswers } from './openai-rules.ts';
import {
  type NumberedTurn,
  parseResultText,
  type ScriptedConversation,
  type ScriptedTool,
  type ScriptedToolResult,
} from './script.ts';

export function chatTools(body: ChatCompletionCreateParams): ScriptedTool[] {
  const tools: ScriptedTool[] = [];
  for (const tool of body.tools ?? []) {
    if (tool.type !== 'function') continue;
    const { name, description, parameters, strict } = tool.function;
    tools.push({ name, description, schema: parameters, strict: strict ?? undefined });
  }
  return tools;
}

export function readChatConversation(
  body: ChatCompletionCreateParams,
  tools: readonly ScriptedTool[],
): ScriptedConversation {
  const calls = new Map<string, string>();
  const prompt: string[] = [];
  const results: ScriptedToolResult[] = [];
  for (const message of body.messages) {
    if (message.role === 'user') prompt.push(plainText(message.content));
    if (message.role === 'assistant') {
      for (const call of message.tool_calls ?? []) if (call.type === 'function') calls.set(call.id, call.function.name);
    }
    if (message.role === 'tool') {
      const text = plainText(message.content);
      const toolName = calls.get(message.tool_call_id) ?? '';
      const toolCallId = message.tool_call_id;
      results.push({ toolCallId, toolName, text, value: parseResultText(text), failed: undefined });
    }
  }
  checkAnswers(
    calls,
    results.map((result) => result.toolCallId),
  );
  return { prompt: prompt.join('\n'), tools, results };
}

/** The text of a message's content, whether a string or parts. */
export function plainText(content: string | readonly { readonly type: string; readonly text?: string }[]): string {
  return typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('');
}

const created = 1_767_225_600;

export function chatCompletion(id: string, model: string, turn: NumberedTurn): ChatCompletion {
  const toolCalls = turn.toolCalls.map((call) => ({
    id: call.id,
    type: 'function' as const,
    function: { name: call.name, arguments: call.json },
  }));
  const message = {
    role: 'assistant' as const,
    content: turn.text === '' ? null : turn.text,
    refusal: null,
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
  };
  const finish_reason = toolCalls.length > 0 ? 'tool_calls' : 'stop';
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices: [{ index: 0, message, finish_reason, logprobs: null }],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };
}

/** The arguments of each call arrive in two pieces, so that a client has to put them together. */
export function chatCompletionChunks(id: string, model: string, turn: NumberedTurn): ChatCompletionChunk[] {
  const deltas: ChatCompletionChunk.Choice.Delta[] = [
    { role: 'assistant', content: turn.text === '' ? null : turn.text },
  ];
  for (const [index, call] of turn.toolCalls.entries()) {
    const middle = Math.floor(call.json.length / 2);
    const start = { name: call.name, arguments: call.json.slice(0, middle) };
    deltas.push({ tool_calls: [{ index, id: call.id, type: 'function', function: start }] });
    deltas.push({ tool_calls: [{ index, function: { arguments: call.json.slice(middle) } }] });
  }
  const finish_reason = turn.toolCalls.length > 0 ? 'tool_calls' : 'stop';
  const chunk = (choice: Omit<ChatCompletionChunk.Choice, 'index'>): ChatCompletionChunk => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model,
    choices: [{ index: 0, ...choice }],
  });
  return [...deltas.map((delta) => chunk({ delta, finish_reason: null })), chunk({ delta: {}, finish_reason })];
}
