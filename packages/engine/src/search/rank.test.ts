import { expect, test } from 'vitest';
import { indexTool } from './indexed-tool.ts';
import { parseQuery } from './parse-query.ts';
import { type QueryVectors, RankingMemory, rank, type SegmentView } from './rank.ts';
import { features } from './ranking-weights.ts';
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
const many = [
  viewOf(['shop', 'box4you'], 800),
  viewOf(['mailroom', 'desk'], 800, everySecond),
  viewOf(['bank', 'mail2room'], 800),
];
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
    ['MAIL2ROOM_LIST_MESSAGE_7', 'MAIL2ROOM_LIST_MESSAGE_7'],
    ['mail2room_list_message_7', 'MAIL2ROOM_LIST_MESSAGE_7'],
  ] as const) {
    // Twice: what slugs are called is kept.
    for (const views of [many, many]) {
      const [first, second] = rank(views, parseQuery(text), { limit: 2 });
      expect(first).toMatchObject({ slug, parts: { exact: 100 } });
      expect(second?.parts.exact).not.toBe(100);
    }
  }
});

test('an app whose name is a stop word is known by it, next to the title of its tool', () => {
  const views = [viewOf(['shop', 'up', 'for'], 40)];
  const bestFor = (text: string) => rank(views, parseQuery(text), { limit: 1 })[0]?.toolkit;
  expect(bestFor('List message 2 Up')).toBe('up');
  expect(bestFor('List message 2 For')).toBe('for');
});

test('an app is named by its words, or by them written apart', () => {
  const bestFor = (text: string) => rank(many, parseQuery(text), { limit: 1 })[0];
  expect(bestFor('list message in mailroom')).toMatchObject({ toolkit: 'mailroom' });
  expect(bestFor('list message in mail room')).toMatchObject({ toolkit: 'mailroom', values: { app: 1 } });
  expect(bestFor('list message')?.values.app).toBe(0);
});

interface NamedTool {
  readonly slug: string;
  readonly name: string;
  readonly method?: string;
  readonly path?: string;
}

function viewOfTools(tools: readonly NamedTool[]): SegmentView {
  const toolkit = { slug: 'kit', name: 'Kit' };
  const segment = buildSegment([
    {
      toolkit,
      tools: tools.map(({ slug, name, method, path }) =>
        indexTool({ slug: `KIT_${slug}`, name, description: name, tags: [], parameters: [], method, path }, toolkit),
      ),
    },
  ]);
  return { segment, count: segment.size, totalLength: segment.totalLength };
}

test('words that only begin alike are found, below those that are the same', () => {
  const view = viewOfTools([
    { slug: 'A', name: 'Translator of songs' },
    { slug: 'B', name: 'Sort songs' },
    { slug: 'C', name: 'Translate pages' },
  ]);
  const found = (text: string) => rank([view], parseQuery(text), { limit: 3 }).map(({ slug }) => slug);
  expect(found('translation')).toEqual(['KIT_A', 'KIT_C']);
  expect(found('translate')).toEqual(['KIT_C', 'KIT_A']);
  expect(found('sorted')).toEqual(['KIT_B']);
});

test('where a query names a thing, a tool that searches is lifted', () => {
  const view = viewOfTools([
    { slug: 'SEARCH_ARTISTS', name: 'Search artists' },
    { slug: 'LIST_ARTISTS', name: 'List artists' },
  ]);
  const searching = (text: string) =>
    rank([view], parseQuery(text), { limit: 2 }).find(({ slug }) => slug === 'KIT_SEARCH_ARTISTS');
  expect(searching('follow artists like Taylor Swift')?.values.lookup).toBe(1);
  expect(searching('follow artists like her')?.values.lookup).toBe(0);
  expect(searching('follow artists in Kit')?.values.lookup).toBe(0);
});

test('the verb of a request counts as its tool is one of many requests, and parts add up to the score', () => {
  const requests = viewOfTools([
    { slug: 'GET_VISIT', name: 'Visit', method: 'GET', path: '/visits/{id}' },
    { slug: 'CREATE_VISIT', name: 'Visit', method: 'POST', path: '/visits' },
  ]);
  const plain = viewOfTools([
    { slug: 'SING', name: 'Sing' },
    { slug: 'DANCE', name: 'Dance' },
  ]);
  const best = (views: readonly SegmentView[]) => rank(views, parseQuery('create a visit'), { limit: 1 })[0];
  const [alone, mixed] = [best([requests]), best([requests, plain])];
  for (const found of [alone, mixed]) {
    expect(found).toMatchObject({ slug: 'KIT_CREATE_VISIT', values: { sameMethod: 1 } });
    const sum = Object.values(found?.parts ?? {}).reduce((total, part) => total + part, 0);
    expect(found?.score).toBeCloseTo(sum, 10);
  }
  const { lexical, lexicalOfRequests } = features.sameMethod;
  const verbs = features.sameVerb;
  expect(alone?.parts.verb).toBeCloseTo(lexicalOfRequests + verbs.lexicalOfRequests, 10);
  expect(mixed?.parts.verb).toBeCloseTo(
    (lexical + lexicalOfRequests + verbs.lexical + verbs.lexicalOfRequests) / 2,
    10,
  );
});
