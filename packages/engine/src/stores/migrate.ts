import { JackfieldError } from '@jackfield/contract';
import { type CompiledQuery, type Kysely, sql } from 'kysely';
import type { ColumnTypes, Migration } from './migrations.ts';
import type { Database, Tables } from './tables.ts';

/** What is peculiar to a database when its schema is changed. */
export interface MigrationTarget {
  readonly types: ColumnTypes;
  /** Run first in the transaction, so that of several servers starting at once one migrates and the others wait. */
  readonly lock: readonly CompiledQuery[];
  readonly hasTable: (database: Kysely<Tables>, name: string) => Promise<boolean>;
}

/**
 * Brings the schema up to the last of `migrations`, in one transaction: all of it or none.
 *
 * @throws JackfieldError `INVALID_CONFIGURATION` if the database was made by a newer version of Jackfield.
 */
export async function migrate(
  database: Database,
  target: MigrationTarget,
  migrations: readonly Migration[],
): Promise<void> {
  if ((await schemaVersion(database, target, migrations)) === migrations.length) return;
  await database.transaction().execute(async (transaction) => {
    for (const query of target.lock) await transaction.executeQuery(query);
    const version = await schemaVersion(transaction, target, migrations);
    if (version === undefined) {
      await sql
        .raw(
          `create table schema_migrations (
            version ${target.types.integer} primary key not null,
            name text not null,
            applied_at ${target.types.timestamp} not null
          )${target.types.tableOptions}`,
        )
        .execute(transaction);
    }
    for (const [index, migration] of migrations.entries()) {
      if (index < (version ?? 0)) continue;
      for (const statement of migration.statements(target.types)) await sql.raw(statement).execute(transaction);
      await transaction
        .insertInto('schema_migrations')
        .values({ version: index + 1, name: migration.name, applied_at: new Date() })
        .execute();
    }
  });
}

/** `undefined` for a database without any schema. */
async function schemaVersion(
  database: Kysely<Tables>,
  target: MigrationTarget,
  migrations: readonly Migration[],
): Promise<number | undefined> {
  if (!(await target.hasTable(database, 'schema_migrations'))) return undefined;
  const row = await database
    .selectFrom('schema_migrations')
    .select((expression) => expression.fn.max('version').as('version'))
    .executeTakeFirst();
  const version = Number(row?.version ?? 0);
  if (version > migrations.length) {
    throw new JackfieldError('INVALID_CONFIGURATION', {
      message: `The database has schema version ${version}; this version of Jackfield knows versions up to ${migrations.length}.`,
      fix: 'Upgrade Jackfield to the version that last used this database, or use another database. Nothing was changed.',
      details: { databaseVersion: version, supportedVersion: migrations.length },
    });
  }
  return version;
}
