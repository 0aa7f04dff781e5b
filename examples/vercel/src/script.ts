import type { ScriptedStep } from '@jackfield-internal/conformance/vercel';

/** What a model would do with the task of this example. */
export const script: readonly ScriptedStep[] = [
  { toolCalls: [{ name: 'PETCLINIC_LIST_PETS', arguments: { query: 'Pip' } }] },
  ({ results }) => {
    const { items } = (results[0]?.value ?? {}) as { items: { id: string }[] };
    return {
      text: 'I found Pip and will remove him.',
      toolCalls: [{ name: 'PETCLINIC_DELETE_PET', arguments: { petId: items[0]?.id } }],
    };
  },
  ({ results }) => ({
    text: results.at(-1)?.failed ? 'Pip is still on the list.' : 'Pip is off the list. Fly well, Pip.',
  }),
];
