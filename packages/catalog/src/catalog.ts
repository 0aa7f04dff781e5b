import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { JackfieldError } from '@jackfield/contract';
import type { CatalogSearchIndex, Toolkit, ToolkitCatalog, ToolkitSummary } from '@jackfield/engine';
import { formatVersion } from './compiled-format.ts';
import type { CompiledIndex, CompiledSummary } from './compiled-index.ts';
import { readCompiledToolkit } from './compiled-toolkit.ts';
import { dataFolder, fileOf, indexFile as listFile } from './data-files.ts';
import { indexFile, openFile, vectorsFile } from './search-files.ts';
import type { ToolkitGuide } from './toolkit-guide.ts';

export interface CatalogOptions {
  /**
   * Base URLs by slug, in place of those of the documents: for services that run on the user's own server or under a
   * name of the user's own, such as `{ jira: 'https://acme.atlassian.net' }`. One without a path keeps the path of the
   * document's. Default: none.
   */
  readonly baseUrls?: Readonly<Record<string, string>> | undefined;
  /** Which toolkits there are, by slug. Default: all. */
  readonly include?: ((slug: string) => boolean) | undefined;
}

/** What one toolkit of the catalogue is, without its tools. */
export interface CatalogEntry extends ToolkitSummary {
  /** Other versions, newest first. */
  readonly olderVersions: readonly string[];
  /** Slugs that lead to it as well. */
  readonly aliases: readonly string[];
  /** Nothing answers at the URL of its document: it needs a base URL of the user's own. */
  readonly needsBaseUrl: boolean;
  readonly guide?: ToolkitGuide;
}

/** Toolkits compiled from public OpenAPI documents, each read when it is first used. */
export interface CompiledCatalog extends ToolkitCatalog {
  list(): Promise<readonly CatalogEntry[]>;
  /**
   * Reads a toolkit. The same object is returned every time.
   *
   * @param slug Or an alias of it.
   * @param version One of its older versions. Default: the current one.
   * @throws JackfieldError `UNKNOWN_TOOLKIT`
   */
  load(slug: string, version?: string): Toolkit;
  /** Changes whenever any toolkit does; what is derived from the catalogue can be kept under it. */
  revision(): Promise<string>;
}

/**
 * The toolkits of this package: `embedded({ toolkits: [catalog()] })`.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` for a base URL that is not one. What reads the files throws
 *   `UNAVAILABLE` when they are missing or of another version of this package.
 */
export function catalog(options: CatalogOptions = {}): CompiledCatalog {
  const { include = () => true } = options;
  const baseUrls = readBaseUrls(options.baseUrls ?? {});
  const loaded = new Map<string, Toolkit>();
  let index: Promise<CompiledIndex> | undefined;
  let aliases: ReadonlyMap<string, string> | undefined;

  function open(): Promise<CompiledIndex> {
    index ??= readIndex().catch((error: unknown) => {
      index = undefined;
      throw error;
    });
    return index;
  }

  async function list(): Promise<readonly CatalogEntry[]> {
    const { toolkits } = await open();
    aliases ??= new Map(toolkits.flatMap(({ slug, aliases: own = [] }) => own.map((alias) => [alias, slug])));
    const entries = toolkits.filter(({ slug }) => include(slug)).map((summary) => toEntry(summary, baseUrls));
    // What most people look for comes first.
    return entries.toSorted((a, b) => Number(b.guide !== undefined) - Number(a.guide !== undefined));
  }

  function load(wanted: string, version?: string): Toolkit {
    const slug = aliases?.get(wanted) ?? wanted;
    const key = fileOf(slug, version);
    let toolkit = loaded.get(key);
    if (toolkit === undefined) {
      if (!include(slug)) throw unknown(slug, version);
      toolkit = readCompiledToolkit(readToolkitFile(slug, version), baseUrls.get(slug));
      loaded.set(key, toolkit);
    }
    return toolkit;
  }

  async function searchIndex(): Promise<CatalogSearchIndex> {
    const { revision } = await open();
    const vectors = vectorsFile();
    try {
      return {
        revision,
        index: await openFile(indexFile),
        ...(vectors === undefined ? {} : { vectors: await openFile(vectors) }),
      };
    } catch (cause) {
      throw missingData('The search index of @jackfield/catalog cannot be read.', cause);
    }
  }

  return { list, load, searchIndex, revision: async () => (await open()).revision };
}

function toEntry(summary: CompiledSummary, baseUrls: ReadonlyMap<string, string>): CatalogEntry {
  const { slug, name, description, version, logo, tools, noAuth, guide } = summary;
  return {
    slug,
    name,
    description,
    version,
    ...(logo === undefined ? {} : { logo }),
    toolCount: tools,
    noAuth,
    authModes: summary.auth,
    olderVersions: summary.older ?? [],
    aliases: summary.aliases ?? [],
    needsBaseUrl: summary.ownBaseUrl === true && !baseUrls.has(slug),
    ...(guide === undefined ? {} : { guide }),
  };
}

async function readIndex(): Promise<CompiledIndex> {
  let index: CompiledIndex;
  try {
    const compressed = await readFile(new URL(listFile, dataFolder));
    index = JSON.parse((await promisify(brotliDecompress)(compressed)).toString()) as CompiledIndex;
  } catch (cause) {
    throw missingData('The compiled toolkits of @jackfield/catalog cannot be read.', cause);
  }
  if (index.format === formatVersion) return index;
  throw missingData(`The compiled toolkits of @jackfield/catalog have format ${index.format}, not ${formatVersion}.`);
}

function readToolkitFile(slug: string, version: string | undefined): Buffer {
  // A slug becomes a path: nothing else may.
  if (!/^[a-z][a-z0-9_]*$/.test(slug)) throw unknown(slug, version);
  try {
    return readFileSync(new URL(fileOf(slug, version), dataFolder));
  } catch (cause) {
    throw unknown(slug, version, cause);
  }
}

function readBaseUrls(given: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(given).map(([slug, url]) => {
      if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return [slug, url.replace(/\/+$/, '')];
      throw new JackfieldError('INVALID_CONFIGURATION', {
        message: `The base URL of ${slug}, ${JSON.stringify(url)}, is not an absolute http or https URL.`,
        fix: 'Give it in full, such as https://acme.example.com.',
      });
    }),
  );
}

function unknown(slug: string, version: string | undefined, cause?: unknown): JackfieldError {
  const what = version === undefined ? `toolkit ${slug}` : `version ${version} of the toolkit ${slug}`;
  return new JackfieldError('UNKNOWN_TOOLKIT', {
    message: `The catalogue has no ${what}.`,
    fix: 'Use a slug and a version that `list()` shows.',
    details: { toolkits: [slug] },
    cause,
  });
}

function missingData(message: string, cause?: unknown): JackfieldError {
  return new JackfieldError('UNAVAILABLE', {
    message,
    fix: 'Install @jackfield/catalog again; in the repository, run `pnpm build`.',
    retryable: false,
    cause,
  });
}
