import type { BehaviourHints, Tool, Toolkit } from '../../toolkit.ts';
import { toolSlugs } from '../openapi/tool-slug.ts';
import { type ListedTool, readListedTool } from './listed-tool.ts';

/**
 * What an MCP server lists as tools of its toolkit, in the server's order. Of a name that is listed twice the first stays.
 */
export function toTools(
  listed: readonly Readonly<Record<string, unknown>>[],
  toolkit: Toolkit,
  needsAccount: boolean,
): readonly Tool[] {
  const byName = new Map<string, ListedTool>();
  for (const each of listed) {
    const tool = readListedTool(each);
    if (tool !== undefined && !byName.has(tool.name)) byName.set(tool.name, tool);
  }
  const tools = [...byName.values()];
  const slugs = toolSlugs(
    toolkit.slug,
    tools.map(({ name }) => ({ operationId: name, method: 'TOOL', path: name })),
  );
  const security = needsAccount ? toolkit.authSchemes.map(({ id }) => [id]) : [];
  return tools.map((tool, index) => toTool(tool, slugs[index] ?? '', toolkit, security));
}

function toTool(
  { name, title, description, inputSchema, outputSchema, hints }: ListedTool,
  slug: string,
  { upstream }: Toolkit,
  security: Tool['security'],
): Tool {
  return {
    slug,
    name: title ?? sentence(name),
    description,
    tags: [],
    inputSchema,
    ...(outputSchema === undefined ? {} : { outputSchema }),
    hints: completeHints(upstream?.trustsAnnotations === false ? {} : hints),
    security,
    scopes: [],
    deprecated: false,
    binding: { kind: 'mcp', name, inputSchema },
  };
}

/** What a server leaves out counts as MCP has it: the worst. */
function completeHints({
  readOnlyHint = false,
  destructiveHint = true,
  idempotentHint = false,
  openWorldHint = true,
}: Partial<BehaviourHints>): BehaviourHints {
  return {
    readOnlyHint,
    // Neither means anything of a tool that only reads.
    destructiveHint: !readOnlyHint && destructiveHint,
    idempotentHint: readOnlyHint || idempotentHint,
    openWorldHint,
  };
}

/** `search_issues`: Search issues */
function sentence(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .join(' ');
  return words === '' ? name : words.charAt(0).toUpperCase() + words.slice(1).toLowerCase();
}
