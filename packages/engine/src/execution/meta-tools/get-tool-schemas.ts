import { nearest } from '@jackfield/contract/schemas';
import type { SearchService } from '../../search/search-service.ts';
import { resolveCustomTools } from '../../sessions/custom-tools.ts';
import { servedCustomTools } from '../../sessions/served-custom-tools.ts';
import type { MetaTool } from './meta-tool.ts';

export function getToolSchemas(search: SearchService): MetaTool {
  return {
    word: 'GET_TOOL_SCHEMAS',
    name: 'Get tool schemas',
    hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    isOn: (switches) => switches.search,
    describe: ({ slugOf }) =>
      [
        'Gets what tools take and return, by their slugs. Call it for tools whose schema is not at hand, before running them.',
        `Pass slugs that ${slugOf('SEARCH_TOOLS') ?? 'a search'} returned, several in one call.`,
      ].join('\n'),
    inputSchema: {
      type: 'object',
      properties: {
        tool_slugs: {
          type: 'array',
          minItems: 1,
          maxItems: 50,
          items: { type: 'string' },
          description: 'Slugs of tools.',
        },
        include: {
          type: 'array',
          items: { type: 'string', enum: ['input_schema', 'output_schema'] },
          description: 'Which schemas. Default: ["input_schema"].',
        },
      },
      required: ['tool_slugs'],
      additionalProperties: false,
    },
    outputSchema: {
      type: 'object',
      properties: {
        tool_schemas: {
          type: 'object',
          description: 'By tool slug.',
          additionalProperties: {
            type: 'object',
            properties: {
              tool_slug: { type: 'string' },
              toolkit: { type: 'string' },
              description: { type: 'string' },
              input_schema: { type: 'object' },
              output_schema: { type: 'object' },
            },
          },
        },
        not_found: {
          type: 'array',
          items: {
            type: 'object',
            properties: {
              tool_slug: { type: 'string' },
              did_you_mean: { type: 'string' },
              suggestions: {
                type: 'array',
                items: { type: 'string' },
                description: 'Tools of similar words, best first.',
              },
            },
          },
        },
      },
      required: ['tool_schemas', 'not_found'],
    },
    async run(input, { session, context, definitions }) {
      const { tool_slugs: slugs, include = ['input_schema'] } = input as {
        tool_slugs: readonly string[];
        include?: readonly string[];
      };
      const { scope } = session;
      const { metaToolPrefix } = context;
      const custom =
        definitions === undefined
          ? servedCustomTools(session, metaToolPrefix)
          : resolveCustomTools(definitions, scope.catalog, metaToolPrefix).tools;
      const found: Record<string, unknown> = {};
      const notFound: { tool_slug: string; did_you_mean?: string; suggestions: readonly string[] }[] = [];
      for (const slug of new Set(slugs)) {
        const local = custom.find((tool) => tool.slug === slug.toUpperCase());
        const tool = scope.catalog.findTool(slug);
        if (local !== undefined) {
          found[local.slug] = entry(local.slug, local.toolkit.slug, local, include);
        } else if (tool !== undefined && scope.allows(tool)) {
          found[slug] = entry(slug, tool.toolkit.slug, tool.tool, include);
        } else {
          const near = nearest(
            slug,
            allowedSlugs(
              scope.catalog.toolsLike(slug).filter((like) => scope.allows(like)),
              custom,
            ),
          );
          const suggestions = await search.findSimilar(session, slug, context, definitions);
          notFound.push({ tool_slug: slug, ...(near === undefined ? {} : { did_you_mean: near }), suggestions });
        }
      }
      return { tool_schemas: found, not_found: notFound };
    },
  };
}

function allowedSlugs(tools: readonly { slug: string }[], custom: readonly { slug: string }[]): string[] {
  return [...tools, ...custom].map(({ slug }) => slug);
}

function entry(
  slug: string,
  toolkit: string,
  tool: { readonly description: string; readonly inputSchema: object; readonly outputSchema?: object | undefined },
  include: readonly string[],
): Record<string, unknown> {
  return {
    tool_slug: slug,
    toolkit,
    description: tool.description,
    ...(include.includes('input_schema') ? { input_schema: tool.inputSchema } : {}),
    ...(include.includes('output_schema') && tool.outputSchema !== undefined
      ? { output_schema: tool.outputSchema }
      : {}),
  };
}
