import { expect } from 'vitest';
import { requirement } from './requirement.ts';
import { describeWire } from './wire.ts';

describeWire((wire) => {
  const document = (url: string, overrides: Record<string, unknown> = {}) => ({
    openapi: '3.1.0',
    info: { title: 'Own API', version: '1' },
    servers: [{ url }],
    paths: {
      '/pets': {
        get: {
          operationId: 'findOwnPets',
          summary: 'Find own pets',
          parameters: [{ name: 'species_name', in: 'query', schema: { type: 'string', enum: ['dog', 'cat'] } }],
        },
      },
    },
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    security: [{ token: [] }],
    ...overrides,
  });

  requirement('toolkit.add', async () => {
    const { toolkits, sessions, connectedAccounts } = wire().jackfield;
    const session = await sessions.create('owner');
    const added = await toolkits.create({ document: document(`${wire().petclinic.url}/v1`), slug: 'added' });
    expect(added).toMatchObject({ slug: 'added', name: 'Own API', origin: 'project', authSchemes: ['BEARER_TOKEN'] });
    expect(await toolkits.get('added')).toEqual(added);
    const { results, toolSchemas } = await session.search({ query: 'find own pets', toolkits: ['added'] });
    expect(results[0]?.primaryToolSlugs).toEqual(['ADDED_FIND_OWN_PETS']);
    // What the user wrote is never recased.
    expect(toolSchemas.ADDED_FIND_OWN_PETS?.inputSchema).toMatchObject({ properties: { species_name: {} } });
    const token = wire().petclinic.token('owner');
    await connectedAccounts.create({ userId: 'owner', toolkit: 'added', credential: { mode: 'BEARER_TOKEN', token } });
    expect(await session.execute('ADDED_FIND_OWN_PETS', {})).toMatchObject({ successful: true });
    const refused = await session.execute('ADDED_FIND_OWN_PETS', { species_name: 'cow' });
    expect(refused).toMatchObject({ successful: false, failure: { code: 'INVALID_ARGUMENTS' } });
  });

  requirement('toolkit.url', async () => {
    const { toolkits } = wire().jackfield;
    const url = `${wire().petclinic.url}/openapi.json`;
    const added = await toolkits.create({ url, slug: 'fetched' });
    expect(added).toMatchObject({ meta: { toolsCount: 30 }, added: { url, lost: [] } });
    await expect(toolkits.create({ url: 'http://10.0.0.1/openapi.json' })).rejects.toMatchObject({
      code: 'EGRESS_DENIED',
    });
    await expect(toolkits.create({ url: `${wire().petclinic.url}/nothing` })).rejects.toMatchObject({
      code: 'UPSTREAM_ERROR',
    });
  });

  requirement('toolkit.large', async () => {
    const { toolkits } = wire().jackfield;
    const description = 'A document of several megabytes. '.repeat(100_000);
    const large = document('https://api.example.com', { info: { title: 'Large', version: '1', description } });
    expect(await toolkits.create({ document: JSON.stringify(large) })).toMatchObject({ slug: 'large' });
    const answer = await wire().send('POST', '/v1/tool_router/session', { body: { user_id: description } });
    expect(answer.status).toBe(413);
  });

  requirement('toolkit.wrong', async () => {
    const { toolkits } = wire().jackfield;
    await expect(toolkits.create({ document: '{"openapi": "3.1.0",\n "paths" 1}' })).rejects.toMatchObject({
      code: 'INVALID_TOOLKIT',
      message: expect.stringContaining('line 2, column'),
      details: { line: 2 },
    });
    await expect(toolkits.create({ document: document('https://a.example'), slug: 'petclinic' })).rejects.toMatchObject(
      {
        code: 'CONFLICT',
        message: expect.stringContaining('The server has a toolkit petclinic already'),
        fix: expect.stringContaining('slug'),
      },
    );
    await expect(toolkits.create({ slug: 'nothing' })).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    const answer = await wire().send('POST', '/v1/toolkits', { body: { slug: 'Not A Slug', document: 'x' } });
    expect(answer.body).toMatchObject({ error: { code: 'INVALID_REQUEST' } });
    expect(answer.body.message).toContain('slug');
  });

  requirement('toolkit.replace', async () => {
    const { toolkits } = wire().jackfield;
    const first = await toolkits.create({ document: document('https://api.example.com'), slug: 'renewed' });
    // Adding the same again is safe, so that scripts can.
    expect(await toolkits.create({ document: document('https://api.example.com'), slug: 'renewed' })).toEqual(first);
    const next = document('https://api.example.com', { info: { title: 'Own API', version: '2' } });
    await expect(toolkits.create({ document: next, slug: 'renewed' })).rejects.toMatchObject({ code: 'CONFLICT' });
    const second = await toolkits.create({ document: next, slug: 'renewed', replace: true });
    expect(second.version).toBe('2');
    await wire().jackfield.connectedAccounts.create({
      userId: 'renewer',
      toolkit: 'renewed',
      credential: { mode: 'BEARER_TOKEN', token: 'a-secret' },
    });
    await expect(
      toolkits.create({ document: document('https://thief.example'), slug: 'renewed', replace: true }),
    ).rejects.toMatchObject({ code: 'CONFLICT', details: { origins: ['https://thief.example'] } });
  });

  requirement('toolkit.remove', async () => {
    const { toolkits, sessions, connectedAccounts } = wire().jackfield;
    await toolkits.create({ document: document(`${wire().petclinic.url}/v1`), slug: 'removed' });
    const session = await sessions.create('remover', { toolkits: ['removed'], preload: { tools: 'all' } });
    const account = await connectedAccounts.create({
      userId: 'remover',
      toolkit: 'removed',
      credential: { mode: 'BEARER_TOKEN', token: wire().petclinic.token('remover') },
    });
    expect(await toolkits.delete('removed')).toEqual({ success: true, deletedAccounts: 1 });
    await expect(connectedAccounts.get(account.id)).rejects.toMatchObject({ code: 'CONNECTED_ACCOUNT_NOT_FOUND' });
    await expect(session.execute('REMOVED_FIND_OWN_PETS', {})).rejects.toMatchObject({
      code: 'UNKNOWN_TOOL',
      message: expect.stringContaining('removed'),
    });
    const answer = await wire().send('GET', `/v1/tool_router/session/${session.sessionId}`);
    expect(answer.body.warnings).toMatchObject([{ code: 'TOOLKIT_REMOVED' }]);
    await expect(sessions.create('remover', { toolkits: ['removed'] })).rejects.toMatchObject({
      code: 'UNKNOWN_TOOLKIT',
    });
    await expect(toolkits.delete('removed')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(toolkits.delete('petclinic')).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: expect.stringContaining('one of the server'),
    });
  });

  requirement('toolkit.project', async () => {
    const other = await wire().clientOf('toolkit-project');
    await other.toolkits.create({ document: document('https://other.example'), slug: 'theirs' });
    expect((await other.toolkits.list({ origin: 'project' })).items).toMatchObject([{ slug: 'theirs' }]);
    await expect(wire().jackfield.toolkits.get('theirs')).rejects.toMatchObject({ code: 'UNKNOWN_TOOLKIT' });
    await expect(wire().jackfield.sessions.create('a', { toolkits: ['theirs'] })).rejects.toMatchObject({
      code: 'UNKNOWN_TOOLKIT',
    });
  });

  requirement('toolkit.tools', async () => {
    const { toolkits } = wire().jackfield;
    const found: string[] = [];
    for await (const { slug } of await toolkits.tools({ toolkit: 'petclinic', limit: 20 })) found.push(slug);
    expect(found).toHaveLength(30);
    const { items } = await toolkits.tools({ search: 'create a visit', toolkit: 'petclinic', limit: 3 });
    expect(items[0]?.slug).toBe('PETCLINIC_CREATE_VISIT');
    const tool = await toolkits.tool('PETCLINIC_CREATE_VISIT');
    expect(tool).toMatchObject({ auth: [[{ mode: 'BEARER_TOKEN' }]], inputParameters: { type: 'object' } });
    expect(Object.keys(tool.exampleArguments)).toEqual(tool.inputParameters.required);
    await expect(toolkits.tool('PETCLINIC_CREATE_VISITS')).rejects.toMatchObject({
      code: 'UNKNOWN_TOOL',
      message: expect.stringContaining('PETCLINIC_CREATE_VISIT'),
    });
    const named = await toolkits.list({ search: 'petclinic' });
    expect(named.items[0]).toMatchObject({ slug: 'petclinic', origin: 'server', meta: { toolsCount: 30 } });
  });
});
