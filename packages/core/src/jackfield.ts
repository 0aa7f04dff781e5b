import { AuthConfigs } from './auth-configs.ts';
import { ConnectedAccounts } from './connected-accounts.ts';
import { Events } from './events.ts';
import { FunctionToolProvider } from './function-tool-provider.ts';
import type { Provider } from './provider.ts';
import { Sessions } from './sessions.ts';
import { Toolkits } from './toolkits.ts';
import { type Fetch, Transport } from './transport.ts';
import { Webhooks } from './webhooks.ts';

/** What a provider makes of all tools together: what `session.tools()` resolves to. */
export type ToolCollectionOf<TProvider> =
  TProvider extends Provider<infer TToolCollection, unknown> ? TToolCollection : never;

/** What a provider makes of one tool. */
export type ToolOf<TProvider> = TProvider extends Provider<unknown, infer TTool> ? TTool : never;

export interface JackfieldOptions<TProvider> {
  /** Default: the environment variable JACKFIELD_API_KEY, read at the first call. Not needed with `embedded()`. */
  readonly apiKey?: string | undefined;
  /** The server's address, without `/v1`. Default: JACKFIELD_BASE_URL, else `http://localhost:7777`. */
  readonly baseURL?: string | undefined;
  /** How requests are sent: `embedded()` of `@jackfield/server/embedded`, or a `fetch` of your own. Default: `fetch`. */
  readonly fetch?: Fetch | undefined;
  /** Makes the agent framework's tools. Default: {@link FunctionToolProvider}. */
  readonly provider?: TProvider | undefined;
}

/**
 * Where everything begins.
 *
 * ```ts
 * const jackfield = new Jackfield({ provider: new VercelProvider() });
 * const session = await jackfield.sessions.create('user_123', { toolkits: ['github'] });
 * const tools = await session.tools();
 * ```
 */
export class Jackfield<
  TProvider extends Provider<ToolCollectionOf<TProvider>, ToolOf<TProvider>> = FunctionToolProvider,
> {
  readonly provider: TProvider;
  readonly sessions: Sessions<ToolCollectionOf<TProvider>, ToolOf<TProvider>, TProvider>;
  readonly connectedAccounts: ConnectedAccounts;
  readonly authConfigs: AuthConfigs;
  readonly toolkits: Toolkits;
  readonly events: Events;
  readonly webhooks: Webhooks;
  /** Short for `sessions.create`. */
  readonly create: Sessions<ToolCollectionOf<TProvider>, ToolOf<TProvider>, TProvider>['create'];
  /** Short for `sessions.use`. */
  readonly use: Sessions<ToolCollectionOf<TProvider>, ToolOf<TProvider>, TProvider>['use'];

  constructor(options: JackfieldOptions<TProvider> = {}) {
    const { apiKey, baseURL, fetch } = options;
    this.provider = providerOf(options);
    const transport = new Transport({ apiKey, baseURL, fetch, framework: this.provider.name });
    this.sessions = new Sessions(transport, this.provider);
    this.connectedAccounts = new ConnectedAccounts(transport);
    this.authConfigs = new AuthConfigs(transport);
    this.toolkits = new Toolkits(transport);
    this.events = new Events(transport);
    this.webhooks = new Webhooks(transport);
    this.create = this.sessions.create.bind(this.sessions);
    this.use = this.sessions.use.bind(this.sessions);
  }
}

/** The type parameter is the default provider's exactly when none is given. */
function providerOf<TProvider>(options: JackfieldOptions<TProvider>): TProvider;
function providerOf<TProvider>(options: JackfieldOptions<TProvider>): TProvider | FunctionToolProvider {
  return options.provider ?? new FunctionToolProvider();
}
