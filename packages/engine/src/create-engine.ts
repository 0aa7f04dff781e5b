import { randomUUID } from 'node:crypto';
import type { ExecuteResponse, ProxyExecuteResponse, RouteInput, RouteName, RouteResponse } from '@jackfield/contract';
import { trace } from '@opentelemetry/api';
import { AccountLifecycle } from './connections/account-lifecycle.ts';
import { AccountPreparer } from './connections/account-preparer.ts';
import { AuthConfigService } from './connections/auth-config-service.ts';
import { CallbackPolicy } from './connections/callback-policy.ts';
import { ConnectLinkService } from './connections/connect-link-service.ts';
import { ConnectedAccountService } from './connections/connected-account-service.ts';
import { createConnectFlow } from './connections/create-connect-flow.ts';
import { AuthorizationServers } from './connections/oauth/authorization-servers.ts';
import { OAuthClients } from './connections/oauth/oauth-clients.ts';
import { createOAuthFetch } from './connections/oauth/oauth-fetch.ts';
import { ProtectedResources } from './connections/oauth/protected-resources.ts';
import { SignIn } from './connections/oauth/sign-in.ts';
import { TokenEndpoint } from './connections/oauth/token-endpoint.ts';
import { TokenIssuer } from './connections/oauth/token-issuer.ts';
import { scopesNeeded } from './connections/scopes-needed.ts';
import { TokenRenewal } from './connections/token-renewal.ts';
import type { Egress } from './egress/egress.ts';
import type { CallContext, Engine, Logger } from './engine.ts';
import { EventFeed } from './events/event-feed.ts';
import { EventService } from './events/event-service.ts';
import { Housekeeping } from './events/housekeeping.ts';
import { ArgumentValidator } from './execution/argument-validator.ts';
import { Cancellations } from './execution/cancellations.ts';
import { answerOf } from './execution/execute-response.ts';
import { type FindActionOptions, findAction, type ToolRequest } from './execution/find-action.ts';
import { callTool, type GateServices } from './execution/gate.ts';
import { Idempotency } from './execution/idempotency.ts';
import { idempotentOperation } from './execution/idempotent-operation.ts';
import { defaultLimits, type EngineLimits } from './execution/limits.ts';
import { getToolSchemas } from './execution/meta-tools/get-tool-schemas.ts';
import { manageConnections } from './execution/meta-tools/manage-connections.ts';
import { MetaTools } from './execution/meta-tools/meta-tools.ts';
import { multiExecute } from './execution/meta-tools/multi-execute.ts';
import { searchTools } from './execution/meta-tools/search-tools.ts';
import { waitForConnections } from './execution/meta-tools/wait-for-connections.ts';
import { OutputFitter } from './execution/output-fitter.ts';
import { proxyAction, proxyTool } from './execution/proxy-action.ts';
import { FileService } from './files/file-service.ts';
import { SearchIndexes } from './search/search-indexes.ts';
import { SearchMemory } from './search/search-memory.ts';
import { SearchService } from './search/search-service.ts';
import type { Embedder } from './search/vectors.ts';
import { CustomToolQueue } from './sessions/custom-tool-queue.ts';
import { localPrefix } from './sessions/custom-tools.ts';
import { servedCustomTools } from './sessions/served-custom-tools.ts';
import { SessionAccess } from './sessions/session-access.ts';
import { SessionService } from './sessions/session-service.ts';
import { SessionToolkitService } from './sessions/session-toolkit-service.ts';
import { ToolListings } from './sessions/tool-listing.ts';
import { challengeWithoutCredential } from './sources/mcp/challenge-without-credential.ts';
import { isContent } from './sources/mcp/run-mcp-tool.ts';
import { ToolLists } from './sources/mcp/tool-lists.ts';
import { UpstreamClients } from './sources/mcp/upstream-clients.ts';
import { createId } from './stores/create-id.ts';
import type { Store, StoredSession } from './stores/store.ts';
import { SessionTokenService } from './tokens/session-token-service.ts';
import type { JsonSchema, Tool } from './toolkit.ts';
import { configuredDocuments, fetchDocumentThrough } from './toolkits/fetch-document.ts';
import { ProjectCatalogs } from './toolkits/project-catalogs.ts';
import { type ToolkitProvision, ToolkitRegistry } from './toolkits/toolkit-registry.ts';
import { ToolkitService } from './toolkits/toolkit-service.ts';
import type { Vault } from './vault/vault.ts';
import { WebhookDispatcher } from './webhooks/webhook-dispatcher.ts';
import { WebhookSender } from './webhooks/webhook-sender.ts';
import { WebhookService } from './webhooks/webhook-service.ts';

export interface EngineOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly egress: Egress;
  /** Loaded when the first call needs them, in parallel; lists show them in this order. */
  readonly toolkits: readonly ToolkitProvision[];
  /** Default: none. */
  readonly logger?: Logger | undefined;
  /** Default: {@link defaultLimits}. */
  readonly limits?: Partial<EngineLimits> | undefined;
  /**
   * Where browsers may be sent after connecting, beside the server's own origin and this machine: origins, or URLs that
   * a callback must be or be below. Default: none.
   */
  readonly allowedCallbackUrls?: readonly string[] | undefined;
  readonly search?: SearchOptions | undefined;
  /** Whether MCP servers that are programs may be started on this machine. Default: false. */
  readonly allowMcpCommands?: boolean | undefined;
  /** What time it is. Default: the system clock. */
  readonly now?: (() => Date) | undefined;
}

export interface SearchOptions {
  /** A language model, which finds tools by what they mean. Default: none; tools are found by words alone. */
  readonly embedder?: Embedder | undefined;
  /** Whether tools that were used after a search are ranked higher in searches like it, in the same project. Default: true. */
  readonly memory?: boolean | undefined;
  /** Whether searches wait for the vectors of all tools, whatever that takes. Default: only for those of small toolkits. */
  readonly waitForVectors?: boolean | undefined;
}

/** How long after the end of its time a call that has left no result counts as lost with its process. */
const leaseMarginMs = 30_000;

/** Everything that the server offers, without HTTP. Reads and writes nothing until the first call. */
export function createEngine(options: EngineOptions): Engine {
  const { store, vault, egress } = options;
  const logger = options.logger ?? silent;
  const now = options.now ?? (() => new Date());
  const limits: EngineLimits = { ...defaultLimits, ...options.limits };

  const registry = new ToolkitRegistry({
    toolkits: options.toolkits,
    logger,
    now,
    fetch: fetchDocumentThrough(egress, configuredDocuments),
  });
  const catalogs = new ProjectCatalogs({ registry, store, logger });
  const mcpClients = new UpstreamClients({
    egress,
    limits,
    logger,
    allowCommands: options.allowMcpCommands ?? false,
  });
  const onScopesNeeded = scopesNeeded(store);
  const toolLists = new ToolLists({
    store,
    clients: mcpClients,
    credentials: (use, signal) => renewal.hold(use, signal),
    onScopesNeeded,
    logger,
    now,
  });
  const access = new SessionAccess({ store, catalogs, toolLists, now });
  const fetch = createOAuthFetch(egress);
  const resources = new ProtectedResources({
    fetch,
    challenge: (toolkit) => challengeWithoutCredential(mcpClients, toolkit),
  });
  const servers = new AuthorizationServers({ fetch, resources, now });
  const clients = new OAuthClients({ store, vault, fetch, now });
  const endpoint = new TokenEndpoint({ fetch, now });
  const issuer = new TokenIssuer({ vault, servers, clients, endpoint });
  const signIn = new SignIn({ store, vault, servers, clients, endpoint, now });
  const feed = new EventFeed(store.events);
  const events = new EventService({ events: store.events, feed });
  const sender = new WebhookSender({ vault, egress, timeoutMs: limits.webhookTimeoutMs, now });
  const webhooks = new WebhookService({ store, vault, sender, now });
  const dispatcher = new WebhookDispatcher({
    store,
    sender,
    logger,
    now,
    timeoutMs: limits.webhookTimeoutMs,
    maxAttempts: limits.webhookAttempts,
    retryMs: limits.webhookRetryMs,
  });
  const housekeeping = new Housekeeping(store, logger, now);
  const lifecycle = new AccountLifecycle({
    store,
    logger,
    onEvent(projectId) {
      feed.notify(projectId);
      dispatcher.wake();
    },
  });
  const preparer = new AccountPreparer({ vault, egress, issuer, limits, logger });
  const { refreshAheadMs } = limits;
  const renewal = new TokenRenewal({ store, vault, issuer, lifecycle, logger, now, refreshAheadMs });
  const authConfigs = new AuthConfigService({ store, vault, catalogs, servers });
  const callbacks = new CallbackPolicy(options.allowedCallbackUrls ?? []);
  const links = new ConnectLinkService({ store, authConfigs, callbacks, now });
  const accounts = new ConnectedAccountService({
    store,
    vault,
    catalogs,
    authConfigs,
    preparer,
    lifecycle,
    renewal,
    issuer,
    links,
    logger,
    now,
  });
  const indexes = new SearchIndexes({ ...options.search, logger });
  const memory =
    options.search?.memory === false ? undefined : new SearchMemory({ store: store.searchMemory, logger, now });
  const search = new SearchService({ store, indexes, memory, now, maxSchemaBytes: limits.maxSearchSchemaBytes });

  const metaTools = new MetaTools([
    searchTools(search),
    getToolSchemas(search),
    multiExecute(
      // A session that is deleted while a batch runs ends it.
      ({ sessionId, ...request }, context) => execute(sessionId, request, { ...context, session: undefined }),
      limits,
    ),
    manageConnections(store, links),
    waitForConnections(store),
  ]);
  const sessions = new SessionService({
    store,
    catalogs,
    access,
    listings: new ToolListings(metaTools),
    metaTools,
    callbacks,
    now,
  });
  const sessionToolkits = new SessionToolkitService({ access, store });
  const toolkits = new ToolkitService({
    store,
    catalogs,
    fetch: fetchDocumentThrough(egress, { maxBytes: limits.maxDocumentLength, timeoutMs: limits.toolTimeoutMs }),
    maxDocumentLength: limits.maxDocumentLength,
    discardAccounts: (authConfigId, projectId) => accounts.discardAll(authConfigId, projectId),
    async find({ search: useCase, toolkit, limit }, catalog, context) {
      const everything = access.describe(anySession(context.projectId, now()), catalog);
      const body = { queries: [{ useCase }], limit, ...(toolkit === undefined ? {} : { toolkits: [toolkit] }) };
      return search.find(everything, body, context);
    },
  });
  const customTools = new CustomToolQueue({ store, access, limits, now });
  const tokens = new SessionTokenService({ store, access, metaTools, now });

  const findOptions: FindActionOptions = {
    metaTools,
    catalogs,
    // That there is no such tool is what matters.
    findSimilar: (session, slug, context) => search.findSimilar(session, slug, context).catch(() => []),
    rescope: ({ stored, narrowing }, catalog) => access.complete(stored, catalog, narrowing, true),
    clients: mcpClients,
    onToolsChanged: (toolkit, projectId, accountId) => void toolLists.changed(toolkit, projectId, accountId),
    onScopesNeeded,
    callCustomTool: ({ id: sessionId, projectId }, tool, input, signal) =>
      customTools.call({ projectId, sessionId }, tool, input, signal),
    egress,
    limits,
    now,
  };
  const idempotency = new Idempotency({
    store: store.idempotency,
    now,
    ownerId: randomUUID(),
    leaseMs: limits.toolTimeoutMs + leaseMarginMs,
  });
  const gate: GateServices = {
    sessions: access,
    store,
    validator: new ArgumentValidator(),
    idempotency,
    credentials: (use, signal) => renewal.hold(use, signal),
    async linkAgain({ id, projectId, userId, config, switches }, connectedAccountId, { publicUrl }) {
      if (publicUrl === undefined || !switches.manageConnections) return undefined;
      const account = await store.connectedAccounts.get(projectId, connectedAccountId);
      const callbackUrl = config.manageConnections?.callbackUrl ?? undefined;
      if (account?.userId !== userId) return undefined;
      return links.linkAgain({ account, publicUrl, callbackUrl }, id);
    },
    needsNoAccount: (session, toolkit) => authConfigs.needsNoAccount(session, toolkit),
    connectTool: (session, { metaToolPrefix }) => metaTools.slugOf(session, metaToolPrefix, 'MANAGE_CONNECTIONS'),
    limits,
    logger,
    tracer: trace.getTracer('@jackfield/engine'),
    now,
  };
  const fitter = new OutputFitter();
  const cancellations = new Cancellations({ store: store.cancellations, now, logger });
  const running = new Set<Promise<unknown>>();

  async function execute(sessionId: string, request: ToolRequest, context: CallContext): Promise<ExecuteResponse> {
    const { data, content, failure, logId } = await tracked(
      callTool(
        gate,
        {
          sessionId,
          tool: request.slug,
          find: (session) => findAction(session, request, context, findOptions),
          none: {},
        },
        context,
      ),
    );
    if (failure === undefined && !metaTools.isMetaTool(request.slug, context.metaToolPrefix)) {
      const learning = memory?.used(context.projectId, sessionId, request.slug);
      if (learning !== undefined) void tracked(learning);
    }
    return { ...answerOf(data, failure), ...(content === undefined ? {} : { content: [...content] }), logId };
  }

  /** The session matters only for tools of MCP servers, which each user has their own of, and custom tools. */
  async function namedTool(sessionId: string, slug: string, context: CallContext): Promise<NamedTool | undefined> {
    const catalog = await catalogs.of(context.projectId, context.session?.toolkitsVersion);
    const found = catalog.findTool(slug);
    if (found !== undefined) return found.tool;
    const isCustom = slug.startsWith(localPrefix);
    if (!isCustom && catalog.liveToolkitOf(slug) === undefined) return undefined;
    const session = await access.open(sessionId, context);
    if (!isCustom) return session.scope.catalog.findTool(slug)?.tool;
    return servedCustomTools(session, context.metaToolPrefix).find((tool) => tool.slug === slug);
  }

  /** So that `close` can wait for it. */
  function tracked<Result>(call: Promise<Result>): Promise<Result> {
    running.add(call);
    const forget = () => running.delete(call);
    call.then(forget, forget);
    return call;
  }

  /** For operations of which a second call makes a second thing. */
  function once<Name extends RouteName>(
    name: Name,
    operation: (input: RouteInput<Name>, context: CallContext) => Promise<RouteResponse<Name>>,
  ): typeof operation {
    return idempotentOperation(name, operation, { idempotency, vault });
  }

  return {
    operations: {
      'sessions.create': once('sessions.create', ({ body }, context) => sessions.create(body, context)),
      'sessions.list': ({ query }, context) => sessions.list(query, context),
      'sessions.get': ({ params }, context) => sessions.get(params.sessionId, context),
      'sessions.attach': ({ params, body }, context) => sessions.attach(params.sessionId, body, context),
      'sessions.update': once('sessions.update', ({ params, body }, context) =>
        sessions.update(params.sessionId, body, context),
      ),
      'sessions.delete': ({ params }, context) => sessions.delete(params.sessionId, context),
      'sessions.configHistory': ({ params, query }, context) =>
        sessions.configHistory(params.sessionId, query, context),
      'sessions.tools': ({ params, query }, context) => sessions.tools(params.sessionId, query, context),
      'sessions.toolkits': ({ params, query }, context) => sessionToolkits.list(params.sessionId, query, context),
      'sessions.link': once('sessions.link', async ({ params, body }, context) =>
        links.link(await access.open(params.sessionId, context), body, context),
      ),
      'sessions.search': async ({ params, body }, context) =>
        search.search(await access.open(params.sessionId, context, { patient: true }), body, context),
      'sessions.execute': ({ params, body }, context) =>
        execute(
          params.sessionId,
          {
            slug: body.toolSlug,
            input: body.arguments ?? {},
            account: body.account,
            definitions: body.experimental,
          },
          context,
        ),
      'sessions.proxyExecute': async ({ params, body }, context) => {
        const { data, failure } = await tracked(
          callTool<ProxyExecuteResponse>(
            gate,
            {
              sessionId: params.sessionId,
              tool: proxyTool,
              find: (session) => proxyAction(session, body, { egress, limits }),
              none: { status: 0 },
            },
            context,
          ),
        );
        if (failure !== undefined) throw failure;
        return data;
      },
      'sessions.tokens.create': once('sessions.tokens.create', ({ params, body }, context) =>
        tokens.create(params.sessionId, body, context),
      ),
      'sessions.tokens.list': ({ params, query }, context) => tokens.list(params.sessionId, query, context),
      'sessions.tokens.revoke': ({ params }, context) => tokens.revoke(params.sessionId, params.tokenId, context),
      'sessions.serveCustomTools': ({ params, body }, context) => customTools.serve(params.sessionId, body, context),
      'connectedAccounts.list': ({ query }, context) => accounts.list(query, context),
      'connectedAccounts.get': ({ params }, context) => accounts.get(params.connectedAccountId, context),
      'connectedAccounts.create': once('connectedAccounts.create', ({ body }, context) =>
        accounts.create(body, context),
      ),
      'connectedAccounts.update': ({ params, body }, context) =>
        accounts.update(params.connectedAccountId, body, context),
      'connectedAccounts.updateStatus': ({ params, body }, context) =>
        accounts.setEnabled(params.connectedAccountId, body.enabled, context),
      'connectedAccounts.refresh': ({ params }, context) =>
        tracked(accounts.refresh(params.connectedAccountId, context)),
      'connectedAccounts.revoke': ({ params }, context) => tracked(accounts.revoke(params.connectedAccountId, context)),
      'connectedAccounts.delete': ({ params }, context) => tracked(accounts.delete(params.connectedAccountId, context)),
      'authConfigs.list': ({ query }, context) => authConfigs.list(query, context),
      'authConfigs.create': once('authConfigs.create', ({ body }, context) => authConfigs.create(body, context)),
      'authConfigs.get': ({ params }, context) => authConfigs.get(params.authConfigId, context),
      'authConfigs.update': ({ params, body }, context) => authConfigs.update(params.authConfigId, body, context),
      'authConfigs.enable': ({ params }, context) => authConfigs.setEnabled(params.authConfigId, true, context),
      'authConfigs.disable': ({ params }, context) => authConfigs.setEnabled(params.authConfigId, false, context),
      'authConfigs.delete': ({ params }, context) =>
        tracked(
          (async () => {
            await accounts.discardAll(params.authConfigId, context.projectId);
            return authConfigs.delete(params.authConfigId, context);
          })(),
        ),
      'toolkits.list': ({ query }, context) => toolkits.list(query, context),
      'toolkits.create': once('toolkits.create', ({ body }, context) => toolkits.create(body, context)),
      'toolkits.get': ({ params }, context) => toolkits.get(params.slug, context),
      'toolkits.delete': ({ params }, context) => tracked(toolkits.delete(params.slug, context)),
      'tools.list': ({ query }, context) => toolkits.tools(query, context),
      'tools.get': ({ params }, context) => toolkits.tool(params.slug, context),
      'events.list': ({ query }, context) => events.list(query, context),
      'webhooks.create': once('webhooks.create', ({ body }, context) => webhooks.create(body, context)),
      'webhooks.list': ({ query }, context) => webhooks.list(query, context),
      'webhooks.get': ({ params }, context) => webhooks.get(params.webhookId, context),
      'webhooks.update': ({ params, body }, context) => webhooks.update(params.webhookId, body, context),
      'webhooks.rotateSecret': ({ params }, context) => webhooks.rotateSecret(params.webhookId, context),
      'webhooks.test': ({ params }, context) => tracked(webhooks.test(params.webhookId, context)),
      'webhooks.delete': ({ params }, context) => webhooks.delete(params.webhookId, context),
    },
    cancellable: (sessionId, call, context) => cancellations.begin(sessionId, call, context),
    cancel: (sessionId, call, context) => cancellations.cancel(sessionId, call, context),
    files: new FileService({ store, vault, access, maxFileBytes: limits.maxFileBytes, now }),
    passingSession: async (userId, config, { projectId }) => ({
      ...anySession(projectId, now()),
      id: createId('ses'),
      userId,
      config: { ...config },
      toolkitsVersion: await store.toolkits.version(projectId),
    }),
    instructions: (sessionId, context) => sessions.instructions(sessionId, context),
    async connectLink(sessionId, toolkitSlug, context) {
      const session = await access.open(sessionId, context);
      if (!session.switches.manageConnections || context.publicUrl === undefined) return undefined;
      return links.link(session, { toolkit: toolkitSlug }, context);
    },
    async inputSchema(sessionId, toolSlug, context) {
      const tool = await namedTool(sessionId, toolSlug, context);
      return tool?.inputSchema ?? metaTools.withSlug(toolSlug, context.metaToolPrefix)?.inputSchema;
    },
    async structuredOutput(sessionId, toolSlug, data, context) {
      const tool = await namedTool(sessionId, toolSlug, context);
      // An MCP server may answer structured content that it published no schema for.
      if (tool?.binding?.kind === 'mcp' && tool.outputSchema === undefined && !isContent(data)) {
        return { kind: 'fits', value: data };
      }
      return fitter.fit(tool?.outputSchema ?? metaTools.withSlug(toolSlug, context.metaToolPrefix)?.outputSchema, data);
    },
    toolListEtag: ({ params, query }, context) => sessions.toolListEtag(params.sessionId, query, context),
    connect: createConnectFlow({ store, catalogs, signIn, preparer, lifecycle, logger, now }),
    start() {
      dispatcher.start();
      housekeeping.start();
    },
    endWaits() {
      feed.end();
      customTools.close();
    },
    async close() {
      customTools.close();
      feed.end();
      registry.close();
      await Promise.allSettled(running);
      await Promise.all([dispatcher.close(), housekeeping.close()]);
      await toolLists.close();
      await mcpClients.close();
      await indexes.close();
      await store.toolCalls.flush();
    },
  };
}

/** What of a tool matters to clients of the Model Context Protocol. */
interface NamedTool {
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema | undefined;
  readonly binding?: Tool['binding'];
}

/** A session that allows everything, of nobody: it stands nowhere. */
function anySession(projectId: string, at: Date): StoredSession {
  return {
    id: '',
    projectId,
    userId: '',
    config: {},
    configVersion: 1,
    createdAt: at,
    updatedAt: at,
    expiresAt: null,
    toolkitsVersion: 0,
    customTools: null,
  };
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };
