import { describe, expect, test } from 'vitest';
import { readJson } from './read-json.ts';

function read(body: BodyInit | undefined, headers: Record<string, string> = {}, maximum = 1000) {
  const init = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, duplex: 'half' };
  return readJson(new Request('http://localhost/', { ...init, ...(body === undefined ? {} : { body }) }), maximum);
}

function endless(): { stream: ReadableStream<Uint8Array>; pulled: () => number; cancelled: () => boolean } {
  let pulled = 0;
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        pulled += 1;
        controller.enqueue(new Uint8Array(100).fill(0x20));
      },
      cancel() {
        cancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, pulled: () => pulled, cancelled: () => cancelled };
}

describe('readJson', () => {
  test.each([
    ['an object', '{"a":[1,null]}', { a: [1, null] }],
    ['no body as an empty object', undefined, {}],
    ['an empty body as an empty object', '', {}],
    ['a byte order mark', '\u{feff}{"a":1}', { a: 1 }],
    ['brackets within a string', JSON.stringify({ a: '[{"'.repeat(300) }), { a: '[{"'.repeat(300) }],
    ['values side by side', JSON.stringify([Array(300).fill([])]), [Array(300).fill([])]],
  ])('reads %s', async (_, body, value) => {
    expect(await read(body, {}, 10_000)).toEqual(value);
  });

  test('keeps a key named __proto__ as data', async () => {
    const value = await read('{"__proto__":{"polluted":true}}');
    expect(Object.keys(value as object)).toEqual(['__proto__']);
    expect({}).not.toHaveProperty('polluted');
  });

  test.each(['application/json; charset=utf-8', 'APPLICATION/JSON;charset="UTF-8"', 'application/vnd.api+json'])(
    'takes the content type %s',
    async (type) => {
      expect(await read('{}', { 'content-type': type })).toEqual({});
    },
  );

  test.each([
    ['content type', { 'content-type': 'text/plain' }],
    ['content type that only looks like JSON', { 'content-type': 'application/jsonp' }],
    ['charset', { 'content-type': 'application/json; charset=utf-16' }],
    ['content encoding', { 'content-encoding': 'gzip' }],
  ])('refuses another %s', async (_, headers) => {
    await expect(read('{}', headers)).rejects.toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE', status: 415 });
  });

  test.each([
    ['{"a": x}', 'line 1, column 7'],
    ['{\n  "a": 1,\n  "b": [1 2]\n}', 'line 3, column 11'],
    ['{"a": 1', 'line 1, column 8'],
    ["{'a': 1}", 'line 1, column 2'],
    ['{"a": 1} x', 'line 1, column 10'],
  ])('says where %j is malformed', async (body, where) => {
    await expect(read(body)).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining(where),
    });
  });

  test('does not quote a malformed body, which may hold a secret', async () => {
    const error = await read('{"token": hunter2}').catch((thrown: unknown) => thrown);
    expect(JSON.stringify(error)).not.toContain('hunter2');
  });

  test('refuses bytes that are not UTF-8', async () => {
    await expect(read(new Uint8Array([0x22, 0xff, 0x22]))).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('UTF-8'),
    });
  });

  test('refuses nesting that would exhaust the stack', async () => {
    await expect(read('['.repeat(201), {})).rejects.toMatchObject({ code: 'INVALID_REQUEST' });
    expect(await read('['.repeat(200) + ']'.repeat(200))).toBeDefined();
  });

  test('takes a body of the maximum size and refuses one byte more', async () => {
    expect(await read(JSON.stringify('x'.repeat(98)), {}, 100)).toBe('x'.repeat(98));
    await expect(read(JSON.stringify('x'.repeat(99)), {}, 100)).rejects.toMatchObject({
      code: 'REQUEST_TOO_LARGE',
      status: 413,
      details: { maximumBytes: 100 },
    });
  });

  test('refuses by the announced size without reading', async () => {
    const { stream, pulled } = endless();
    await expect(read(stream, { 'content-length': '1001' })).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
    expect(pulled()).toBe(0);
  });

  test('stops reading and cancels a stream that goes on', async () => {
    const { stream, pulled, cancelled } = endless();
    await expect(read(stream)).rejects.toMatchObject({ code: 'REQUEST_TOO_LARGE' });
    expect(pulled()).toBeLessThan(15);
    expect(cancelled()).toBe(true);
  });
});
