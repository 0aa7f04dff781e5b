import { JackfieldError, type JsonObject, type ToolItem } from '@jackfield/contract';
import { isJsonObject } from '@jackfield/json-schema';
import type { SessionTool, ToolResult } from './provider.ts';

/** Which tool a modifier is called for. */
export interface ModifiedTool {
  /** `GITHUB_STAR_REPO` */
  readonly toolSlug: string;
  /** `github` */
  readonly toolkitSlug: string;
}

/** Changes what goes to a tool and what comes back. */
export interface CallModifiers {
  /**
   * Called before each tool call, each call within a batch included; returns the arguments to call with. What it throws
   * becomes the call's failed result, and the tool is not called.
   */
  readonly beforeExecute?:
    | ((call: ModifiedTool & { readonly params: JsonObject }) => JsonObject | Promise<JsonObject>)
    | undefined;
  /** Called after each tool call, failed ones included; returns the result to hand on. */
  readonly afterExecute?:
    | ((call: ModifiedTool & { readonly result: ToolResult }) => ToolResult | Promise<ToolResult>)
    | undefined;
}

/** What `session.tools()` changes about tools on their way to an agent. */
export interface Modifiers extends CallModifiers {
  /** Called for each listed tool with a copy of its own; returns what the agent sees. The slug must stay. */
  readonly modifySchema?:
    | ((tool: ModifiedTool & { readonly schema: ToolItem }) => ToolItem | Promise<ToolItem>)
    | undefined;
}

/** @throws JackfieldError `INVALID_CONFIGURATION` when the modifier returned no tool, or one of another slug. */
export function modifySchemas(
  tools: readonly SessionTool[],
  modifySchema: NonNullable<Modifiers['modifySchema']>,
): Promise<SessionTool[]> {
  return Promise.all(
    tools.map(async (tool) => {
      const schema = structuredClone(tool) as ToolItem;
      const modified = await modifySchema({ toolSlug: tool.slug, toolkitSlug: tool.toolkit.slug, schema });
      if (checkReturned('modifySchema', modified).slug === tool.slug) return modified;
      throw new JackfieldError('INVALID_CONFIGURATION', {
        message: `\`modifySchema\` changed the slug ${tool.slug} to ${modified.slug}.`,
        fix: 'Leave `slug` as it is: the tool is called by it.',
      });
    }),
  );
}

/** @throws JackfieldError `INVALID_CONFIGURATION` for a modifier that forgot to return. */
export function checkReturned<T extends object>(modifier: keyof Modifiers, returned: T): T {
  if (isJsonObject(returned)) return returned;
  throw new JackfieldError('INVALID_CONFIGURATION', {
    message: `\`${modifier}\` returned ${JSON.stringify(returned)}.`,
    fix: 'Return what it was given, changed or not.',
  });
}
