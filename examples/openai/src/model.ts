import { type ScriptedStep, scriptedOpenAI } from '@jackfield-internal/conformance/openai';
import OpenAI from 'openai';

/** What a model would do with the task of this example. */
const script: readonly ScriptedStep[] = [
  { toolCalls: [{ name: 'PETCLINIC_LIST_PETS', arguments: { species: ['dog', 'cat'] } }] },
  ({ results }) => {
    const { items } = (results[0]?.value ?? {}) as { items: { id: string; name: string }[] };
    return {
      toolCalls: items.map(({ id }) => ({
        name: 'PETCLINIC_LIST_VISITS',
        arguments: { petId: id, status: ['completed'] },
      })),
    };
  },
  ({ results }) => {
    const { items: pets } = (results[0]?.value ?? {}) as { items: { name: string }[] };
    const visits = results.slice(1).map((result) => (result.value as { items: unknown[] }).items.length);
    return { text: pets.map(({ name }, index) => `${name} was here ${visits[index]} time(s)`).join(', ') };
  },
];

export interface ChosenClient {
  readonly openai: OpenAI;
  readonly model: string;
  close(): Promise<void>;
}

/** OpenAI itself when its key is in the environment; otherwise a server that speaks its API and plays a script. */
export async function chooseClient(): Promise<ChosenClient> {
  if (process.env.OPENAI_API_KEY) {
    return { openai: new OpenAI(), model: process.env.OPENAI_MODEL ?? 'gpt-5-mini', close: async () => {} };
  }
  const { baseURL, close } = await scriptedOpenAI(script);
  return { openai: new OpenAI({ baseURL, apiKey: 'any' }), model: 'scripted', close };
}
