import { Kysely, Migrator, PostgresDialect, sql } from 'kysely';
import type { Migration } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { errorMessage } from './error-code';

export type { Migration } from 'kysely';

/** Migrations by name. Names are for ever, sort in the order to run, and read `<owner>-<number>-<what>`. */
export type MigrationSet = Readonly<Record<string, Migration>>;

/** Table that names the migrations that ran. */
const MIGRATIONS = 'weir_migrations';

/** The database's tables could not be brought to what this version of Weir needs. */
export class MigrationFailed extends Error {
  readonly code = 'migration-failed';
  constructor(
    message: string,
    /** Name of the migration that failed, where it was one. */
    readonly migration: string | undefined,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'MigrationFailed';
  }
}

/** A migration that runs SQL statements, separated by semicolons, as they stand. There is no way down: forward only. */
export function sqlMigration(statements: string): Migration {
  return {
    up: async (db) => {
      await sql.raw(statements).execute(db);
    },
  };
}

/**
 * Runs the migrations that the database has not seen, all in one transaction, under an advisory lock: several processes
 * may call it at once, each with the sets that it needs. Gives the names of those that ran.
 * @param sets one per owner; a name may stand in one of them only
 * @throws MigrationFailed
 */
export async function migrate(pool: Pool, ...sets: readonly MigrationSet[]): Promise<readonly string[]> {
  const migrations: Record<string, Migration> = {};
  for (const set of sets) {
    for (const [name, migration] of Object.entries(set)) {
      if (migrations[name] !== undefined)
        throw new MigrationFailed(`Two migrations are named ${name}: each name may be used once.`, name);
      migrations[name] = migration;
    }
  }

  const client = await pool.connect();
  try {
    // Building an index may take longer than any query should, and so may waiting for another process that does it.
    await client.query(
      `set statement_timeout = 0; set lock_timeout = 0; set idle_in_transaction_session_timeout = 0;
       set client_min_messages = warning`,
    );
    const provider = { getMigrations: async () => ({ ...migrations, ...(await ofOtherOwners(client, migrations)) }) };
    const { error, results } = await new Migrator({
      db: new Kysely<unknown>({ dialect: new PostgresDialect({ pool: onlyClient(client) }) }),
      provider,
      migrationTableName: MIGRATIONS,
      migrationLockTableName: `${MIGRATIONS}_lock`,
      // Sets grow apart: a new migration of one owner may sort before those of another that ran long ago.
      allowUnorderedMigrations: true,
    }).migrateToLatest();
    if (error !== undefined)
      throw explained(error, results?.find((result) => result.status === 'Error')?.migrationName);
    return (results ?? []).map((result) => result.migrationName);
  } finally {
    // Closed, not given back: it carries the settings above.
    client.release(true);
  }
}

/**
 * Stand-ins for migrations that ran here on behalf of owners this process does not have: kysely takes any migration that it
 * does not know for corruption, yet a desk and a detector may share a database. An unknown migration of an owner that
 * this process does have gets no stand-in: it means a newer Weir was here.
 */
async function ofOtherOwners(client: PoolClient, known: MigrationSet): Promise<Record<string, Migration>> {
  const owners = new Set(Object.keys(known).map(ownerOf));
  const { rows } = await client.query<{ name: string }>(`select name from ${MIGRATIONS}`);
  const strangers = rows.filter(({ name }) => known[name] === undefined && !owners.has(ownerOf(name)));
  return Object.fromEntries(strangers.map(({ name }) => [name, { up: () => Promise.resolve() }]));
}

/** `event-store` of `event-store-0001-events`. */
function ownerOf(name: string): string {
  return name.replace(/-?\d.*$/s, '');
}

/** A pool of the one client, which kysely uses for one thing after another. */
function onlyClient(client: PoolClient): { connect(): Promise<PoolClient>; end(): Promise<void> } {
  const kept = new Proxy(client, {
    get: (target, property) => {
      if (property === 'release') return () => undefined;
      const value: unknown = Reflect.get(target, property);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { connect: () => Promise.resolve(kept), end: () => Promise.resolve() };
}

function explained(error: unknown, migration: string | undefined): MigrationFailed {
  const message = errorMessage(error);
  if (migration !== undefined)
    return new MigrationFailed(
      `The migration ${migration} failed and nothing of it remains: ${message}`,
      migration,
      error,
    );
  if (message.includes('corrupted migrations'))
    return new MigrationFailed(
      `The database was set up by another, probably newer, version of Weir (${message}). Start that version, or give this one a database of its own.`,
      undefined,
      error,
    );
  return new MigrationFailed(`The database could not be prepared: ${message}`, undefined, error);
}
