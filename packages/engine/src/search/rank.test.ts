import { expect, test } from 'vitest';
import { indexTool } from './indexed-tool.ts';
import { parseQuery } from './parse-query.ts';
import { type QueryVectors, RankingMemory, rank, type SegmentView } from './rank.ts';
import { buildSegment } from './segment.ts';
import { quantise, VectorSet } from './vectors.ts';

const dimensions = 384;
/** The same numbers in every run. */
let seed = 1;
const random = () => {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647 - 0.5;
};
const vector = () => Float32Array.from({ length: dimensions }, random);

const verbs = ['Create', 'List', 'Delete', 'Update'];
const things = ['issue', 'message', 'invoice', 'album', 'branch', 'ticket', 'customer', 'event'];

/** Toolkits of so many tools each, named by verb, thing and number, with vectors. */
function viewOf(slugs: readonly string[], tools: number, allowed?: Uint8Array): SegmentView {
  const segment = buildSegment(
    slugs.map((slug) => {
      const toolkit = { slug, name: slug };
      return {
        toolkit,
        tools: Array.from({ length: tools }, (_, index) => {
          const name = `${verbs[index % 4]} ${things[index % 8]} ${Math.floor(index / 8)}`;
          const action = name.toUpperCase().replaceAll(' ', '_');
          return indexTool(
            { slug: `${slug.toUpperCase()}_${action}`, name, description: '', tags: [], parameters: [] },
            toolkit,
          );
        }),
      };
    }),
  );
  const bytes = new Int8Array(segment.size * dimensions);
  for (let tool = 0; tool < segment.size; tool += 1) bytes.set(quantise(vector()), tool * dimensions);
  const count = allowed === undefined ? segment.size : allowed.reduce((sum, each) => sum + each, 0);
  return {
    segment,
    allowed,
    count,
    totalLength: segment.totalLength,
    vectors: new VectorSet({ dimensions, tools: segment.size, bytes }),
  };
}

const everySecond = Uint8Array.from({ length: 1_600 }, (_, tool) => tool % 2);
const many = [viewOf(['shop', 'box4you'], 800), viewOf(['mailroom', 'desk'], 800, everySecond), viewOf(['bank'], 800)];
const few = [viewOf(['bank'], 40)];

const texts = [
  'create issue in mail room',
  'list the invoices of a customer in the bank and then delete the old ticket of the desk',
  'bank list message 4',
  'nothing of the kind',
];

function vectorsOf(text: string): QueryVectors {
  return { whole: vector(), clauses: parseQuery(text).clauses.map(vector) };
}

test('what was ranked before in the same memory changes nothing', () => {
  const memory = new RankingMemory();
  const asked = texts.flatMap((text) => [
    { views: many, text, vectors: vectorsOf(text) },
    { views: few, text, vectors: vectorsOf(text) },
    { views: many, text, vectors: undefined },
  ]);
  const order = [...asked.keys(), ...[...asked.keys()].reverse()];
  for (const index of order) {
    const { views, text, vectors } = asked[index] ?? { views: few, text: '', vectors: undefined };
    const alone = rank(views, parseQuery(text), { limit: 20, vectors });
    expect(rank(views, parseQuery(text), { limit: 20, vectors, memory })).toEqual(alone);
  }
  expect(asked.some(({ text }) => parseQuery(text).clauses.length > 0)).toBe(true);
});

test('of several segments, each with its own filter, only what is allowed is found', () => {
  for (const vectors of [undefined, vectorsOf('')]) {
    const found = rank(many, parseQuery('list message desk mailroom'), { limit: 500, vectors });
    const [, filtered] = many;
    const allowed = found.filter(({ toolkit }) => toolkit === 'desk' || toolkit === 'mailroom');
    expect(allowed.length).toBeGreaterThan(5);
    const places = new Map(
      Array.from({ length: 1_600 }, (_, tool) => [filtered?.segment.slugOf(tool) ?? '', tool] as const),
    );
    for (const { slug } of allowed) expect(everySecond[places.get(slug) ?? 0]).toBe(1);
  }
});

test('a slug is found however it is written, in any segment', () => {
  for (const [text, slug] of [
    ['BOX4YOU_LIST_MESSAGE_7', 'BOX4YOU_LIST_MESSAGE_7'],
    ['BANK_DELETE_INVOICE_9', 'BANK_DELETE_INVOICE_9'],
    ['bank delete invoice 9', 'BANK_DELETE_INVOICE_9'],
    ['Bank: delete invoice 9!', 'BANK_DELETE_INVOICE_9'],
  ] as const) {
    // Twice: what slugs are called is kept.
    for (const views of [many, many]) {
      const [first, second] = rank(views, parseQuery(text), { limit: 2 });
      expect(first).toMatchObject({ slug, parts: { exact: 100 } });
      expect(second?.parts.exact).not.toBe(100);
    }
  }
});

test('an app is named by its words, or by them written apart', () => {
  const bestFor = (text: string) => rank(many, parseQuery(text), { limit: 1 })[0];
  expect(bestFor('list message in mailroom')).toMatchObject({ toolkit: 'mailroom' });
  expect(bestFor('list message in mail room')).toMatchObject({ toolkit: 'mailroom', values: { app: 1 } });
  expect(bestFor('list message')?.values.app).toBe(0);
});
