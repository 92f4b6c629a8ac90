import { dropDatabase, makeDatabase, serverVersion } from './databases';
import type { PostgresServer } from './postgres-server';

/** The server that DATABASE_URL names: only databases made here are touched, and are dropped in the end. */
export async function givenPostgres(server: string): Promise<PostgresServer> {
  const version = await serverVersion(server);
  const made: string[] = [];
  const createDatabase = async (): Promise<string> => {
    const database = await makeDatabase(server);
    made.push(database);
    return database;
  };
  const notOurs = (): Promise<never> =>
    Promise.reject(
      new Error('The PostgreSQL of DATABASE_URL is not killed by tests: ask for startPostgres({ own: true }).'),
    );
  return {
    connectionString: await createDatabase(),
    version,
    describe: `PostgreSQL ${version} of DATABASE_URL`,
    createDatabase,
    stop: async () => {
      for (const database of made.splice(0)) await dropDatabase(server, database);
    },
    kill9: notOurs,
    restart: notOurs,
  };
}
