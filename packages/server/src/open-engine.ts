import {
  checkEncryptionKey,
  createEgress,
  createEngine,
  createVault,
  type Engine,
  type EngineLimits,
  type Logger,
  type PrivateNetworkAccess,
  type Store,
  type ToolkitProvision,
} from '@jackfield/engine';
import { encryptionKeys } from './encryption-keys.ts';
import { openStoreAt, type StoreSettings } from './open-store-at.ts';
import { type SearchSettings, searchOptions } from './search-settings.ts';
import { silentLogger } from './silent-logger.ts';

/** What a server is made of, whichever way it is reached. */
export interface EngineSettings extends StoreSettings {
  /** What sessions can use. Sources are read when the first call comes, toolkits of a catalogue when they are first used. Default: none. */
  readonly toolkits?: readonly ToolkitProvision[] | undefined;
  /**
   * 32 bytes in base64 or hex, under which credentials are stored; several, separated by commas, while one replaces
   * another. Default: the environment variable JACKFIELD_ENCRYPTION_KEY, and with a data folder a key that is made once
   * and kept there.
   */
  readonly encryptionKey?: string | undefined;
  /**
   * Lets tools reach addresses that only this machine or its network reaches: all of them (`true`), or those of a list
   * of addresses and CIDR blocks. Logged at every start. Default: none.
   */
  readonly allowPrivateNetwork?: PrivateNetworkAccess | undefined;
  /**
   * Where browsers may be sent after connecting an account, beside the server's own origin and this machine: origins
   * (`https://app.example.com`), or URLs that a callback must be or be below. Default: the environment variable
   * JACKFIELD_ALLOWED_CALLBACK_URLS, separated by commas.
   */
  readonly allowedCallbackUrls?: readonly string[] | undefined;
  readonly limits?: ServerLimits | undefined;
  readonly search?: SearchSettings | undefined;
  /** Default: nobody is told. */
  readonly logger?: Logger | undefined;
}

export interface ServerLimits extends Partial<EngineLimits> {
  /** Bytes of a request's body. Default: 1 MiB. */
  readonly maxBodyBytes?: number | undefined;
  /**
   * When the answer to a client of `/api/v3.1` begins although its tool still runs, in milliseconds. Those clients give up
   * after 60 s without an answer and call again. Default: 25,000.
   */
  readonly answerBeginsWithinMs?: number | undefined;
}

export interface OpenEngine {
  readonly engine: Engine;
  readonly store: Store;
  /** Finishes what runs, then closes the store. */
  close(): Promise<void>;
}

/**
 * @param host what the process that the server runs in permits; nothing by default
 * @throws JackfieldError `INVALID_CONFIGURATION`, `UNAVAILABLE`
 */
export async function openEngine(
  settings: EngineSettings,
  host: { readonly allowMcpCommands?: boolean } = {},
): Promise<OpenEngine> {
  const { toolkits = [], allowPrivateNetwork = false, logger = silentLogger, limits } = settings;
  // Before the store: who lacks a key should not be left with a database.
  const keys = await encryptionKeys(settings);
  const egress = createEgress({ allowPrivateNetwork });
  const store = await openStoreAt(settings, {
    onBackgroundError: (error) => logger.error({ err: error }, error.message),
  });
  try {
    const vault = createVault({ keys });
    await checkEncryptionKey(store.meta, vault);
    if (allowPrivateNetwork !== false) {
      logger.warn({ allowPrivateNetwork }, 'tools may reach the private network: allowPrivateNetwork is on');
    }
    const commands = toolkits.flatMap((each) =>
      'upstream' in each && each.upstream?.kind === 'command' ? [[each.slug, each.upstream.command] as const] : [],
    );
    const { allowMcpCommands = false } = host;
    if (allowMcpCommands && commands.length > 0) {
      logger.warn({ commands: Object.fromEntries(commands) }, 'MCP servers run as programs: allowMcpCommands is on');
    }
    const allowedCallbackUrls = settings.allowedCallbackUrls ?? callbackUrlsOfEnvironment();
    const engine = createEngine({
      store,
      vault,
      egress,
      toolkits,
      logger,
      limits,
      allowedCallbackUrls,
      allowMcpCommands,
      search: await searchOptions(settings.search),
    });
    engine.start();
    return {
      engine,
      store,
      async close() {
        await engine.close();
        await store.close();
        await egress.close();
      },
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function callbackUrlsOfEnvironment(): readonly string[] {
  const { JACKFIELD_ALLOWED_CALLBACK_URLS: urls = '' } = process.env;
  return urls.split(',').flatMap((url) => (url.trim() === '' ? [] : [url.trim()]));
}
