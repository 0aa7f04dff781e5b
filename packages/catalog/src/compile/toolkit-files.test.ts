import { expect, test } from 'vitest';
import { catalog } from '../catalog.ts';
import { listToolkitFiles, parseToolkitFile, readToolkitFileText, toolkitFileSchema } from './toolkit-file.ts';

const files = listToolkitFiles().map((slug) => [slug, parseToolkitFile(readToolkitFileText(slug) ?? '')] as const);
const compiled = catalog();

test('there are the sixty most wanted', () => {
  expect(files.length).toBeGreaterThanOrEqual(60);
});

test.each(files)('%s: names tools that exist', (slug, file) => {
  const tools = new Map(compiled.load(slug).tools.map((tool) => [tool.slug, tool]));
  const named = [...file.preload, ...Object.keys(file.tools ?? {}), ...(file.identity ? [file.identity.tool] : [])];
  expect(named.filter((tool) => !tools.has(tool))).toEqual([]);
  expect(new Set(file.preload).size).toBe(file.preload.length);
});

test.each(files.filter(([, { identity }]) => identity !== undefined))(
  '%s: who the account is can be asked without knowing anything',
  (slug, file) => {
    const toolkit = compiled.load(slug);
    expect(toolkit.identity).toEqual(file.identity);
    const tool = toolkit.tools.find((candidate) => candidate.slug === file.identity?.tool);
    expect(tool?.hints.readOnlyHint).toBe(true);
    expect(tool?.inputSchema.required ?? []).toEqual([]);
  },
);

test.each(files)('%s: is connected as its file says', (slug, file) => {
  const { authSchemes, tools, name } = compiled.load(slug);
  expect(name).toBe(file.name);
  for (const auth of file.auth) {
    const scheme = authSchemes.find(({ id }) => id === auth.scheme);
    expect(scheme?.mode).toBe(auth.mode);
    if (auth.mode === 'OAUTH2')
      expect(scheme).toMatchObject({ defaultScopes: auth.defaultScopes, tokenUrl: auth.tokenUrl });
    else expect(scheme?.fields?.map((field) => field.label)).toEqual(auth.fields.map(({ label }) => label));
  }
  const ids = new Set(file.auth.map(({ scheme }) => scheme));
  const reachable = tools.filter(({ security }) => security.some((needed) => needed.every((id) => ids.has(id))));
  const open = tools.filter(({ security }) => security.length === 0);
  // What the file describes serves nearly all tools.
  expect((reachable.length + open.length) / tools.length).toBeGreaterThan(0.7);
});

test('arguments that carry the credential are no arguments', () => {
  for (const [slug, name] of [
    ['elevenlabs', 'xi-api-key'],
    ['postmarkapp_server', 'X-Postmark-Server-Token'],
    ['listennotes', 'X-ListenAPI-Key'],
    ['discourse', 'Api-Key'],
  ] as const) {
    for (const { inputSchema } of compiled.load(slug).tools) {
      expect(Object.keys((inputSchema.properties ?? {}) as object)).not.toContain(name);
    }
  }
});

test('what must always be sent is sent, and not asked for', () => {
  const search = compiled.load('notion').tools.find(({ slug }) => slug === 'NOTION_POST_SEARCH');
  expect(search?.binding).toMatchObject({
    parameters: expect.not.arrayContaining([expect.objectContaining({ name: 'Notion-Version' })]),
    constants: [{ name: 'Notion-Version', in: 'header', value: '2025-09-03' }],
  });
  expect(search?.inputSchema.properties).not.toHaveProperty('Notion-Version');
  expect(search?.inputSchema.required).toBeUndefined();
  // Of a file and of a document.
  const [github] = compiled.load('github').tools;
  expect(github?.binding).toMatchObject({ constants: [{ name: 'X-GitHub-Api-Version', in: 'header' }] });
  const describe = compiled.load('aws_ec2').tools.find(({ slug }) => slug === 'AWS_EC2_GET_DESCRIBE_VPCS');
  expect(describe?.binding).toMatchObject({
    constants: [
      { name: 'Action', in: 'query', value: 'DescribeVpcs' },
      { name: 'Version', in: 'query', value: '2016-11-15' },
    ],
  });
});

test.each([
  ['an http endpoint', { tokenUrl: 'http://example.com/token' }],
  ['an unknown field', { tokenURL: 'https://example.com/token' }],
])('a file with %s is refused', (_, wrong) => {
  const [, file] = files.find(([slug]) => slug === 'spotify') ?? [];
  const [oauth] = file?.auth ?? [];
  expect(toolkitFileSchema.safeParse(file).success).toBe(true);
  expect(toolkitFileSchema.safeParse({ ...file, auth: [{ ...oauth, ...wrong }] }).success).toBe(false);
});
