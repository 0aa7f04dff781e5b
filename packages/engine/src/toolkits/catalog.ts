import type { JackfieldError, ToolItem } from '@jackfield/contract';
import type { Tool, Toolkit } from '../toolkit.ts';
import { contentHash } from './content-hash.ts';
import { toToolItem } from './tool-item.ts';

/** A tool together with its toolkit, and what is derived from both once. */
export class CatalogTool {
  readonly tool: Tool;
  readonly toolkit: CatalogToolkit;
  /** Works without a connected account. */
  readonly noAuth: boolean;
  #item: ToolItem | undefined;
  #hash: string | undefined;

  constructor(tool: Tool, toolkit: CatalogToolkit) {
    this.tool = tool;
    this.toolkit = toolkit;
    this.noAuth = tool.security.length === 0 || tool.security.some((schemes) => schemes.length === 0);
  }

  get slug(): string {
    return this.tool.slug;
  }

  /** As agents see it. Frozen, and the same object in every list. */
  get item(): ToolItem {
    this.#item ??= toToolItem(this.tool, this.toolkit.toolkit, this.noAuth);
    return this.#item;
  }

  /** Of the item's content: the same in every process, another one after any change. */
  get hash(): string {
    this.#hash ??= contentHash(this.item);
    return this.#hash;
  }
}

export class CatalogToolkit {
  readonly toolkit: Toolkit;
  /** By slug, in the toolkit's order. */
  readonly tools: ReadonlyMap<string, CatalogTool>;
  /** Every tool works without a connected account. */
  readonly noAuth: boolean;

  constructor(toolkit: Toolkit) {
    this.toolkit = toolkit;
    this.tools = new Map(toolkit.tools.map((tool) => [tool.slug, new CatalogTool(tool, this)]));
    this.noAuth = [...this.tools.values()].every((tool) => tool.noAuth);
  }

  get slug(): string {
    return this.toolkit.slug;
  }
}

/** Every toolkit that could be loaded, at one moment. Never changes; loading makes a new one. */
export class Catalog {
  /** By slug, in the order in which they were given to the engine. */
  readonly toolkits: ReadonlyMap<string, CatalogToolkit>;
  /** Why the other sources are missing. */
  readonly failures: readonly JackfieldError[];
  readonly #tools: ReadonlyMap<string, CatalogTool>;

  constructor(toolkits: readonly CatalogToolkit[], failures: readonly JackfieldError[]) {
    this.toolkits = new Map(toolkits.map((toolkit) => [toolkit.slug, toolkit]));
    this.failures = failures;
    this.#tools = new Map(toolkits.flatMap((toolkit) => [...toolkit.tools]));
  }

  findTool(slug: string): CatalogTool | undefined {
    return this.#tools.get(slug);
  }
}
