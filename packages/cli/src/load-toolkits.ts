import { JackfieldError } from '@jackfield/core';
import { type OpenApiReport, openApiSource } from '@jackfield/server';
import type { ListenOptions } from '@jackfield/server/node';
import { mcpToolkits } from './mcp-option.ts';
import type { ToolkitOption } from './toolkit-option.ts';

export interface ToolkitOptions {
  readonly toolkit?: readonly ToolkitOption[];
  readonly toolkitUrl?: readonly ToolkitOption[];
  readonly mcp?: readonly ToolkitOption[];
  readonly allowMcpCommands?: true;
}

type ServerToolkit = NonNullable<ListenOptions['toolkits']>[number];

/** A toolkit of the command line, and what people should know of it. */
export interface LoadedToolkit {
  readonly slug: string;
  readonly location: string;
  readonly toolkit: ServerToolkit;
  /** Absent when the document could not be had yet, and for an MCP server. */
  readonly tools?: number;
  /** An MCP server, which is asked for its tools when a session needs them. */
  readonly isLive?: true;
  readonly warnings: readonly string[];
}

const loadTimeoutMs = 30_000;

/**
 * Reads every document before the server starts, so that a broken one is noticed by whoever starts it. One behind a URL
 * that does not answer is left to the server, which tries again.
 *
 * @throws JackfieldError `INVALID_TOOLKIT`, `INVALID_CONFIGURATION` for a slug that is given twice
 */
export async function loadToolkits(options: ToolkitOptions): Promise<readonly LoadedToolkit[]> {
  const files = options.toolkit ?? [];
  const urls = options.toolkitUrl ?? [];
  const servers = options.mcp ?? [];
  const slugs = [...files, ...urls, ...servers].map(({ slug }) => slug);
  const twice = slugs.find((slug, index) => slugs.indexOf(slug) < index);
  if (twice !== undefined) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: `The toolkit ${twice} is given twice, in different ways.`,
      fix: 'Give each toolkit a slug of its own.',
    });
  }
  const live = mcpToolkits(servers, { allowCommands: options.allowMcpCommands ?? false });
  const loaded = await Promise.all([
    ...files.map((option) => load(option, { file: option.location })),
    ...urls.map((option) => load(option, { url: option.location })),
  ]);
  return [...loaded, ...live];
}

async function load(option: ToolkitOption, place: Parameters<typeof openApiSource>[0]): Promise<LoadedToolkit> {
  let report: OpenApiReport | undefined;
  const source = openApiSource(place, {
    slug: option.slug,
    onReport: (made) => {
      report = made;
    },
  });
  try {
    // Whoever starts a server may read what they name; later tries are the server's, by its rules for calling out.
    const toolkit = await source.load({ fetch, signal: AbortSignal.timeout(loadTimeoutMs) });
    return { ...option, toolkit, tools: toolkit.tools.length, warnings: warningsOf(option.slug, report) };
  } catch (error) {
    if (!('url' in place) || !isPassing(error)) throw error;
    const message = error instanceof Error ? error.message : String(error);
    return { ...option, toolkit: source, warnings: [`${option.slug} is not loaded yet: ${message}`] };
  }
}

/** A service that is down may come up. */
function isPassing(error: unknown): boolean {
  return !JackfieldError.isInstance(error) || error.code.startsWith('UPSTREAM_');
}

function warningsOf(slug: string, report: OpenApiReport | undefined): string[] {
  const lost = report?.lost ?? [];
  return lost.map(({ method, path, reason }) => `${slug} lacks ${method} ${path}: ${reason}`);
}
