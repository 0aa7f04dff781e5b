import { type Jackfield, JackfieldError } from '@jackfield/core';
import { type MappedConfig, mapSessionConfig } from './import/map-session-config.ts';
import { type Mention, readMentions } from './import/read-mentions.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { type ToolkitsOptions, withJackfield } from './toolkits-command.ts';

export type ImportOptions = ToolkitsOptions;

interface MappedToolkit {
  readonly slug: string;
  /** Here; absent where there is none. */
  readonly here?: string;
  readonly name?: string;
  /** Where there is none: toolkits that have it in their names or descriptions. */
  readonly like: readonly string[];
  readonly files: readonly string[];
}

interface MappedTool {
  readonly slug: string;
  /** The tool of the same name, or of the same name behind another toolkit's. */
  readonly here?: string;
  /** Where there is none: tools that do something like it, best first; of its toolkit, if the program names that. */
  readonly like: readonly string[];
  readonly files: readonly string[];
}

interface Report {
  readonly toolkits: readonly MappedToolkit[];
  readonly tools: readonly MappedTool[];
  readonly configs: readonly MappedConfig[];
}

/** @throws JackfieldError `INVALID_REQUEST` for paths that cannot be read, and what the server throws */
export async function importPaths(paths: readonly string[], options: ImportOptions, terminal: Terminal): Promise<void> {
  const { mentions, configs } = await readMentions(paths);
  const report = await withJackfield({ ...options, isLooking: true }, terminal, async (jackfield): Promise<Report> => {
    const toolkits = await mapToolkits(mentions.toolkits, jackfield);
    const here = new Map(toolkits.flatMap(({ slug, here }) => (here === undefined ? [] : [[slug, here] as const])));
    const missing = toolkits.filter((toolkit) => toolkit.here === undefined).map(({ slug }) => slug);
    const tools = await mapTools(mentions.tools, { here, missing }, jackfield);
    const toolsHere = new Map(tools.flatMap(({ slug, here }) => (here === undefined ? [] : [[slug, here] as const])));
    return { toolkits, tools, configs: configs.map((config) => mapSessionConfig(config, here, toolsHere)) };
  });
  if (options.json) terminal.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else printReport(report, terminal);
}

async function mapToolkits(mentions: readonly Mention[], { toolkits }: Jackfield): Promise<readonly MappedToolkit[]> {
  const bySimpleName = new Map<string, { slug: string; name: string }>();
  for await (const toolkit of await toolkits.list({ limit: 500 })) {
    for (const text of [toolkit.name, toolkit.slug]) bySimpleName.set(simple(text), toolkit);
  }
  const mapped: MappedToolkit[] = [];
  for (const { slug, files } of mentions) {
    const found = bySimpleName.get(simple(slug));
    const like =
      found === undefined ? (await toolkits.list({ search: slug, limit: 3 })).items.map((each) => each.slug) : [];
    mapped.push({ slug, files, like, ...(found === undefined ? {} : { here: found.slug, name: found.name }) });
  }
  return mapped;
}

async function mapTools(
  mentions: readonly Mention[],
  { here: toolkits, missing }: { readonly here: ReadonlyMap<string, string>; readonly missing: readonly string[] },
  jackfield: Jackfield,
): Promise<readonly MappedTool[]> {
  const mapped: MappedTool[] = [];
  for (const { slug, files } of mentions) {
    const meta = metaTool(slug);
    if (meta !== undefined) {
      mapped.push({ slug, files, like: [], ...(meta === '' ? {} : { here: meta }) });
      continue;
    }
    const [there, toolkit] =
      [...toolkits].find(([name]) => simple(slug).startsWith(simple(name))) ?? ([undefined, undefined] as const);
    if (there === undefined || toolkit === undefined) {
      // One that is called in a program that does not name its toolkit may be of any.
      const isOfMissing = missing.some((name) => simple(slug).startsWith(simple(name)));
      const here = isOfMissing ? undefined : await firstOf([slug], jackfield);
      const like = isOfMissing || here !== undefined ? [] : await alike(slug, undefined, jackfield);
      mapped.push({ slug, files, like, ...(here === undefined ? {} : { here }) });
      continue;
    }
    const action = actionOf(slug, there);
    const candidates = [...new Set([slug, `${toolkit.toUpperCase()}_${action}`])];
    const here = await firstOf(candidates, jackfield);
    const like = here === undefined ? await alike(action, toolkit, jackfield) : [];
    mapped.push({ slug, files, like, ...(here === undefined ? {} : { here }) });
  }
  return mapped;
}

/** Ours of the same name; empty for one that there is none of; undefined for what is no meta tool. */
function metaTool(slug: string): string | undefined {
  const [, word] = /^COMPOSIO_(.+)$/.exec(slug) ?? [];
  if (word === undefined) return undefined;
  const shared = /^(?:SEARCH_TOOLS|GET_TOOL_SCHEMAS|MULTI_EXECUTE_TOOL|MANAGE_CONNECTIONS|WAIT_FOR_CONNECTIONS)$/;
  return shared.test(word) ? `JACKFIELD_${word}` : '';
}

/** What stands behind the toolkit's name: `GOOGLE_CALENDAR_CREATE_EVENT` of `googlecalendar` is `CREATE_EVENT`. */
function actionOf(slug: string, toolkit: string): string {
  const parts = slug.split('_');
  for (let count = 1; count < parts.length; count += 1) {
    if (simple(parts.slice(0, count).join('')) === simple(toolkit)) return parts.slice(count).join('_');
  }
  return slug;
}

async function firstOf(slugs: readonly string[], { toolkits }: Jackfield): Promise<string | undefined> {
  for (const slug of slugs) {
    try {
      return (await toolkits.tool(slug)).slug;
    } catch (error) {
      if (!JackfieldError.isInstance(error) || error.code !== 'UNKNOWN_TOOL') throw error;
    }
  }
  return undefined;
}

/** @param toolkit default: any */
async function alike(action: string, toolkit: string | undefined, { toolkits }: Jackfield): Promise<readonly string[]> {
  const search = action.toLowerCase().replaceAll('_', ' ');
  const { items } = await toolkits.tools({ search, limit: 3, ...(toolkit === undefined ? {} : { toolkit }) });
  return items.map(({ slug }) => slug);
}

/** `Google Calendar`, `google_calendar` and `GOOGLECALENDAR` alike. */
function simple(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '');
}

function perhaps(slugs: readonly string[]): string {
  return slugs.length === 0 ? '' : `perhaps ${slugs.join(', ')}`;
}

function printReport({ toolkits, tools, configs }: Report, { stdout, stderr }: Terminal): void {
  if (toolkits.length + tools.length + configs.length === 0) {
    stderr.write('Nothing was found there that names a toolkit, a tool or a session config.\n');
    return;
  }
  if (toolkits.length > 0) {
    const rows = toolkits.map(({ slug, here, name = '', like }) => [slug, here ?? 'none', name + perhaps(like)]);
    stdout.write(`Toolkits\n${table([['THERE', 'HERE', 'NAME'], ...rows])}\n`);
  }
  if (tools.length > 0) {
    const rows = tools.map(({ slug, here, like }) => [slug, here ?? 'none', perhaps(like)]);
    stdout.write(`Tools\n${table([['THERE', 'HERE', ''], ...rows])}\n`);
  }
  for (const { file, config, notes } of configs) {
    stdout.write(`Session config of ${file}\n${JSON.stringify(config, null, 2)}\n`);
    for (const note of notes) stdout.write(`- ${note}\n`);
    stdout.write('\n');
  }
  const missing = toolkits.filter(({ here }) => here === undefined).map(({ slug }) => slug);
  if (missing.length > 0) {
    stderr.write(
      `There is no toolkit here for ${missing.join(', ')}: add one with \`jackfield toolkits add <OpenAPI document>\`, or \`jackfield serve --mcp <slug=place>\`.\n`,
    );
  }
  stderr.write('Accounts cannot be carried over: users connect theirs again.\n');
}
