import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { embedTexts } from './embed-texts.ts';
import { VectorCache } from './vector-cache.ts';

const model = { id: 'a', dimensions: 4 };

function folder(): URL {
  const path = mkdtempSync(join(tmpdir(), 'vectors-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return pathToFileURL(`${path}/`);
}

test('vectors outlive the process that made them, also one that was broken off, and are of one model', () => {
  const at = folder();
  const vector = Int8Array.of(1, -2, 3, -4);
  new VectorCache(at, model).add([{ text: 'one', vector }]);
  const [name = ''] = readdirSync(at);
  appendFileSync(new URL(name, at), 'half a record');
  const again = new VectorCache(at, model);
  expect(again.get('one')).toEqual(vector);
  expect(again.get('two')).toBeUndefined();
  expect(statSync(new URL(name, at)).size).toBe(20);
  again.add([{ text: 'two', vector }]);
  expect(new VectorCache(at, model).get('two')).toEqual(vector);
  expect(new VectorCache(at, { ...model, id: 'b' }).get('one')).toBeUndefined();
});

test('only what is not known is embedded', async () => {
  const cache = new VectorCache(folder(), { id: 'real', dimensions: 384 });
  const progress: string[] = [];
  const embed = (texts: readonly string[]) =>
    embedTexts(texts, { cache, threads: 1, onProgress: ({ done, total }) => progress.push(`${done}/${total}`) });
  await embed(['send a message', 'send a message', 'list files']);
  await embed(['list files', 'delete a file']);
  expect(progress).toEqual(['2/2', '1/1']);
  expect(cache.get('delete a file')).toHaveLength(384);
}, 30_000);
