import { convertArrayToReadableStream, MockLanguageModelV3 } from 'ai-6/test';
import { Script, type ScriptedConversation, type ScriptedStep } from './script.ts';
import { generateResult, readVercelConversation, streamParts } from './vercel-turn.ts';

export interface ScriptedVercelModel {
  /** For `generateText` and `streamText` of `ai` 6. */
  readonly model: MockLanguageModelV3;
  /** What the model was shown, one entry a turn. */
  readonly conversations: readonly ScriptedConversation[];
}

/** A language model of the AI SDK's test kit, version 6, that plays `steps`. */
export function scriptedVercelModel(steps: readonly ScriptedStep[]): ScriptedVercelModel {
  const script = new Script(steps);
  const model = new MockLanguageModelV3({
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
