import type { Toolkit } from '../toolkit.ts';

/** Where a toolkit comes from: an OpenAPI document, an MCP server, code. */
export interface ToolkitSource {
  /**
   * Makes the toolkit. May read a file or call a service; the same source may be loaded again to pick up changes.
   *
   * @throws {JackfieldError} `INVALID_TOOLKIT` when what is there cannot be made into a toolkit,
   *   `UPSTREAM_UNREACHABLE` or `UPSTREAM_ERROR` when it cannot be read.
   */
  load(options?: { readonly signal?: AbortSignal }): Promise<Toolkit>;
}
