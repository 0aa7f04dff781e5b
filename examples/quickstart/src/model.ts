import { scriptedVercelModel } from '@jackfield-internal/conformance/vercel';
import type { LanguageModel } from 'ai';
import { bookAVisit } from './script.ts';

export interface ChosenModel {
  readonly model: LanguageModel;
  readonly label: string;
}

/** OpenAI's when its key is in the environment; otherwise one that plays a script, so that this runs anywhere. */
export async function chooseModel(): Promise<ChosenModel> {
  if (process.env.OPENAI_API_KEY) {
    const { openai } = await import('@ai-sdk/openai');
    const name = process.env.OPENAI_MODEL ?? 'gpt-5-mini';
    return { model: openai(name), label: `OpenAI's ${name}` };
  }
  const { model } = scriptedVercelModel(bookAVisit);
  return { model, label: 'a scripted model (set OPENAI_API_KEY for a real one)' };
}
