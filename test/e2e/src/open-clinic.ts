import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ConnectionRequest, Jackfield } from '@jackfield/core';
import { type ConnectPageSettings, openApiSource, type ToolkitSource } from '@jackfield/server';
import { listen } from '@jackfield/server/node';
import { type OAuthProvider, startOAuthProvider } from '@jackfield-internal/fakes/oauth-provider';
import { type Petclinic, startPetclinic } from '@jackfield-internal/fakes/petclinic';
import { hostile } from './hostile.ts';
import { itemsDocument, keyedDocument } from './items-document.ts';

/** A Jackfield server, the services that accounts are connected at, and an app that users come from. */
export interface Clinic {
  readonly jackfield: Jackfield;
  readonly url: string;
  readonly petclinic: Petclinic;
  readonly oauth: OAuthProvider;
  /** Page of the app that asks for access. */
  readonly appUrl: string;
  /** A link for a user whom no other test knows. */
  link(toolkit: LinkToolkit, options?: LinkOptions): Promise<Link>;
  close(): Promise<void>;
}

/** `drive` is signed in to, the others have forms. */
export type LinkToolkit = 'drive' | 'petclinic' | 'ledger' | 'robot' | 'hostile';

export interface LinkOptions {
  readonly userId?: string;
  readonly callbackUrl?: string;
  readonly account?: string;
  readonly alias?: string;
}

export interface Link {
  readonly userId: string;
  readonly request: ConnectionRequest;
  readonly url: string;
}

const apiKey = 'a-key-of-the-browser-tests';
let users = 0;

export async function openClinic(connectPages: ConnectPageSettings = {}): Promise<Clinic> {
  const [petclinic, oauth, app] = await Promise.all([startPetclinic(), startOAuthProvider(), startApp()]);
  const server = await listen({
    port: 0,
    dataDir: ':memory:',
    apiKey,
    allowPrivateNetwork: ['127.0.0.1'],
    connectPages,
    toolkits: [
      petclinicSource(petclinic),
      openApiSource({ document: itemsDocument(oauth, 'Northwind Drive') }, { slug: 'drive' }),
      openApiSource({ document: ledgerDocument }, { slug: 'ledger' }),
      openApiSource({ document: itemsDocument(oauth, 'Northwind Robots') }, { slug: 'robot' }),
      hostileSource,
    ],
  });
  const jackfield = new Jackfield({ apiKey, baseURL: server.url });
  const credentials = oauth.addClient({ redirectUris: [`${server.url}/connect/callback`] });
  await jackfield.authConfigs.create({ toolkit: 'drive', credentials });
  await jackfield.authConfigs.create({ toolkit: 'robot', authScheme: 'GOOGLE_SERVICE_ACCOUNT' });
  return {
    jackfield,
    url: server.url,
    petclinic,
    oauth,
    appUrl: app.url,
    async link(toolkit, { userId = `user-${++users}`, ...options } = {}) {
      const session = await jackfield.sessions.create(userId, { toolkits: [toolkit], multiAccount: true });
      const request = await session.authorize(toolkit, options);
      return { userId, request, url: request.redirectUrl };
    },
    async close() {
      await server.close();
      await Promise.all([petclinic.close(), oauth.close(), app.close()]);
    },
  };
}

/** The real thing, with what its manifest would say: what it calls its token, where to find it, whose it is. */
function petclinicSource({ url }: Petclinic): ToolkitSource {
  const source = openApiSource(
    { url: `${url}/openapi.json` },
    { slug: 'petclinic', identity: { tool: 'PETCLINIC_GET_CLINIC', login: '/user', workspace: '/name' } },
  );
  const hint =
    'A token of your clinic, with the right to change it. Get it at https://petclinic.example.com/settings/tokens';
  return {
    async load(options) {
      const toolkit = await source.load(options);
      return {
        ...toolkit,
        authSchemes: toolkit.authSchemes.map((scheme) => ({
          ...scheme,
          fields: [{ name: 'token' as const, label: 'Clinic token', hint }],
        })),
      };
    },
  };
}

const ledgerDocument = keyedDocument('Ledger & Sons', {
  login: { type: 'http', scheme: 'basic', description: 'The name and password that you sign in with.' },
  tenant: { type: 'apiKey', in: 'header', name: 'X-Tenant-Key', description: 'Of your company. '.repeat(30) },
});

const hostileSource: ToolkitSource = {
  async load(options) {
    const document = keyedDocument('Placeholder', { key: { type: 'apiKey', in: 'header', name: 'X-Key' } });
    const toolkit = await openApiSource({ document }, { slug: 'hostile' }).load(options);
    return {
      ...toolkit,
      name: hostile,
      logo: hostile,
      authSchemes: [
        {
          id: 'key',
          mode: 'BASIC',
          fields: [
            {
              name: 'username',
              label: hostile,
              hint: `${hostile} [click](javascript:alert(1)) https://a.example/"onmouseover=alert(1)`,
            },
            { name: 'password', label: hostile },
          ],
        },
      ],
    };
  },
};

async function startApp(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((_, outgoing) => {
    outgoing.setHeader('content-type', 'text/html');
    outgoing.end('<!doctype html><html lang="en"><title>App</title><h1>Welcome back</h1></html>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/settings`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
