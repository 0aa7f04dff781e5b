import { type CustomDefinitions, JackfieldError, type SessionResponse } from '@jackfield/contract';
import { type CustomTool, type CustomToolkit, toDefinitions } from './custom-tool.ts';
import type { SessionTool } from './provider.ts';

/** A custom tool as a session knows it. */
export interface SessionCustomTool {
  /** By which agents call it: `LOCAL_GREET`. */
  readonly slug: string;
  /** As it was created: `greet`. */
  readonly originalSlug: string;
  readonly name: string;
  readonly description: string;
  /** The toolkit that it extends or belongs to. */
  readonly toolkit?: string | undefined;
  readonly inputSchema: CustomTool['inputSchema'];
  readonly outputSchema?: CustomTool['outputSchema'];
}

export interface SessionCustomToolkit {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly tools: readonly SessionCustomTool[];
}

interface BoundTool {
  readonly slug: string;
  readonly tool: CustomTool;
  readonly toolkit: { readonly slug: string; readonly name: string } | undefined;
  readonly preload: boolean | undefined;
}

/** The custom tools of one session, under the slugs that the server gave them. */
export class CustomToolSet {
  /** Sent with each call that needs them: the server does not keep them. */
  readonly definitions: CustomDefinitions | undefined;
  readonly #tools: readonly BoundTool[];
  readonly #toolkits: readonly CustomToolkit[];

  constructor(
    customs: {
      readonly customTools?: readonly CustomTool[] | undefined;
      readonly customToolkits?: readonly CustomToolkit[] | undefined;
    },
    echo: SessionResponse['experimental'],
  ) {
    const { customTools = [], customToolkits = [] } = customs;
    this.definitions = toDefinitions(customs);
    this.#toolkits = customToolkits;
    const bound: BoundTool[] = [];
    for (const { slug, originalSlug, extendsToolkit } of echo?.customTools ?? []) {
      const tool = customTools.find((one) => same(one.slug, originalSlug) && same(one.extendsToolkit, extendsToolkit));
      if (tool === undefined) continue;
      const toolkit = extendsToolkit === undefined ? undefined : { slug: extendsToolkit, name: extendsToolkit };
      bound.push({ slug, tool, toolkit, preload: tool.preload });
    }
    for (const { slug: toolkitSlug, tools } of echo?.customToolkits ?? []) {
      const toolkit = customToolkits.find((one) => same(one.slug, toolkitSlug));
      for (const { slug, originalSlug } of tools) {
        const tool = toolkit?.tools.find((one) => same(one.slug, originalSlug));
        if (tool !== undefined) bound.push({ slug, tool, toolkit, preload: tool.preload ?? toolkit?.preload });
      }
    }
    this.#tools = bound;
  }

  get size(): number {
    return this.#tools.length;
  }

  /** By the slug that agents call it by. */
  find(slug: string): BoundTool | undefined {
    return this.#tools.find((bound) => same(bound.slug, slug));
  }

  /**
   * The full slug of a tool that is named by the slug it was created with; any other slug as it is.
   * @throws JackfieldError `UNKNOWN_TOOL` when several tools were created with that slug.
   */
  resolve(slug: string): string {
    if (this.find(slug) !== undefined) return slug;
    const slugs = this.#tools.filter(({ tool }) => same(tool.slug, slug)).map((bound) => bound.slug);
    if (slugs.length < 2) return slugs[0] ?? slug;
    throw new JackfieldError('UNKNOWN_TOOL', {
      message: `Several custom tools are called ${slug}.`,
      fix: `Call one by its full slug: ${slugs.join(', ')}.`,
    });
  }

  /** Those that `session.tools()` lists. */
  listed(all: boolean): SessionTool[] {
    return this.#tools
      .filter(({ preload = all }) => preload)
      .map(({ slug, tool, toolkit }) => ({
        slug,
        name: tool.name,
        description: tool.description,
        inputParameters: tool.inputSchema,
        ...(tool.outputSchema !== undefined && { outputParameters: tool.outputSchema }),
        tags: [],
        toolkit: toolkit === undefined ? { slug: 'local', name: 'Local' } : { slug: toolkit.slug, name: toolkit.name },
        version: 'local',
        availableVersions: [],
        scopes: [],
        noAuth: true,
        isDeprecated: false,
        // Nothing is said about it, so the worst is assumed, as in the Model Context Protocol.
        annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
      }));
  }

  tools(): SessionCustomTool[] {
    return this.#tools.map(describe);
  }

  toolkits(): SessionCustomToolkit[] {
    return this.#toolkits.map(({ slug, name, description }) => ({
      slug,
      name,
      description,
      tools: this.#tools.filter(({ toolkit }) => toolkit?.slug === slug).map(describe),
    }));
  }
}

function describe({ slug, tool, toolkit }: BoundTool): SessionCustomTool {
  return {
    slug,
    originalSlug: tool.slug,
    name: tool.name,
    description: tool.description,
    ...(toolkit !== undefined && { toolkit: toolkit.slug }),
    inputSchema: tool.inputSchema,
    ...(tool.outputSchema !== undefined && { outputSchema: tool.outputSchema }),
  };
}

function same(a: string | undefined, b: string | undefined): boolean {
  return a?.toLowerCase() === b?.toLowerCase();
}
