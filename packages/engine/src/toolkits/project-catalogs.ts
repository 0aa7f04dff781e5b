import { gunzipSync } from 'node:zlib';
import { JackfieldError } from '@jackfield/contract';
import { BoundedCache } from '../bounded-cache.ts';
import type { Logger } from '../engine.ts';
import { convertOpenApi, type OpenApiReport } from '../sources/openapi/index.ts';
import type { NewToolkit, Store } from '../stores/store.ts';
import type { Toolkit } from '../toolkit.ts';
import { Catalog, CatalogToolkit } from './catalog.ts';
import type { ToolkitRegistry } from './toolkit-registry.ts';

/** What was said beside the document of a toolkit that a project added. */
export interface AddedToolkitSettings {
  readonly name?: string | undefined;
  readonly baseUrl?: string | undefined;
  /** Where it was fetched from. */
  readonly url?: string | undefined;
  /** Where it was found after redirects. */
  readonly documentUrl?: string | undefined;
}

/** A toolkit that a project added, made from what is stored. */
export interface AddedToolkitSource {
  readonly hash: string;
  readonly settings: AddedToolkitSettings;
  readonly toolkit: CatalogToolkit;
  readonly report: OpenApiReport;
}

/** What a project has of its own, at one of its versions. */
interface OwnToolkits {
  readonly version: number;
  /** By slug, oldest first. */
  readonly added: ReadonlyMap<string, AddedToolkitSource>;
  readonly failures: readonly JackfieldError[];
  /** Joined with the server's. */
  joined?: { readonly server: Catalog; readonly catalog: Catalog };
}

/** Projects whose toolkits are kept in memory; those of others are read again. */
const rememberedProjects = 200;

export interface ProjectCatalogsOptions {
  readonly registry: ToolkitRegistry;
  readonly store: Store;
  readonly logger: Logger;
}

/**
 * What each project can use: the toolkits of this server, and those that the project added. The latter lie in the store,
 * where each change counts their version up; a process that meets a version it does not know reads them again. So a
 * change holds for every server of the store from the next call on.
 */
export class ProjectCatalogs {
  readonly #registry: ToolkitRegistry;
  readonly #store: Store;
  readonly #logger: Logger;
  readonly #own = new BoundedCache<string, OwnToolkits>(rememberedProjects);
  readonly #reading = new Map<string, Promise<OwnToolkits>>();

  constructor(options: ProjectCatalogsOptions) {
    this.#registry = options.registry;
    this.#store = options.store;
    this.#logger = options.logger;
  }

  /**
   * @param version of the project's toolkits, at least as it stands in the session of the call. Default: it is read.
   */
  async of(projectId: string, version?: number): Promise<Catalog> {
    const own = await this.#ownOf(projectId, version);
    return join(own, await this.#registry.catalog());
  }

  /** The same, after another attempt at what failed: for a caller who misses something. */
  async freshOf(projectId: string): Promise<Catalog> {
    const own = await this.#ownOf(projectId);
    return join(own, await this.#registry.freshCatalog());
  }

  /** What every project has. */
  async ofServer(): Promise<Catalog> {
    return this.#registry.catalog();
  }

  /** What the project added. */
  async added(projectId: string): Promise<ReadonlyMap<string, AddedToolkitSource>> {
    return (await this.#ownOf(projectId)).added;
  }

  async #ownOf(projectId: string, known?: number): Promise<OwnToolkits> {
    const version = known ?? (await this.#store.toolkits.version(projectId));
    if (version === 0) return none;
    const remembered = this.#own.get(projectId);
    if (remembered !== undefined && remembered.version >= version) return remembered;
    let reading = this.#reading.get(projectId);
    if (reading === undefined) {
      reading = this.#read(projectId, remembered).finally(() => this.#reading.delete(projectId));
      this.#reading.set(projectId, reading);
    }
    const own = await reading;
    // A reading that began before the change is of no use.
    return own.version >= version ? own : this.#ownOf(projectId, version);
  }

  async #read(projectId: string, before: OwnToolkits | undefined): Promise<OwnToolkits> {
    // First, so that what changes meanwhile is read again.
    const version = await this.#store.toolkits.version(projectId);
    const added = new Map<string, AddedToolkitSource>();
    const failures: JackfieldError[] = [];
    for (const { slug, hash } of await this.#store.toolkits.list(projectId)) {
      const known = before?.added.get(slug);
      if (known?.hash === hash) {
        added.set(slug, known);
        continue;
      }
      const stored = await this.#store.toolkits.document(projectId, slug);
      if (stored === undefined) continue;
      try {
        added.set(slug, fromStored(slug, stored));
      } catch (error) {
        // It was taken once: another version of Jackfield did.
        const failure = JackfieldError.isInstance(error)
          ? error
          : new JackfieldError('INVALID_TOOLKIT', { message: `The toolkit ${slug} cannot be read.`, cause: error });
        this.#logger.error({ projectId, toolkit: slug, error: failure.toJSON() }, 'toolkit of a project not loaded');
        failures.push(failure);
      }
    }
    const own = { version, added, failures };
    this.#own.set(projectId, own);
    return own;
  }
}

const none: OwnToolkits = { version: 0, added: new Map(), failures: [] };

function join(own: OwnToolkits, server: Catalog): Catalog {
  if (own.added.size === 0 && own.failures.length === 0) return server;
  if (own.joined?.server !== server) {
    // A toolkit that a project added stays its own when the server gets one of the same slug later: accounts were
    // connected to it, whose credentials must not go elsewhere.
    const others = [...server.toolkits.values()].filter(({ slug }) => !own.added.has(slug));
    const added = [...own.added.values()].map(({ toolkit }) => toolkit);
    own.joined = { server, catalog: new Catalog([...added, ...others], [...own.failures, ...server.failures]) };
  }
  return own.joined.catalog;
}

/** @throws JackfieldError `INVALID_TOOLKIT` */
function fromStored(slug: string, { hash, settings, document }: Omit<NewToolkit, 'projectId' | 'slug'>) {
  return addedToolkit(slug, hash, settings, JSON.parse(gunzipSync(document).toString('utf8')));
}

/** @throws JackfieldError `INVALID_TOOLKIT` */
export function addedToolkit(
  slug: string,
  hash: string,
  settings: AddedToolkitSettings,
  document: { readonly [key: string]: unknown },
): AddedToolkitSource {
  const { name, baseUrl, documentUrl } = settings;
  const { toolkit, report } = convertOpenApi(document, { slug, name, baseUrl, documentUrl });
  return { hash, settings, toolkit: CatalogToolkit.of(toolkit), report };
}

/** Every origin that credentials of the toolkit are sent to. */
export function destinationsOf({ baseUrl, authSchemes, tools }: Toolkit): ReadonlySet<string> {
  const urls = [
    baseUrl,
    ...tools.flatMap(({ binding }) => (binding.kind === 'http' ? [binding.baseUrl] : [])),
    ...authSchemes.flatMap((scheme) =>
      scheme.mode === 'OAUTH2'
        ? [
            scheme.issuer,
            scheme.authorizationUrl,
            scheme.tokenUrl,
            scheme.refreshUrl,
            scheme.revocationUrl,
            scheme.userinfoUrl,
            scheme.registrationUrl,
          ]
        : [],
    ),
  ];
  return new Set(urls.flatMap((url) => (url === undefined ? [] : (URL.parse(url)?.origin ?? []))));
}
