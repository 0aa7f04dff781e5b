import { expect } from 'vitest';
import { requirement } from './requirement.ts';
import { describeWire } from './wire.ts';

const sessions = '/v1/tool_router/session';

describeWire((wire) => {
  requirement('request.malformed-json', async () => {
    const answer = await wire().send('POST', sessions, { text: '{\n  "user_id": "anna",\n  "toolkits": [,]\n}' });
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe('INVALID_REQUEST');
    expect(answer.body.message).toContain('line 3, column 16');
  });

  requirement('request.unknown-key', async () => {
    const answer = await wire().send('POST', sessions, { body: { user_id: 'anna', toolkit: ['petclinic'] } });
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe('INVALID_SESSION_CONFIG');
    expect(answer.body.message).toContain('`toolkit` is not a known key. Did you mean `toolkits`?');
    expect(answer.body.message).toContain('connected_accounts');
    const nested = await wire().send('POST', sessions, {
      body: { user_id: 'anna', manage_connections: { enabled: true } },
    });
    expect(nested.body.message).toContain('`manage_connections.enabled`');
    expect(nested.body.message).toContain('enable');
  });

  requirement('request.unknown-query', async () => {
    const answer = await wire().send('GET', `${sessions}?user=anna&limit=many`);
    expect(answer.status).toBe(400);
    expect(answer.body.error.code).toBe('INVALID_REQUEST');
    expect(answer.body.message).toContain('`user`');
    expect(answer.body.message).toContain('`limit` must be a number');
    for (const limit of ['0', '-1', '1.5', '101', '1e9']) {
      expect((await wire().send('GET', `${sessions}?limit=${limit}`)).status, limit).toBe(400);
    }
  });

  requirement('request.wrong-type', async () => {
    const wrong: readonly (readonly [object, string])[] = [
      [{ user_id: 7 }, '`user_id` must be a string'],
      [{ user_id: 'anna', toolkits: 'petclinic' }, '`toolkits`'],
      [{ user_id: 'anna', toolkits: { enable: 'petclinic' } }, '`toolkits.enable` must be an array'],
      [{ user_id: 'anna', tags: { enable: ['readOnly'] } }, '"readOnlyHint"'],
      [{ user_id: 'anna', preload: { tools: 'some' } }, '`preload.tools`'],
      [{ user_id: 'anna', multi_account: { max_accounts_per_toolkit: 11 } }, 'at most 10'],
      [{ user_id: 'anna', expires_at: 'tomorrow' }, 'ISO 8601'],
      [{ user_id: 'anna', ttl: 0 }, '`ttl`'],
      [
        { user_id: 'anna', manage_connections: { callback_url: 'javascript:alert(1)' } },
        '`manage_connections.callback_url`',
      ],
      [[], 'must be an object'],
    ];
    for (const [body, message] of wrong) {
      const answer = await wire().send('POST', sessions, { body });
      expect(answer.status, JSON.stringify(body)).toBe(400);
      expect(answer.body.error.code).toBe('INVALID_SESSION_CONFIG');
      expect(answer.body.message).toContain(message);
    }
  });

  requirement('request.missing-key', async () => {
    const empty = await wire().send('POST', sessions);
    expect(empty.status).toBe(400);
    expect(empty.body.message).toContain('`user_id` is required');
  });

  requirement('request.names', async () => {
    const body = { user_id: 'anna', connected_account: {} };
    const snake = await wire().send('POST', sessions, { body });
    const camel = await wire().send('POST', sessions, { body, headers: { 'x-jackfield-names': 'camelCase' } });
    expect(snake.body.message).toContain('Did you mean `connected_accounts`?');
    expect(camel.body.message).toContain('Did you mean `connectedAccounts`?');
    expect(camel.body.message).not.toContain('connected_account');
  });

  requirement('request.oversize', async () => {
    const body = { user_id: 'anna', experimental: { custom_tools: 'x'.repeat(1_048_576) } };
    const answer = await wire().send('POST', sessions, { body });
    expect(answer.status).toBe(413);
    expect(answer.body.error).toMatchObject({ code: 'REQUEST_TOO_LARGE', details: { maximumBytes: 1_048_576 } });
    expect((await wire().send('POST', sessions, { body: { user_id: 'anna' } })).status).toBe(201);
  });

  requirement('request.oversize-stream', async () => {
    let sent = 0;
    const text = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 65_536;
        controller.enqueue(new Uint8Array(65_536).fill(0x20));
        if (sent >= 64 * 1_048_576) controller.close();
      },
    });
    const answer = await wire().send('POST', sessions, { text });
    expect(answer.status).toBe(413);
    expect(sent).toBeLessThan(32 * 1_048_576);
  });

  requirement('request.media-type', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1']) {
      const answer = await wire().send('POST', sessions, { text: '{}', headers: { 'content-type': type } });
      expect([answer.status, answer.body.error.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
      expect(answer.body.error.fix).toContain('application/json');
    }
  });

  requirement('request.nesting', async () => {
    const text = `{"user_id":"anna","experimental":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`;
    const answer = await wire().send('POST', sessions, { text });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'INVALID_REQUEST']);
    expect(answer.body.message).toContain('nested');
  });

  requirement('request.unknown-path', async () => {
    const near = await wire().send('GET', '/v1/tool_router/sessions');
    expect([near.status, near.body.error.code]).toEqual([404, 'NOT_FOUND']);
    expect(near.body.error.fix).toContain('Did you mean /v1/tool_router/session?');
    const mountless = await wire().send('GET', '/connected_accounts');
    expect(mountless.body.error.fix).toContain('Did you mean /v1/connected_accounts?');
    expect((await wire().send('GET', '/nothing/like/it')).status).toBe(404);
    const nameless = await wire().send('GET', '/v1/tool_router/session/');
    expect(nameless).toMatchObject({ status: 404, body: { error: { fix: 'An id in the path is empty.' } } });
  });

  requirement('request.wrong-method', async () => {
    const answer = await wire().send('PUT', sessions, { body: {} });
    expect([answer.status, answer.body.error.code]).toEqual([405, 'METHOD_NOT_ALLOWED']);
    expect(answer.headers.get('allow')?.split(', ').toSorted()).toEqual(['GET', 'HEAD', 'OPTIONS', 'POST']);
  });

  requirement('request.id', async () => {
    const taken = await wire().send('GET', sessions, { headers: { 'x-request-id': 'abc-123.x:y' } });
    expect(taken.headers.get('x-request-id')).toBe('abc-123.x:y');
    for (const id of ['spaces are not fine', '<script>', 'x'.repeat(129)]) {
      const made = await wire().send('GET', sessions, { headers: { 'x-request-id': id } });
      expect(made.headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/);
    }
    const failed = await wire().send('GET', `${sessions}/none`, { headers: { 'x-request-id': 'find-me' } });
    expect(failed.body.error.request_id).toBe('find-me');
    expect(wire().log()).toContain('find-me');
  });

  requirement('request.head-options', async () => {
    const { publicUrl } = wire();
    const head = await wire().browse(`${publicUrl}/healthz`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    const options = await wire().browse(`${publicUrl}${sessions}`, {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
    });
    expect(options.status).toBe(204);
    expect(options.headers.get('allow')).toContain('POST');
    expect([...options.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  requirement('request.no-retry', async () => {
    const { sessionId } = await wire().jackfield.sessions.create('anna');
    const unsafe = await wire().send('POST', `${sessions}/${sessionId}/execute`, { body: { tool_slug: 'NOTHING' } });
    expect(unsafe.status).toBe(400);
    expect(unsafe.headers.get('x-should-retry')).toBe('false');
    const conflict = await wire().send('PATCH', `${sessions}/${sessionId}`, { body: { expected_config_version: 9 } });
    expect(conflict.status).toBe(409);
    expect(conflict.headers.get('x-should-retry')).toBe('false');
    const fine = await wire().send('GET', `${sessions}/${sessionId}`);
    expect(fine.headers.get('x-should-retry')).toBeNull();
    expect(fine.headers.get('cache-control')).toBe('no-store');
  });
});
