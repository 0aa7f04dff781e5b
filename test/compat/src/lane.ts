import type { LaneName } from './lanes.ts';

/** JSON that is looked at by comparing it. */
export type Json = Readonly<Record<string, unknown>>;

export interface RequestOptions {
  readonly signal?: AbortSignal;
}

/** What the checks call of the clients' session, in either generation. */
export interface ClientSession {
  readonly sessionId: string;
  readonly mcp: { readonly type: string; readonly url: string; readonly headers: Record<string, string> };
  readonly config?: Json;
  readonly preload: { readonly tools: readonly string[] | 'all' };
  readonly sandbox?: Json;
  readonly configVersion: number;
  readonly warnings: readonly Json[];
  readonly experimental: { readonly assistivePrompt?: string; readonly files: ClientFiles };
  tools(modifiers?: object, options?: RequestOptions): Promise<unknown>;
  toolkits(options?: object): Promise<{ readonly items: readonly Json[]; readonly [key: string]: unknown }>;
  authorize(toolkit: string, options?: object): Promise<ConnectionRequest>;
  search(query: { readonly query: string; readonly toolkits?: readonly string[] }): Promise<Json>;
  execute(slug: string, input?: Json, options?: object, requestOptions?: RequestOptions): Promise<Json>;
  proxyExecute(request: object): Promise<Json>;
  update(config: object): Promise<unknown>;
  delete(): Promise<unknown>;
  customTools(): readonly Json[];
  customToolkits(): readonly Json[];
  listConfigHistory?(options?: object): Promise<Json>;
  ensureConnected?(toolkit: string, options?: object): Promise<Json>;
}

export interface ClientFiles {
  list(options?: object): Promise<Json>;
  upload(file: unknown, options?: object): Promise<unknown>;
  download(path: string): Promise<Json>;
  delete(path: string): Promise<Json>;
}

export interface ConnectionRequest {
  readonly id: string;
  readonly redirectUrl: string | null;
  waitForConnection(timeout?: number): Promise<Json>;
}

export interface ClientSessions {
  create(userId: string, config?: object, options?: RequestOptions): Promise<ClientSession>;
  use(id: string, options?: object): Promise<ClientSession>;
  delete(id: string): Promise<unknown>;
}

/** A page. */
interface Listed {
  readonly items: readonly Json[];
  readonly nextCursor?: string | null;
  readonly totalPages?: number;
}

/** What the checks call of the client. */
export interface Composio {
  readonly sessions: ClientSessions;
  create(userId: string, config?: object): Promise<ClientSession>;
  use(id: string, options?: object): Promise<ClientSession>;
  readonly connectedAccounts: {
    get(id: string): Promise<Json>;
    list(query?: object): Promise<Listed>;
    link(userId: string, authConfigId: string, options?: object): Promise<ConnectionRequest>;
    initiate(userId: string, authConfigId: string, options?: object): Promise<ConnectionRequest>;
    enable(id: string): Promise<Json>;
    disable(id: string): Promise<Json>;
    refresh(id: string): Promise<Json>;
    update(id: string, params: { readonly enabled: boolean }): Promise<Json>;
    updateAcl(id: string, acl: object): Promise<Json>;
    revoke?(id: string): Promise<Json>;
    delete(id: string): Promise<Json>;
    waitForConnection(id: string, timeout?: number): Promise<Json>;
  };
  readonly authConfigs: {
    create(toolkit: string, options: object): Promise<Json>;
    get(id: string): Promise<Json>;
    list(query?: object): Promise<Listed>;
    update(id: string, data: object): Promise<Json>;
    enable(id: string): Promise<Json>;
    disable(id: string): Promise<Json>;
    delete(id: string): Promise<Json>;
  };
  readonly toolkits: {
    get(slug: string): Promise<Json>;
    get(query: object): Promise<readonly Json[]>;
    listCategories(): Promise<Json>;
    getAuthConfigCreationFields(slug: string, scheme: string, options?: object): Promise<readonly Json[]>;
    getConnectedAccountInitiationFields(slug: string, scheme: string, options?: object): Promise<readonly Json[]>;
    getMany?(slugs: readonly string[]): Promise<readonly Json[]>;
    changelog?(): Promise<Json>;
    authorize(userId: string, slug: string): Promise<ConnectionRequest>;
  };
  readonly tools: {
    getRawComposioTools(query: object): Promise<readonly Json[]>;
    getRawComposioToolBySlug(slug: string, options?: object): Promise<Json>;
    get(userId: string, query: object | string): Promise<unknown>;
    execute(slug: string, body: object): Promise<Json>;
    proxyExecute(body: object): Promise<Json>;
    getToolsEnum(): Promise<unknown>;
  };
  /** Of `@composio/client`. */
  readonly client: ClientOfClient;
}

interface ClientOfClient {
  readonly toolRouter: {
    readonly session: { executeMeta(id: string, body: object): Promise<Json> };
  };
  post(path: string, options?: { readonly body?: object }): Promise<unknown>;
  patch(path: string, options?: { readonly body?: object }): Promise<unknown>;
}

export interface ComposioOptions {
  /** `null` where another credential is given. */
  readonly apiKey?: string | null;
  readonly userApiKey?: string;
  readonly baseURL?: string;
  readonly provider?: unknown;
  readonly toolkitVersions?: Readonly<Record<string, string>>;
  readonly allowTracking: false;
  readonly disableVersionCheck: true;
}

/** A tool of the AI SDK. */
export interface VercelTool {
  readonly description?: string;
  readonly inputSchema: unknown;
  execute(input: Json, options: object): Promise<Json>;
}

/** A tool of LangChain. */
export interface LangchainTool {
  readonly name: string;
  readonly schema: unknown;
  invoke(input: Json): Promise<string>;
}

/** Runs the tool calls of a completion. */
interface OpenAIProvider {
  handleToolCalls(session: ClientSession, completion: object): Promise<readonly Json[]>;
}

interface FakeModel {
  respondWithTools(calls: readonly { name: string; args: Json }[]): FakeModel;
  respond(message: unknown): FakeModel;
}

interface McpClient {
  listTools(): Promise<{ readonly tools: readonly { readonly name: string; readonly inputSchema: Json }[] }>;
  callTool(call: { readonly name: string; readonly arguments: Json }): Promise<Json>;
  close(): Promise<void>;
}

/** One generation of clients, as its `lane.js` exports them. */
export interface Lane {
  readonly name: LaneName;
  readonly core: {
    readonly Composio: new (options: ComposioOptions) => Composio;
    readonly experimental_createTool: (slug: string, options: object) => unknown;
    readonly experimental_createToolkit: (slug: string, options: object) => unknown;
    readonly [name: string]: unknown;
  };
  readonly VercelProvider: new () => unknown;
  readonly LangchainProvider: new () => unknown;
  readonly OpenAIProvider: new () => OpenAIProvider;
  readonly asSchema: (schema: unknown) => { readonly jsonSchema: unknown };
  readonly generateText: (options: object) => Promise<{ readonly text: string; readonly steps: readonly Json[] }>;
  readonly stopAfterSteps: (steps: number) => unknown;
  readonly MockLanguageModel: new (options: { doGenerate: (options: Json) => Promise<Json> }) => unknown;
  readonly AIMessage: new (text: string) => unknown;
  readonly createAgent: (options: object) => { invoke(input: object): Promise<{ readonly messages: readonly Json[] }> };
  readonly fakeModel: () => FakeModel;
  readonly z: {
    object(shape: object): unknown;
    string(): { describe(text: string): unknown };
    number(): unknown;
  };
  readonly connectMcp: (address: { readonly url: string; readonly headers: object }) => Promise<McpClient>;
}
