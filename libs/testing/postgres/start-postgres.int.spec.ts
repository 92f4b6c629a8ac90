import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { inTransaction, openPool } from '@weir/platform/sql';
import type { Pool } from 'pg';
import { sharedPostgres, startPostgres } from '.';
import type { PostgresServer } from '.';

// Setting up a database takes a second, and more on a busy machine.
jest.setTimeout(60_000);

let server: PostgresServer;
const pools: Pool[] = [];
const query = async (connectionString: string, statement: string): Promise<unknown[]> => {
  const pool = openPool({ connectionString });
  pools.push(pool);
  return (await pool.query<Record<string, unknown>>(statement)).rows.flatMap((row) => Object.values(row));
};
const databases = (): Promise<unknown[]> =>
  query(server.connectionString, `select datname from pg_database where datname like 'weir\\_test\\_%'`);

beforeAll(async () => {
  server = await startPostgres({ own: true });
});
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.end();
});
afterAll(() => server.stop());

describe('startPostgres', () => {
  it('says what it found', () => {
    expect(server.version).toMatch(/^\d+\.\d+/);
    expect(server.describe).toContain(`PostgreSQL ${server.version}`);
  });

  it('keeps address and data over a kill and a restart', async () => {
    await query(server.connectionString, 'create table kept as select 7 as n');
    const pool = openPool({ connectionString: server.connectionString });
    pools.push(pool);
    const interrupted = inTransaction(pool, async (tx) => {
      await tx.query('update kept set n = 8');
      await server.kill9();
    });
    await expect(interrupted).rejects.toThrow();
    await expect(query(server.connectionString, 'select 1')).rejects.toThrow();

    await server.restart();
    expect((await pool.query('select n from kept')).rows).toEqual([{ n: 7 }]);

    await server.restart();
    expect(await query(server.connectionString, 'select n from kept')).toEqual([7]);
  });

  it('leaves nothing behind where it made the server', async () => {
    const other = await startPostgres({ own: true });
    const [folder] = await query(other.connectionString, 'show data_directory');
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    await other.stop();
    await expect(query(other.connectionString, 'select 1')).rejects.toThrow();
    expect(existsSync(dirname(dirname(String(folder))))).toBe(false);
  });

  describe('with DATABASE_URL', () => {
    let before: string | undefined;
    beforeEach(() => {
      before = process.env['DATABASE_URL'];
      process.env['DATABASE_URL'] = server.connectionString;
    });
    afterEach(() => {
      if (before === undefined) delete process.env['DATABASE_URL'];
      else process.env['DATABASE_URL'] = before;
    });

    it.each([
      ['startPostgres', startPostgres],
      ['sharedPostgres', sharedPostgres],
    ])('%s works in databases of its own there, and drops them', async (_, start) => {
      const given = await start();
      const more = await given.createDatabase();
      expect(given.describe).toContain('DATABASE_URL');
      expect(await query(more, 'select current_database() <> $$weir$$')).toEqual([true]);
      expect(
        await query(given.connectionString, 'select count(*) from pg_tables where schemaname = $$public$$'),
      ).toEqual([0]);
      expect(await databases()).toHaveLength(2);

      await given.stop();

      expect(await databases()).toEqual([]);
    });

    it('does not kill that server', async () => {
      const given = await startPostgres();
      await expect(given.kill9()).rejects.toThrow('is not killed by tests');
      await given.stop();
    });
  });
});
