import { JackfieldError } from '@jackfield/contract';
import { type ConnectPageSettings, checkConnectPages } from '@jackfield/dashboard';
import { defaultProject, generateApiKey, hashApiKey } from './api-keys.ts';
import { createAuthenticator } from './authenticate.ts';
import { compatMount } from './compat/compat-mount.ts';
import { type App, createApp, nativeMount } from './create-app.ts';
import type { McpOptions } from './mcp/mcp-options.ts';
import { type EngineSettings, openEngine } from './open-engine.ts';
import { readPublicUrl } from './public-url.ts';
import { untilAborted } from './until-aborted.ts';
import { version } from './version.ts';

export interface EmbeddedOptions extends EngineSettings {
  /**
   * URL under which the app serves {@link EmbeddedFetch.handler}. Without one no connect links can be made, so that
   * `session.authorize` fails; accounts can still be connected by `connectedAccounts.create`.
   */
  readonly publicUrl?: string | undefined;
  /** Whose data calls see. Made if there is none of the name. Default: `default`. */
  readonly project?: string | undefined;
  /** How MCP clients reach sessions through {@link EmbeddedFetch.handler}. */
  readonly mcp?: McpOptions | undefined;
  /** Name, colour, logo and texts of the pages on which users connect accounts. */
  readonly connectPages?: ConnectPageSettings | undefined;
}

/** The server in this process, called like `fetch`. Needs no API key: whoever has this function may do everything. */
export interface EmbeddedFetch {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /**
   * The same server for requests from outside: serve it under `publicUrl`, so that users can open connect links. What
   * needs an API key needs one here.
   */
  readonly handler: (request: Request) => Promise<Response>;
  /** Finishes what runs and closes the store. Idempotent. Calls that come later fail. */
  close(): Promise<void>;
}

interface Opened {
  readonly app: App;
  /** Opens this server to whoever has it; made anew each time and never shown. */
  readonly key: string;
  close(): Promise<void>;
}

/**
 * A Jackfield server without a port. Nothing is opened until the first call; if that fails, the next call tries again.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` for a public URL or settings of the connect pages that cannot work; from
 *   the first call for other options
 */
export function embedded(options: EmbeddedOptions = {}): EmbeddedFetch {
  const publicUrl = readPublicUrl(options.publicUrl);
  checkConnectPages(options.connectPages);
  let opening: Promise<Opened> | undefined;
  let closing: Promise<void> | undefined;

  function open(): Promise<Opened> {
    if (closing !== undefined) {
      throw new JackfieldError('UNAVAILABLE', {
        message: 'The embedded server was closed.',
        fix: 'Make another one with `embedded()`.',
        retryable: false,
      });
    }
    opening ??= openApp(options, publicUrl).catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  }

  const fetch = async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    return untilAborted(request.signal, async () => {
      const { app, key } = await open();
      request.headers.set('x-api-key', key);
      return app.fetch(request);
    });
  };
  return Object.assign(fetch, {
    handler: async (request: Request) => (await open()).app.fetch(request),
    close() {
      // An opening that failed left nothing to close.
      closing ??= (opening ?? Promise.resolve(undefined)).then(
        (opened) => opened?.close(),
        () => undefined,
      );
      return closing;
    },
  });
}

async function openApp(options: EmbeddedOptions, publicUrl: string | undefined): Promise<Opened> {
  const opened = await openEngine(options);
  const key = generateApiKey();
  const { id } = await opened.store.projects.ensure(options.project ?? defaultProject);
  const app = createApp({
    engine: opened.engine,
    authenticate: createAuthenticator({
      staticKeys: [{ hash: hashApiKey(key), projectId: id, keyId: 'embedded' }],
      apiKeys: opened.store.apiKeys,
      sessionTokens: opened.store.sessionTokens,
    }),
    mounts: [nativeMount, compatMount(options.limits)],
    version,
    publicUrl,
    mcp: options.mcp,
    connectPages: options.connectPages,
    logger: options.logger,
    maxBodyBytes: options.limits?.maxBodyBytes,
    checkReady: () => opened.store.ping(),
  });
  return {
    app,
    key,
    async close() {
      app.endStreams();
      await opened.close();
    },
  };
}
