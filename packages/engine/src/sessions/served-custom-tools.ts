import { type CustomDefinitions, JackfieldError, type ToolItem } from '@jackfield/contract';
import { type CustomTool, resolveCustomTools } from './custom-tools.ts';
import type { OpenSession } from './session-access.ts';

/** The custom tools of a session that a process serves, or has served last, less what the caller's token leaves out. */
export function servedCustomTools(session: OpenSession, metaToolPrefix: string): readonly CustomTool[] {
  const { stored, scope, narrowing } = session;
  if (stored.customTools === null || narrowing?.readOnly === true) return [];
  // Checked when they were written down.
  const definitions: CustomDefinitions = stored.customTools;
  const tools = resolved(definitions, scope.catalog, metaToolPrefix);
  return tools.filter(
    ({ slug, toolkit }) =>
      narrowing?.tools?.includes(slug) !== false && narrowing?.toolkits?.includes(toolkit.slug) !== false,
  );
}

/** Whether there is such a tool, and it is only the caller's token that leaves it out. */
export function isCustomToolNarrowedOut(session: OpenSession, slug: string, metaToolPrefix: string): boolean {
  return servedCustomTools({ ...session, narrowing: undefined }, metaToolPrefix).some((tool) => tool.slug === slug);
}

/** Those that a list of the session's tools shows. */
export function listedCustomTools(session: OpenSession, metaToolPrefix: string): readonly ToolItem[] {
  const all = session.config.preload?.tools === 'all';
  return servedCustomTools(session, metaToolPrefix)
    .filter(({ preload = all }) => preload)
    .map(({ slug, name, description, inputSchema, outputSchema, toolkit }) => ({
      slug,
      name,
      description,
      inputParameters: inputSchema,
      ...(outputSchema === undefined ? {} : { outputParameters: outputSchema }),
      tags: [],
      toolkit: { ...toolkit },
      version: 'local',
      availableVersions: [],
      scopes: [],
      noAuth: true,
      isDeprecated: false,
      // Nothing is said about it, so the worst is assumed, as in the Model Context Protocol.
      annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
    }));
}

function resolved(definitions: CustomDefinitions, catalog: OpenSession['scope']['catalog'], prefix: string) {
  try {
    return resolveCustomTools(definitions, catalog, prefix).tools;
  } catch (error) {
    // A toolkit that one extends was removed since: the process that serves them hears of it.
    if (JackfieldError.isInstance(error)) return [];
    throw error;
  }
}
