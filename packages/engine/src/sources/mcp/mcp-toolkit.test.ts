import { expect, test } from 'vitest';
import { type McpToolkitOptions, mcpToolkit } from './mcp-toolkit.ts';
import { toTools } from './to-tools.ts';

const url = 'https://mcp.example.com/mcp';

test('how users connect follows from what is said of the server', () => {
  const kinds = (options: Partial<McpToolkitOptions>) => {
    const { authSchemes, upstream } = mcpToolkit({ slug: 'x', url, ...options } as McpToolkitOptions);
    return [authSchemes.map(({ mode }) => mode), upstream?.kind === 'http' && upstream.account];
  };
  expect(kinds({})).toEqual([['OAUTH2'], 'unknown']);
  expect(kinds({ auth: 'oauth' })).toEqual([['OAUTH2'], 'required']);
  expect(kinds({ auth: 'bearer' })).toEqual([['BEARER_TOKEN'], 'required']);
  expect(kinds({ auth: { header: 'X-Key', prefix: 'Key ' } })).toEqual([['API_KEY'], 'required']);
  expect(kinds({ auth: 'none' })).toEqual([[], 'none']);
  expect(kinds({ headers: { 'x-key': 'ours' } })).toEqual([[], 'none']);
  expect(kinds({ headers: { 'x-tenant': 'a' }, auth: 'oauth' })).toEqual([['OAUTH2'], 'required']);
  expect(kinds({ url: undefined, command: 'npx' })).toEqual([[], false]);
});

test.each<[Partial<McpToolkitOptions>, string]>([
  [{ slug: 'Linear' }, 'cannot be the slug'],
  [{ slug: 'a'.repeat(49) }, 'cannot be the slug'],
  [{ slug: 'jackfield' }, 'cannot be named jackfield'],
  [{ url: 'ftp://example.com' }, 'not an http or https URL'],
  [{ url: 'https://user:secret@example.com/' }, 'not an http or https URL'],
  [{ listTtl: 0 }, 'not above 0'],
])('%j is refused', (options, message) => {
  const make = () => mcpToolkit({ slug: 'x', url, ...options } as McpToolkitOptions);
  expect(make).toThrow(message);
  expect(make).not.toThrow('secret');
});

const toolkit = mcpToolkit({ slug: 'linear', name: 'Linear', url });
const inputSchema = { type: 'object', properties: { id: { type: 'string' } } };

test('tools keep what the server says of them', () => {
  const [tool] = toTools(
    [
      {
        name: 'get_issue',
        title: 'Get an issue',
        description: 'Gets it.',
        inputSchema: { $schema: 'http://json-schema.org/draft-07/schema#', ...inputSchema },
        outputSchema: { type: 'object', properties: { title: { type: 'string' } } },
        annotations: { readOnlyHint: true, openWorldHint: false },
      },
    ],
    toolkit,
    true,
  );
  expect(tool).toMatchObject({
    slug: 'LINEAR_GET_ISSUE',
    name: 'Get an issue',
    description: 'Gets it.',
    inputSchema: { $schema: 'http://json-schema.org/draft-07/schema#', ...inputSchema },
    outputSchema: { properties: { title: { type: 'string' } } },
    hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    security: [['oauth']],
    binding: { kind: 'mcp', name: 'get_issue' },
  });
});

test('names become slugs that differ, within 64 characters', () => {
  const names = ['getIssue', 'get-issue', 'linear_list', 'a'.repeat(100), '工具', '道具', 'get/issue.all', ''];
  const tools = toTools(
    names.map((name) => ({ name, inputSchema })),
    toolkit,
    false,
  );
  expect(tools.map(({ binding }) => binding.kind === 'mcp' && binding.name)).toEqual(names.slice(0, -1));
  const slugs = tools.map(({ slug }) => slug);
  expect(new Set(slugs).size).toBe(slugs.length);
  for (const slug of slugs) expect(slug).toMatch(/^LINEAR_[A-Z0-9_]{1,57}$/);
  expect(slugs).toContain('LINEAR_LIST');
  expect(slugs).toContain('LINEAR_GET_ISSUE_ALL');
});

test('a name that is listed twice stands for its first tool', () => {
  const listed = ['one', 'two'].map((description) => ({ name: 'same', description, inputSchema }));
  expect(toTools(listed, toolkit, false)).toMatchObject([{ slug: 'LINEAR_SAME', description: 'one' }]);
});

test('a server that is not trusted says nothing of its behaviour', () => {
  const distrusted = mcpToolkit({ slug: 'linear', url, trustAnnotations: false });
  const listed = [{ name: 'get', inputSchema, annotations: { readOnlyHint: true } }];
  expect(toTools(listed, distrusted, false)[0]?.hints).toEqual({
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: false,
    openWorldHint: true,
  });
  expect(toTools([{ name: 'get' }], toolkit, false)).toMatchObject([
    { name: 'Get', inputSchema: { type: 'object' }, hints: { destructiveHint: true } },
  ]);
});
