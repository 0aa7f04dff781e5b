import { convertArrayToReadableStream, MockLanguageModelV4 } from 'ai/test';
import { Script, type ScriptedConversation, type ScriptedStep } from './script.ts';
import { generateResult, readVercelConversation, streamParts } from './vercel-turn.ts';

export type {
  ScriptedConversation,
  ScriptedStep,
  ScriptedTool,
  ScriptedToolCall,
  ScriptedToolResult,
  ScriptedTurn,
} from './script.ts';

export interface ScriptedVercelModel {
  /** For `generateText` and `streamText` of `ai` 7. */
  readonly model: MockLanguageModelV4;
  /** What the model was shown, one entry a turn. */
  readonly conversations: readonly ScriptedConversation[];
}

/** A language model of the AI SDK's test kit that plays `steps`. */
export function scriptedVercelModel(steps: readonly ScriptedStep[]): ScriptedVercelModel {
  const script = new Script(steps);
  const model = new MockLanguageModelV4({
    modelId: 'scripted',
    doGenerate: async (options) => {
      options.abortSignal?.throwIfAborted();
      return generateResult(script.next(readVercelConversation(options)));
    },
    doStream: async (options) => {
      options.abortSignal?.throwIfAborted();
      return { stream: convertArrayToReadableStream(streamParts(script.next(readVercelConversation(options)))) };
    },
  });
  return { model, conversations: script.conversations };
}
