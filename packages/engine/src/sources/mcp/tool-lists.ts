import { hash } from 'node:crypto';
import { JackfieldError, type SerializedError, type SessionConfig } from '@jackfield/contract';
import { BoundedCache } from '../../bounded-cache.ts';
import { authorizationFor, noAuthorization } from '../../connections/account-credentials.ts';
import { isReady, permits } from '../../connections/resolve-account.ts';
import type { ScopesNeeded } from '../../connections/scopes-needed.ts';
import type { AccountInUse, HeldCredentials } from '../../connections/token-renewal.ts';
import type { Logger } from '../../engine.ts';
import type { JsonObject, Store, StoredConnectedAccount, StoredToolList } from '../../stores/store.ts';
import type { Toolkit } from '../../toolkit.ts';
import { Catalog, CatalogToolkit } from '../../toolkits/catalog.ts';
import { contentHash } from '../../toolkits/content-hash.ts';
import { ChallengeError } from './challenge-error.ts';
import { listTools } from './list-tools.ts';
import { toTools } from './to-tools.ts';
import type { UpstreamClients } from './upstream-clients.ts';

export interface ToolListsOptions {
  readonly store: Store;
  readonly clients: UpstreamClients;
  readonly credentials: (use: AccountInUse, signal: AbortSignal) => Promise<HeldCredentials>;
  /** The account has to be connected with more scopes. */
  readonly onScopesNeeded: ScopesNeeded;
  readonly logger: Logger;
  readonly now: () => Date;
}

/** For whom the tools are. */
export interface ToolListReader {
  readonly projectId: string;
  readonly userId: string;
  readonly config: SessionConfig;
  readonly allowsToolkit: (slug: string) => boolean;
}

/** One MCP server, as a session meets it. */
export interface SessionUpstream {
  readonly toolkit: Toolkit;
  /** Its tools depend on an account, and the user has none that is ready. */
  readonly lacksAccount: boolean;
  /** Why it could not be asked last time, or that it has not answered yet; the list that it gave before stays. */
  readonly failure: JackfieldError | undefined;
  /** Newest last. */
  readonly changes: readonly ToolChange[];
}

/** A tool that is not any more what it was when it was first listed. */
export interface ToolChange {
  /** ISO 8601 instant. */
  readonly at: string;
  /** Its name at the server. */
  readonly tool: string;
  readonly kind: 'changed' | 'removed';
}

interface ListState {
  /** It asked for a sign-in. */
  readonly needsAccount?: boolean | undefined;
  readonly failure?: SerializedError | undefined;
  readonly changes?: readonly ToolChange[] | undefined;
}

/** A list that there should be. */
interface Wanted {
  readonly key: string;
  readonly toolkit: Toolkit;
  readonly account: StoredConnectedAccount | undefined;
}

interface Asking {
  /** By `performance.now()`. */
  readonly since: number;
  readonly done: Promise<void>;
}

export interface CompletedCatalog {
  readonly catalog: Catalog;
  readonly upstreams: readonly SessionUpstream[];
}

/** For this long a session waits for servers that were never asked before. */
const patienceMs = 5_000;
const listTimeoutMs = 20_000;
/** After a failure nobody asks for this long. */
const pauseMs = 15_000;
const changesKept = 50;
const accountsRead = 100;
const rememberedToolkits = 500;
const rememberedCatalogs = 100;

/**
 * What MCP servers list. A list is asked for when a session needs it, kept in the store for every server of it, and asked
 * for again when it is too old or the MCP server says that it has changed; the old one serves meanwhile. Where a server
 * has accounts there is one list for each account, which nobody else sees.
 */
export class ToolLists {
  readonly #options: ToolListsOptions;
  readonly #closing = new AbortController();
  readonly #asking = new Map<string, Asking>();
  readonly #toolkits = new BoundedCache<string, CatalogToolkit>(rememberedToolkits);
  readonly #live = new WeakMap<Catalog, readonly CatalogToolkit[]>();
  readonly #completed = new WeakMap<Catalog, BoundedCache<string, Catalog>>();
  readonly #identities = new WeakMap<CatalogToolkit, number>();
  #nextIdentity = 0;

  constructor(options: ToolListsOptions) {
    this.#options = options;
  }

  /** Toolkits whose tools have to be asked for. */
  live(catalog: Catalog): readonly CatalogToolkit[] {
    let live = this.#live.get(catalog);
    if (live === undefined) {
      live = [...catalog.toolkits.values()].filter(({ isLive }) => isLive);
      this.#live.set(catalog, live);
    }
    return live;
  }

  /**
   * The catalog with the tools that MCP servers list for a session's user.
   *
   * @param patient waits for servers that were never asked, for a moment; otherwise they are asked in the background
   */
  async complete(catalog: Catalog, reader: ToolListReader, patient: boolean): Promise<CompletedCatalog> {
    const live = this.live(catalog).filter(({ slug }) => reader.allowsToolkit(slug));
    if (live.length === 0) return { catalog, upstreams: [] };
    const accounts = await this.#accounts(live, reader);
    const wanted = live.map(({ toolkit }) => ({ toolkit, lists: wantedLists(toolkit, accounts) }));
    const keys = wanted.flatMap(({ lists }) => lists.map(({ key }) => key));
    let known = await this.#read(keys);
    const waited = new Set<string>();
    for (let due = this.#due(wanted, known); due.length > 0; due = this.#due(wanted, known)) {
      const asked = due.map((each) => this.#ask(each));
      const isNew = due.some(({ key }) => known.get(key) === undefined && !waited.has(key));
      if (!patient || !isNew) break;
      for (const { key } of due) waited.add(key);
      const longest = Math.max(...asked.map(({ since }) => since + patienceMs - performance.now()));
      await atMost(Math.max(0, longest), Promise.all(asked.map(({ done }) => done)));
      known = await this.#read(keys);
      // A server that was found to have accounts is asked with them at once.
    }
    const completed = await Promise.all(wanted.map(({ toolkit, lists }) => this.#toolkitOf(toolkit, lists, known)));
    return {
      catalog: this.#join(
        catalog,
        completed.flatMap(({ made }) => made ?? []),
      ),
      upstreams: completed.map(({ upstream }) => upstream),
    };
  }

  /** The server said that its tools have changed, as an account sees them. */
  async changed(toolkit: Toolkit, projectId: string, connectedAccountId: string | undefined): Promise<void> {
    try {
      const account =
        connectedAccountId === undefined
          ? undefined
          : await this.#options.store.connectedAccounts.get(projectId, connectedAccountId);
      await this.#ask({ key: keyOf(toolkit, account), toolkit, account }).done;
    } catch (error) {
      this.#options.logger.error({ toolkit: toolkit.slug, err: error }, 'tools not listed again');
    }
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#asking.values()].map(({ done }) => done));
  }

  async #accounts(live: readonly CatalogToolkit[], { projectId, userId, config }: ToolListReader) {
    const toolkits = live.filter(({ toolkit }) => toolkit.authSchemes.length > 0).map(({ slug }) => slug);
    if (toolkits.length === 0) return [];
    const { items } = await this.#options.store.connectedAccounts.list({
      projectId,
      userIds: [userId],
      toolkits,
      statuses: ['ACTIVE'],
      limit: accountsRead,
    });
    return items.filter((account) => isReady(account) && permits(config, account));
  }

  async #read(keys: readonly string[]): Promise<ReadonlyMap<string, StoredToolList>> {
    const lists = await this.#options.store.toolLists.get(keys);
    return new Map(lists.map((list) => [list.key, list]));
  }

  #due(
    wanted: readonly { readonly lists: readonly Wanted[] }[],
    known: ReadonlyMap<string, StoredToolList>,
  ): readonly Wanted[] {
    return wanted.flatMap(({ lists }) => lists.filter((each) => this.#isDue(each, known)));
  }

  #isDue({ key, toolkit, account }: Wanted, known: ReadonlyMap<string, StoredToolList>): boolean {
    const list = known.get(key);
    const now = this.#options.now().getTime();
    if (account !== undefined && toolkit.upstream?.kind === 'http' && toolkit.upstream.account === 'unknown') {
      const shared = known.get(keyOf(toolkit, undefined));
      if (shared === undefined || stateOf(shared).needsAccount !== true) return false;
    }
    if (list === undefined) return true;
    const { failure } = stateOf(list);
    if (failure !== undefined) {
      // With a credential that was renewed, or an account that was connected again, it may be another matter.
      const isOther = account !== undefined && account.updatedAt.getTime() > list.askedAt.getTime();
      return isOther || now - list.askedAt.getTime() >= pauseMs;
    }
    const age = now - list.askedAt.getTime();
    return age >= (toolkit.upstream?.listTtlMs ?? 0) || (account !== undefined && account.updatedAt > list.askedAt);
  }

  /** Of all who want the same list in this process, one asks. */
  #ask(wanted: Wanted): Asking {
    const known = this.#asking.get(wanted.key);
    if (known !== undefined) return known;
    const done = this.#askNow(wanted)
      .catch((error: unknown) => {
        this.#options.logger.error({ toolkit: wanted.toolkit.slug, err: error }, 'list of tools not kept');
      })
      .finally(() => this.#asking.delete(wanted.key));
    const asking = { since: performance.now(), done };
    this.#asking.set(wanted.key, asking);
    return asking;
  }

  async #askNow(wanted: Wanted): Promise<void> {
    const { store, logger, now } = this.#options;
    const { key, toolkit, account } = wanted;
    const [before] = await store.toolLists.get([key]);
    const fields = { toolkit: toolkit.slug, connectedAccountId: account?.id };
    const list = {
      key,
      toolkit: toolkit.slug,
      account: account === undefined ? null : { projectId: account.projectId, connectedAccountId: account.id },
      hash: before?.hash ?? null,
      listedAt: before?.listedAt ?? null,
    };
    const changes = before === undefined ? undefined : stateOf(before).changes;
    let tools: readonly JsonObject[];
    try {
      tools = await this.#list(wanted);
    } catch (error) {
      if (this.#closing.signal.aborted) return;
      if (error instanceof ChallengeError && account === undefined && error.challenge.status === 401) {
        await store.toolLists.put({ ...list, askedAt: now(), state: { needsAccount: true } });
        return;
      }
      const failure = await this.#failureOf(error, wanted);
      logger.warn({ ...fields, error: failure.toJSON() }, 'an MCP server could not be asked for its tools');
      await store.toolLists.put({
        ...list,
        askedAt: now(),
        state: { failure: failure.toJSON(), ...(changes === undefined ? {} : { changes }) },
      });
      return;
    }
    const listHash = contentHash(tools);
    if (before !== undefined && before.hash === listHash) {
      await store.toolLists.put({ ...list, askedAt: now(), state: { ...(changes === undefined ? {} : { changes }) } });
      return;
    }
    const old = before?.hash == null ? undefined : await store.toolLists.tools(key);
    const more = old === undefined ? [] : differences(old.tools, tools, now());
    if (more.length > 0) {
      const named = (kind: ToolChange['kind']) => more.flatMap((change) => (change.kind === kind ? [change.tool] : []));
      logger.warn(
        { ...fields, changed: named('changed'), removed: named('removed') },
        'an MCP server changed its tools',
      );
    }
    const kept = [...(changes ?? []), ...more].slice(-changesKept);
    await store.toolLists.put(
      {
        ...list,
        hash: listHash,
        listedAt: now(),
        askedAt: now(),
        state: { ...(kept.length === 0 ? {} : { changes: kept }) },
      },
      tools,
    );
  }

  async #failureOf(error: unknown, { toolkit, account }: Wanted): Promise<JackfieldError> {
    if (error instanceof ChallengeError) {
      const { status, scopes } = error.challenge;
      if (status === 403 && account !== undefined)
        return this.#options.onScopesNeeded(toolkit, account.projectId, account.id, scopes);
      return new JackfieldError('UPSTREAM_ERROR', {
        message:
          account === undefined
            ? `${toolkit.name} asks for a sign-in.`
            : `${toolkit.name} did not accept the credential of the account ${account.id}.`,
        fix:
          account === undefined
            ? "Set `auth: 'oauth'`, or `headers`, where the toolkit is made."
            : 'The user has to connect the account again.',
        details: { status, toolkit: toolkit.slug },
      });
    }
    if (JackfieldError.isInstance(error)) return error;
    return new JackfieldError(this.#closing.signal.aborted ? 'UNAVAILABLE' : 'TIMEOUT', {
      message: `The MCP server of ${toolkit.name} did not list its tools in time.`,
      details: { toolkit: toolkit.slug },
      cause: error,
    });
  }

  async #list({ toolkit, account }: Wanted): Promise<readonly JsonObject[]> {
    const { clients, store, credentials } = this.#options;
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(listTimeoutMs)]);
    const projectId = account?.projectId ?? '';
    const onToolsChanged = () => void this.changed(toolkit, projectId, account?.id);
    const onFault = (error: unknown) =>
      this.#options.logger.warn(
        { toolkit: toolkit.slug, reason: error instanceof Error ? error.message.slice(0, 1_000) : '' },
        'an MCP server lists tools that are not as MCP has them',
      );
    const list = async (held: HeldCredentials | undefined) => {
      const ids = Object.keys(held?.credentials ?? {});
      const authorization = authorizationFor(ids, toolkit.authSchemes, held?.credentials ?? {}) ?? noAuthorization;
      const use = { toolkit, owner: account?.id ?? '', authorization, signal, onToolsChanged };
      return clients.use(use, (client) => listTools(client, { signal, onFault }));
    };
    if (account === undefined) return list(undefined);
    const authConfig = await store.authConfigs.get(account.projectId, account.authConfigId);
    if (authConfig === undefined) return [];
    const held = await credentials({ account, authConfig, toolkit }, signal);
    try {
      return await list(held);
    } catch (error) {
      if (!(error instanceof ChallengeError) || error.challenge.status !== 401) throw error;
      const renewed = await held.renewal?.renew(true);
      if (renewed === undefined) throw error;
      return list(renewed);
    }
  }

  async #toolkitOf(
    toolkit: Toolkit,
    lists: readonly Wanted[],
    known: ReadonlyMap<string, StoredToolList>,
  ): Promise<{ readonly made: CatalogToolkit | undefined; readonly upstream: SessionUpstream }> {
    const shared = lists.find(({ account }) => account === undefined);
    const sharedList = shared && known.get(shared.key);
    const needsAccount =
      shared === undefined || (sharedList !== undefined && stateOf(sharedList).needsAccount === true);
    const used = needsAccount
      ? lists.filter(({ account }) => account !== undefined)
      : lists.filter((each) => each === shared);
    const found = used.flatMap(({ key }) => known.get(key) ?? []);
    const failures = found.flatMap((list) => stateOf(list).failure ?? []);
    const isAwaited = found.length < used.length;
    return {
      made: await this.#made(toolkit, needsAccount, found),
      upstream: {
        toolkit,
        lacksAccount: needsAccount && used.length === 0,
        failure: failures[0]
          ? new JackfieldError(failures[0].code, failures[0])
          : isAwaited
            ? notYet(toolkit)
            : undefined,
        changes: found.flatMap((list) => stateOf(list).changes ?? []),
      },
    };
  }

  /** Equal lists make one toolkit, whoever's they are. */
  async #made(
    toolkit: Toolkit,
    needsAccount: boolean,
    lists: readonly StoredToolList[],
  ): Promise<CatalogToolkit | undefined> {
    const withTools = lists.filter((list) => list.hash !== null);
    if (withTools.length === 0) return undefined;
    const hashes = [...new Set(withTools.map((list) => list.hash))];
    const key = JSON.stringify([toolkit.slug, configHash(toolkit), needsAccount, hashes]);
    const remembered = this.#toolkits.get(key);
    if (remembered !== undefined) return remembered;
    const read = await Promise.all(withTools.map((list) => this.#options.store.toolLists.tools(list.key)));
    const tools = read.flatMap((each) => each?.tools ?? []);
    const made = CatalogToolkit.of({ ...toolkit, tools: toTools(tools, toolkit, needsAccount) });
    const isAsKnown = read.every((each, index) => each?.hash === withTools[index]?.hash);
    if (isAsKnown) this.#toolkits.set(key, made);
    return made;
  }

  #join(catalog: Catalog, made: readonly CatalogToolkit[]): Catalog {
    if (made.length === 0) return catalog;
    let ofCatalog = this.#completed.get(catalog);
    if (ofCatalog === undefined) {
      ofCatalog = new BoundedCache(rememberedCatalogs);
      this.#completed.set(catalog, ofCatalog);
    }
    const key = made.map((toolkit) => this.#identityOf(toolkit)).join(' ');
    let joined = ofCatalog.get(key);
    if (joined === undefined) {
      const bySlug = new Map(made.map((toolkit) => [toolkit.slug, toolkit]));
      joined = new Catalog(
        [...catalog.toolkits.values()].map((toolkit) => bySlug.get(toolkit.slug) ?? toolkit),
        catalog.failures,
      );
      ofCatalog.set(key, joined);
    }
    return joined;
  }

  #identityOf(toolkit: CatalogToolkit): number {
    let identity = this.#identities.get(toolkit);
    if (identity === undefined) {
      identity = this.#nextIdentity++;
      this.#identities.set(toolkit, identity);
    }
    return identity;
  }
}

/** A server that was never asked before and takes its time. */
function notYet(toolkit: Toolkit): JackfieldError {
  return new JackfieldError('UNAVAILABLE', {
    message: `The MCP server of ${toolkit.name} has not answered yet.`,
    fix: 'Try again in a moment.',
    details: { toolkit: toolkit.slug },
  });
}

function wantedLists(toolkit: Toolkit, accounts: readonly StoredConnectedAccount[]): readonly Wanted[] {
  const { upstream } = toolkit;
  const account = upstream?.kind === 'http' ? upstream.account : 'none';
  const shared: Wanted = { key: keyOf(toolkit, undefined), toolkit, account: undefined };
  if (account === 'none') return [shared];
  const own = accounts
    .filter((each) => each.toolkit === toolkit.slug)
    .map((each): Wanted => ({ key: keyOf(toolkit, each), toolkit, account: each }));
  return account === 'required' ? own : [shared, ...own];
}

function keyOf(toolkit: Toolkit, account: StoredConnectedAccount | undefined): string {
  const owner = account === undefined ? '' : ` ${account.projectId} ${account.id}`;
  return `${toolkit.slug} ${configHash(toolkit)}${owner}`;
}

const configHashes = new WeakMap<Toolkit, string>();

/** Another server, or another key for it, may list other tools. Its secrets cannot be told from it. */
function configHash(toolkit: Toolkit): string {
  let known = configHashes.get(toolkit);
  if (known === undefined) {
    const text = JSON.stringify([toolkit.upstream, toolkit.authSchemes]);
    known = hash('sha256', text, 'base64url').slice(0, 22);
    configHashes.set(toolkit, known);
  }
  return known;
}

function stateOf({ state }: StoredToolList): ListState {
  return state;
}

/** What an agent that knew the tools before has to be told; those that came do no harm. */
function differences(before: readonly JsonObject[], after: readonly JsonObject[], at: Date): readonly ToolChange[] {
  const now = new Map(after.map((tool) => [tool.name, definitionOf(tool)]));
  return before.flatMap((tool): ToolChange[] => {
    const name = String(tool.name);
    const definition = now.get(name);
    if (definition === undefined) return [{ at: at.toISOString(), tool: name, kind: 'removed' }];
    return definition === definitionOf(tool) ? [] : [{ at: at.toISOString(), tool: name, kind: 'changed' }];
  });
}

/** What a model and a session's filters go by. */
function definitionOf({
  title,
  description,
  inputSchema,
  outputSchema,
  annotations,
}: Readonly<Record<string, unknown>>): string {
  return contentHash([title, description, inputSchema, outputSchema, annotations]);
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
