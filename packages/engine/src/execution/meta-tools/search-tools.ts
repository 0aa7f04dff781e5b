import { compileCasing, routes, type SearchBody } from '@jackfield/contract';
import type { SearchService } from '../../search/search-service.ts';
import type { MetaTool } from './meta-tool.ts';

const toSnakeCase = compileCasing(routes['sessions.search'].responseCasing ?? [], 'snake');

type SearchToolsInput = {
  readonly queries: readonly { readonly use_case: string; readonly known_fields?: string }[];
  readonly toolkits?: readonly string[];
  readonly limit?: number;
};

export function searchTools(search: SearchService): MetaTool {
  return {
    word: 'SEARCH_TOOLS',
    name: 'Search tools',
    hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    isOn: (switches) => switches.search,
    describe: ({ slugOf, apps }) => {
      const run = slugOf('MULTI_EXECUTE_TOOL');
      return [
        'Finds the tools that can do something. Call it first, whenever no tool at hand does what is needed.',
        'Write each query as one short action that names the app, such as "github create issue" or "slack send message"; split a request into its actions and pass all of their queries in one call.',
        'The answer ranks tools for each query and gives their input schemas, whether the user has connected the app, and what to do next.',
        ...(run === undefined ? [] : [`Run what it finds with ${run}.`]),
        'Use only slugs that it returns; never make one up.',
        apps,
      ].join('\n');
    },
    inputSchema: {
      type: 'object',
      properties: {
        queries: {
          type: 'array',
          minItems: 1,
          maxItems: 10,
          description: 'One query for each action.',
          items: {
            type: 'object',
            properties: {
              use_case: {
                type: 'string',
                minLength: 1,
                maxLength: 2000,
                description: 'One short action, naming the app: "gmail list unread messages".',
              },
              known_fields: {
                type: 'string',
                maxLength: 2000,
                description: 'What is already known, as comma-separated "name: value" pairs: "repository: acme/shop".',
              },
            },
            required: ['use_case'],
            additionalProperties: false,
          },
        },
        toolkits: {
          type: 'array',
          maxItems: 200,
          items: { type: 'string' },
          description: 'Search only in these apps, by slug.',
        },
        limit: { type: 'integer', minimum: 1, maximum: 50, description: 'Tools for each query. Default: 10.' },
      },
      required: ['queries'],
      additionalProperties: false,
    },
    outputSchema: {
      type: 'object',
      properties: {
        results: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              index: { type: 'integer', description: 'Number of the query, from 1.' },
              use_case: { type: 'string' },
              primary_tool_slugs: { type: 'array', items: { type: 'string' }, description: 'Best first.' },
              related_tool_slugs: { type: 'array', items: { type: 'string' } },
              toolkits: { type: 'array', items: { type: 'string' } },
            },
          },
        },
        tool_schemas: { type: 'object', description: 'By tool slug.' },
        toolkit_connection_statuses: { type: 'array', items: { type: 'object' } },
        next_steps_guidance: { type: 'array', items: { type: 'string' } },
        time_info: { type: 'object' },
      },
      required: ['results', 'tool_schemas', 'toolkit_connection_statuses', 'next_steps_guidance'],
    },
    async run(input, { session, context, definitions }) {
      const { queries, toolkits, limit } = input as SearchToolsInput;
      const body: SearchBody = {
        queries: queries.map(({ use_case, known_fields }) => ({ useCase: use_case, knownFields: known_fields })),
        ...(toolkits === undefined ? {} : { toolkits: [...toolkits] }),
        limit,
        experimental: definitions,
      };
      const { results, toolSchemas, toolkitConnectionStatuses, nextStepsGuidance, timeInfo } = await search.search(
        session,
        body,
        context,
      );
      return toSnakeCase({ results, toolSchemas, toolkitConnectionStatuses, nextStepsGuidance, timeInfo }) as Record<
        string,
        unknown
      >;
    },
  };
}
