import type { MockLanguageModelV4 } from 'ai/test';
import type { MockLanguageModelV3 } from 'ai-6/test';
import {
  type NumberedTurn,
  parseResultText,
  type ScriptedConversation,
  type ScriptedTool,
  type ScriptedToolResult,
} from './script.ts';

type CallOptions = MockLanguageModelV3['doGenerateCalls'][number] | MockLanguageModelV4['doGenerateCalls'][number];

/** Reads the conversation out of a call to an AI SDK language model, specification 3 or 4. */
export function readVercelConversation(options: CallOptions): ScriptedConversation {
  const prompt: string[] = [];
  const results: ScriptedToolResult[] = [];
  for (const message of options.prompt) {
    if (message.role === 'user') {
      for (const part of message.content) if (part.type === 'text') prompt.push(part.text);
    }
    if (message.role === 'tool') {
      for (const part of message.content) if (part.type === 'tool-result') results.push(readResult(part));
    }
  }
  const tools: ScriptedTool[] = [];
  for (const tool of options.tools ?? []) {
    if (tool.type !== 'function') continue;
    tools.push({
      name: tool.name,
      description: tool.description,
      schema: tool.inputSchema,
      strict: tool.strict,
    });
  }
  return { prompt: prompt.join('\n'), tools, results };
}

interface ToolResultPart {
  readonly toolCallId: string;
  readonly toolName: string;
  readonly output: { readonly type: string; readonly value?: unknown; readonly reason?: string };
}

function readResult({ toolCallId, toolName, output }: ToolResultPart): ScriptedToolResult {
  const failed = output.type.startsWith('error') || output.type === 'execution-denied';
  const value = output.value ?? output.reason ?? '';
  if (typeof value === 'string') return { toolCallId, toolName, text: value, value: parseResultText(value), failed };
  return { toolCallId, toolName, text: JSON.stringify(value), value, failed };
}

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: undefined, cacheWrite: undefined },
  outputTokens: { total: 1, text: 1, reasoning: undefined },
};

function finishReason(turn: NumberedTurn) {
  const unified: 'tool-calls' | 'stop' = turn.toolCalls.length > 0 ? 'tool-calls' : 'stop';
  return { unified, raw: unified };
}

/** The result of `doGenerate`, the same in specifications 3 and 4. */
export function generateResult(turn: NumberedTurn) {
  const text = turn.text === '' ? [] : [{ type: 'text' as const, text: turn.text }];
  const calls = turn.toolCalls.map((call) => ({
    type: 'tool-call' as const,
    toolCallId: call.id,
    toolName: call.name,
    input: call.json,
  }));
  return { content: [...text, ...calls], finishReason: finishReason(turn), usage, warnings: [] };
}

/** The parts of `doStream`, the same in specifications 3 and 4. */
export function streamParts(turn: NumberedTurn) {
  const text =
    turn.text === ''
      ? []
      : [
          { type: 'text-start' as const, id: 'text' },
          ...(turn.text.match(/\S+\s*|\s+/g) ?? []).map((delta) => ({
            type: 'text-delta' as const,
            id: 'text',
            delta,
          })),
          { type: 'text-end' as const, id: 'text' },
        ];
  const calls = turn.toolCalls.flatMap((call) => [
    { type: 'tool-input-start' as const, id: call.id, toolName: call.name },
    { type: 'tool-input-delta' as const, id: call.id, delta: call.json },
    { type: 'tool-input-end' as const, id: call.id },
    { type: 'tool-call' as const, toolCallId: call.id, toolName: call.name, input: call.json },
  ]);
  return [
    { type: 'stream-start' as const, warnings: [] },
    ...text,
    ...calls,
    { type: 'finish' as const, finishReason: finishReason(turn), usage },
  ];
}
