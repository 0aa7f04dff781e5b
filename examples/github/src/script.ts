import type { ScriptedConversation, ScriptedStep } from '@jackfield-internal/conformance/vercel';

/** What a model would do with the task of this example. */
export const script: readonly ScriptedStep[] = [
  {
    toolCalls: [
      {
        name: 'JACKFIELD_SEARCH_TOOLS',
        arguments: {
          queries: [
            { use_case: 'github star a repository for the authenticated user' },
            { use_case: 'github create an issue' },
            { use_case: 'github list repository issues' },
          ],
        },
      },
    ],
  },
  (conversation) => {
    const [star, create, list] = found(conversation);
    const repository = { owner: 'octocat', repo: 'hello-world' };
    return {
      toolCalls: [
        {
          name: 'JACKFIELD_MULTI_EXECUTE_TOOL',
          arguments: {
            tools: [
              { tool_slug: star, arguments: repository },
              {
                tool_slug: create,
                arguments: { ...repository, title: 'The greeting lacks a comma', labels: ['bug', 'typo'] },
              },
              { tool_slug: list, arguments: { ...repository, state: 'open', per_page: 5 } },
            ],
          },
        },
      ],
    };
  },
  ({ results }) => {
    const batch = (results[1]?.value ?? {}) as { results: { response: { data: { number?: number } } }[] };
    return { text: `Starred, and issue #${batch.results[1]?.response.data.number} is open.` };
  },
];

/** The best tool for each query of the search. */
function found(conversation: ScriptedConversation): (string | undefined)[] {
  const search = conversation.results[0]?.value as { results: { primary_tool_slugs: string[] }[] };
  return search.results.map((result) => result.primary_tool_slugs[0]);
}
