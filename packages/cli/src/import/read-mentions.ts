import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { JackfieldError } from '@jackfield/core';

/** A name, and the files that it stands in. */
export interface Mention {
  readonly slug: string;
  readonly files: readonly string[];
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** A session config, as a program gives it or the server there answers it. */
export interface FoundConfig {
  readonly file: string;
  readonly config: JsonObject;
}

export interface Mentions {
  readonly mentions: { readonly toolkits: readonly Mention[]; readonly tools: readonly Mention[] };
  readonly configs: readonly FoundConfig[];
}

const sources = new Set(['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.py', '.json']);
const skipped = new Set(['node_modules', 'dist', 'build', '.git']);

/** Larger files are made by programs. */
const maximumBytes = 2 * 1024 * 1024;

/** @throws JackfieldError `INVALID_REQUEST` for a path that cannot be read, or JSON that is none */
export async function readMentions(paths: readonly string[]): Promise<Mentions> {
  const toolkits = new Map<string, Set<string>>();
  const tools = new Map<string, Set<string>>();
  const called = new Map<string, Set<string>>();
  const configs: FoundConfig[] = [];
  const note = (names: Map<string, Set<string>>, slug: string, file: string) => {
    names.set(slug, (names.get(slug) ?? new Set()).add(file));
  };
  for (const path of paths) {
    for await (const file of filesOf(path)) {
      const text = await readFile(file, 'utf8');
      if (extname(file) === '.json') {
        // Of a folder, many are about something else.
        const found = configsOf(parse(text, file, file === path));
        for (const config of found) {
          configs.push({ file, config });
          for (const slug of toolkitsOf(config)) note(toolkits, slug, file);
          for (const slug of toolSlugs(JSON.stringify(config))) note(tools, slug, file);
        }
        continue;
      }
      for (const slug of mentionedToolkits(text)) note(toolkits, slug, file);
      for (const slug of calledTools(text)) note(called, slug, file);
      for (const slug of toolSlugs(text)) note(tools, slug, file);
    }
  }
  const known = [...toolkits.keys()].map((slug) => slug.replace(/[^a-z0-9]/g, ''));
  // Other names in capitals are constants of the program.
  const ofToolkits = [...tools].filter(
    ([slug]) =>
      slug.startsWith('COMPOSIO_') ||
      called.has(slug) ||
      known.some((name) =>
        slug
          .toLowerCase()
          .replace(/[^a-z0-9]/g, '')
          .startsWith(name),
      ),
  );
  return { mentions: { toolkits: toMentions(toolkits), tools: toMentions(ofToolkits) }, configs };
}

function toMentions(names: Iterable<readonly [string, ReadonlySet<string>]>): readonly Mention[] {
  return [...names]
    .map(([slug, files]) => ({ slug, files: [...files] }))
    .sort((one, other) => (one.slug < other.slug ? -1 : 1));
}

async function* filesOf(path: string): AsyncGenerator<string> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(path)).isDirectory();
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new JackfieldError('INVALID_REQUEST', {
      message: isMissing
        ? `There is no file or folder ${path}.`
        : `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      fix: 'Name files and folders that there are, from the folder that you are in.',
      cause,
    });
  }
  if (!isFolder) return yield path;
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) {
      if (!skipped.has(entry.name)) yield* filesOf(inside);
    } else if (entry.isFile() && sources.has(extname(entry.name)) && (await stat(inside)).size <= maximumBytes) {
      yield inside;
    }
  }
}

function parse(text: string, file: string, isNamed: boolean): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (!isNamed) return undefined;
    throw new JackfieldError('INVALID_REQUEST', {
      message: `${file} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
      fix: 'Give a session config, or a list of them.',
      cause,
    });
  }
}

const configKeys = new Set([
  'toolkits',
  'tools',
  'tags',
  'authConfigs',
  'auth_configs',
  'connectedAccounts',
  'connected_accounts',
  'manageConnections',
  'manage_connections',
  'multiAccount',
  'multi_account',
  'preload',
  'sandbox',
  'workbench',
  'sessionPreset',
]);

/** A config, a session with one, or a list of either. */
function configsOf(value: unknown): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(configsOf);
  if (!isObject(value)) return [];
  if (isObject(value.config)) return configsOf(value.config);
  if (Array.isArray(value.sessions)) return configsOf(value.sessions);
  return Object.keys(value).some((key) => configKeys.has(key)) && !('dependencies' in value) ? [value] : [];
}

function toolkitsOf(config: JsonObject): readonly string[] {
  const named = isObject(config.toolkits) ? Object.values(config.toolkits).flat() : [config.toolkits].flat();
  const keyed = ['tools', 'authConfigs', 'auth_configs', 'connectedAccounts', 'connected_accounts'].flatMap((key) => {
    const block = config[key];
    return isObject(block) ? Object.keys(block) : [];
  });
  const slugs = named.filter((slug) => typeof slug === 'string');
  return [...new Set([...slugs, ...keyed].map((slug) => slug.toLowerCase()))];
}

/** `toolkits: ['github']`, `toolkits=["github"]`, `{ enable: ['github'] }` in it, and `authorize('github')`. */
function mentionedToolkits(text: string): ReadonlySet<string> {
  const slugs = new Set<string>();
  for (const [, list = ''] of text.matchAll(
    /\btoolkits["']?\s*[:=]\s*(?:\{\s*["']?(?:enable|disable)["']?\s*:\s*)?\[([^\]]*)\]/g,
  )) {
    for (const [, slug = ''] of list.matchAll(/["'`]([A-Za-z][\w-]*)["'`]/g)) slugs.add(slug.toLowerCase());
  }
  for (const [, slug = ''] of text.matchAll(/\b(?:authorize|ensureConnected)\(\s*["'`]([A-Za-z][\w-]*)["'`]/g)) {
    slugs.add(slug.toLowerCase());
  }
  return slugs;
}

/** `execute('GITHUB_CREATE_ISSUE', …)`: a tool, whatever toolkits are named. */
function calledTools(text: string): ReadonlySet<string> {
  const calls = /\bexecute\(\s*["'`]([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)["'`]/g;
  return new Set([...text.matchAll(calls)].map(([, slug = '']) => slug));
}

function toolSlugs(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/["'`]([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)["'`]/g)].map(([, slug = '']) => slug));
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
