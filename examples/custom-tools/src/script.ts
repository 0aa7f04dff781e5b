import type { ScriptedStep } from '@jackfield-internal/conformance/vercel';

/** What a model would do with the task of this example. */
export const script: readonly ScriptedStep[] = [
  {
    toolCalls: [
      {
        name: 'JACKFIELD_SEARCH_TOOLS',
        arguments: { queries: [{ use_case: 'what does a treatment cost' }, { use_case: 'medical history of a pet' }] },
      },
    ],
  },
  ({ results }) => {
    const search = (results[0]?.value ?? {}) as { results: { primary_tool_slugs: string[] }[] };
    const [quote, history] = search.results.map((result) => result.primary_tool_slugs[0]);
    return {
      toolCalls: [
        {
          name: 'JACKFIELD_MULTI_EXECUTE_TOOL',
          arguments: {
            tools: [
              { tool_slug: history, arguments: { petName: 'Luna' } },
              // Forgets the weight, as happens to models.
              { tool_slug: quote, arguments: { treatment: 'castration' } },
              { tool_slug: 'PETCLINIC_LIST_PETS', arguments: { query: 'Luna' } },
            ],
          },
        },
      ],
    };
  },
  ({ results }) => {
    const batch = (results[1]?.value ?? {}) as {
      results: { response: { data: { items?: { weightKg: number }[] } } }[];
    };
    const weightKg = batch.results[2]?.response.data.items?.[0]?.weightKg;
    return { toolCalls: [{ name: 'LOCAL_PRICES_QUOTE', arguments: { treatment: 'castration', weightKg } }] };
  },
  ({ results }) => {
    const { cents } = (results[2]?.value ?? {}) as { cents: number };
    return { text: `For Luna it costs ${(cents / 100).toFixed(2)} EUR. She was here once before.` };
  },
];
