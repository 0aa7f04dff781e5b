import type { CustomDefinitions, JsonObject, ToolItem } from '@jackfield/contract';
import { deepFreeze } from '@jackfield/json-schema';
import type { CallContext } from '../../engine.ts';
import type { OpenSession } from '../../sessions/session-access.ts';
import type { SessionScope } from '../../sessions/session-scope.ts';
import type { Action } from '../action.ts';
import type { MetaTool, MetaToolSurroundings } from './meta-tool.ts';
import { type MetaToolWord, metaToolSlug } from './meta-tool-slug.ts';

/** Grows when what meta tools take or return changes. */
const metaToolVersion = '1';

const appsNamed = 20;

/** The meta tools of an engine, in the order in which sessions list them. */
export class MetaTools {
  readonly #tools: readonly MetaTool[];

  constructor(tools: readonly MetaTool[]) {
    this.#tools = tools;
  }

  /** Those that a session has. */
  of({ switches }: OpenSession): readonly MetaTool[] {
    return this.#tools.filter((tool) => tool.isOn(switches));
  }

  items(session: OpenSession, prefix: string): readonly ToolItem[] {
    const surroundings = this.#surroundings(session, prefix);
    return this.of(session).map((tool) => toItem(tool, prefix, surroundings));
  }

  /** Whether the prefix makes this the slug of a meta tool, which a session may have or not. */
  isMetaTool(slug: string, prefix: string): boolean {
    return this.withSlug(slug, prefix) !== undefined;
  }

  /** The meta tool of that slug, which a session may have or not. */
  withSlug(slug: string, prefix: string): MetaTool | undefined {
    return this.#tools.find(({ word }) => metaToolSlug(prefix, word) === slug);
  }

  /** The slug of one of them, if the session has it. */
  slugOf(session: OpenSession, prefix: string, word: MetaToolWord): string | undefined {
    return this.of(session).some((tool) => tool.word === word) ? metaToolSlug(prefix, word) : undefined;
  }

  find(session: OpenSession, prefix: string, slug: string): MetaTool | undefined {
    return this.of(session).find(({ word }) => metaToolSlug(prefix, word) === slug);
  }

  action(
    tool: MetaTool,
    call: { input: JsonObject; definitions: CustomDefinitions | undefined; context: CallContext },
  ): Action<JsonObject> {
    const { context, definitions, input } = call;
    const prefix = context.metaToolPrefix;
    return {
      tool: metaToolSlug(prefix, tool.word),
      toolkit: prefix.toLowerCase(),
      input,
      inputSchema: tool.inputSchema,
      repetition: 'own',
      perform: async ({ session, signal }) => ({
        data: await tool.run(input, {
          ...this.#surroundings(session, prefix),
          session,
          context,
          definitions,
          signal,
        }),
      }),
    };
  }

  #surroundings(session: OpenSession, prefix: string): MetaToolSurroundings {
    return {
      slugOf: (word) => this.slugOf(session, prefix, word),
      apps: describeApps(session.scope),
    };
  }
}

function toItem(tool: MetaTool, prefix: string, surroundings: MetaToolSurroundings): ToolItem {
  return deepFreeze({
    slug: metaToolSlug(prefix, tool.word),
    name: tool.name,
    description: tool.describe(surroundings).trimEnd(),
    inputParameters: tool.inputSchema,
    outputParameters: tool.outputSchema,
    tags: [],
    toolkit: { slug: prefix.toLowerCase(), name: `${prefix.charAt(0)}${prefix.slice(1).toLowerCase()}` },
    version: metaToolVersion,
    availableVersions: [metaToolVersion],
    scopes: [],
    noAuth: true,
    isDeprecated: false,
    annotations: { ...tool.hints },
  });
}

function describeApps({ toolkits }: SessionScope): string {
  if (toolkits.length === 0) return '';
  const named = toolkits.slice(0, appsNamed).map(({ slug, name }) => `${name} (${slug})`);
  const more = toolkits.length - named.length;
  return `Apps: ${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}.`;
}
