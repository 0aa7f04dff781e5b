import type { ToolItem, ToolToolkit } from '@jackfield/contract';
import { deepFreeze } from '@jackfield/json-schema';
import type { Tool, Toolkit } from '../toolkit.ts';

/** A tool as agents see it, frozen with all that hangs on it. */
export function toToolItem(tool: Tool, toolkit: Toolkit, noAuth: boolean): ToolItem {
  return deepFreeze({
    slug: tool.slug,
    name: tool.name,
    description: tool.description,
    inputParameters: tool.inputSchema,
    ...(tool.outputSchema === undefined ? {} : { outputParameters: tool.outputSchema }),
    tags: [...tool.tags],
    toolkit: toToolToolkit(toolkit),
    version: toolkit.version,
    availableVersions: [toolkit.version],
    scopes: [...tool.scopes],
    noAuth,
    isDeprecated: tool.deprecated,
    annotations: { ...tool.hints },
  });
}

function toToolToolkit(toolkit: Toolkit): ToolToolkit {
  return {
    slug: toolkit.slug,
    name: toolkit.name,
    ...(toolkit.logo === undefined ? {} : { logo: toolkit.logo }),
  };
}
