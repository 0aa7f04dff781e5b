import { describe, expect, it } from 'vitest';
import type { HttpBinding, HttpBody, HttpParameter } from '../toolkit.ts';
import { buildHttpRequest } from './http-request.ts';

function binding(parameters: readonly HttpParameter[], more: Partial<HttpBinding> = {}): HttpBinding {
  const path =
    parameters
      .filter((parameter) => parameter.in === 'path')
      .map(({ name }) => `/{${name}}`)
      .join('') || '/pets';
  return {
    kind: 'http',
    method: 'GET',
    baseUrl: 'https://api.test/v1',
    path,
    parameters,
    accept: 'application/json',
    ...more,
  };
}

function urlOf(parameter: Omit<HttpParameter, 'argument' | 'name'>, value: unknown, name = 'x'): string {
  const { url } = buildHttpRequest(binding([{ ...parameter, name, argument: 'value' }]), { value });
  return url.slice('https://api.test/v1'.length);
}

function bodyOf(body: HttpBody, args: Record<string, unknown>) {
  return buildHttpRequest(binding([], { method: 'POST', body }), args);
}

const invalidArguments = expect.objectContaining({ code: 'INVALID_ARGUMENTS', fix: expect.any(String) });

describe('path parameters', () => {
  const list = ['red', 'green'];
  const object = { R: 100, G: 'a b' };

  it.each([
    ['simple', false, 'blue', '/blue'],
    ['simple', false, list, '/red,green'],
    ['simple', true, list, '/red,green'],
    ['simple', false, object, '/R,100,G,a%20b'],
    ['simple', true, object, '/R=100,G=a%20b'],
    ['label', false, 'blue', '/.blue'],
    ['label', false, list, '/.red,green'],
    ['label', true, list, '/.red.green'],
    ['label', false, object, '/.R,100,G,a%20b'],
    ['label', true, object, '/.R=100.G=a%20b'],
    ['matrix', false, 'blue', '/;x=blue'],
    ['matrix', false, '', '/;x'],
    ['matrix', false, list, '/;x=red,green'],
    ['matrix', true, list, '/;x=red;x=green'],
    ['matrix', false, object, '/;x=R,100,G,a%20b'],
    ['matrix', true, object, '/;R=100;G=a%20b'],
  ] as const)('%s, explode %s: %j is %s', (style, explode, value, expected) => {
    expect(urlOf({ in: 'path', style, explode }, value)).toBe(expected);
  });

  it.each([
    ['a/b', '/a%2Fb'],
    ['../admin', '/..%2Fadmin'],
    ['a?b=c#d', '/a%3Fb%3Dc%23d'],
    ["!'()*", '/%21%27%28%29%2A'],
    ['é 漢', '/%C3%A9%20%E6%BC%A2'],
    ['100%', '/100%25'],
    ['a\\b', '/a%5Cb'],
    ['\ud800', '/%EF%BF%BD'],
    ['-._~', '/-._~'],
    [true, '/true'],
    [12, '/12'],
  ])('%j stays one segment: %s', (value, expected) => {
    expect(urlOf({ in: 'path', style: 'simple', explode: false }, value)).toBe(expected);
  });

  it.each([[''], ['.'], ['..'], [[]], [null], [undefined]])('%j is refused', (value) => {
    expect(() => urlOf({ in: 'path', style: 'simple', explode: false }, value)).toThrow(invalidArguments);
  });

  it('may be a part of a segment', () => {
    const parameters: HttpParameter[] = ['a', 'b'].map((name) => ({
      name,
      argument: name,
      in: 'path',
      style: 'simple',
      explode: false,
    }));
    const { url } = buildHttpRequest(binding(parameters, { path: '/x/{a}...{b}.json' }), { a: 'one', b: '..' });
    expect(url).toBe('https://api.test/v1/x/one......json');
  });

  it('cannot become a dot segment together', () => {
    const parameters: HttpParameter[] = ['a', 'b'].map((name) => ({
      name,
      argument: name,
      in: 'path',
      style: 'simple',
      explode: false,
    }));
    expect(() => buildHttpRequest(binding(parameters, { path: '/x/{a}{b}/y' }), { a: '.', b: '.' })).toThrow(
      invalidArguments,
    );
  });

  it('keep slashes where they span segments, but cannot leave them', () => {
    const spanning = { in: 'path', style: 'simple', explode: false, allowReserved: true } as const;
    expect(urlOf(spanning, 'projects/a b/topics/c:d')).toBe('/projects/a%20b/topics/c:d');
    for (const value of ['projects/../admin', './a', '//a', 'a/', 'a//b', '..', '/', '']) {
      expect(() => urlOf(spanning, value)).toThrow(invalidArguments);
    }
    expect(urlOf(spanning, 'a/%2e%2e/b')).toBe('/a/%252e%252e/b');
    expect(urlOf(spanning, '/subscriptions/a')).toBe('/subscriptions/a');
    expect(urlOf(spanning, 'a?b#c')).toBe('/a%3Fb%23c');
  });
});

it('takes nothing from the prototype of the arguments', () => {
  const parameters: HttpParameter[] = [
    { name: 'toString', argument: 'toString', in: 'query', style: 'form', explode: true },
  ];
  const body = {
    contentType: 'application/json',
    from: { properties: { constructor: 'constructor' } },
    required: false,
  };
  const request = buildHttpRequest(binding(parameters, { method: 'POST', body }), {});
  expect(request.url).toBe('https://api.test/v1/pets');
  expect(request).not.toHaveProperty('body');
});

describe('the path template', () => {
  it('keeps its own query, encodes what a URL cannot contain, and keeps repeated slashes', () => {
    const parameters: HttpParameter[] = [{ name: 'q', argument: 'q', in: 'query', style: 'form', explode: true }];
    const { url } = buildHttpRequest(binding(parameters, { path: '/a b//{c/é%20%?cmd=diff' }), { q: 'x' });
    expect(url).toBe('https://api.test/v1/a%20b//%7Bc/%C3%A9%20%25?cmd=diff&q=x');
  });
});

describe('query parameters', () => {
  const list = ['red', 'a,b'];
  const object = { R: 100, G: 'a b' };

  it.each([
    ['form', true, 'a&b=c d', '/pets?x=a%26b%3Dc%20d'],
    ['form', true, '', '/pets?x='],
    ['form', true, false, '/pets?x=false'],
    ['form', true, list, '/pets?x=red&x=a%2Cb'],
    ['form', false, list, '/pets?x=red,a%2Cb'],
    ['form', true, object, '/pets?R=100&G=a%20b'],
    ['form', false, object, '/pets?x=R,100,G,a%20b'],
    ['spaceDelimited', false, list, '/pets?x=red%20a%2Cb'],
    ['spaceDelimited', true, list, '/pets?x=red&x=a%2Cb'],
    ['pipeDelimited', false, list, '/pets?x=red%7Ca%2Cb'],
    ['pipeDelimited', false, object, '/pets?x=R%7C100%7CG%7Ca%20b'],
    ['deepObject', true, object, '/pets?x%5BR%5D=100&x%5BG%5D=a%20b'],
    ['deepObject', true, { a: { b: [1, { c: 2 }] } }, '/pets?x%5Ba%5D%5Bb%5D%5B0%5D=1&x%5Ba%5D%5Bb%5D%5B1%5D%5Bc%5D=2'],
    ['deepObject', true, ['a', 'b'], '/pets?x%5B0%5D=a&x%5B1%5D=b'],
    ['deepObject', true, 'plain', '/pets?x=plain'],
    ['form', true, [{ a: 1 }], '/pets?x=%7B%22a%22%3A1%7D'],
    ['form', true, [], '/pets'],
    ['form', true, {}, '/pets'],
    ['form', true, null, '/pets'],
    ['form', true, undefined, '/pets'],
    ['form', true, ['a', null, 'b'], '/pets?x=a&x=b'],
  ] as const)('%s, explode %s: %j is %s', (style, explode, value, expected) => {
    expect(urlOf({ in: 'query', style, explode }, value)).toBe(expected);
  });

  it('encode names', () => {
    expect(urlOf({ in: 'query', style: 'form', explode: true }, 'a', 'filter[name]')).toBe('/pets?filter%5Bname%5D=a');
  });

  it('keep reserved characters where allowed, except those that would end the parameter', () => {
    const value = "a/b?c:d@e!$'()*,;=#[]&+ %";
    expect(urlOf({ in: 'query', style: 'form', explode: true, allowReserved: true }, value)).toBe(
      "/pets?x=a/b?c:d@e!$'()*,;=%23%5B%5D%26%2B%20%25",
    );
  });

  it('are JSON where their content says so', () => {
    const json = { in: 'query', style: 'form', explode: true, contentType: 'application/json' } as const;
    expect(urlOf(json, { a: [1] })).toBe(`/pets?x=${encodeURIComponent('{"a":[1]}')}`);
    expect(urlOf(json, 'a')).toBe('/pets?x=%22a%22');
  });
});

describe('header and cookie parameters', () => {
  function headersOf(parameter: Omit<HttpParameter, 'argument'>, value: unknown) {
    return buildHttpRequest(binding([{ ...parameter, argument: 'value' }]), { value }).headers;
  }
  const header = { name: 'X-Ids', in: 'header', style: 'simple' } as const;

  it.each([
    [false, 'a b%é', 'a b%é'],
    [false, ['a', 'b'], 'a,b'],
    [false, { a: 1, b: 2 }, 'a,1,b,2'],
    [true, { a: 1, b: 2 }, 'a=1,b=2'],
  ])('header, explode %s: %j is %s', (explode, value, expected) => {
    expect(headersOf({ ...header, explode }, value)).toStrictEqual({ accept: 'application/json', 'x-ids': expected });
  });

  it.each([['a\r\nX-Admin: 1'], ['a\nb'], ['a\0b'], ['漢'], [['a', 'b\r']]])('header value %j is refused', (value) => {
    expect(() => headersOf({ ...header, explode: false }, value)).toThrow(invalidArguments);
  });

  it('cookies are encoded and joined', () => {
    const cookies: HttpParameter[] = ['a', 'b'].map((name) => ({
      name,
      argument: name,
      in: 'cookie',
      style: 'form',
      explode: true,
    }));
    const { headers } = buildHttpRequest(binding(cookies), { a: 'x; y', b: [1, 2] });
    expect(headers.cookie).toBe('a=x%3B%20y; b=1; b=2');
  });
});

describe('JSON bodies', () => {
  const json = {
    contentType: 'application/json',
    from: { properties: { name: 'name', id_body: 'id' } },
    required: true,
  } as const;

  it('are made of the named arguments, null included', () => {
    const request = bodyOf(json, { name: null, id_body: 1, other: 2 });
    expect(request.body).toBe('{"name":null,"id":1}');
    expect(request.headers['content-type']).toBe('application/json');
  });

  it('are an empty object when required, and nothing otherwise', () => {
    expect(bodyOf(json, {}).body).toBe('{}');
    const optional = bodyOf({ ...json, required: false }, {});
    expect(optional).not.toHaveProperty('body');
    expect(optional.headers).not.toHaveProperty('content-type');
  });

  it('take further arguments where the body is open', () => {
    const open = { ...json, from: { properties: { name: 'name' }, additional: true } } as const;
    const parameters: HttpParameter[] = [{ name: 'q', argument: 'q', in: 'query', style: 'form', explode: true }];
    const args = JSON.parse('{"q":1,"name":"a","extra":{"b":2},"__proto__":{"polluted":true}}');
    const { body } = buildHttpRequest(binding(parameters, { method: 'POST', body: open }), args);
    expect(body).toBe('{"name":"a","extra":{"b":2}}');
  });

  it('are one argument where they are no object', () => {
    const whole = { contentType: 'application/vnd.api+json', from: { argument: 'body' }, required: true };
    expect(bodyOf(whole, { body: [1, null] }).body).toBe('[1,null]');
    expect(bodyOf(whole, { body: 'a' }).body).toBe('"a"');
    expect(bodyOf(whole, { body: null }).body).toBe('null');
    expect(bodyOf(whole, { body: { a: 1 } }).body).toBe('{"a":1}');
    expect(bodyOf(whole, {})).not.toHaveProperty('body');
  });
});

describe('form bodies', () => {
  const form = (encoding: HttpBody['encoding'] = {}): HttpBody => ({
    contentType: 'application/x-www-form-urlencoded',
    from: { properties: { a: 'a', b: 'b[]' } },
    required: false,
    encoding,
  });

  it.each([
    [{ a: 'x y+z&é' }, {}, 'a=x+y%2Bz%26%C3%A9'],
    [{ a: ['x', 'y'] }, {}, 'a=x&a=y'],
    [{ a: { k: 1 } }, {}, 'a=%7B%22k%22%3A1%7D'],
    [
      { a: { k: [1, { l: 2 }] } },
      { a: { style: 'deepObject', explode: true } },
      'a%5Bk%5D%5B0%5D=1&a%5Bk%5D%5B1%5D%5Bl%5D=2',
    ],
    [{ a: ['x', 'y'] }, { a: { style: 'form', explode: false } }, 'a=x,y'],
    [{ a: ['x', 'y'] }, { a: { style: 'pipeDelimited' } }, 'a=x%7Cy'],
    [{ a: { k: 1, l: 2 } }, { a: { style: 'form' } }, 'k=1&l=2'],
    [{ a: null, b: true }, {}, 'b%5B%5D=true'],
  ] as const)('%j with %j is %s', (args, encoding, expected) => {
    const request = bodyOf(form(encoding), args);
    expect(request.body).toBe(expected);
    expect(request.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  it('keep a body that is given as encoded text', () => {
    const whole = { contentType: 'application/x-www-form-urlencoded', from: { argument: 'body' }, required: true };
    expect(bodyOf(whole, { body: 'a=1&b=2' }).body).toBe('a=1&b=2');
    expect(bodyOf(whole, { body: { a: 1 } }).body).toBe('a=1');
  });
});

describe('multipart bodies', () => {
  const multipart: HttpBody = {
    contentType: 'multipart/form-data',
    from: { properties: { file: 'file', filename: 'filename', meta: 'meta', tags: 'tags', images: 'images' } },
    required: true,
    encoding: { file: { binary: true, contentType: 'image/png' }, images: { binary: true } },
  };

  it('carry bytes as files, values as fields, and leave the content type to fetch', async () => {
    const { body, headers } = bodyOf(multipart, {
      file: Buffer.from([0, 255, 10]).toString('base64'),
      filename: 'a.png',
      meta: { a: 1 },
      tags: ['x', 'y'],
    });
    expect(headers).not.toHaveProperty('content-type');
    if (!(body instanceof FormData)) throw new Error('The body is no form.');
    const file = body.get('file');
    if (!(file instanceof File)) throw new Error('The file is no file.');
    expect([file.name, file.type, [...new Uint8Array(await file.arrayBuffer())]]).toStrictEqual([
      'a.png',
      'image/png',
      [0, 255, 10],
    ]);
    expect([body.get('meta'), body.getAll('tags'), body.get('filename')]).toStrictEqual([
      '{"a":1}',
      ['x', 'y'],
      'a.png',
    ]);
  });

  it('carry several files under one name', () => {
    const { body } = bodyOf(multipart, { images: ['AA==', 'AQ=='] });
    expect(body instanceof FormData ? body.getAll('images') : []).toHaveLength(2);
  });
});

describe('other bodies', () => {
  it('are text as it is', () => {
    const text = { contentType: 'text/plain', from: { argument: 'body' }, required: true };
    expect(bodyOf(text, { body: 'a "b"' }).body).toBe('a "b"');
  });

  const bytes = {
    contentType: 'application/octet-stream',
    from: { argument: 'body' },
    required: true,
    encoding: { body: { binary: true } },
  };

  it.each([['_-8='], ['/+8='], ['/+8'], ['/ +\n8='], ['data:image/png;base64,/+8=']])('%j are bytes', (body) => {
    expect(bodyOf(bytes, { body }).body).toStrictEqual(new Uint8Array([0xff, 0xef]));
  });

  it.each([['not base64!'], ['A'], ['AA=A']])('%j is not base64', (body) => {
    expect(() => bodyOf(bytes, { body })).toThrow(invalidArguments);
  });
});
