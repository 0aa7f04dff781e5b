import type { Toolkit } from '../toolkit.ts';

/** Where a toolkit comes from: an OpenAPI document, an MCP server, code. */
export interface ToolkitSource {
  /**
   * Makes the toolkit. May read a file or call a service; the same source may be loaded again to pick up changes.
   *
   * @throws {JackfieldError} `INVALID_TOOLKIT` when what is there cannot be made into a toolkit,
   *   `UPSTREAM_UNREACHABLE` or `UPSTREAM_ERROR` when it cannot be read.
   */
  load(options?: LoadToolkitOptions): Promise<Toolkit>;
}

export interface LoadToolkitOptions {
  readonly signal?: AbortSignal | undefined;
  /** Gets what the source names by URL. The engine hands over one that follows its rules for calling out. */
  readonly fetch?: FetchDocument | undefined;
}

/** `fetch`, as far as reading a document needs it. */
export type FetchDocument = (
  url: string,
  init: { readonly headers: Record<string, string>; readonly signal?: AbortSignal },
) => Promise<FetchedDocument>;

export interface FetchedDocument {
  readonly ok: boolean;
  readonly status: number;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  text(): string | Promise<string>;
}
