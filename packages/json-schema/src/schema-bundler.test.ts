import { describe, expect, it } from 'vitest';
import { isJsonObject } from './json-schema.ts';
import { type References, SchemaBundler, type SchemaBundlerOptions } from './schema-bundler.ts';

function convert(schema: unknown, options: SchemaBundlerOptions = { dialect: 'openapi-3.0' }) {
  return new SchemaBundler({}, options).bundle(schema);
}

describe('keywords', () => {
  it.each([
    ['nullable', { type: 'string', nullable: true }, { type: ['string', 'null'] }],
    ['nullable without a type says nothing in an input', { nullable: true, minLength: 1 }, { minLength: 1 }, 'input'],
    ['nullable without a type', { nullable: true, minLength: 1 }, { anyOf: [{ minLength: 1 }, { type: 'null' }] }],
    [
      'nullable enum in an output',
      { type: 'string', enum: ['a'], nullable: true },
      { type: ['string', 'null'], enum: ['a', null] },
      'output',
    ],
    [
      'nullable enum in an input',
      { type: 'string', enum: ['a'], nullable: true },
      { type: 'string', enum: ['a'] },
      'input',
    ],
    [
      'nullable enum with null',
      { type: 'string', enum: ['a', null], nullable: true },
      { type: ['string', 'null'], enum: ['a', null] },
      'input',
    ],
    [
      'exclusiveMinimum: true',
      { type: 'number', minimum: 1, exclusiveMinimum: true },
      { type: 'number', exclusiveMinimum: 1 },
    ],
    [
      'exclusiveMaximum: true',
      { type: 'number', maximum: 1, exclusiveMaximum: true },
      { type: 'number', exclusiveMaximum: 1 },
    ],
    [
      'exclusiveMinimum: false',
      { type: 'number', minimum: 1, exclusiveMinimum: false },
      { type: 'number', minimum: 1 },
    ],
    ['exclusiveMinimum without minimum', { type: 'number', exclusiveMinimum: true }, { type: 'number' }],
    [
      'numbers as strings',
      { type: 'integer', minimum: '1', maximum: 'many', maxLength: '3' },
      { type: 'integer', minimum: 1, maxLength: 3 },
    ],
    ['impossible counts', { type: 'string', minLength: -1, maxLength: 1.5 }, { type: 'string' }],
    ['multipleOf zero', { type: 'number', multipleOf: 0 }, { type: 'number' }],
    ['example', { type: 'string', example: 'a' }, { type: 'string', examples: ['a'] }],
    ['example null', { type: 'string', example: null }, { type: 'string', examples: [null] }],
    ['long example', { type: 'string', example: 'a'.repeat(201) }, { type: 'string' }],
    ['examples that is no list', { type: 'string', examples: { a: 1 } }, { type: 'string' }],
    ['at most three examples', { type: 'integer', examples: [1, 2, 3, 4] }, { type: 'integer', examples: [1, 2, 3] }],
    ['null description', { type: 'string', description: null, title: 3 }, { type: 'string' }],
    [
      'unknown keywords',
      { type: 'object', 'x-a': 1, xml: {}, discriminator: {}, externalDocs: {} },
      { type: 'object' },
    ],
    ['file', { type: 'file' }, { type: 'string', format: 'binary' }],
    ['alias types', { type: 'Int64' }, { type: 'integer', format: 'int64' }],
    ['unknown type', { type: 'application/json' }, {}],
    ['type that is an object', { type: { a: 1 } }, {}],
    ['list of one type', { type: ['object'] }, { type: 'object' }],
    ['list of types', { type: ['string', 'null'] }, { type: ['string', 'null'] }],
    ['properties without type', { properties: { a: {} } }, { type: 'object', properties: { a: {} } }],
    ['items without type', { items: {} }, { type: 'array', items: {} }],
    ['array without items', { type: 'array' }, { type: 'array', items: {} }],
    [
      'tuple',
      { type: 'array', items: [{ type: 'string' }] },
      { type: 'array', prefixItems: [{ type: 'string' }], items: {} },
    ],
    ['closed tuple', { items: [{}], additionalItems: false }, { type: 'array', prefixItems: [{}], items: { not: {} } }],
    ['boolean items', { type: 'array', items: false }, { type: 'array', items: { not: {} } }],
    [
      'boolean properties',
      { properties: { a: true, b: false } },
      { type: 'object', properties: { a: {}, b: { not: {} } } },
    ],
    ['additionalProperties: true says nothing', { type: 'object', additionalProperties: true }, { type: 'object' }],
    [
      'additionalProperties: false stays',
      { type: 'object', additionalProperties: false },
      { type: 'object', additionalProperties: false },
    ],
    [
      'required: true on a property',
      { properties: { a: { required: true } } },
      { type: 'object', properties: { a: {} }, required: ['a'] },
    ],
    ['required that is no list', { type: 'object', required: 'a' }, { type: 'object' }],
    [
      'required with duplicates and nonsense',
      { type: 'object', required: ['a', 'a', 1] },
      { type: 'object', required: ['a'] },
    ],
    ['empty required', { type: 'object', required: [] }, { type: 'object' }],
    ['empty enum', { enum: [] }, {}],
    [
      'enum of numbers for strings',
      { type: 'string', enum: [1, true, 'a'] },
      { type: 'string', enum: ['1', 'true', 'a'] },
    ],
    ['enum of strings for numbers', { type: 'integer', enum: ['1', '2'] }, { type: 'integer', enum: [1, 2] }],
    ['enum of strings for booleans', { type: 'boolean', enum: ['true'] }, { type: 'boolean', enum: [true] }],
    ['allOf that is no list', { allOf: { type: 'string' } }, { allOf: [{ type: 'string' }] }],
    ['empty anyOf', { type: 'string', anyOf: [] }, { type: 'string' }],
    [
      'pattern that only works without u',
      { type: 'string', pattern: '^[\\w-.]+\\-$' },
      { type: 'string', pattern: '^[\\w\\-.]+-$' },
    ],
    ['pattern that does not work', { type: 'string', pattern: '(' }, { type: 'string' }],
    ['pattern that is a number', { type: 'string', pattern: 5 }, { type: 'string' }],
    [
      'dependencies',
      { dependencies: { a: ['b'], c: { minProperties: 1 } } },
      { dependentRequired: { a: ['b'] }, dependentSchemas: { c: { minProperties: 1 } } },
    ],
    ['not an object', 'string', {}],
    ['false', false, { not: {} }],
    ['deprecated', { type: 'string', deprecated: true, uniqueItems: false }, { type: 'string', deprecated: true }],
  ] as const)('%s', (_name, schema, expected, direction: 'input' | 'output' | 'both' = 'both') => {
    expect(convert(schema, { dialect: 'openapi-3.0', direction })).toStrictEqual(expected);
  });

  it('never sets a prototype', () => {
    const schema = convert(JSON.parse('{"properties":{"__proto__":{"type":"string"},"a":{}}}'));
    expect(Object.keys(schema.properties ?? {})).toStrictEqual(['a']);
    expect(Object.getPrototypeOf(schema.properties)).toBe(Object.prototype);
  });

  it('changes nothing of the document and hands nothing of it out', () => {
    const schema = { type: 'object', default: { a: [1] }, enum: [{ b: 1 }], required: ['a'] };
    const before = structuredClone(schema);
    const converted = convert(schema);
    expect(schema).toStrictEqual(before);
    expect(converted.default).toStrictEqual(schema.default);
    expect(converted.default).not.toBe(schema.default);
    expect(converted.enum).not.toBe(schema.enum);
  });

  it('applies cleanText to titles and descriptions', () => {
    const bundler = new SchemaBundler({}, { cleanText: (text) => text.replaceAll('<b>', '').trim() });
    expect(bundler.bundle({ description: '<b>Bold ', title: '<b>' })).toStrictEqual({ description: 'Bold' });
  });
});

describe('direction', () => {
  const document = {
    components: {
      schemas: {
        Id: { type: 'integer', readOnly: true },
        User: {
          type: 'object',
          required: ['id', 'name', 'password'],
          properties: {
            id: { $ref: '#/components/schemas/Id' },
            name: { type: 'string' },
            password: { type: 'string', writeOnly: true },
          },
        },
        Admin: {
          allOf: [{ $ref: '#/components/schemas/User' }, { required: ['id', 'name'] }],
          required: ['id', 'level'],
        },
      },
    },
  };
  const reference = { $ref: '#/components/schemas/User' };

  it('leaves readOnly properties out of inputs, also those that are so through their reference', () => {
    const { $defs } = new SchemaBundler(document, { direction: 'input' }).bundle(reference);
    expect($defs).toStrictEqual({
      User: {
        type: 'object',
        required: ['name', 'password'],
        properties: { name: { type: 'string' }, password: { type: 'string' } },
      },
    });
  });

  it('leaves writeOnly properties out of outputs', () => {
    const { $defs } = new SchemaBundler(document, { direction: 'output' }).bundle(reference);
    expect($defs).toMatchObject({
      User: { required: ['id', 'name'], properties: { id: { $ref: '#/$defs/Id' }, name: { type: 'string' } } },
    });
  });

  it('does not require what a branch of allOf leaves out', () => {
    const { $defs } = new SchemaBundler(document, { direction: 'input' }).bundle({
      $ref: '#/components/schemas/Admin',
    });
    expect($defs).toMatchObject({ Admin: { required: ['level'] } });
  });
});

describe('references', () => {
  it('become local definitions, only those that are reachable, cycles kept', () => {
    const document = {
      components: {
        schemas: {
          Node: {
            type: 'object',
            properties: { next: { $ref: '#/components/schemas/Node' }, leaf: { $ref: '#/components/schemas/Leaf' } },
          },
          Leaf: { type: 'string' },
          Unused: { type: 'string' },
        },
      },
    };
    const bundler = new SchemaBundler(document);
    bundler.bundle({ $ref: '#/components/schemas/Unused' });
    expect(bundler.bundle({ type: 'array', items: { $ref: '#/components/schemas/Node' } })).toStrictEqual({
      type: 'array',
      items: { $ref: '#/$defs/Node' },
      $defs: {
        Leaf: { type: 'string' },
        Node: { type: 'object', properties: { next: { $ref: '#/$defs/Node' }, leaf: { $ref: '#/$defs/Leaf' } } },
      },
    });
  });

  it('share converted definitions and whole sets of them', () => {
    const document = {
      components: {
        schemas: {
          A: { properties: { b: { $ref: '#/components/schemas/B' } } },
          B: { properties: { a: { $ref: '#/components/schemas/A' } } },
        },
      },
    };
    const bundler = new SchemaBundler(document);
    const one: References = new Set();
    const other: References = new Set();
    bundler.convert({ $ref: '#/components/schemas/A' }, one);
    bundler.convert({ items: { $ref: '#/components/schemas/B' } }, other);
    expect(bundler.definitions(one)).toBe(bundler.definitions(other));
    expect(bundler.definitions([])).toBeUndefined();
  });

  it('are followed through escaped and encoded pointers into any part of the document', () => {
    const document = {
      paths: {
        '/a/{b}': { get: { responses: { 200: { content: { 'application/json': { schema: { type: 'integer' } } } } } } },
      },
      components: { schemas: { 'odd/name ~': { type: 'string' } } },
    };
    const bundler = new SchemaBundler(document);
    const schema = bundler.bundle({
      anyOf: [
        { $ref: '#/paths/~1a~1%7Bb%7D/get/responses/200/content/application~1json/schema' },
        { $ref: '#/components/schemas/odd~1name%20~0' },
      ],
    });
    expect(Object.values(schema.$defs ?? {})).toStrictEqual(
      expect.arrayContaining([{ type: 'integer' }, { type: 'string' }]),
    );
    for (const name of Object.keys(schema.$defs ?? {})) expect(name).toMatch(/^[A-Za-z0-9._-]+$/);
    expect(bundler.unresolved.size).toBe(0);
  });

  it('to the same place under different spellings are one definition', () => {
    const document = { components: { schemas: { 'a b': { type: 'string' } } } };
    const { $defs } = new SchemaBundler(document).bundle({
      anyOf: [{ $ref: '#/components/schemas/a b' }, { $ref: '#/components/schemas/a%20b' }],
    });
    expect(Object.keys($defs ?? {})).toHaveLength(1);
  });

  it('to nothing accept anything and are named', () => {
    const bundler = new SchemaBundler({});
    expect(bundler.bundle({ properties: { a: { $ref: '#/nowhere' }, b: { $ref: 'other.yaml#/B' } } })).toStrictEqual({
      type: 'object',
      properties: { a: {}, b: {} },
    });
    expect([...bundler.unresolved]).toStrictEqual(['#/nowhere', 'other.yaml#/B']);
  });

  it('in a circle of nothing but references accept anything', () => {
    const document = {
      components: { schemas: { A: { $ref: '#/components/schemas/B' }, B: { $ref: '#/components/schemas/A' } } },
    };
    const { $defs } = new SchemaBundler(document).bundle({ $ref: '#/components/schemas/A' });
    expect($defs).toStrictEqual({ A: {} });
  });

  it('keep annotations beside them in OpenAPI 3.0, and every keyword in JSON Schema', () => {
    const document = { components: { schemas: { A: { type: 'string' } } } };
    const schema = { $ref: '#/components/schemas/A', description: 'An A.', maxLength: 3, nullable: true };
    expect(new SchemaBundler(document, { dialect: 'openapi-3.0' }).bundle(schema)).toMatchObject({
      $ref: '#/$defs/A',
      description: 'An A.',
    });
    expect(new SchemaBundler(document, { dialect: 'openapi-3.0' }).bundle(schema)).not.toHaveProperty('maxLength');
    expect(new SchemaBundler(document).bundle({ ...schema, nullable: false })).toMatchObject({
      $ref: '#/$defs/A',
      maxLength: 3,
    });
  });

  it('alone in an allOf stand without it', () => {
    const document = { components: { schemas: { A: { type: 'string' } } } };
    const schema = { allOf: [{ $ref: '#/components/schemas/A' }], description: 'An A.' };
    expect(new SchemaBundler(document, { dialect: 'openapi-3.0' }).bundle(schema)).toStrictEqual({
      description: 'An A.',
      $ref: '#/$defs/A',
      $defs: { A: { type: 'string' } },
    });
  });

  it('within a schema that has its own definitions are looked up there', () => {
    const schema = {
      type: 'object',
      properties: { a: { $ref: '#/definitions/A' } },
      definitions: { A: { type: 'integer' } },
    };
    expect(new SchemaBundler({}).bundle(schema)).toStrictEqual({
      type: 'object',
      properties: { a: { $ref: '#/$defs/A' } },
      $defs: { A: { type: 'integer' } },
    });
  });

  it('to the root of a schema that is its own document work', () => {
    const schema = { type: 'object', properties: { child: { $ref: '#' } } };
    expect(new SchemaBundler(schema).bundle(schema)).toStrictEqual({
      type: 'object',
      properties: { child: { $ref: '#/$defs/root' } },
      $defs: { root: { type: 'object', properties: { child: { $ref: '#/$defs/root' } } } },
    });
  });

  it('reach the right definitions in a large random graph', () => {
    let seed = 7;
    const random = (limit: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed % limit;
    };
    const count = 150;
    const edges = Array.from({ length: count }, () => Array.from({ length: random(3) }, () => random(count)));
    const schemas = Object.fromEntries(
      edges.map((targets, index) => [
        `S${index}`,
        { anyOf: targets.map((target) => ({ $ref: `#/components/schemas/S${target}` })) },
      ]),
    );
    const bundler = new SchemaBundler({ components: { schemas } });
    for (let index = 0; index < count; index += 1) {
      const reached = new Set<number>();
      const open = [index];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (reached.has(next)) continue;
        reached.add(next);
        open.push(...(edges[next] ?? []));
      }
      const { $defs } = bundler.bundle({ $ref: `#/components/schemas/S${index}` });
      expect(Object.keys($defs ?? {})).toStrictEqual([...reached].map((id) => `S${id}`).sort());
    }
  });
});

describe('maxDefinitionsLength', () => {
  const chain = (index: number) => ({
    type: 'object',
    title: `Part ${index}`,
    description: 'x'.repeat(250),
    properties: {
      next: { $ref: `#/components/schemas/P${index + 1}` },
      name: { type: 'string' },
      tags: { $ref: '#/components/schemas/Tags' },
    },
  });
  const document = {
    components: {
      schemas: {
        ...Object.fromEntries(Array.from({ length: 9 }, (_, index) => [`P${index}`, chain(index)])),
        P9: { enum: ['end'] },
        Tags: { type: 'array', items: { $ref: '#/components/schemas/P5' }, description: 'Tags.' },
      },
    },
  };
  const root = { $ref: '#/components/schemas/P0' };

  it('keeps what is nearest, and says of the rest only what it is', () => {
    const { $defs } = new SchemaBundler(document, { maxDefinitionsLength: 1000 }).bundle(root);
    if (!isJsonObject($defs)) throw new Error('There are no definitions.');
    expect($defs).toMatchObject({
      P0: { properties: {} },
      P1: { properties: {} },
      Tags: { items: { $ref: '#/$defs/P5' } },
    });
    expect($defs).toHaveProperty('P2', { type: 'object', title: 'Part 2' });
    expect($defs).toHaveProperty('P5', { type: 'object', title: 'Part 5' });
    expect(Object.keys($defs)).toStrictEqual(['P0', 'P1', 'P2', 'P5', 'Tags']);
    expect(JSON.stringify($defs).length).toBeLessThan(1200);
  });

  it('always keeps one', () => {
    const { $defs } = new SchemaBundler(document, { maxDefinitionsLength: 0 }).bundle(root);
    expect($defs).toStrictEqual({
      P0: {
        ...chain(0),
        properties: { next: { $ref: '#/$defs/P1' }, name: { type: 'string' }, tags: { $ref: '#/$defs/Tags' } },
      },
      P1: { type: 'object', title: 'Part 1' },
      Tags: { type: 'array', items: {}, description: 'Tags.' },
    });
  });

  it('is measured on the JSON of the definitions, nearly', () => {
    const { $defs } = new SchemaBundler(document).bundle(root);
    const length = JSON.stringify($defs).length;
    const isWhole = (limit: number) =>
      JSON.stringify(new SchemaBundler(document, { maxDefinitionsLength: limit }).bundle(root).$defs).length === length;
    expect(isWhole(length * 1.1)).toBe(true);
    expect(isWhole(length * 0.9)).toBe(false);
  });

  it('changes nothing where everything fits', () => {
    const limited = new SchemaBundler(document, { maxDefinitionsLength: 100_000 }).bundle(root);
    expect(limited).toStrictEqual(new SchemaBundler(document).bundle(root));
  });

  it('gives the same object for the same references', () => {
    const bundler = new SchemaBundler(document, { maxDefinitionsLength: 1000 });
    expect(bundler.bundle(root).$defs).toBe(bundler.bundle({ type: 'array', items: root }).$defs);
  });
});
