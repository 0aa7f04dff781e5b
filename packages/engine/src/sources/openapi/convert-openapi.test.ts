import { describe, expect, it } from 'vitest';
import { buildHttpRequest } from '../../execution/http-request.ts';
import type { HttpBinding, Tool } from '../../toolkit.ts';
import { type ConvertOpenApiOptions, convertOpenApi } from './convert-openapi.ts';

type Json = { readonly [key: string]: unknown };

/** A document around one path item. */
function documentOf(pathItem: Json, more: Json = {}, path = '/pets'): Json {
  return {
    openapi: '3.0.3',
    info: { title: 'Pets', version: '1.2.3' },
    servers: [{ url: 'https://api.test/v1/' }],
    paths: { [path]: pathItem },
    ...more,
  };
}

function toolOf(pathItem: Json, more: Json = {}, path = '/pets', options: Partial<ConvertOpenApiOptions> = {}): Tool {
  const { toolkit } = convertOpenApi(documentOf(pathItem, more, path), { slug: 'pets', ...options });
  const [tool] = toolkit.tools;
  if (tool === undefined) throw new Error('There is no tool.');
  return tool;
}

function bindingOf(tool: Tool): HttpBinding {
  if (tool.binding.kind !== 'http') throw new Error('The tool is not bound to HTTP.');
  return tool.binding;
}

const ok = { responses: { 200: { description: 'OK' } } };

/** A `post` with a body of this content. */
function posting(content: Json, requestBody: Json = { required: true }): Json {
  return { post: { ...ok, requestBody: { ...requestBody, content } } };
}

function json(schema: unknown): Json {
  return { 'application/json': { schema } };
}

const invalidToolkit = (message: RegExp) =>
  expect.objectContaining({
    code: 'INVALID_TOOLKIT',
    message: expect.stringMatching(message),
    fix: expect.any(String),
  });

describe('the document', () => {
  it.each([
    ['Swagger 2.0', { swagger: '2.0', paths: {} }, /Swagger 2\.0/],
    ['another major version', { openapi: '4.0.0', paths: {} }, /OpenAPI 4\.0\.0/],
    ['a later minor version', { openapi: '3.2.0', paths: {} }, /OpenAPI 3\.2\.0/],
    ['no version', { paths: {} }, /no "openapi" version/],
    ['no paths', { openapi: '3.0.0' }, /no "paths"/],
  ])('with %s is refused', (_name, document, message) => {
    expect(() => convertOpenApi(document, { slug: 'x' })).toThrow(invalidToolkit(message));
  });

  it('that is Swagger 2.0 says how to mend it', () => {
    const convert = () => convertOpenApi({ swagger: '2.0' }, { slug: 'x' });
    expect(convert).toThrow(expect.objectContaining({ fix: expect.stringContaining('swagger2openapi') }));
  });

  it('may have its version as a number, as YAML reads it, and in 3.1 no paths', () => {
    expect(convertOpenApi({ openapi: 3, paths: {} }, { slug: 'x' }).toolkit.tools).toStrictEqual([]);
    expect(convertOpenApi({ openapi: 3.1 }, { slug: 'x' }).toolkit.tools).toStrictEqual([]);
  });

  it.each([['Upper'], ['1st'], ['with-dash'], [''], ['a'.repeat(41)]])('cannot have the slug %j', (slug) => {
    expect(() => convertOpenApi(documentOf({}), { slug })).toThrow(
      expect.objectContaining({ code: 'INVALID_CONFIGURATION' }),
    );
  });

  it('describes the toolkit', () => {
    const info = {
      title: 'Pet Store',
      version: 'latest',
      description: '<b>Pets</b>',
      'x-logo': { url: 'https://x.test/logo.png' },
    };
    expect(convertOpenApi(documentOf({}, { info }), { slug: 'pets' }).toolkit).toStrictEqual({
      slug: 'pets',
      name: 'Pet Store',
      description: 'Pets',
      version: '1',
      logo: 'https://x.test/logo.png',
      baseUrl: 'https://api.test/v1',
      authSchemes: [],
      tools: [],
    });
    const options = { slug: 'pets', name: 'Mine', description: 'Own', version: '9', logo: 'https://x.test/own.png' };
    expect(convertOpenApi(documentOf({}, { info }), options).toolkit).toMatchObject(options);
  });

  it('is left as it was', () => {
    const document = documentOf(
      { parameters: [{ name: 'q', in: 'query', schema: { type: 'string', nullable: true } }], get: ok },
      { components: { schemas: { A: { properties: { a: { $ref: '#/components/schemas/A' } } } } } },
    );
    const before = structuredClone(document);
    convertOpenApi(document, { slug: 'x' });
    expect(document).toStrictEqual(before);
  });
});

describe('operations', () => {
  it('become tools with all that is known about them', () => {
    const get = {
      operationId: 'listPets',
      summary: 'List pets',
      description: 'Newest first.',
      tags: ['pets', 3],
      deprecated: true,
      responses: { 204: { description: 'None' } },
    };
    expect(toolOf({ get })).toStrictEqual({
      slug: 'PETS_LIST_PETS',
      name: 'List pets',
      description: 'List pets. Newest first.',
      tags: ['pets'],
      inputSchema: { type: 'object', properties: {}, additionalProperties: false },
      outputSchema: { type: 'object', properties: {} },
      hints: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
      security: [],
      scopes: [],
      deprecated: true,
      binding: {
        kind: 'http',
        method: 'GET',
        baseUrl: 'https://api.test/v1',
        path: '/pets',
        parameters: [],
        accept: 'application/json, */*;q=0.8',
      },
    });
  });

  it.each([
    ['get', [true, false, true]],
    ['head', [true, false, true]],
    ['options', [true, false, true]],
    ['put', [false, false, true]],
    ['delete', [false, true, true]],
    ['post', [false, false, false]],
    ['patch', [false, false, false]],
  ])('%s has the hints (reads, destroys, idempotent) %j', (method, expected) => {
    const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = toolOf({ [method]: ok }).hints;
    expect([readOnlyHint, destructiveHint, idempotentHint, openWorldHint]).toStrictEqual([...expected, true]);
  });

  it('say better themselves what they do', () => {
    const post = { ...ok, 'x-jackfield-hints': { readOnlyHint: true, idempotentHint: 'yes' } };
    expect(toolOf({ post }).hints).toStrictEqual({
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: false,
      openWorldHint: true,
    });
  });

  it('are chosen by include', () => {
    const { toolkit, report } = convertOpenApi(documentOf({ get: ok, post: { ...ok, tags: ['write'] }, delete: ok }), {
      slug: 'pets',
      include: ({ method, path, tags }) => method === 'GET' || (path === '/pets' && tags.includes('write')),
    });
    expect(toolkit.tools.map(({ slug }) => slug)).toStrictEqual(['PETS_GET_PETS', 'PETS_POST_PETS']);
    expect(report).toStrictEqual({ operations: 3, excluded: 1, lost: [], unresolvedReferences: [] });
  });

  it('behind a referenced path item count, with the fields beside the reference', () => {
    const document = documentOf(
      { $ref: '#/x-items/pets', summary: 'Pets' },
      { 'x-items': { pets: { get: ok, parameters: [{ name: 'q', in: 'query' }] } } },
    );
    const { toolkit } = convertOpenApi(document, { slug: 'pets' });
    expect(toolkit.tools).toHaveLength(1);
    expect(toolkit.tools[0]).toMatchObject({ name: 'Pets', inputSchema: { properties: { q: { type: 'string' } } } });
  });

  it('that cannot become a tool are named with the reason', () => {
    const paths = {
      '/a': { get: 'nonsense', trace: ok },
      '/b': { $ref: 'other.yaml#/b' },
      '/c': { $ref: '#/nowhere' },
      '/d': null,
      'x-ignored': {},
    };
    expect(convertOpenApi(documentOf({}, { paths }), { slug: 'x' }).report.lost).toStrictEqual([
      { method: 'GET', path: '/a', reason: 'The operation is not an object.' },
      { method: 'TRACE', path: '/a', reason: expect.stringContaining('TRACE') },
      { method: '*', path: '/b', reason: expect.stringMatching(/another document.*bundle/) },
      { method: '*', path: '/c', reason: expect.stringContaining('#/nowhere') },
      { method: '*', path: '/d', reason: 'The path item is not an object.' },
    ]);
  });
});

describe('servers', () => {
  const baseUrlOf = (more: Json, options: Partial<ConvertOpenApiOptions> = {}, pathItem: Json = { get: ok }) =>
    bindingOf(toolOf(pathItem, more, '/pets', options)).baseUrl;

  it('of the operation come before those of the path and the document', () => {
    const servers = (url: string) => ({ servers: [{ url }] });
    const pathItem = {
      ...servers('https://path.test'),
      get: { ...ok, ...servers('https://operation.test/x') },
      put: ok,
    };
    const { toolkit } = convertOpenApi(documentOf(pathItem), { slug: 'pets' });
    expect(toolkit.tools.map((tool) => bindingOf(tool).baseUrl)).toStrictEqual([
      'https://operation.test/x',
      'https://path.test',
    ]);
    expect(toolkit.baseUrl).toBe('https://api.test/v1');
  });

  it('have variables with a default, a first allowed value, or one that is given', () => {
    const servers = [
      {
        url: 'https://{tenant}.{region}.test:{port}/',
        variables: { tenant: { default: 'demo' }, region: { enum: ['eu', 'us'] }, port: { default: 8443 } },
      },
    ];
    expect(baseUrlOf({ servers })).toBe('https://demo.eu.test:8443');
    expect(baseUrlOf({ servers }, { serverVariables: { tenant: 'acme' } })).toBe('https://acme.eu.test:8443');
  });

  it('that cannot be made into a URL are passed over', () => {
    const servers = [
      { url: 'https://{tenant}.test' },
      { url: 'wss://x.test' },
      'nonsense',
      { url: 'https://x.test/?a=1#b' },
    ];
    expect(baseUrlOf({ servers })).toBe('https://x.test');
  });

  it('relative to the document are resolved against where it came from', () => {
    const documentUrl = 'https://docs.test/api/openapi.json';
    expect(baseUrlOf({ servers: [{ url: '/v2' }] }, { documentUrl })).toBe('https://docs.test/v2');
    expect(baseUrlOf({ servers: [{ url: 'v2' }] }, { documentUrl })).toBe('https://docs.test/api/v2');
    expect(baseUrlOf({ servers: [{ url: '//other.test/v2' }] }, { documentUrl })).toBe('https://other.test/v2');
    expect(baseUrlOf({ servers: undefined }, { documentUrl })).toBe('https://docs.test');
  });

  it('give way to a base URL, which relative ones complete when it has no path', () => {
    expect(baseUrlOf({}, { baseUrl: 'http://127.0.0.1:4010/' })).toBe('http://127.0.0.1:4010');
    expect(baseUrlOf({ servers: [{ url: '/v2' }] }, { baseUrl: 'https://x.test' })).toBe('https://x.test/v2');
    expect(baseUrlOf({ servers: [{ url: '/v2' }] }, { baseUrl: 'https://x.test/api/v3' })).toBe(
      'https://x.test/api/v3',
    );
    expect(baseUrlOf({ servers: [] }, { baseUrl: 'https://x.test/api/' })).toBe('https://x.test/api');
    const pathItem = { get: { ...ok, servers: [{ url: 'https://upload.test' }] } };
    expect(baseUrlOf({}, { baseUrl: 'https://x.test' }, pathItem)).toBe('https://x.test');
  });

  it('are missed only when a tool needs one', () => {
    const missing = documentOf({ get: ok }, { servers: [{ url: '/v1' }] });
    expect(() => convertOpenApi(missing, { slug: 'pets' })).toThrow(
      expect.objectContaining({
        code: 'INVALID_TOOLKIT',
        message: expect.stringContaining('/v1'),
        fix: expect.stringContaining('baseUrl'),
      }),
    );
    expect(convertOpenApi(missing, { slug: 'pets', include: () => false }).toolkit).not.toHaveProperty('baseUrl');
  });

  it.each([['baseUrl'], ['documentUrl']] as const)('cannot be resolved against a %s that is not an http URL', (key) => {
    for (const value of ['/v1', 'file:///etc', 'api.test']) {
      expect(() => convertOpenApi(documentOf({ get: ok }), { slug: 'pets', [key]: value })).toThrow(
        expect.objectContaining({ code: 'INVALID_CONFIGURATION', message: expect.stringContaining(key) }),
      );
    }
  });
});

describe('parameters', () => {
  it('of path, query, header and cookie become arguments with their serialisation', () => {
    const parameters = [
      { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
      {
        name: 'tags',
        in: 'query',
        style: 'pipeDelimited',
        explode: false,
        schema: { type: 'array', items: { type: 'string' } },
      },
      { name: 'filter', in: 'query', style: 'deepObject', schema: { type: 'object' }, description: 'Narrows.' },
      {
        name: 'q',
        in: 'query',
        required: true,
        allowReserved: true,
        deprecated: true,
        example: 'x',
        schema: { type: 'string' },
      },
      { name: 'where', in: 'query', content: json({ type: 'object' }) },
      { name: 'X-Version', in: 'header', schema: { type: 'string' } },
      { name: 'session', in: 'cookie', schema: { type: 'string' } },
    ];
    const tool = toolOf({ parameters, get: ok }, {}, '/pets/{id}');
    expect(tool.inputSchema).toStrictEqual({
      type: 'object',
      properties: {
        id: { type: 'integer' },
        tags: { type: 'array', items: { type: 'string' } },
        filter: { type: 'object', description: 'Narrows.' },
        q: { type: 'string', deprecated: true, examples: ['x'] },
        where: { type: 'object' },
        'X-Version': { type: 'string' },
        session: { type: 'string' },
      },
      required: ['id', 'q'],
      additionalProperties: false,
    });
    expect(bindingOf(tool).parameters).toStrictEqual([
      { argument: 'id', name: 'id', in: 'path', style: 'simple', explode: false },
      { argument: 'tags', name: 'tags', in: 'query', style: 'pipeDelimited', explode: false },
      { argument: 'filter', name: 'filter', in: 'query', style: 'deepObject', explode: true },
      { argument: 'q', name: 'q', in: 'query', style: 'form', explode: true, allowReserved: true },
      { argument: 'where', name: 'where', in: 'query', style: 'form', explode: true, contentType: 'application/json' },
      { argument: 'X-Version', name: 'X-Version', in: 'header', style: 'simple', explode: false },
      { argument: 'session', name: 'session', in: 'cookie', style: 'form', explode: true },
    ]);
  });

  it('of the operation override those of the path; both may be references', () => {
    const components = {
      parameters: {
        Q: { name: 'q', in: 'query', schema: { type: 'integer' } },
        Again: { $ref: '#/components/parameters/Q' },
      },
    };
    const pathItem = {
      parameters: [
        { name: 'q', in: 'query', schema: { type: 'string' } },
        { name: 'r', in: 'query' },
        { $ref: '#/nowhere' },
      ],
      get: { ...ok, parameters: [{ $ref: '#/components/parameters/Again' }] },
    };
    expect(toolOf(pathItem, { components }).inputSchema.properties).toStrictEqual({
      q: { type: 'integer' },
      r: { type: 'string' },
    });
  });

  it('that belong to the connection or to no header at all are no arguments', () => {
    const names = [
      'Accept',
      'content-type',
      'Authorization',
      'Host',
      'Content-Length',
      'Cookie',
      'not a name',
      'X-Fine',
    ];
    const parameters = names.map((name) => ({ name, in: 'header', schema: { type: 'string' } }));
    expect(Object.keys(toolOf({ parameters, get: ok }).inputSchema.properties ?? {})).toStrictEqual(['X-Fine']);
  });

  it('with a style that does not belong there are written in the usual one', () => {
    const parameters = [
      { name: 'id', in: 'path', style: 'form' },
      { name: 'q', in: 'query', style: 'matrix' },
    ];
    expect(bindingOf(toolOf({ parameters, get: ok }, {}, '/{id}')).parameters).toMatchObject([
      { style: 'simple' },
      { style: 'form' },
    ]);
  });

  it('that can have one value only are sent with it, and are no arguments', () => {
    const tool = toolOf({
      get: {
        ...ok,
        parameters: [
          { name: 'Api-Version', in: 'header', required: true, schema: { type: 'string', enum: ['2026-01-31'] } },
          { name: 'v', in: 'query', required: true, schema: { type: 'integer', enum: [2] } },
          { name: 'beta', in: 'query', schema: { type: 'boolean', enum: [true] } },
          { name: 'q', in: 'query', required: true, schema: { type: 'string' } },
        ],
      },
    });
    expect(Object.keys(tool.inputSchema.properties ?? {})).toEqual(['beta', 'q']);
    expect(tool.inputSchema.required).toEqual(['q']);
    expect(bindingOf(tool).constants).toEqual([
      { name: 'Api-Version', in: 'header', value: '2026-01-31' },
      { name: 'v', in: 'query', value: '2' },
    ]);
    expect(buildHttpRequest(bindingOf(tool), { q: 'a b' })).toMatchObject({
      url: 'https://api.test/v1/pets?v=2&q=a%20b',
      headers: { 'api-version': '2026-01-31' },
    });
  });

  it('that are required lists hold at least one item', () => {
    const parameters = [
      { name: 'ids', in: 'query', required: true, schema: { type: 'array', items: { type: 'integer' } } },
    ];
    expect(toolOf({ parameters, get: ok }).inputSchema.properties).toMatchObject({ ids: { minItems: 1 } });
  });

  it('get names that models may use, told apart by their place', () => {
    const parameters = ['id', 'filter[name]', '$top', 'filter_name', 'X-Api.Version', 'ä', '[]', 'x'.repeat(70)].map(
      (name) => ({
        name,
        in: 'query',
      }),
    );
    const pathItem = {
      parameters: [...parameters, { name: 'id', in: 'path' }, { name: 'id', in: 'header' }],
      ...posting(json({ type: 'object', properties: { id: {}, id_query: {}, name: {} } })),
    };
    const tool = toolOf(pathItem, {}, '/pets/{id}');
    const binding = bindingOf(tool);
    expect(
      binding.parameters.map(({ in: location, name, argument }) => `${location} ${name}: ${argument}`),
    ).toStrictEqual([
      'path id: id',
      'query id: id_query_2',
      'query filter[name]: filter_name',
      'query $top: top',
      'query filter_name: filter_name_query',
      'query X-Api.Version: X-Api.Version',
      'query ä: a',
      expect.stringMatching(/^query \[\]: argument_[a-z0-9]{6}$/),
      expect.stringMatching(/^query x{70}: x{57}_[a-z0-9]{6}$/),
      'header id: id_header',
    ]);
    expect(binding.body?.from).toStrictEqual({ properties: { id_body: 'id', id_query: 'id_query', name: 'name' } });
    for (const name of Object.keys(tool.inputSchema.properties ?? {})) expect(name).toMatch(/^[A-Za-z0-9_.-]{1,64}$/);
  });
});

describe('path templates', () => {
  const pathOf = (path: string, parameters: readonly Json[] = []) => {
    const tool = toolOf({ parameters, get: ok }, {}, path);
    const binding = bindingOf(tool);
    return { path: binding.path, parameters: binding.parameters, required: tool.inputSchema.required };
  };

  it('may have names that are not declared, and declarations that they do not use', () => {
    expect(pathOf('/a/{id}', [{ name: 'other', in: 'path' }])).toMatchObject({
      path: '/a/{id}',
      parameters: [{ argument: 'id', name: 'id', in: 'path' }],
      required: ['id'],
    });
  });

  it('may spell a name in another case', () => {
    const schema = { type: 'integer' };
    const tool = toolOf({ parameters: [{ name: 'petId', in: 'path', schema }], get: ok }, {}, '/a/{petID}');
    expect(bindingOf(tool).path).toBe('/a/{petId}');
    expect(tool.inputSchema.properties).toStrictEqual({ petId: schema });
  });

  it('may say that a value spans segments', () => {
    for (const path of ['/a/{name+}', '/a/{+name}', '/a/{name*}']) {
      expect(pathOf(path, [{ name: 'name', in: 'path' }])).toMatchObject({
        path: '/a/{name}',
        parameters: [{ allowReserved: true }],
      });
    }
    const pathParameter = (more: Json) => pathOf('/a/{name}', [{ name: 'name', in: 'path', ...more }]).parameters[0];
    for (const more of [
      { schema: { type: 'string', pattern: '^projects/[^/]+$' } },
      { 'x-reservedExpansion': true },
      { 'x-ms-skip-url-encoding': true },
      { description: 'The format is `accounts/{account_id}`.' },
    ]) {
      expect(pathParameter(more)).toHaveProperty('allowReserved', true);
    }
    for (const more of [
      { schema: { type: 'string', pattern: '^[^/]+$' } },
      { schema: { pattern: '^arn:a/b' } },
      { description: 'and/or' },
    ]) {
      expect(pathParameter(more)).not.toHaveProperty('allowReserved');
    }
  });

  it('of Google have a resource name after the version', () => {
    const servers = [{ url: 'https://pubsub.googleapis.com/' }];
    const { toolkit } = convertOpenApi(
      documentOf({}, { servers, paths: { '/v1/{topic}:publish': { post: ok }, '/v1/users/{id}': { get: ok } } }),
      { slug: 'pubsub', baseUrl: 'https://mock.test' },
    );
    expect(toolkit.tools.map((tool) => bindingOf(tool).parameters)).toMatchObject([
      [{ name: 'topic', allowReserved: true }],
      [{ name: 'id' }],
    ]);
    expect(toolkit.tools[1]?.binding).not.toHaveProperty('parameters.0.allowReserved');
  });

  it('lose a fragment, keep a query, and begin with a slash', () => {
    expect(pathOf('/#Action=List').path).toBe('/');
    expect(pathOf('a/{id}?cmd=diff').path).toBe('/a/{id}?cmd=diff');
    expect(pathOf('//a//{x}.json').path).toBe('//a//{x}.json');
  });
});

describe('JSON bodies', () => {
  it('that are objects become arguments beside the parameters', () => {
    const schema = {
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string' }, age: { type: 'integer' } },
    };
    const tool = toolOf({
      parameters: [{ name: 'dry', in: 'query', schema: { type: 'boolean' } }],
      ...posting(json(schema)),
    });
    expect(tool.inputSchema).toStrictEqual({
      type: 'object',
      properties: { dry: { type: 'boolean' }, name: { type: 'string' }, age: { type: 'integer' } },
      required: ['name'],
      additionalProperties: false,
    });
    expect(bindingOf(tool).body).toStrictEqual({
      contentType: 'application/json',
      from: { properties: { name: 'name', age: 'age' } },
      required: true,
    });
  });

  it('are merged over references and allOf, without what is only read', () => {
    const components = {
      schemas: {
        Base: {
          type: 'object',
          required: ['id', 'kind'],
          properties: { id: { type: 'integer', readOnly: true }, kind: { type: 'string' } },
        },
        Pet: {
          allOf: [
            { $ref: '#/components/schemas/Base' },
            { properties: { kind: { enum: ['cat'] }, owner: { $ref: '#/components/schemas/Base' } } },
          ],
        },
      },
    };
    const { inputSchema } = toolOf(posting(json({ $ref: '#/components/schemas/Pet' })), { components });
    expect(inputSchema).toStrictEqual({
      type: 'object',
      properties: { kind: { allOf: [{ type: 'string' }, { enum: ['cat'] }] }, owner: { $ref: '#/$defs/Base' } },
      required: ['kind'],
      additionalProperties: false,
      $defs: { Base: { type: 'object', required: ['kind'], properties: { kind: { type: 'string' } } } },
    });
  });

  it('keep the definitions that are reached, cycles too, as one object for all tools', () => {
    const components = {
      schemas: {
        Node: {
          type: 'object',
          properties: { children: { type: 'array', items: { $ref: '#/components/schemas/Node' } } },
        },
        Unused: { type: 'string' },
      },
    };
    const operation = {
      ...ok,
      requestBody: { content: json({ type: 'object', properties: { root: { $ref: '#/components/schemas/Node' } } }) },
    };
    const { toolkit } = convertOpenApi(documentOf({ post: operation, put: operation }, { components }), { slug: 'x' });
    const [one, other] = toolkit.tools;
    expect(one?.inputSchema.$defs).toStrictEqual({
      Node: { type: 'object', properties: { children: { type: 'array', items: { $ref: '#/$defs/Node' } } } },
    });
    expect(one?.inputSchema.$defs).toBe(other?.inputSchema.$defs);
  });

  it.each([
    ['an array', { type: 'array', items: { type: 'string' } }],
    [
      'alternatives',
      {
        oneOf: [
          { type: 'object', properties: { a: {} } },
          { type: 'object', properties: { b: {} } },
        ],
      },
    ],
    ['alternatives beside properties', { type: 'object', properties: { a: {} }, anyOf: [{ required: ['a'] }] }],
    ['a map', { type: 'object', additionalProperties: { type: 'string' } }],
    ['a free-form object', { type: 'object' }],
    ['a string', { type: 'string' }],
    ['pattern properties', { type: 'object', properties: { a: {} }, patternProperties: { '^x': {} } }],
  ])('that are %s stay one argument', (_name, schema) => {
    const tool = toolOf(posting(json(schema)));
    expect(tool.inputSchema).toStrictEqual({
      type: 'object',
      properties: { body: schema },
      required: ['body'],
      additionalProperties: false,
    });
    expect(bindingOf(tool).body?.from).toStrictEqual({ argument: 'body' });
  });

  it('that are anything stay one argument, next to a parameter of that name', () => {
    const tool = toolOf({
      parameters: [{ name: 'body', in: 'query' }],
      ...posting({ 'application/json': {} }, { description: 'Anything.' }),
    });
    expect(tool.inputSchema.properties).toStrictEqual({
      body: { type: 'string' },
      request_body: { description: 'Anything.' },
    });
    expect(bindingOf(tool).body?.from).toStrictEqual({ argument: 'request_body' });
  });

  it('with no property at all need no argument', () => {
    const tool = toolOf(posting(json({ type: 'object', properties: {} })));
    expect(tool.inputSchema.properties).toStrictEqual({});
    expect(bindingOf(tool).body).toMatchObject({ from: { properties: {} }, required: true });
  });

  it.each([
    ['true', { properties: { a: {} }, additionalProperties: true }, {}],
    ['a schema', { properties: { a: {} }, additionalProperties: { type: 'integer' } }, { type: 'integer' }],
    ['left to subtypes', { properties: { a: {} }, discriminator: { propertyName: 'a' } }, {}],
  ])('whose further properties are %s take them', (_name, schema, additionalProperties) => {
    const tool = toolOf(posting(json(schema)));
    expect(tool.inputSchema.additionalProperties).toStrictEqual(additionalProperties);
    expect(bindingOf(tool).body?.from).toStrictEqual({ properties: { a: 'a' }, additional: true });
  });

  const needsBoth = { type: 'object', required: ['a', 'b'], properties: { a: {}, b: {}, c: {} } };

  it('that are really optional require their properties only together', () => {
    expect(toolOf(posting(json(needsBoth), { required: false })).inputSchema).toMatchObject({
      dependentRequired: { a: ['b'], b: ['a'], c: ['a', 'b'] },
    });
    expect(toolOf(posting(json(needsBoth), { required: false })).inputSchema).not.toHaveProperty('required');
  });

  it('whose author says nothing require their properties', () => {
    expect(toolOf(posting(json(needsBoth), {})).inputSchema.required).toStrictEqual(['a', 'b']);
  });

  it('that want some property want some argument', () => {
    const schema = { type: 'object', minProperties: 1, properties: { a: {} } };
    const id = { name: 'id', in: 'path' };
    expect(toolOf({ parameters: [id], ...posting(json(schema)) }, {}, '/{id}').inputSchema.minProperties).toBe(2);
    const optional = { name: 'q', in: 'query' };
    expect(
      toolOf({ parameters: [id, optional], ...posting(json(schema)) }, {}, '/{id}').inputSchema,
    ).not.toHaveProperty('minProperties');
  });

  it('of GET and HEAD, which cannot be sent, are left out', () => {
    const { post } = posting(json(needsBoth));
    expect(toolOf({ get: post }).inputSchema.properties).toStrictEqual({});
  });

  it('may be references', () => {
    const components = { requestBodies: { Pet: { required: true, content: json(needsBoth) } } };
    const tool = toolOf({ post: { ...ok, requestBody: { $ref: '#/components/requestBodies/Pet' } } }, { components });
    expect(tool.inputSchema.required).toStrictEqual(['a', 'b']);
  });
});

describe('media types of bodies', () => {
  const object = { type: 'object', properties: { a: { type: 'string' } } };

  it.each([
    [['multipart/form-data', 'application/json'], 'application/json'],
    [['application/x-www-form-urlencoded', 'application/vnd.x+json'], 'application/vnd.x+json'],
    [['application/json-patch+json', 'application/merge-patch+json'], 'application/merge-patch+json'],
    [['*/*', 'application/json; charset=utf-8'], 'application/json; charset=utf-8'],
    [['*/*'], 'application/json'],
    [['application/*+json'], 'application/json'],
    [['applicationjson'], 'application/json'],
    [['text/plain', 'application/x-www-form-urlencoded'], 'application/x-www-form-urlencoded'],
    [['application/form-data'], 'multipart/form-data'],
    [['message/rfc822'], 'application/json'],
    [['application/yaml'], 'application/yaml'],
  ])('of %j, %s is sent', (names, expected) => {
    const content = Object.fromEntries(names.map((name) => [name, { schema: object }]));
    const body = bindingOf(toolOf(posting(content))).body;
    expect(body).toMatchObject({ contentType: expected, from: { properties: { a: 'a' } } });
  });

  it('form: with the encoding of properties', () => {
    const schema = { type: 'object', properties: { expand: { type: 'array', items: {} }, name: { type: 'string' } } };
    const encoding = {
      expand: { style: 'deepObject', explode: true },
      name: { allowReserved: true, style: 'nonsense' },
    };
    expect(
      bindingOf(toolOf(posting({ 'application/x-www-form-urlencoded': { schema, encoding } }))).body,
    ).toStrictEqual({
      contentType: 'application/x-www-form-urlencoded',
      from: { properties: { expand: 'expand', name: 'name' } },
      required: true,
      encoding: { expand: { style: 'deepObject', explode: true }, name: { allowReserved: true } },
    });
  });

  it('multipart: with files as base64', () => {
    const binary = { type: 'string', format: 'binary' };
    const schema = {
      type: 'object',
      required: ['file'],
      properties: {
        file: { ...binary, description: 'The picture.' },
        more: { type: 'array', items: binary },
        note: { type: 'string' },
      },
    };
    const encoding = { file: { contentType: 'image/*, image/png' } };
    const tool = toolOf(posting({ 'multipart/form-data': { schema, encoding } }));
    expect(tool.inputSchema.properties).toStrictEqual({
      file: { type: 'string', contentEncoding: 'base64', description: 'The picture. File content, base64-encoded.' },
      more: {
        type: 'array',
        items: { type: 'string', contentEncoding: 'base64', description: 'File content, base64-encoded.' },
      },
      note: { type: 'string' },
    });
    expect(bindingOf(tool).body).toMatchObject({
      contentType: 'multipart/form-data',
      encoding: { file: { binary: true, contentType: 'image/png' }, more: { binary: true } },
    });
  });

  it('multipart: with files as OpenAPI 3.1 says it', () => {
    const schema = { type: 'object', properties: { file: { type: 'string', contentMediaType: 'image/png' } } };
    const tool = toolOf(posting({ 'multipart/form-data': { schema } }), { openapi: '3.1.0' });
    expect(tool.inputSchema.properties).toMatchObject({ file: { type: 'string', contentEncoding: 'base64' } });
    expect(bindingOf(tool).body?.encoding).toStrictEqual({ file: { binary: true } });
  });

  it('multipart: a body that is bytes is a part named file', () => {
    const tool = toolOf(posting({ 'multipart/form-data': { schema: { type: 'string', format: 'binary' } } }));
    expect(tool.inputSchema).toMatchObject({ properties: { file: { contentEncoding: 'base64' } }, required: ['file'] });
    expect(bindingOf(tool).body).toMatchObject({
      from: { properties: { file: 'file' } },
      encoding: { file: { binary: true } },
    });
  });

  it.each([
    ['application/octet-stream', { type: 'string', format: 'binary' }],
    ['image/png', {}],
    ['image/*', undefined],
    ['*/*', { type: 'string', format: 'binary' }],
  ])('bytes: %s is a base64 argument', (name, schema) => {
    const tool = toolOf(posting({ [name]: { schema } }));
    expect(tool.inputSchema.properties).toMatchObject({ body: { type: 'string', contentEncoding: 'base64' } });
    expect(bindingOf(tool).body).toMatchObject({ from: { argument: 'body' }, encoding: { body: { binary: true } } });
  });

  it.each([
    ['text/plain', { type: 'string', maxLength: 9 }, { type: 'string', maxLength: 9 }],
    [
      'application/xml',
      { type: 'object', properties: { a: {} } },
      { type: 'string', description: 'Content as application/xml.' },
    ],
    ['text/csv', undefined, { type: 'string', description: 'Content as text/csv.' }],
    ['image/jpeg', { type: 'string', format: 'byte' }, { type: 'string', format: 'byte' }],
  ])('text: %s is a string argument that is sent as it is', (name, schema, expected) => {
    const tool = toolOf(posting({ [name]: { schema } }));
    expect(tool.inputSchema.properties).toStrictEqual({ body: expected });
    expect(bindingOf(tool).body).toStrictEqual({ contentType: name, from: { argument: 'body' }, required: true });
  });
});

describe('output', () => {
  const outputOf = (responses: Json, more: Json = {}) => {
    const tool = toolOf({ get: { responses } }, more);
    return { schema: tool.outputSchema, accept: bindingOf(tool).accept };
  };
  const schemaOf = (schema: unknown, more: Json = {}) => outputOf({ 200: { content: json(schema) } }, more).schema;

  it.each([
    [
      'an object',
      { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
      { type: 'object', required: ['a'], properties: { a: { type: 'string' } } },
    ],
    [
      'an array',
      { type: 'array', items: { type: 'string' } },
      { type: 'object', properties: { items: { type: 'array', items: { type: 'string' } } }, required: ['items'] },
    ],
    [
      'a scalar',
      { type: 'integer' },
      { type: 'object', properties: { value: { type: 'integer' } }, required: ['value'] },
    ],
    [
      'an array or null',
      { type: 'array', items: {}, nullable: true },
      { type: 'object', properties: { items: { type: ['array', 'null'], items: {} } } },
    ],
    [
      'an object or null',
      { type: 'object', nullable: true, required: ['a'], properties: { a: {} } },
      { type: 'object', properties: { a: {} } },
    ],
    [
      'one of several objects',
      { oneOf: [{ type: 'object' }, { properties: { a: {} } }] },
      { type: 'object', oneOf: [{ type: 'object' }, { type: 'object', properties: { a: {} } }] },
    ],
    ['one of different things', { oneOf: [{ type: 'object' }, { type: 'array', items: {} }] }, undefined],
    ['anything', {}, undefined],
  ])('that is %s', (_name, schema, expected) => {
    expect(schemaOf(schema)).toStrictEqual(expected);
  });

  it('has no reference at its root, and no writeOnly property', () => {
    const components = {
      schemas: {
        User: {
          type: 'object',
          properties: {
            friends: { type: 'array', items: { $ref: '#/components/schemas/User' } },
            password: { writeOnly: true },
          },
        },
        Leaf: { type: 'object', properties: { a: { type: 'string' } } },
        Alias: { $ref: '#/components/schemas/Leaf' },
      },
    };
    const user = { type: 'object', properties: { friends: { type: 'array', items: { $ref: '#/$defs/User' } } } };
    expect(schemaOf({ $ref: '#/components/schemas/User' }, { components })).toStrictEqual({
      ...user,
      $defs: { User: user },
    });
    expect(schemaOf({ $ref: '#/components/schemas/Alias' }, { components })).toStrictEqual({
      type: 'object',
      properties: { a: { type: 'string' } },
    });
  });

  it('is that of the lowest success with a body, of any spelling', () => {
    const a = { content: json({ type: 'object', properties: { a: {} } }) };
    const b = { content: json({ type: 'object', properties: { b: {} } }) };
    expect(outputOf({ default: b, 201: a, 400: b }).schema).toMatchObject({ properties: { a: {} } });
    expect(outputOf({ 204: {}, 206: a }).schema).toMatchObject({ properties: { a: {} } });
    expect(outputOf({ '2XX': a, default: b }).schema).toMatchObject({ properties: { a: {} } });
    expect(outputOf({ default: b }).schema).toMatchObject({ properties: { b: {} } });
    const components = { responses: { A: a } };
    expect(outputOf({ 200: { $ref: '#/components/responses/A' } }, { components }).schema).toMatchObject({
      properties: { a: {} },
    });
  });

  it.each([
    [
      'JSON before others',
      { 'text/html': {}, 'application/json': { schema: { type: 'string' } } },
      'application/json',
      { properties: { value: {} } },
    ],
    [
      'a JSON vendor type',
      { 'application/vnd.x+json': { schema: { type: 'object' } } },
      'application/vnd.x+json',
      { type: 'object' },
    ],
    ['anything as JSON', { '*/*': { schema: { type: 'object' } } }, 'application/json', { type: 'object' }],
    [
      'text',
      { 'text/plain': { schema: { type: 'string' } } },
      'text/plain, */*;q=0.8',
      { properties: { value: { type: 'string' } } },
    ],
    ['bytes', { 'image/png': { schema: { type: 'string', format: 'binary' } } }, 'image/png, */*;q=0.8', undefined],
  ])('accepts %s', (_name, content, accept, schema) => {
    const output = outputOf({ 200: { content } });
    expect(output.accept).toBe(accept);
    if (schema === undefined) expect(output.schema).toBeUndefined();
    else expect(output.schema).toMatchObject(schema);
  });
});

describe('authentication', () => {
  const secured = (securitySchemes: Json, more: Json = {}, operation: Json = {}) =>
    convertOpenApi(documentOf({ get: { ...ok, ...operation } }, { components: { securitySchemes }, ...more }), {
      slug: 'pets',
    }).toolkit;

  it.each([
    [
      'http bearer',
      { type: 'http', scheme: 'Bearer', description: '<b>Token</b>' },
      { mode: 'BEARER_TOKEN', description: 'Token' },
    ],
    ['http basic', { type: 'http', scheme: 'basic' }, { mode: 'BASIC' }],
    ['http digest', { type: 'http', scheme: 'digest' }, { mode: 'UNSUPPORTED', kind: 'http digest' }],
    [
      'a key in a header',
      { type: 'apiKey', in: 'header', name: 'X-Key' },
      { mode: 'API_KEY', in: 'header', name: 'X-Key' },
    ],
    ['a key in the query', { type: 'apiKey', in: 'query', name: 'key' }, { mode: 'API_KEY', in: 'query', name: 'key' }],
    [
      'a key in a cookie',
      { type: 'apiKey', in: 'cookie', name: 'sid' },
      { mode: 'API_KEY', in: 'cookie', name: 'sid' },
    ],
    [
      'a bearer token said as a key',
      { type: 'apiKey', in: 'header', name: 'authorization', description: 'Bearer token' },
      { mode: 'BEARER_TOKEN', description: 'Bearer token' },
    ],
    [
      'a key with a prefix in its description',
      { type: 'apiKey', in: 'header', name: 'Authorization', description: 'Use `Token <key>`' },
      { mode: 'API_KEY', in: 'header', name: 'Authorization', prefix: 'Token ', description: 'Use `Token <key>`' },
    ],
    [
      'a key with a prefix said aside',
      { type: 'apiKey', in: 'header', name: 'Authorization', 'x-prefix': 'SSWS' },
      { mode: 'API_KEY', in: 'header', name: 'Authorization', prefix: 'SSWS ' },
    ],
    [
      'a key in Authorization',
      { type: 'apiKey', in: 'header', name: 'Authorization' },
      { mode: 'API_KEY', in: 'header', name: 'Authorization' },
    ],
    ['a key nowhere', { type: 'apiKey', in: 'body', name: 'key' }, { mode: 'UNSUPPORTED', kind: 'apiKey in body' }],
    ['mutual TLS', { type: 'mutualTLS' }, { mode: 'UNSUPPORTED', kind: 'mutualTLS' }],
  ])('%s', (_name, scheme, expected) => {
    expect(secured({ one: scheme }).authSchemes).toStrictEqual([{ id: 'one', ...expected }]);
  });

  it('OAuth 2, with the flow for users and the scopes of all', () => {
    const flows = {
      clientCredentials: { tokenUrl: 'https://auth.test/cc', scopes: { admin: 'Admin' } },
      authorizationCode: {
        authorizationUrl: '/authorize',
        tokenUrl: 'https://auth.test/token',
        refreshUrl: 'javascript:alert(1)',
        scopes: { read: 'Read' },
      },
    };
    expect(secured({ oauth: { type: 'oauth2', flows } }).authSchemes[0]).toMatchObject({
      id: 'oauth',
      mode: 'OAUTH2',
      authorizationUrl: 'https://api.test/authorize',
      tokenUrl: 'https://auth.test/token',
      scopes: { admin: 'Admin', read: 'Read' },
    });
    expect(secured({ oauth: { type: 'oauth2', flows } }).authSchemes[0]).not.toHaveProperty('refreshUrl');
  });

  const schemes = {
    key: { type: 'apiKey', in: 'query', name: 'key' },
    oauth: {
      type: 'oauth2',
      flows: { implicit: { authorizationUrl: 'https://auth.test', scopes: { read: '', write: '' } } },
    },
  };

  it('of the operation overrides that of the document', () => {
    const security = [{ key: [] }];
    expect(secured(schemes, { security }).tools[0]).toMatchObject({ security: [['key']], scopes: [] });
    expect(secured(schemes, { security }, { security: [] }).tools[0]).toMatchObject({ security: [] });
    expect(
      secured(schemes, { security }, { security: [{ key: [], oauth: ['read'] }, { oauth: ['write'] }, {}] }).tools[0],
    ).toMatchObject({
      security: [['key', 'oauth'], ['oauth'], []],
      scopes: ['read', 'write'],
    });
  });

  it('that is not declared is kept, so that it can be named', () => {
    const toolkit = secured({}, {}, { security: [{ ghost: [] }] });
    expect(toolkit.tools[0]?.security).toStrictEqual([['ghost']]);
    expect(toolkit.authSchemes).toStrictEqual([{ id: 'ghost', mode: 'UNSUPPORTED', kind: 'undeclared' }]);
  });

  it('is given by the options in place of what the document says', () => {
    const document = documentOf(
      { get: { ...ok, security: [{ key: [] }] } },
      { components: { securitySchemes: schemes } },
    );
    const authSchemes = [{ id: 'mine', mode: 'BEARER_TOKEN' }] as const;
    const { toolkit } = convertOpenApi(document, { slug: 'pets', authSchemes });
    expect(toolkit.authSchemes).toStrictEqual(authSchemes);
    expect(toolkit.tools[0]?.security).toStrictEqual([['mine']]);
  });

  it('is read off an Authorization parameter where nothing else is said', () => {
    const parameter = (example: string) => ({
      parameters: [{ name: 'Authorization', in: 'header', required: true, example }],
    });
    expect(secured({}, {}, parameter('Bearer abc'))).toMatchObject({
      authSchemes: [{ id: 'authorization', mode: 'BEARER_TOKEN' }],
      tools: [{ security: [['authorization']] }],
    });
    expect(secured({}, {}, parameter('Basic abc')).authSchemes).toMatchObject([{ mode: 'BASIC' }]);
    expect(secured(schemes, {}, parameter('Bearer abc')).tools[0]?.security).toStrictEqual([]);
  });

  it('takes its credentials out of the arguments, where they are injected', () => {
    const parameters = [
      { name: 'key', in: 'query' },
      { name: 'access_token', in: 'query' },
      { name: 'token', in: 'header', description: 'Authentication token.' },
      { name: 'callback', in: 'query', description: 'JSONP' },
      { name: 'page_token', in: 'query' },
      { name: 'q', in: 'query' },
    ];
    const argumentsOf = (security: unknown) =>
      Object.keys(secured(schemes, {}, { security, parameters }).tools[0]?.inputSchema.properties ?? {});
    expect(argumentsOf([{ key: [] }])).toStrictEqual(['page_token', 'q']);
    expect(argumentsOf([])).toStrictEqual(parameters.map(({ name }) => name));
  });
});

describe('OpenAPI 3.1', () => {
  it('converts its own way of writing schemas', () => {
    const schema = {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        a: { type: ['string', 'null'], examples: ['x'] },
        b: { $ref: '#/components/schemas/B', maxLength: 3 },
        c: { const: 1 },
        d: true,
      },
    };
    const components = { schemas: { B: { type: 'string' } } };
    expect(toolOf(posting(json(schema)), { openapi: '3.1.0', components }).inputSchema).toStrictEqual({
      type: 'object',
      properties: {
        a: { type: ['string', 'null'], examples: ['x'] },
        b: { $ref: '#/$defs/B', maxLength: 3 },
        c: { const: 1 },
        d: {},
      },
      additionalProperties: false,
      $defs: { B: { type: 'string' } },
    });
  });
});

it('names references that lead nowhere, and accepts anything there', () => {
  const { toolkit, report } = convertOpenApi(
    documentOf(posting(json({ properties: { a: { $ref: '#/components/schemas/Gone' } } }))),
    {
      slug: 'pets',
    },
  );
  expect(toolkit.tools[0]?.inputSchema.properties).toStrictEqual({ a: {} });
  expect(report.unresolvedReferences).toStrictEqual(['#/components/schemas/Gone']);
});
