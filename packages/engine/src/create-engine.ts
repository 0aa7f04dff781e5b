import { randomUUID } from 'node:crypto';
import type { ExecuteResponse, ProxyExecuteResponse } from '@jackfield/contract';
import { trace } from '@opentelemetry/api';
import { decryptCredentials } from './connections/account-secrets.ts';
import { AuthConfigService } from './connections/auth-config-service.ts';
import { ConnectLinkService } from './connections/connect-link-service.ts';
import { ConnectedAccountService } from './connections/connected-account-service.ts';
import { createConnectFlow } from './connections/create-connect-flow.ts';
import type { Egress } from './egress/egress.ts';
import type { CallContext, Engine, Logger } from './engine.ts';
import { ArgumentValidator } from './execution/argument-validator.ts';
import { answerOf } from './execution/execute-response.ts';
import { type FindActionOptions, findAction, type ToolRequest } from './execution/find-action.ts';
import { callTool, type GateServices } from './execution/gate.ts';
import { Idempotency } from './execution/idempotency.ts';
import { defaultLimits, type EngineLimits } from './execution/limits.ts';
import { getToolSchemas } from './execution/meta-tools/get-tool-schemas.ts';
import { manageConnections } from './execution/meta-tools/manage-connections.ts';
import { MetaTools } from './execution/meta-tools/meta-tools.ts';
import { multiExecute } from './execution/meta-tools/multi-execute.ts';
import { searchTools } from './execution/meta-tools/search-tools.ts';
import { waitForConnections } from './execution/meta-tools/wait-for-connections.ts';
import { proxyAction, proxyTool } from './execution/proxy-action.ts';
import { SearchService } from './search/search-service.ts';
import { SessionAccess } from './sessions/session-access.ts';
import { SessionService } from './sessions/session-service.ts';
import { SessionToolkitService } from './sessions/session-toolkit-service.ts';
import { ToolListings } from './sessions/tool-listing.ts';
import type { ToolkitSource } from './sources/toolkit-source.ts';
import type { Store } from './stores/store.ts';
import { SessionTokenService } from './tokens/session-token-service.ts';
import type { Toolkit } from './toolkit.ts';
import { fetchDocumentThrough } from './toolkits/fetch-document.ts';
import { ToolkitRegistry } from './toolkits/toolkit-registry.ts';
import type { Vault } from './vault/vault.ts';

export interface EngineOptions {
  readonly store: Store;
  readonly vault: Vault;
  readonly egress: Egress;
  /** Loaded when the first call needs them, in parallel; lists show them in this order. */
  readonly toolkits: readonly (Toolkit | ToolkitSource)[];
  /** Default: none. */
  readonly logger?: Logger | undefined;
  /** Default: {@link defaultLimits}. */
  readonly limits?: Partial<EngineLimits> | undefined;
  /** What time it is. Default: the system clock. */
  readonly now?: (() => Date) | undefined;
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
    fetch: fetchDocumentThrough(egress),
  });
  const access = new SessionAccess({ store, registry, now });
  const authConfigs = new AuthConfigService({ store, registry });
  const accounts = new ConnectedAccountService({ store, vault, registry, authConfigs });
  const links = new ConnectLinkService({ store, authConfigs, now });
  const search = new SearchService({ store, now, maxSchemaBytes: limits.maxSearchSchemaBytes });

  const metaTools = new MetaTools([
    searchTools(search),
    getToolSchemas(),
    multiExecute(({ sessionId, ...request }, context) => execute(sessionId, request, context), limits),
    manageConnections(store, links),
    waitForConnections(store),
  ]);
  const sessions = new SessionService({
    store,
    registry,
    access,
    listings: new ToolListings(metaTools),
    metaTools,
    now,
  });
  const toolkits = new SessionToolkitService({ access, store });
  const tokens = new SessionTokenService({ store, access, metaTools, now });

  const findOptions: FindActionOptions = {
    metaTools,
    registry,
    rescope: ({ stored }, catalog) => access.describe(stored, catalog),
    egress,
    limits,
    now,
  };
  const gate: GateServices = {
    sessions: access,
    store,
    validator: new ArgumentValidator(),
    idempotency: new Idempotency({
      store: store.idempotency,
      now,
      ownerId: randomUUID(),
      leaseMs: limits.toolTimeoutMs + leaseMarginMs,
    }),
    credentials: (account) => decryptCredentials(vault, account),
    connectTool: (session, { metaToolPrefix }) => metaTools.slugOf(session, metaToolPrefix, 'MANAGE_CONNECTIONS'),
    limits,
    logger,
    tracer: trace.getTracer('@jackfield/engine'),
    now,
  };
  const running = new Set<Promise<unknown>>();

  async function execute(sessionId: string, request: ToolRequest, context: CallContext): Promise<ExecuteResponse> {
    const { data, failure, logId } = await tracked(
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
    return { ...answerOf(data, failure), logId };
  }

  /** So that `close` can wait for it. */
  function tracked<Result>(call: Promise<Result>): Promise<Result> {
    running.add(call);
    const forget = () => running.delete(call);
    call.then(forget, forget);
    return call;
  }

  return {
    operations: {
      'sessions.create': ({ body }, context) => sessions.create(body, context),
      'sessions.list': ({ query }, context) => sessions.list(query, context),
      'sessions.get': ({ params }, context) => sessions.get(params.sessionId, context),
      'sessions.attach': ({ params, body }, context) => sessions.attach(params.sessionId, body, context),
      'sessions.update': ({ params, body }, context) => sessions.update(params.sessionId, body, context),
      'sessions.delete': ({ params }, context) => sessions.delete(params.sessionId, context),
      'sessions.configHistory': ({ params, query }, context) =>
        sessions.configHistory(params.sessionId, query, context),
      'sessions.tools': ({ params, query }, context) => sessions.tools(params.sessionId, query, context),
      'sessions.toolkits': ({ params, query }, context) => toolkits.list(params.sessionId, query, context),
      'sessions.link': async ({ params, body }, context) =>
        links.link(await access.open(params.sessionId, context), body, context),
      'sessions.search': async ({ params, body }, context) =>
        search.search(await access.open(params.sessionId, context), body, context),
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
      'sessions.tokens.create': ({ params, body }, context) => tokens.create(params.sessionId, body, context),
      'sessions.tokens.list': ({ params, query }, context) => tokens.list(params.sessionId, query, context),
      'sessions.tokens.revoke': ({ params }, context) => tokens.revoke(params.sessionId, params.tokenId, context),
      'connectedAccounts.list': ({ query }, context) => accounts.list(query, context),
      'connectedAccounts.get': ({ params }, context) => accounts.get(params.connectedAccountId, context),
      'connectedAccounts.create': ({ body }, context) => accounts.create(body, context),
      'connectedAccounts.delete': ({ params }, context) => accounts.delete(params.connectedAccountId, context),
      'authConfigs.list': ({ query }, context) => authConfigs.list(query, context),
      'authConfigs.get': ({ params }, context) => authConfigs.get(params.authConfigId, context),
    },
    toolListEtag: ({ params, query }, context) => sessions.toolListEtag(params.sessionId, query, context),
    connect: createConnectFlow({ store, vault, registry, logger, now }),
    async close() {
      registry.close();
      await Promise.allSettled(running);
      await store.toolCalls.flush();
    },
  };
}

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };
