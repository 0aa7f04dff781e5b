import { JackfieldError, type SessionConfig } from '@jackfield/contract';
import { metaToolSlug } from '../execution/meta-tools/meta-tool-slug.ts';
import type { BehaviourHints } from '../toolkit.ts';
import type { Catalog } from '../toolkits/catalog.ts';
import { switchesOf } from './session-config.ts';
import { ToolFilter } from './tool-filter.ts';

export interface SessionReach {
  readonly config: SessionConfig;
  readonly expiresAt: Date | null;
}

const namedAtMost = 5;

/**
 * Refuses a change after which a session could reach more than before: tools, accounts, time.
 *
 * Tools are compared one by one, and so are tools that do not exist yet: a list of enabled toolkits that is taken away
 * lets in every toolkit added later.
 *
 * @throws JackfieldError `WIDENING_NOT_ALLOWED` naming what would be added
 */
export function refuseWidening(
  before: SessionReach,
  after: SessionReach,
  catalog: Catalog,
  metaToolPrefix: string,
): void {
  const added = [
    ...addedMetaTools(before.config, after.config, metaToolPrefix),
    ...addedTools(before.config, after.config, catalog),
    ...addedAccounts(before.config, after.config),
    ...addedTime(before.expiresAt, after.expiresAt),
  ];
  if (added.length === 0) return;
  const named = added.slice(0, namedAtMost);
  const more = added.length - named.length;
  throw new JackfieldError('WIDENING_NOT_ALLOWED', {
    message: `This update would let the session reach more than before: ${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}.`,
    fix: 'Send it with `widen: true` if that is meant.',
    details: { added: named, count: added.length },
  });
}

function addedMetaTools(before: SessionConfig, after: SessionConfig, prefix: string): string[] {
  const [old, next] = [switchesOf(before), switchesOf(after)];
  return [
    ...(next.search && !old.search ? [metaToolSlug(prefix, 'SEARCH_TOOLS')] : []),
    ...(next.multiExecute && !old.multiExecute ? [metaToolSlug(prefix, 'MULTI_EXECUTE_TOOL')] : []),
    ...(next.manageConnections && !old.manageConnections ? [metaToolSlug(prefix, 'MANAGE_CONNECTIONS')] : []),
    ...(next.waitForConnections && !old.waitForConnections ? [metaToolSlug(prefix, 'WAIT_FOR_CONNECTIONS')] : []),
  ];
}

function addedTools(before: SessionConfig, after: SessionConfig, catalog: Catalog): string[] {
  const [old, next] = [new ToolFilter(before), new ToolFilter(after)];
  const added: string[] = [];
  const grows = (toolkit: string) =>
    everyHint.some((hints) => {
      // No slug of a tool contains a space.
      const future = { slug: ' ', toolkit, hints };
      return next.allows(future) && !old.allows(future);
    });
  const meant = new Set([
    ...(after.toolkits !== undefined && 'enable' in after.toolkits ? after.toolkits.enable : []),
    ...Object.keys(before.tools ?? {}),
    ...Object.keys(after.tools ?? {}),
  ]);
  for (const catalogToolkit of catalog.toolkits.values()) {
    const { slug: toolkit } = catalogToolkit;
    if (!next.allowsToolkit(toolkit)) continue;
    if (!meant.has(toolkit) && !catalogToolkit.isLoaded) {
      // What is found out below of tools that do not exist yet holds for those that are not in memory.
      if (grows(toolkit)) added.push(`tools of ${toolkit}`);
      continue;
    }
    for (const { tool } of catalogToolkit.tools.values()) {
      const candidate = { slug: tool.slug, toolkit, hints: tool.hints };
      if (next.allows(candidate) && !old.allows(candidate)) added.push(tool.slug);
    }
    if (!catalogToolkit.isLive) continue;
    // What its MCP server lists is not known here: the tools that the configs name stand for themselves.
    for (const slug of new Set([...namedTools(before, toolkit), ...namedTools(after, toolkit)])) {
      const mayBe = everyHint.map((hints) => ({ slug, toolkit, hints }));
      if (mayBe.some((tool) => next.allows(tool) && !old.allows(tool))) added.push(slug);
    }
  }
  if (added.length > 0) return added;
  const named = [...catalog.toolkits.keys(), ...Object.keys(before.tools ?? {}), ...Object.keys(after.tools ?? {})];
  // No slug of a toolkit contains a space.
  for (const toolkit of [' ', ...new Set(named)]) {
    if (grows(toolkit)) added.push(toolkit === ' ' ? 'toolkits added later' : `tools added to ${toolkit} later`);
  }
  return added;
}

function namedTools({ tools }: SessionConfig, toolkit: string): readonly string[] {
  const filter = tools !== undefined && Object.hasOwn(tools, toolkit) ? tools[toolkit] : undefined;
  if (filter === undefined || 'tags' in filter) return [];
  return 'enable' in filter ? filter.enable : filter.disable;
}

const everyHint: readonly BehaviourHints[] = Array.from({ length: 16 }, (_, bits) => ({
  readOnlyHint: (bits & 1) !== 0,
  destructiveHint: (bits & 2) !== 0,
  idempotentHint: (bits & 4) !== 0,
  openWorldHint: (bits & 8) !== 0,
}));

function addedAccounts(before: SessionConfig, after: SessionConfig): string[] {
  const filter = new ToolFilter(after);
  const pins = Object.entries(before.connectedAccounts ?? {}).flatMap(([toolkit, old]) => {
    if (!filter.allowsToolkit(toolkit)) return [];
    const next = after.connectedAccounts?.[toolkit];
    if (next === undefined) return [`every account of ${toolkit}`];
    return next.filter((id) => !old.includes(id)).map((id) => `the account ${id} of ${toolkit}`);
  });
  const authConfigs = Object.entries(before.authConfigs ?? {}).flatMap(([toolkit, old]) => {
    if (!filter.allowsToolkit(toolkit)) return [];
    const next = after.authConfigs?.[toolkit];
    if (next === old) return [];
    return [next === undefined ? `every auth config of ${toolkit}` : `accounts of ${toolkit} under ${next}`];
  });
  return [...pins, ...authConfigs];
}

function addedTime(before: Date | null, after: Date | null): string[] {
  if (before === null || (after !== null && after.getTime() <= before.getTime())) return [];
  return [after === null ? 'no expiry' : `time until ${after.toISOString()}`];
}
