import { JackfieldError } from '@jackfield/core';
import { type OpenKeys, openKeys } from '@jackfield/server';
import { requireStore } from './require-store.ts';
import { type StoreOptions, type StorePlace, storePlace } from './store-options.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

export interface KeysOptions extends StoreOptions {
  readonly project: string;
  readonly json?: true;
}

type ApiKey = Awaited<ReturnType<OpenKeys['list']>>[number];

/** Only the key goes to standard output, so that `KEY=$(jackfield keys create --name ci)` works. */
export async function createKey(options: KeysOptions & { readonly name: string }, terminal: Terminal): Promise<void> {
  const { name, project } = options;
  const { key, apiKey } = await withKeys(storePlace(options, terminal), (keys) => keys.create({ name, project }));
  if (options.json) {
    terminal.stdout.write(`${JSON.stringify({ ...fieldsOf(apiKey), project, key }, null, 2)}\n`);
    return;
  }
  terminal.stderr.write(`The key ${apiKey.id} (${name}) opens the project ${project}. It is shown this once.\n`);
  terminal.stdout.write(`${key}\n`);
}

export async function listKeys(options: KeysOptions, terminal: Terminal): Promise<void> {
  const place = storePlace(options, terminal);
  requireStore(place);
  const list = await withKeys(place, (keys) => keys.list(options.project));
  if (options.json) {
    terminal.stdout.write(`${JSON.stringify(list.map(fieldsOf), null, 2)}\n`);
    return;
  }
  if (list.length === 0) {
    terminal.stderr.write(`The project ${options.project} has no keys. Make one with \`jackfield keys create\`.\n`);
    return;
  }
  const rows = list.map(({ id, name, hint, createdAt, revokedAt }) => [
    id,
    name,
    `…${hint}`,
    createdAt.toISOString(),
    revokedAt === null ? 'active' : `revoked ${revokedAt.toISOString()}`,
  ]);
  terminal.stdout.write(table([['ID', 'NAME', 'KEY', 'CREATED', 'STATUS'], ...rows]));
}

/** @throws JackfieldError `NOT_FOUND` when there is no such key, or it was revoked before */
export async function revokeKey(id: string, options: KeysOptions, terminal: Terminal): Promise<void> {
  const place = storePlace(options, terminal);
  requireStore(place);
  const revoked = await withKeys(place, (keys) => keys.revoke(id, options.project));
  if (!revoked) {
    throw new JackfieldError('NOT_FOUND', {
      message: `The project ${options.project} has no active key ${id}.`,
      fix: '`jackfield keys list` shows the ids of keys; `--project` chooses another project.',
    });
  }
  if (options.json) terminal.stdout.write(`${JSON.stringify({ id, revoked: true }, null, 2)}\n`);
  else terminal.stderr.write(`The key ${id} is revoked.\n`);
}

async function withKeys<T>(place: StorePlace, work: (keys: OpenKeys) => Promise<T>): Promise<T> {
  const keys = await openKeys(place);
  try {
    return await work(keys);
  } finally {
    await keys.close();
  }
}

function fieldsOf({ id, name, hint, createdAt, revokedAt }: ApiKey) {
  return { id, name, hint, createdAt, revokedAt };
}
