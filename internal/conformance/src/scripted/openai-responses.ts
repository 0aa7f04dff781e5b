import type {
  Response,
  ResponseCreateParams,
  ResponseFunctionToolCall,
  ResponseInputItem,
  ResponseOutputMessage,
  ResponseStreamEvent,
} from 'openai/resources/responses/responses';
import { plainText } from './openai-chat.ts';
import { checkAnswers } from './openai-rules.ts';
import {
  type NumberedTurn,
  parseResultText,
  type ScriptedConversation,
  type ScriptedTool,
  type ScriptedToolResult,
} from './script.ts';

type OutputItem = ResponseOutputMessage | ResponseFunctionToolCall;

export function responseTools(body: ResponseCreateParams): ScriptedTool[] {
  const tools: ScriptedTool[] = [];
  for (const tool of body.tools ?? []) {
    if (tool.type !== 'function') continue;
    const { name, description, parameters, strict } = tool;
    tools.push({ name, description: description ?? undefined, schema: parameters, strict: strict ?? undefined });
  }
  return tools;
}

export function inputItems(body: ResponseCreateParams): readonly ResponseInputItem[] {
  if (typeof body.input === 'string') return [{ role: 'user', content: body.input }];
  return body.input ?? [];
}

export function readResponsesConversation(
  items: readonly ResponseInputItem[],
  tools: readonly ScriptedTool[],
): ScriptedConversation {
  const calls = new Map<string, string>();
  const prompt: string[] = [];
  const results: ScriptedToolResult[] = [];
  for (const item of items) {
    if ('role' in item && item.role === 'user') prompt.push(plainText(item.content));
    if (item.type === 'function_call') calls.set(item.call_id, item.name);
    if (item.type === 'function_call_output') {
      const text = plainText(item.output);
      const toolCallId = item.call_id ?? '';
      const toolName = calls.get(toolCallId) ?? '';
      results.push({ toolCallId, toolName, text, value: parseResultText(text), failed: undefined });
    }
  }
  checkAnswers(
    calls,
    results.map((result) => result.toolCallId),
  );
  return { prompt: prompt.join('\n'), tools, results };
}

export function outputItems(id: string, turn: NumberedTurn): OutputItem[] {
  const message: OutputItem[] =
    turn.text === ''
      ? []
      : [
          {
            id: `msg_${id}`,
            type: 'message',
            role: 'assistant',
            status: 'completed',
            content: [{ type: 'output_text', text: turn.text, annotations: [] }],
          },
        ];
  const calls = turn.toolCalls.map(
    (call): OutputItem => ({
      id: `fc_${call.id}`,
      type: 'function_call',
      call_id: call.id,
      name: call.name,
      arguments: call.json,
      status: 'completed',
    }),
  );
  return [...message, ...calls];
}

/** `output_text` is left out: the API does not send it, the client adds it. */
export function response(id: string, body: ResponseCreateParams, output: OutputItem[]): Omit<Response, 'output_text'> {
  return {
    id,
    object: 'response',
    created_at: 1_767_225_600,
    status: 'completed',
    access_programs: null,
    error: null,
    incomplete_details: null,
    instructions: body.instructions ?? null,
    metadata: null,
    model: body.model ?? 'scripted',
    output,
    parallel_tool_calls: true,
    previous_response_id: body.previous_response_id ?? null,
    temperature: null,
    tool_choice: 'auto',
    tools: body.tools ?? [],
    top_p: null,
  };
}

/** The events of a streamed response, without those that a tool loop does not read. */
export function responseEvents(whole: Omit<Response, 'output_text'>): ResponseStreamEvent[] {
  const events: ResponseStreamEvent[] = [];
  const numbered = () => ({ sequence_number: events.length });
  const texts = whole.output.flatMap((item) => (item.type === 'message' ? item.content : []));
  const output_text = texts.map((content) => (content.type === 'output_text' ? content.text : '')).join('');
  const response = { ...whole, output_text };
  events.push({
    type: 'response.created',
    response: { ...response, status: 'in_progress', output: [] },
    ...numbered(),
  });
  for (const [output_index, item] of whole.output.entries()) {
    if (item.type === 'function_call') {
      const item_id = item.id ?? '';
      const started = { ...item, arguments: '', status: 'in_progress' as const };
      events.push({ type: 'response.output_item.added', item: started, output_index, ...numbered() });
      const middle = Math.floor(item.arguments.length / 2);
      for (const delta of [item.arguments.slice(0, middle), item.arguments.slice(middle)]) {
        events.push({ type: 'response.function_call_arguments.delta', delta, item_id, output_index, ...numbered() });
      }
      events.push({
        type: 'response.function_call_arguments.done',
        arguments: item.arguments,
        item_id,
        output_index,
        ...numbered(),
      });
    }
    if (item.type === 'message') {
      const item_id = item.id;
      const started = { ...item, content: [], status: 'in_progress' as const };
      events.push({ type: 'response.output_item.added', item: started, output_index, ...numbered() });
      const part = { type: 'output_text' as const, text: '', annotations: [] };
      const place = { item_id, output_index, content_index: 0 };
      events.push({ type: 'response.content_part.added', part, ...place, ...numbered() });
      const text = item.content.map((content) => (content.type === 'output_text' ? content.text : '')).join('');
      events.push({ type: 'response.output_text.delta', delta: text, logprobs: [], ...place, ...numbered() });
      events.push({ type: 'response.output_text.done', text, logprobs: [], ...place, ...numbered() });
      events.push({ type: 'response.content_part.done', part: { ...part, text }, ...place, ...numbered() });
    }
    events.push({ type: 'response.output_item.done', item, output_index, ...numbered() });
  }
  events.push({ type: 'response.completed', response, ...numbered() });
  return events;
}
