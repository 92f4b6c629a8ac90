import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dropDatabase, makeDatabase, serverVersion } from './databases';
import { startPostgres } from './start-postgres';

/** An empty database on a server that the test files of one jest worker share. */
export interface SharedDatabase {
  readonly connectionString: string;
  readonly version: string;
  readonly describe: string;
  /** Makes one more empty database on the same server. */
  createDatabase(): Promise<string>;
  /** Drops the databases made through this. */
  stop(): Promise<void>;
}

interface Shared {
  readonly server: string;
  readonly version: string;
  readonly describe: string;
}

/**
 * An empty database for one test file, on the server of this jest worker, which the first file starts and which ends with
 * the worker. Jest gives each file fresh modules and a fresh global scope, so the server's address is kept in a file.
 */
export async function sharedPostgres(): Promise<SharedDatabase> {
  const { server, version, describe } = await ofThisWorker();
  const made: string[] = [];
  const createDatabase = async (): Promise<string> => {
    const database = await makeDatabase(server);
    made.push(database);
    return database;
  };
  return {
    connectionString: await createDatabase(),
    version,
    describe,
    createDatabase,
    stop: async () => {
      for (const database of made.splice(0)) await dropDatabase(server, database);
    },
  };
}

async function ofThisWorker(): Promise<Shared> {
  const url = process.env['DATABASE_URL'];
  if (url !== undefined && url !== '') {
    const version = await serverVersion(url);
    return { server: url, version, describe: `PostgreSQL ${version} of DATABASE_URL` };
  }
  const file = join(tmpdir(), `weir-test-postgres-${process.getuid?.() ?? 0}-${process.pid}.json`);
  if (existsSync(file)) {
    const shared = JSON.parse(readFileSync(file, 'utf8')) as Shared;
    // It may be what an earlier process of the same id left.
    if (
      await serverVersion(shared.server).then(
        () => true,
        () => false,
      )
    )
      return shared;
  }
  const { connectionString, version, describe } = await startPostgres({ note: file });
  const shared = { server: connectionString, version, describe };
  writeFileSync(`${file}.draft`, JSON.stringify(shared), { mode: 0o600 });
  renameSync(`${file}.draft`, file);
  return shared;
}
