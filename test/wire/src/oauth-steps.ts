import type { AuthConfig, Session } from '@jackfield/core';
import { type CookieBrowser, openCookieBrowser, type SignInDecision } from '@jackfield-internal/fakes/cookie-browser';
import type { Wire } from './wire.ts';

let users = 0;

/** A user whom no other test knows. */
export function newUser(): string {
  return `oauth-user-${users++}`;
}

export interface ConfiguredClient {
  readonly authConfig: AuthConfig;
  readonly clientId: string;
  readonly clientSecret: string;
}

/** An auth config of a toolkit, with a client that is registered for it. */
export async function configureClient(
  { jackfield, oauth, publicUrl }: Wire,
  change: Partial<Parameters<Wire['jackfield']['authConfigs']['create']>[0]> = {},
): Promise<ConfiguredClient> {
  const client = oauth.addClient({ redirectUris: [`${publicUrl}/connect/callback`] });
  const authConfig = await jackfield.authConfigs.create({ toolkit: 'items', credentials: client, ...change });
  return { authConfig, ...client };
}

export interface SignedInOptions extends SignInDecision {
  /** Default: one that no other test knows. */
  readonly userId?: string;
  /** Default: `items`. */
  readonly toolkit?: string;
  /** Default: a new one for `items`. */
  readonly authConfigId?: string;
  /** Who they are at the service. Default: `ada`. */
  readonly login?: string;
  readonly callbackUrl?: string;
  readonly alias?: string;
  readonly multiAccount?: boolean;
  readonly browser?: CookieBrowser;
}

export interface Begun {
  readonly userId: string;
  readonly session: Session;
  readonly request: Awaited<ReturnType<Session['authorize']>>;
  readonly browser: CookieBrowser;
}

/** A user who has a link to connect on, and whose browser is at the service's page. */
export async function beginSignIn(wire: Wire, options: SignedInOptions = {}): Promise<Begun> {
  const { userId = newUser(), toolkit = 'items', callbackUrl, alias, browser = openCookieBrowser() } = options;
  const authConfigId =
    options.authConfigId ?? (toolkit === 'items' ? (await configureClient(wire)).authConfig.id : undefined);
  const session = await wire.jackfield.sessions.create(userId, {
    toolkits: [toolkit],
    mcp: true,
    ...(authConfigId === undefined ? {} : { authConfigs: { [toolkit]: authConfigId } }),
    ...(options.multiAccount ? { multiAccount: { enable: true } } : {}),
  });
  const request = await session.authorize(toolkit, { callbackUrl, alias });
  await browser.open(request.redirectUrl);
  await browser.submit();
  return { userId, session, request, browser };
}

/** A user who has signed in at the service. */
export async function connectBySignIn(wire: Wire, options: SignedInOptions = {}): Promise<Begun> {
  const begun = await beginSignIn(wire, options);
  await begun.browser.signIn(options.login ?? 'ada', options);
  return begun;
}

/** The `state` with which a browser is at the service's page. */
export function stateOf({ visited }: CookieBrowser): string {
  return (
    new URL(visited.findLast((url) => new URL(url).searchParams.has('state')) ?? 'about:blank').searchParams.get(
      'state',
    ) ?? ''
  );
}
