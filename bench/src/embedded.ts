import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Jackfield } from '@jackfield/core';
import { openApiSource } from '@jackfield/engine';
import { embedded } from '@jackfield/server/embedded';
import { compare } from './compare.ts';
import { replayOverHttp } from './recording.ts';
import { atMost, type Section, timing } from './report.ts';
import { thing, thingsDocument } from './things-document.ts';

const options = { warmUp: 200, rounds: 2000 };
const secret = 'upstream-secret';

/** What an embedded server adds to what must happen anyway: a durable row, a request to the service. */
export async function measureEmbedded(): Promise<Section> {
  const upstream = await replayOverHttp();
  await upstream.send([
    {
      request: 'GET /things/7?verbose=true',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: new TextEncoder().encode(JSON.stringify(thing)),
    },
  ]);
  const dataDir = await mkdtemp(join(tmpdir(), 'jackfield-bench-'));
  const server = embedded({
    dataDir,
    allowPrivateNetwork: true,
    toolkits: [openApiSource({ document: thingsDocument(upstream.baseURL) }, { slug: 'things' })],
  });
  try {
    const jackfield = new Jackfield({ fetch: server });
    await jackfield.connectedAccounts.create({
      userId: 'bench',
      toolkit: 'things',
      credential: { mode: 'BEARER_TOKEN', token: secret },
    });
    const session = await jackfield.create('bench', { toolkits: ['things'] });
    const args = { id: 7, verbose: true };
    const result = await session.execute('THINGS_GET_THING', args);
    if (!result.successful) throw new Error(String(result.error));
    const insert = durableInsert(join(dataDir, 'floor.db'));
    const { row, create } = await compare(
      { row: () => insert, create: () => () => jackfield.create('bench', { toolkits: ['things'] }) },
      options,
    );
    const { bare, execute } = await compare(
      {
        bare: () => async () =>
          (
            await fetch(`${upstream.baseURL}/things/7?verbose=true`, { headers: { authorization: `Bearer ${secret}` } })
          ).json(),
        execute: () => () => session.execute('THINGS_GET_THING', args),
      },
      options,
    );
    return {
      title: 'Embedded server',
      note: `SQLite in a file, every write synced to disk. The floor of creating a session is one row inserted into another such file, that of executing a tool is \`fetch\` of the same answer from the same HTTP service, in the same run. Medians of ${options.rounds} rounds, the middle half in brackets.`,
      columns: ['', 'Jackfield', 'floor', 'held to'],
      rows: [
        ['`sessions.create`', timing(create), timing(row), atMost(create.median, 1, ' ms')],
        [
          '`session.execute`',
          timing(execute),
          timing(bare),
          `${atMost(execute.median - bare.median, 0.5, ' ms')} above it`,
        ],
      ],
    };
  } finally {
    await server.close();
    upstream.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Inserts a row and waits until it is on the disk, as any store must that does not forget. */
function durableInsert(file: string): () => void {
  const database = new DatabaseSync(file);
  database.exec(
    'pragma journal_mode = wal; pragma synchronous = full; create table sessions (id integer primary key, config text)',
  );
  const statement = database.prepare('insert into sessions (config) values (?)');
  return () => statement.run('{"toolkits":{"enable":["things"]}}');
}
