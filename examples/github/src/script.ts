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
    const star = choose(conversation, 0, 'GITHUB_ACTIVITY_STAR_REPO_FOR_AUTHENTICATED_USER');
    const create = choose(conversation, 1, 'GITHUB_ISSUES_CREATE');
    const list = choose(conversation, 2, 'GITHUB_ISSUES_LIST_FOR_REPO');
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

/** Takes the tool that fits out of those that a query of the search found, as a model does by reading about them. */
function choose(conversation: ScriptedConversation, query: number, slug: string): string {
  const search = conversation.results[0]?.value as { results: { primary_tool_slugs: string[] }[] };
  const found = search.results[query]?.primary_tool_slugs ?? [];
  if (!found.includes(slug)) throw new Error(`The search did not find ${slug}, only ${found.join(', ')}.`);
  return slug;
}
