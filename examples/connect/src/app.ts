import { Jackfield, JackfieldError, SessionPreset } from '@jackfield/core';
import { type OpenApiDocument, openApiSource } from '@jackfield/server';
import { embedded } from '@jackfield/server/embedded';
import { VercelProvider } from '@jackfield/vercel';
import { generateText, isStepCount, type LanguageModel } from 'ai';
import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { answerPage, homePage, loginPage } from './pages.ts';

export interface AppOptions {
  /** Under which browsers reach the app. */
  readonly url: string;
  readonly document: OpenApiDocument;
  /** The app's client at Northwind, registered with {@link redirectUri}. */
  readonly client: { readonly clientId: string; readonly clientSecret: string };
  readonly chooseModel: () => Promise<LanguageModel>;
}

/** What has to be registered at the service. */
export function redirectUri(url: string): string {
  return `${url}/jackfield/connect/callback`;
}

/** An app with a login of its own. Its users connect their accounts, and its agent uses them. */
export async function createApp({ url, document, client, chooseModel }: AppOptions) {
  const server = embedded({
    dataDir: ':memory:',
    toolkits: [openApiSource({ document }, { slug: 'northwind' })],
    allowPrivateNetwork: ['127.0.0.1'],
    publicUrl: `${url}/jackfield`,
    connectPages: { name: 'Acme', color: '#7c3aed' },
  });
  const jackfield = new Jackfield({ fetch: server, provider: new VercelProvider() });
  await jackfield.authConfigs.create({ toolkit: 'northwind', credentials: client });
  const sessionOf = (user: string) =>
    jackfield.sessions.create(user, { sessionPreset: SessionPreset.DIRECT_TOOLS, toolkits: ['northwind'] });

  const app = new Hono();
  app.mount('/jackfield', server.handler);
  // Stands for the login of the app.
  app.post('/login', async (context) => {
    const { name } = await context.req.parseBody();
    setCookie(context, 'user', String(name), { httpOnly: true, sameSite: 'Lax' });
    return context.redirect('/', 303);
  });

  app.get('/', async (context) => {
    const user = getCookie(context, 'user');
    if (user === undefined) return context.html(loginPage());
    const { items } = await jackfield.connectedAccounts.list({ userIds: [user], toolkitSlugs: ['northwind'] });
    return context.html(homePage({ user, account: items[0], status: context.req.query('status') }));
  });

  app.post('/northwind', async (context) => {
    const session = await sessionOf(getCookie(context, 'user') ?? 'guest');
    const { redirectUrl } = await session.authorize('northwind', { callbackUrl: url });
    return context.redirect(redirectUrl, 303);
  });

  app.post('/chat', async (context) => {
    const session = await sessionOf(getCookie(context, 'user') ?? 'guest');
    const question = String((await context.req.parseBody()).question);
    const { text } = await generateText({
      model: await chooseModel(),
      tools: await session.tools(),
      prompt: question,
      stopWhen: isStepCount(8),
    });
    return context.html(answerPage(question, text));
  });

  app.onError((error, context) => {
    if (!JackfieldError.isInstance(error)) throw error;
    return context.json({ message: error.message, fix: error.fix }, 500);
  });
  return { app, jackfield, close: () => server.close() };
}
