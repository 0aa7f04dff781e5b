import { scriptedVercelModel } from '@jackfield-internal/conformance/vercel';
import type { LanguageModel } from 'ai';
import { script } from './script.ts';

/** OpenAI's when its key is in the environment; otherwise one that plays a script, so that this runs anywhere. */
export async function chooseModel(): Promise<LanguageModel> {
  if (!process.env.OPENAI_API_KEY) return scriptedVercelModel(script).model;
  const { openai } = await import('@ai-sdk/openai');
  return openai(process.env.OPENAI_MODEL ?? 'gpt-5-mini');
}
