import { type Selectable, sql } from 'kysely';
import { toDate } from './codec.ts';
import { pageQuery, toPage } from './page.ts';
import type { FileKey, FileStore, StoredFile } from './store.ts';
import type { Database, Tables } from './tables.ts';

const columns = ['position', 'project_id', 'session_id', 'mount', 'path', 'mime_type', 'size', 'updated_at'] as const;

type Row = Pick<Selectable<Tables['files']>, (typeof columns)[number]>;

export function createFileStore(database: Database, now: () => Date): FileStore {
  const ofKey = ({ projectId, sessionId, mount, path }: FileKey) =>
    ({ project_id: projectId, owner: ownerOf(sessionId), mount, path }) as const;

  return {
    async put({ content, mimeType, ...key }) {
      const at = now();
      const data = { mime_type: mimeType, size: content.byteLength, content, updated_at: at };
      const row = await database
        .insertInto('files')
        .values({ ...ofKey(key), session_id: key.sessionId, ...data, created_at: at })
        .onConflict((conflict) => conflict.columns(['project_id', 'owner', 'mount', 'path']).doUpdateSet(data))
        .returning(columns)
        .executeTakeFirstOrThrow();
      return fromRow(row);
    },
    async get(key) {
      const row = await find(columns, key).executeTakeFirst();
      return row && fromRow(row);
    },
    async content(key) {
      const row = await find(['content', 'mime_type'], key).executeTakeFirst();
      return row && { content: new Uint8Array(row.content), mimeType: row.mime_type };
    },
    async list({ projectId, sessionId, mount, prefix = '', ...page }) {
      const query = pageQuery('files', page);
      let select = database
        .selectFrom('files')
        .select(columns)
        .where('project_id', '=', projectId)
        .where('owner', '=', ownerOf(sessionId))
        .where('mount', '=', mount)
        .orderBy('position', 'desc')
        .limit(query.limit);
      // Not `like`: that takes upper for lower case on SQLite.
      if (prefix !== '') select = select.where(sql<string>`substr(path, 1, ${[...prefix].length})`, '=', prefix);
      if (query.before !== undefined) select = select.where('position', '<', query.before);
      return toPage('files', await select.execute(), query, ({ position }) => Number(position), fromRow);
    },
    async delete(key) {
      const { project_id, owner, mount, path } = ofKey(key);
      const row = await database
        .deleteFrom('files')
        .where('project_id', '=', project_id)
        .where('owner', '=', owner)
        .where('mount', '=', mount)
        .where('path', '=', path)
        .returning('path')
        .executeTakeFirst();
      return row !== undefined;
    },
  };

  function find<Column extends keyof Tables['files']>(selected: readonly Column[], key: FileKey) {
    const { project_id, owner, mount, path } = ofKey(key);
    return database
      .selectFrom('files')
      .select(selected)
      .where('project_id', '=', project_id)
      .where('owner', '=', owner)
      .where('mount', '=', mount)
      .where('path', '=', path);
  }
}

/** What is unique must not be null. */
function ownerOf(sessionId: string | null): string {
  return sessionId ?? '';
}

function fromRow(row: Row): StoredFile {
  return {
    projectId: row.project_id,
    sessionId: row.session_id,
    mount: row.mount,
    path: row.path,
    mimeType: row.mime_type,
    size: Number(row.size),
    updatedAt: toDate(row.updated_at),
  };
}
