import { errorMessage } from '@weir/platform/sql';
import { containerPostgres } from './container';
import { embeddedPostgres } from './embedded';
import { givenPostgres } from './given';
import type { PostgresServer } from './postgres-server';

/**
 * Finds a real PostgreSQL: the one of DATABASE_URL (a new database on it), else one in a container where a container engine
 * answers, else the one that comes with Weir (about a second).
 * @param options.own true: never the one of DATABASE_URL, since the test will kill it
 * @param options.note a file to be removed when an embedded server goes
 * @throws an error that names all that is missing
 */
export async function startPostgres(
  options: { readonly own?: boolean; readonly note?: string } = {},
): Promise<PostgresServer> {
  const url = process.env['DATABASE_URL'];
  if (url !== undefined && url !== '' && options.own !== true) return givenPostgres(url);
  const inContainer = await containerPostgres();
  if (typeof inContainer !== 'string') return inContainer;
  try {
    return await embeddedPostgres(options.note);
  } catch (error) {
    throw new Error(
      `There is no PostgreSQL for the tests: DATABASE_URL is not set; ${inContainer}; and the one from npm does not start: ` +
        errorMessage(error),
      { cause: error },
    );
  }
}
