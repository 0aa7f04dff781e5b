import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FetchDocument } from '../toolkit-source.ts';
import type { OpenApiReport } from './convert-openapi.ts';
import { loadOpenApi } from './load-openapi.ts';
import { openApiSource } from './openapi-source.ts';

const document = {
  openapi: '3.0.0',
  info: { title: 'Pets', version: '1' },
  servers: [{ url: '/v1' }],
  paths: { '/pets': { get: {} } },
};
const yaml = `
openapi: 3.0
info: { title: Pets, version: 1.0 }
servers: [{ url: https://api.test }]
paths:
  /pets:
    get:
      responses:
        200: { description: OK }
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'jackfield-openapi-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileWith(text: string): Promise<string> {
  const file = join(folder, `${Math.random()}.json`);
  await writeFile(file, text);
  return file;
}

/** Answers every request in the same way, and keeps what was asked. */
function fakeFetch(text: string, { status = 200, url = '' } = {}) {
  const requests: Parameters<FetchDocument>[] = [];
  const fetch: FetchDocument = async (...request) => {
    requests.push(request);
    return { ok: status < 400, status, url, text: () => text };
  };
  return { fetch, requests };
}

describe('loadOpenApi', () => {
  it('takes a document as it is', async () => {
    expect((await loadOpenApi({ document })).document).toBe(document);
  });

  it.each([
    ['JSON', JSON.stringify(document)],
    ['JSON with a byte order mark', `\uFEFF${JSON.stringify(document)}`],
    ['YAML', yaml],
  ])('reads %s, as text and from a file', async (_name, text) => {
    const expected = { info: { title: 'Pets' }, paths: { '/pets': { get: expect.anything() } } };
    expect((await loadOpenApi({ document: text })).document).toMatchObject(expected);
    const file = await fileWith(text);
    expect((await loadOpenApi({ file })).document).toMatchObject(expected);
    expect((await loadOpenApi({ file: pathToFileURL(file) })).document).toMatchObject(expected);
  });

  it('gets a URL, and says where it ended up', async () => {
    const { fetch, requests } = fakeFetch(JSON.stringify(document), { url: 'https://cdn.test/openapi.json' });
    const { signal } = new AbortController();
    const loaded = await loadOpenApi({ url: 'https://api.test/openapi.json', fetch }, { signal });
    expect(loaded).toStrictEqual({ document, documentUrl: 'https://cdn.test/openapi.json' });
    expect(requests).toStrictEqual([
      ['https://api.test/openapi.json', { headers: { accept: expect.stringContaining('application/json') }, signal }],
    ]);
  });

  it('gets a URL with what the loader hands over', async () => {
    const { fetch } = fakeFetch(JSON.stringify(document));
    const loaded = await loadOpenApi({ url: new URL('https://api.test/openapi.json') }, { fetch });
    expect(loaded.documentUrl).toBe('https://api.test/openapi.json');
    await expect(loadOpenApi({ url: 'https://api.test/openapi.json' })).rejects.toMatchObject({
      code: 'INVALID_CONFIGURATION',
    });
  });

  it('says what a URL answered instead of a document', async () => {
    const { fetch } = fakeFetch('gone', { status: 404 });
    await expect(loadOpenApi({ url: 'https://api.test/x', fetch })).rejects.toMatchObject({
      code: 'UPSTREAM_ERROR',
      message: expect.stringContaining('404'),
      details: { url: 'https://api.test/x', status: 404 },
    });
  });

  it.each([
    ['broken JSON', '{"openapi": "3.0.0",', /is not valid/],
    ['broken YAML', 'a: [1\nb: }', /is not valid/],
    ['nothing', '', /empty/],
    ['a list', '[]', /a list/],
    ['prose', 'Not found', /plain text/],
    ['a page', '<!DOCTYPE html>\n<html><body>: a: b</body></html>', /a page of HTML/],
  ])('refuses %s', async (_name, text, message) => {
    const expected = { code: 'INVALID_TOOLKIT', message: expect.stringMatching(message), fix: expect.any(String) };
    await expect(loadOpenApi({ document: text })).rejects.toMatchObject(expected);
    const file = await fileWith(text);
    await expect(loadOpenApi({ file })).rejects.toMatchObject({ ...expected, message: expect.stringContaining(file) });
  });

  it('names a file that cannot be read', async () => {
    await expect(loadOpenApi({ file: join(folder, 'missing.json') })).rejects.toMatchObject({
      code: 'INVALID_TOOLKIT',
      message: expect.stringContaining('missing.json'),
    });
  });

  it('stops when told to', async () => {
    await expect(loadOpenApi({ document }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('does not expand YAML aliases without bound', async () => {
    const levels = Array.from(
      { length: 12 },
      (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(10)}]`,
    );
    await expect(loadOpenApi({ document: `a0: &a0 x\n${levels.join('\n')}` })).rejects.toMatchObject({
      code: 'INVALID_TOOLKIT',
    });
  });
});

describe('openApiSource', () => {
  it('reads nothing before it is loaded, and resolves servers against where the document was', async () => {
    const { fetch, requests } = fakeFetch(JSON.stringify(document));
    const reports: OpenApiReport[] = [];
    const source = openApiSource(
      { url: 'https://api.test/docs/openapi.json', fetch },
      { slug: 'pets', onReport: (report) => reports.push(report) },
    );
    expect(requests).toHaveLength(0);
    const toolkit = await source.load();
    expect(toolkit).toMatchObject({ slug: 'pets', baseUrl: 'https://api.test/v1', tools: [{ slug: 'PETS_GET_PETS' }] });
    expect(reports).toMatchObject([{ operations: 1, lost: [] }]);
    await source.load();
    expect(requests).toHaveLength(2);
  });

  it('passes on what is wrong with the document', async () => {
    await expect(openApiSource({ document: { swagger: '2.0' } }, { slug: 'pets' }).load()).rejects.toMatchObject({
      code: 'INVALID_TOOLKIT',
    });
  });
});
