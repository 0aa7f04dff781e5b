import { type McpToolkitOptions, mcpToolkit } from '@jackfield/server';
import type { LoadedToolkit } from './load-toolkits.ts';
import type { ToolkitOption } from './toolkit-option.ts';
import { UsageError } from './usage-error.ts';

/**
 * The MCP servers of the command line, as toolkits: `https://…`, `sse:https://…` for the transport of MCP 2024-11-05, and
 * `stdio:npx …` for a program.
 *
 * @throws UsageError for a place that is none of these, and for a program where none may run
 */
export function mcpToolkits(
  options: readonly ToolkitOption[],
  { allowCommands }: { readonly allowCommands: boolean },
): readonly LoadedToolkit[] {
  return options.map(({ slug, location }) => {
    const place = placeOf(slug, location);
    if (place.command !== undefined && !allowCommands) {
      throw new UsageError(
        `The MCP server of ${slug} is a program, which would run on this machine.`,
        'Add --allow-mcp-commands if you trust it.',
      );
    }
    const shown = place.command === undefined ? location : `stdio:${place.command} …`;
    return { slug, location: shown, isLive: true, toolkit: mcpToolkit(place), warnings: [] };
  });
}

function placeOf(slug: string, location: string): McpToolkitOptions {
  const [, kind = '', rest = ''] = /^(stdio|sse):(.+)$/s.exec(location) ?? [];
  if (kind === 'stdio') {
    const [command, ...args] = splitCommand(rest);
    if (command !== undefined) return { slug, command, args };
  }
  const url = kind === 'sse' ? rest : location;
  if (/^https?:$/.test(URL.parse(url)?.protocol ?? '')) {
    return { slug, url, ...(kind === 'sse' ? { transport: 'sse' } : {}) };
  }
  throw new UsageError(
    `${JSON.stringify(location)} is not the place of an MCP server.`,
    "Give an http or https URL, or a program: --mcp fs='stdio:npx -y @modelcontextprotocol/server-filesystem .'",
  );
}

/** At spaces, except between quotation marks. No shell runs: nothing else has a meaning. */
function splitCommand(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) =>
    word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double?: string, single?: string) => double ?? single ?? ''),
  );
}
