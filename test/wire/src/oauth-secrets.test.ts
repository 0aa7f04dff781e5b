import { openCookieBrowser } from '@jackfield-internal/fakes/cookie-browser';
import { context, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { afterAll, beforeAll, expect } from 'vitest';
import { beginSignIn, configureClient, connectBySignIn, newUser, stateOf } from './oauth-steps.ts';
import { requirement } from './requirement.ts';
import { until } from './until.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';
import { describeWire } from './wire.ts';

const exporter = new InMemorySpanExporter();
beforeAll(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
});
afterAll(() => {
  trace.disable();
  context.disable();
});

describeWire((wire) => {
  requirement('attack.secrets', async () => {
    const { jackfield, oauth } = wire();
    const { authConfigs, connectedAccounts } = jackfield;
    const pages: string[] = [];
    const receiver = await startWebhookReceiver();
    const hook = await jackfield.webhooks.create({ url: receiver.url });
    const rotated = await jackfield.webhooks.rotateSecret(hook.id);
    // Everything that goes well,
    const { authConfig } = await configureClient(wire(), {
      oauth: { revocationUrl: `${oauth.issuer}/token/revocation` },
    });
    const { session, request, browser } = await connectBySignIn(wire(), { authConfigId: authConfig.id });
    pages.push(browser.page.html);
    await session.execute('ITEMS_GET_ME');
    await session.proxyExecute({ toolkit: 'items', endpoint: '/me', method: 'GET' });
    await connectedAccounts.refresh(request.id);
    const open = await connectBySignIn(wire(), { toolkit: 'items_open' });
    await open.session.execute('ITEMS_OPEN_GET_ME');
    const key = oauth.addServiceAccount('robot');
    const service = await authConfigs.create({
      toolkit: 'items',
      authScheme: 'GOOGLE_SERVICE_ACCOUNT',
      credentials: { serviceAccountKey: key },
    });
    await connectedAccounts.create({
      userId: newUser(),
      authConfigId: service.id,
      credential: { mode: 'GOOGLE_SERVICE_ACCOUNT' },
    });
    const robot = oauth.addClient({ redirectUris: ['http://127.0.0.1:1/'] });
    await connectedAccounts.create({
      userId: newUser(),
      toolkit: 'items_robot',
      credential: { mode: 'S2S_OAUTH2', ...robot },
    });
    // ... and everything that does not.
    const { visited } = browser;
    const used = visited.find((url) => url.includes('/connect/callback?')) ?? '';
    pages.push((await browser.open(used)).html, (await openCookieBrowser().open(used)).html);
    const begun = await beginSignIn(wire(), { authConfigId: authConfig.id });
    const state = stateOf(begun.browser);
    const code = new URL(used).searchParams.get('code') ?? '';
    const query = new URLSearchParams({ state, code, iss: oauth.issuer });
    pages.push((await begun.browser.open(`${wire().publicUrl}/connect/callback?${query}`)).html);
    oauth.forgetAccessTokens();
    await session.execute('ITEMS_GET_ME');
    await authConfigs.update(authConfig.id, { credentials: { clientSecret: 'planted-other-secret' } });
    oauth.forgetAccessTokens();
    await session.execute('ITEMS_GET_ME');
    await connectedAccounts.refresh(request.id).catch(() => undefined);
    await connectedAccounts.revoke(request.id).catch(() => undefined);
    oauth.forgetGrants();
    const ended = await open.session.execute('ITEMS_OPEN_GET_ME');
    expect(ended.failure?.code).toBe('CONNECTION_EXPIRED');
    const form = await jackfield.sessions.create(newUser(), { toolkits: ['keyed_header'] });
    const link = await form.authorize('keyed_header');
    const keyed = openCookieBrowser();
    await keyed.open(link.redirectUrl);
    pages.push((await keyed.submit({ api_key: 'planted-key\r\nx: y' })).html);
    await keyed.submit({ api_key: 'planted-key-of-a-user' });
    await form.execute('KEYED_HEADER_CHECK');
    expect(wire().credentials.latest().header).toBe('planted-key-of-a-user');

    for await (const event of jackfield.events.subscribe({ after: 'oldest' })) {
      if (event.data.toolkit.slug === 'keyed_header') break;
    }
    await until(() => receiver.received.some(({ body }) => body.includes('keyed_header')));
    const { lastDelivery } = await jackfield.webhooks.get(hook.id);
    expect(lastDelivery?.attempts).toBeGreaterThan(0);
    await receiver.close();

    const secrets = [...new Set(oauth.secrets), 'planted-other-secret', 'planted-key', robot.clientSecret];
    // Codes, verifiers, tokens, clients and keys: enough of each that nobody doubts the list.
    expect(secrets.length).toBeGreaterThan(30);
    // A link is for its user alone; its token is in the answer that hands it out and nowhere else. A state and the secret of
    // a browser are for that browser.
    const links = [request, begun.request, link].map(({ redirectUrl }) => redirectUrl.split('/').at(-1) ?? '');
    const cookies = [...browser.cookies(), ...begun.browser.cookies()].filter(([name]) => name === 'jackfield_browser');
    expect(cookies.length).toBe(2);
    // As that of a webhook is in the answer that made it.
    const ofWebhooks = [hook.secret, rotated.secret].map((secret) => secret.replace('whsec_', ''));
    const ofBrowser = [state, ...cookies.map(([, value]) => value)];
    const spans = JSON.stringify(
      exporter.getFinishedSpans().map(({ name, attributes, events, status }) => ({ name, attributes, events, status })),
    );
    expect(spans).toContain('jackfield.execute');
    const places = {
      log: wire().log(),
      answers: wire().answers(),
      pages: pages.join('\n'),
      spans,
      database: await wire().database(),
      messages: receiver.received.map(({ headers, body }) => JSON.stringify(headers) + body).join('\n'),
    };
    // What is no secret is found.
    expect(places.database).toContain(authConfig.clientId);
    for (const [place, text] of Object.entries(places)) {
      expect(text.length, place).toBeGreaterThan(1_000);
      const found = secrets.filter(
        (secret) => text.includes(secret) || text.includes(JSON.stringify(secret).slice(1, -1)),
      );
      expect(found, place).toEqual([]);
      if (place === 'answers') continue;
      expect(
        [...links, ...ofWebhooks, ...ofBrowser].filter((secret) => text.includes(secret)),
        place,
      ).toEqual([]);
    }
  });
});
