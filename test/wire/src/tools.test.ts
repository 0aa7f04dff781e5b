import { expect } from 'vitest';
import { requirement } from './requirement.ts';
import { describeWire } from './wire.ts';

const sessions = '/v1/tool_router/session';

describeWire((wire) => {
  const slugsOf = async (config: Parameters<ReturnType<typeof wire>['jackfield']['sessions']['create']>[1]) => {
    const session = await wire().jackfield.sessions.create('anna', config);
    return (await session.tools()).map((tool) => tool.function.name);
  };

  requirement('tools.meta', async () => {
    expect((await slugsOf({})).toSorted()).toEqual([
      'JACKFIELD_GET_TOOL_SCHEMAS',
      'JACKFIELD_MANAGE_CONNECTIONS',
      'JACKFIELD_MULTI_EXECUTE_TOOL',
      'JACKFIELD_SEARCH_TOOLS',
    ]);
    const without = await slugsOf({ manageConnections: false });
    expect(without).not.toContain('JACKFIELD_MANAGE_CONNECTIONS');
    expect(without).toContain('JACKFIELD_SEARCH_TOOLS');
    const waiting = await slugsOf({ manageConnections: { enable: true, enableWaitForConnections: true } });
    expect(waiting).toContain('JACKFIELD_WAIT_FOR_CONNECTIONS');
  });

  requirement('tools.preload', async () => {
    const session = await wire().jackfield.sessions.create('anna', {
      toolkits: ['petclinic'],
      preload: { tools: ['PETCLINIC_CREATE_OWNER'] },
    });
    const { body } = await wire().send('GET', `${sessions}/${session.sessionId}/tools`);
    const tool = body.items.find((item: { slug: string }) => item.slug === 'PETCLINIC_CREATE_OWNER');
    expect(tool).toMatchObject({
      toolkit: { slug: 'petclinic', name: expect.stringMatching(/./) },
      no_auth: false,
      annotations: { readOnlyHint: false },
      input_parameters: { type: 'object', properties: { name: expect.anything(), email: expect.anything() } },
    });
    // The names of a document are its own: `postalCode` stays as it is.
    expect(JSON.stringify(tool.input_parameters)).toContain('postalCode');
    for (const item of body.items) {
      expect(item.slug).toMatch(/^[A-Z0-9_]{1,64}$/);
      expect(item.input_parameters.type).toBe('object');
      expect(item.toolkit.name).not.toBe('');
    }
  });

  requirement('tools.filters', async () => {
    const only = { manageConnections: false, preload: { tools: 'all' as const } };
    const all = (await slugsOf({ ...only, toolkits: ['petclinic'] })).filter((slug) => slug.startsWith('PETCLINIC_'));
    expect(all.length).toBeGreaterThan(20);

    const others = await slugsOf({ ...only, toolkits: { disable: ['petclinic'] }, tags: ['readOnlyHint'] });
    expect(others).toContain('MISBEHAVING_HTML');
    expect(others).not.toContain('PETCLINIC_LIST_OWNERS');

    const enabled = await slugsOf({
      ...only,
      toolkits: ['petclinic'],
      tools: { petclinic: ['PETCLINIC_LIST_OWNERS'] },
    });
    expect(enabled.filter((slug) => slug.startsWith('PETCLINIC_'))).toEqual(['PETCLINIC_LIST_OWNERS']);

    const disabled = await slugsOf({
      ...only,
      toolkits: ['petclinic'],
      tools: { petclinic: { disable: ['PETCLINIC_LIST_OWNERS'] } },
    });
    expect(disabled.filter((slug) => slug.startsWith('PETCLINIC_'))).toHaveLength(all.length - 1);

    const reading = await slugsOf({ ...only, toolkits: ['petclinic'], tags: ['readOnlyHint'] });
    expect(reading).toContain('PETCLINIC_LIST_OWNERS');
    expect(reading).not.toContain('PETCLINIC_DELETE_OWNER');

    const careful = await slugsOf({ ...only, toolkits: ['petclinic'], tags: { disable: ['destructiveHint'] } });
    expect(careful).not.toContain('PETCLINIC_DELETE_OWNER');

    // Slugs beat tags; tags of a toolkit replace those of the session.
    const mixed = await slugsOf({
      ...only,
      toolkits: ['petclinic', 'misbehaving'],
      tags: ['destructiveHint'],
      tools: { petclinic: ['PETCLINIC_LIST_OWNERS'], misbehaving: { tags: ['readOnlyHint'] } },
    });
    expect(mixed).toContain('PETCLINIC_LIST_OWNERS');
    expect(mixed).not.toContain('PETCLINIC_DELETE_OWNER');
    expect(mixed).toContain('MISBEHAVING_HTML');
  });

  requirement('tools.paging', async () => {
    const { sessionId } = await wire().jackfield.sessions.create('anna', {
      toolkits: ['petclinic'],
      preload: { tools: 'all' },
    });
    const path = `${sessions}/${sessionId}/tools`;
    const whole = (await wire().send('GET', `${path}?limit=500`)).body;
    expect(whole.next_cursor).toBeNull();
    const seen: string[] = [];
    let cursor = '';
    for (let page = 1; ; page++) {
      const { body } = await wire().send('GET', `${path}?limit=7${cursor}`);
      expect(body.items.length).toBeLessThanOrEqual(7);
      expect(body).toMatchObject({
        current_page: page,
        total_items: whole.items.length,
        total_pages: Math.ceil(whole.items.length / 7),
      });
      seen.push(...body.items.map((item: { slug: string }) => item.slug));
      if (body.next_cursor === null) break;
      cursor = `&cursor=${encodeURIComponent(body.next_cursor)}`;
      expect(page).toBeLessThan(100);
    }
    expect(seen).toEqual(whole.items.map((item: { slug: string }) => item.slug));
    expect(new Set(seen).size).toBe(seen.length);
  });

  requirement('tools.cursor', async () => {
    const { sessionId } = await wire().jackfield.sessions.create('anna');
    for (const path of [
      `${sessions}/${sessionId}/tools`,
      `${sessions}/${sessionId}/toolkits`,
      `${sessions}/${sessionId}/config_history`,
      sessions,
      '/v1/connected_accounts',
      '/v1/auth_configs',
    ]) {
      for (const cursor of ['nonsense', 'MTA', '-1', '%00', 'x'.repeat(512)]) {
        const answer = await wire().send('GET', `${path}?cursor=${cursor}`);
        expect(answer.status, `${path}?cursor=${cursor}`).toBe(400);
        expect(['INVALID_CURSOR', 'INVALID_REQUEST']).toContain(answer.body.error.code);
      }
    }
  });

  requirement('tools.etag', async () => {
    const session = await wire().jackfield.sessions.create('anna', {
      toolkits: ['petclinic', 'misbehaving'],
      preload: { tools: ['PETCLINIC_LIST_OWNERS'] },
    });
    const path = `${sessions}/${session.sessionId}/tools`;
    const first = await wire().send('GET', path);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^(?:W\/)?"[^"]+"$/);
    expect(first.headers.get('cache-control')).toBe('private, no-cache');

    const same = await wire().send('GET', path, { headers: { 'if-none-match': etag } });
    expect([same.status, same.text, same.headers.get('etag')]).toEqual([304, '', etag]);
    for (const list of [`"other", ${etag}`, `W/${etag.replace(/^W\//, '')}`, '*']) {
      expect((await wire().send('GET', path, { headers: { 'if-none-match': list } })).status, list).toBe(304);
    }
    expect((await wire().send('GET', path, { headers: { 'if-none-match': '"other"' } })).status).toBe(200);
    expect((await wire().send('GET', `${path}?limit=1`, { headers: { 'if-none-match': etag } })).status).toBe(200);

    await session.update({ preload: { tools: [] } });
    const changed = await wire().send('GET', path, { headers: { 'if-none-match': etag } });
    expect(changed.status).toBe(200);
    expect(changed.headers.get('etag')).not.toBe(etag);
    // Revalidation does not outlive the session.
    await session.delete();
    expect((await wire().send('GET', path, { headers: { 'if-none-match': etag } })).status).toBe(404);
  });

  requirement('toolkits.list', async () => {
    const { jackfield, petclinic } = wire();
    const session = await jackfield.sessions.create('lister', { toolkits: ['petclinic', 'misbehaving'] });
    const before = (await session.toolkits()).items;
    expect(before.find(({ slug }) => slug === 'petclinic')).toMatchObject({ enabled: true, connectedAccount: null });
    const account = await jackfield.connectedAccounts.create({
      userId: 'lister',
      toolkit: 'petclinic',
      credential: { mode: 'BEARER_TOKEN', token: petclinic.token('lister') },
    });
    const connected = (await session.toolkits({ isConnected: true })).items;
    expect(connected.map(({ slug }) => slug)).toEqual(['petclinic']);
    expect(connected[0]?.connectedAccount).toMatchObject({ id: account.id, status: 'ACTIVE' });
    expect((await session.toolkits({ search: 'PETCL' })).items.map(({ slug }) => slug)).toEqual(['petclinic']);
    expect((await session.toolkits({ toolkits: ['misbehaving'] })).items.map(({ slug }) => slug)).toEqual([
      'misbehaving',
    ]);
    await expect(session.toolkits({ toolkits: ['nothing'] })).rejects.toMatchObject({ code: 'UNKNOWN_TOOLKIT' });
    const paged: string[] = [];
    for await (const { slug } of await session.toolkits({ limit: 1 })) paged.push(slug);
    expect(paged.toSorted()).toEqual((await session.toolkits()).items.map(({ slug }) => slug).toSorted());
  });

  requirement('search.finds', async () => {
    const session = await wire().jackfield.sessions.create('anna', { toolkits: ['petclinic'] });
    const found = await session.search({ queries: ['list the owners', 'cancel a visit'] });
    expect(found.success).toBe(true);
    expect(found.results.map(({ index }) => index)).toEqual([1, 2]);
    expect(found.results[0]?.primaryToolSlugs).toContain('PETCLINIC_LIST_OWNERS');
    expect(found.results[1]?.primaryToolSlugs).toContain('PETCLINIC_CANCEL_VISIT');
    expect(found.toolSchemas.PETCLINIC_LIST_OWNERS?.inputSchema).toMatchObject({ type: 'object' });
    expect(found.toolkitConnectionStatuses).toMatchObject([{ toolkit: 'petclinic', hasActiveConnection: false }]);
    const { results } = await session.search({ query: 'list the owners', limit: 1 });
    expect(results[0]?.primaryToolSlugs).toEqual(['PETCLINIC_LIST_OWNERS']);
    for (const body of [{ queries: [] }, { queries: [{ use_case: '' }] }, {}]) {
      expect((await wire().send('POST', `${sessions}/${session.sessionId}/search`, { body })).status).toBe(400);
    }
  });

  requirement('search.scope', async () => {
    const session = await wire().jackfield.sessions.create('anna', {
      toolkits: ['petclinic', 'misbehaving'],
      tools: { petclinic: { disable: ['PETCLINIC_LIST_OWNERS'] } },
    });
    const found = await session.search({ query: 'list owners', limit: 50 });
    expect(JSON.stringify(found)).not.toContain('PETCLINIC_LIST_OWNERS');
    const within = await session.search({ query: 'answers html', toolkits: ['petclinic'], limit: 50 });
    expect(JSON.stringify(within)).not.toContain('MISBEHAVING_');
    await expect(session.search({ query: 'x', toolkits: ['nothing'] })).rejects.toMatchObject({
      code: 'UNKNOWN_TOOLKIT',
    });
  });
});
