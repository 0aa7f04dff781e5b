import { expect, test } from 'vitest';
import { encodeVectors, VectorFile } from './vector-file.ts';
import { blend, quantise, VectorSet } from './vectors.ts';

const dimensions = 96;
/** The same numbers in every run. */
let seed = 1;
function random(): number {
  seed = (seed * 48_271) % 2_147_483_647;
  return seed / 2_147_483_647 - 0.5;
}
const vector = () => Float32Array.from({ length: dimensions }, random);
const near = (to: Float32Array) => to.map((value) => value + random() / 3);

function exactCosine(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let [product, xx, yy] = [0, 0, 0];
  for (let at = 0; at < x.length; at += 1) {
    product += (x[at] ?? 0) * (y[at] ?? 0);
    xx += (x[at] ?? 0) ** 2;
    yy += (y[at] ?? 0) ** 2;
  }
  return product / Math.sqrt(xx * yy);
}

const tools = Array.from({ length: 50 }, vector);
const phrases = [3, 3, 41].map((tool) => ({ tool, vector: vector() }));
const encoded = encodeVectors({
  model: 'm',
  dimensions,
  texts: 't',
  vectors: tools.map(quantise),
  extra: phrases.map(({ tool, vector: each }) => ({ tool, vector: quantise(each) })),
});
const file = (bytes = encoded) =>
  VectorFile.open({ size: bytes.length, read: (at, length) => Promise.resolve(bytes.slice(at, at + length)) });
const unit = (given: Float32Array) => blend([{ vector: given, weight: 1 }]);

test('vectors that were written and read are compared as they were', async () => {
  const set = await (await file()).read(0, tools.length);
  const query = unit(near(tools[7] ?? vector()));
  const found = new Float32Array(tools.length);
  set.compareAll(query, found, undefined);
  tools.forEach((tool, index) => {
    const own = phrases.filter((phrase) => phrase.tool === index).map((phrase) => exactCosine(query, phrase.vector));
    const best = Math.max(0, exactCosine(query, tool), ...own);
    expect(found[index]).toBeCloseTo(best, 1);
    expect(Math.max(0, set.compare(index, query))).toBeCloseTo(best, 1);
  });
});

test('a phrase finds its tool, also when only some tools are read', async () => {
  const set = await (await file()).read(40, 5);
  const found = new Float32Array(5);
  set.compareAll(unit(phrases[2]?.vector ?? vector()), found, undefined);
  expect(found[1]).toBeGreaterThan(0.98);
});

test('estimates rank what is near above what is not, and leave out what is not allowed', async () => {
  const set = await (await file()).read(0, tools.length);
  const query = unit(near(tools[7] ?? vector()));
  const allowed = new Uint8Array(tools.length).fill(1);
  allowed[9] = 0;
  const found = new Float32Array(tools.length);
  set.estimateAll([query], found, allowed);
  expect(found.indexOf(Math.max(...found))).toBe(7);
  expect(found[9]).toBe(0);
});

/** As the estimate is defined: the angle is proportional to the share of the signs that differ. */
function cosineOfSigns(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let different = 0;
  for (let at = 0; at < x.length; at += 1) if ((x[at] ?? 0) > 0 !== (y[at] ?? 0) > 0) different += 1;
  return Math.cos((Math.PI * different) / x.length);
}

test.each([32, 96, 384, 500, 768])('estimates of %i dimensions are those of the signs, of the nearest', (length) => {
  const made = () => Float32Array.from({ length }, random);
  const all = Array.from({ length: 40 }, () => quantise(made()));
  const owners = Uint32Array.of(2, 2, 30);
  const set = new VectorSet({
    dimensions: length,
    tools: 37,
    bytes: Int8Array.from(all.flatMap((each) => [...each])),
    owners,
  });
  const queries = [made(), made(), Float32Array.from(all[5] ?? []), Float32Array.from(all[38] ?? [])];
  const allowed = new Uint8Array(37).fill(1);
  allowed[36] = 0;
  for (const asked of [queries.slice(0, 1), queries]) {
    const found = new Float32Array(37).fill(9);
    set.estimateAll(asked, found, allowed);
    const expected = all.slice(0, 37).map((own, tool) => {
      if (tool === 36) return 0;
      const rows = [own, ...all.slice(37).filter((_, extra) => owners[extra] === tool)];
      return Math.fround(Math.max(0, ...rows.flatMap((row) => asked.map((query) => cosineOfSigns(row, query)))));
    });
    expect([...found]).toEqual(expected);
  }
});

test('the nearest by estimate hold nearly all that are the nearest', () => {
  const length = 384;
  const topics = Array.from({ length: 20 }, () => Float32Array.from({ length }, random));
  const around = (topic: Float32Array, spread: number) => topic.map((value) => value + spread * random());
  const size = 2_000;
  const bytes = new Int8Array(size * length);
  for (let tool = 0; tool < size; tool += 1) {
    bytes.set(quantise(around(topics[tool % 20] ?? vector(), 2)), tool * length);
  }
  const set = new VectorSet({ dimensions: length, tools: size, bytes });
  let kept = 0;
  for (const topic of topics) {
    const query = unit(around(topic, 1));
    const exact = new Float32Array(size);
    set.compareAll(query, exact, undefined);
    const estimated = new Float32Array(size);
    set.estimateAll([query], estimated, undefined);
    const best = (values: Float32Array, count: number) =>
      [...values.keys()].sort((x, y) => (values[y] ?? 0) - (values[x] ?? 0)).slice(0, count);
    const near = new Set(best(estimated, 120));
    kept += best(exact, 10).filter((tool) => near.has(tool)).length;
  }
  expect(kept / (topics.length * 10)).toBeGreaterThan(0.98);
});

test('sets are joined in order', () => {
  const part = (from: number) => new VectorSet({ dimensions, tools: 1, bytes: quantise(tools[from] ?? vector()) });
  const joined = VectorSet.join([part(1), part(2)]);
  expect(joined.compare(1, unit(tools[2] ?? vector()))).toBeGreaterThan(0.99);
});

test('a file that is cut off is refused', async () => {
  await expect(file(encoded.slice(0, -1))).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
