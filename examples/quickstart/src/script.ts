import type { ScriptedConversation, ScriptedStep } from '@jackfield-internal/conformance/vercel';

/** What a model would do with the task of this example. Slugs and ids are read from results, as a model reads them. */
export const bookAVisit: readonly ScriptedStep[] = [
  {
    text: 'I have to find Luna, a vet who knows about legs, and a free slot.',
    toolCalls: [
      {
        name: 'JACKFIELD_SEARCH_TOOLS',
        arguments: {
          queries: [
            { use_case: 'petclinic find a pet by name' },
            { use_case: 'petclinic list vets by specialty' },
            { use_case: 'petclinic list free slots of a vet' },
            { use_case: 'petclinic book an appointment' },
          ],
        },
      },
    ],
  },
  (conversation) => {
    const [findPet, findVet] = found(conversation);
    return run([
      { tool_slug: findPet, arguments: { query: 'Luna' } },
      { tool_slug: findVet, arguments: { specialties: ['orthopaedics'] } },
    ]);
  },
  (conversation) => {
    const [, , findSlots] = found(conversation);
    const [vet] = answers(conversation, 1)[1]?.items ?? [];
    return run([{ tool_slug: findSlots, arguments: { vetId: vet?.id, date: '2027-03-01' } }]);
  },
  (conversation) => {
    const [, , , book] = found(conversation);
    const [pets, vets] = answers(conversation, 1);
    const [slots] = answers(conversation, 2);
    return run([
      {
        tool_slug: book,
        arguments: {
          petId: pets?.items?.[0]?.id,
          vetId: vets?.items?.[0]?.id,
          scheduledAt: slots?.slots?.[0],
          reason: 'Limps on the left hind leg since yesterday',
        },
      },
    ]);
  },
  (conversation) => {
    const [visit] = answers(conversation, 3);
    return { text: `Luna is booked: visit ${visit?.id}, ${visit?.scheduledAt}, priority ${visit?.priority}.` };
  },
];

/** The best tool for each query of the search. */
function found(conversation: ScriptedConversation): (string | undefined)[] {
  const search = conversation.results[0]?.value as { results: { primary_tool_slugs: string[] }[] };
  return search.results.map((result) => result.primary_tool_slugs[0]);
}

function run(tools: object[]) {
  return { toolCalls: [{ name: 'JACKFIELD_MULTI_EXECUTE_TOOL', arguments: { tools } }] };
}

interface Answer {
  readonly id?: string;
  readonly items?: { readonly id: string }[];
  readonly slots?: string[];
  readonly scheduledAt?: string;
  readonly priority?: string;
}

/** What the calls of an earlier batch answered, in the order of the calls. */
function answers(conversation: ScriptedConversation, batch: number): Answer[] {
  const value = conversation.results[batch]?.value as { results: { response: { data: Answer } }[] };
  return value.results.map((result) => result.response.data);
}
