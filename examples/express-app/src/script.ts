import type { ScriptedStep } from '@jackfield-internal/conformance/vercel';

/** What a model would do with the task of this example. */
export const script: readonly ScriptedStep[] = [
  { toolCalls: [{ name: 'PETCLINIC_LIST_PETS', arguments: {} }] },
  ({ results }) => {
    const { items } = (results[0]?.value ?? {}) as { items: { name: string }[] };
    return { text: `You have ${items.map(({ name }) => name).join(', ')}.` };
  },
];
