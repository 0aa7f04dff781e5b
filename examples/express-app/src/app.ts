import { Jackfield, JackfieldError, SessionPreset } from '@jackfield/core';
import { openApiSource } from '@jackfield/server';
import { embedded } from '@jackfield/server/embedded';
import { toNodeHandler } from '@jackfield/server/node';
import { VercelProvider } from '@jackfield/vercel';
import { generateText, isStepCount, type LanguageModel } from 'ai';
import express, { type Express } from 'express';

export interface AppOptions {
  /** Under which browsers reach the app. */
  readonly url: string;
  readonly petclinicDocument: string;
  readonly model: LanguageModel;
}

/** An app with a login of its own that gives its users an agent. */
export function createApp({ url, petclinicDocument, model }: AppOptions): { app: Express; close: () => Promise<void> } {
  const server = embedded({
    dataDir: ':memory:',
    toolkits: [openApiSource({ url: petclinicDocument }, { slug: 'petclinic' })],
    allowPrivateNetwork: true,
    publicUrl: `${url}/jackfield`,
  });
  const jackfield = new Jackfield({ fetch: server, provider: new VercelProvider() });
  const sessionOf = (userId: string) =>
    jackfield.sessions.create(userId, { sessionPreset: SessionPreset.DIRECT_TOOLS, toolkits: ['petclinic'] });

  const app = express();
  // Before any body parser: the connect page and the API read their own bodies.
  app.use('/jackfield', toNodeHandler(server.handler));
  app.use(express.json());

  app.get('/settings/connect/:toolkit', async (request, response) => {
    const session = await sessionOf(userOf(request.headers.cookie));
    const { redirectUrl } = await session.authorize(request.params.toolkit, { callbackUrl: `${url}/settings` });
    response.redirect(redirectUrl);
  });

  app.get('/settings', async (request, response) => {
    const { items } = await jackfield.connectedAccounts.list({ userIds: [userOf(request.headers.cookie)] });
    response.json({ status: request.query.status, connected: items.map(({ toolkit }) => toolkit.slug) });
  });

  app.post('/chat', async (request, response) => {
    const session = await sessionOf(userOf(request.headers.cookie));
    const { text } = await generateText({
      model,
      tools: await session.tools(),
      prompt: request.body.message,
      stopWhen: isStepCount(8),
    });
    response.json({ text });
  });

  app.use((error: unknown, _request: express.Request, response: express.Response, next: express.NextFunction) => {
    if (!JackfieldError.isInstance(error)) return next(error);
    response.status(error.status).json({ message: error.message, fix: error.fix });
  });
  return { app, close: () => server.close() };
}

/** Stands for the login of the app. */
function userOf(cookie = ''): string {
  return /(?:^|; )user=([^;]+)/.exec(cookie)?.[1] ?? 'guest';
}
