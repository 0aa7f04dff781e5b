import type { ToolItem } from '@jackfield/contract';
import type { Tool } from '@modelcontextprotocol/server';

/** Tools are listed far more often than they change. */
const made = new WeakMap<ToolItem, Tool>();

/** A tool as MCP clients see it. */
export function toMcpTool(item: ToolItem): Tool {
  let tool = made.get(item);
  if (tool === undefined) {
    tool = {
      name: item.slug,
      title: item.name,
      description: item.description,
      // Every source makes the root of both an object.
      inputSchema: { ...item.inputParameters, type: 'object' },
      ...(item.outputParameters === undefined ? {} : { outputSchema: { ...item.outputParameters, type: 'object' } }),
      annotations: { title: item.name, ...item.annotations },
      _meta: { 'jackfield/toolkit': item.toolkit.slug },
    };
    made.set(item, tool);
  }
  return tool;
}
