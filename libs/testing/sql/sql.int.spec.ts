import { setImmediate } from 'node:timers/promises';
import { sharedPostgres } from '../postgres';
import type { SharedDatabase } from '../postgres';
import type { Pool } from 'pg';
import {
  TransactionRolledBack,
  UnsafeInteger,
  inTransaction,
  migrate,
  openPool,
  sqlMigration,
} from '@weir/platform/sql';
import type { Log } from '@weir/platform/sql';

// Other tests may keep the machine busy while PostgreSQL starts.
jest.setTimeout(60_000);

let postgres: SharedDatabase;
let pool: Pool;
const warnings: string[] = [];
const log: Log = { info: () => undefined, warn: (message) => warnings.push(message), error: () => undefined };

beforeAll(async () => {
  postgres = await sharedPostgres();
  pool = openPool({ connectionString: postgres.connectionString, log, applicationName: 'weir-sql-test' });
});
afterAll(async () => {
  await pool.end();
  await postgres.stop();
});

const cut = (pid: unknown): Promise<unknown> => pool.query('select pg_terminate_backend($1)', [pid]);
const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  for (const deadline = Date.now() + 10_000; !(await condition()); await setImmediate())
    if (Date.now() > deadline) throw new Error('It never came true.');
};

describe('openPool', () => {
  it('reads int8 as a number, and refuses one that a number cannot hold', async () => {
    const { rows } = await pool.query('select 9007199254740991::int8 as most, -1::int8 as less, null::int8 as none');
    expect(rows).toEqual([{ most: 9007199254740991, less: -1, none: null }]);

    await expect(pool.query('select 9007199254740992::int8')).rejects.toThrow(UnsafeInteger);
  });

  it('survives the loss of idle connections and of one between two queries of a transaction', async () => {
    warnings.length = 0;
    const inTheMiddle = inTransaction(pool, async (tx) => {
      const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      await cut(rows[0]?.pid);
      await until(() => warnings.length > 0);
      await tx.query('select 1');
    });
    await expect(inTheMiddle).rejects.toThrow();

    await pool.query(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'weir-sql-test' and pid <> pg_backend_pid()`);
    const { rows } = await pool.query('select 1 as one');
    expect(rows).toEqual([{ one: 1 }]);
    expect(warnings[0]).toContain('A connection to PostgreSQL was lost');
  });

  it('does not call a connection lost that the server ends after the pool was ended', async () => {
    const told: string[] = [];
    const tell = (message: string): void => void told.push(message);
    const ended = openPool({
      connectionString: postgres.connectionString,
      log: { info: tell, warn: tell, error: tell },
    });
    const client = await ended.connect();
    const farewell = new Error('terminating connection due to administrator command');
    client.emit('error', farewell);
    expect(told).toEqual([expect.stringContaining(farewell.message)]);
    client.release();
    await ended.end();
    client.emit('error', farewell);
    expect(told).toHaveLength(1);
  });

  it('ends a statement, a wait for a lock and a pause that take too long', async () => {
    const hasty = openPool({
      connectionString: postgres.connectionString,
      statementTimeoutMs: 100,
      lockTimeoutMs: 50,
      idleInTransactionTimeoutMs: 100,
      max: 2,
    });
    await expect(hasty.query('select pg_sleep(30)')).rejects.toMatchObject({ code: '57014' });

    const holder = await hasty.connect();
    const { rows } = await holder.query<{ pid: number }>('select pg_backend_pid() as pid');
    await holder.query('begin; create table held (); lock table held');
    await until(async () => {
      const alive = await pool.query('select from pg_stat_activity where pid = $1', [rows[0]?.pid]);
      return alive.rowCount === 0;
    });
    holder.release(true);
    await hasty.end();
  });

  it('lets explicit TLS options win over those in the address', async () => {
    const address = `${postgres.connectionString}?sslmode=disable&application_name=x`;
    const secured = openPool({ connectionString: address, tls: { rejectUnauthorized: false } });
    // The test server speaks no TLS: that it was asked to is seen by its refusal.
    await expect(secured.query('select 1')).rejects.toThrow(/SSL/);
    await secured.end();
  });
});

describe('inTransaction', () => {
  beforeEach(() =>
    pool.query(
      'drop table if exists counted; create table counted (id int primary key, n int); insert into counted values (1, 0), (2, 0)',
    ),
  );
  const counts = async (): Promise<number[]> =>
    (await pool.query<{ n: number }>('select n from counted order by id')).rows.map(({ n }) => n);

  it('keeps all or nothing', async () => {
    await expect(
      inTransaction(pool, async (tx) => {
        await tx.query('update counted set n = 1');
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await counts()).toEqual([0, 0]);

    expect(await inTransaction(pool, async (tx) => (await tx.query('update counted set n = 1')).rowCount)).toBe(2);
    expect(await counts()).toEqual([1, 1]);
  });

  it('tries again after a deadlock', async () => {
    let tries = 0;
    let locked = 0;
    const both = (first: number, second: number): Promise<void> =>
      inTransaction(pool, async (tx) => {
        tries += 1;
        await tx.query('update counted set n = n + 1 where id = $1', [first]);
        locked += 1;
        await until(() => locked >= 2);
        await tx.query('update counted set n = n + 1 where id = $1', [second]);
      });

    await Promise.all([both(1, 2), both(2, 1)]);

    expect(tries).toBe(3);
    expect(await counts()).toEqual([2, 2]);
  });

  it('tries again after a serialization failure, and not without end', async () => {
    const increment = (): Promise<void> =>
      inTransaction(
        pool,
        async (tx) => {
          const { rows } = await tx.query<{ n: number }>('select n from counted where id = 1');
          await tx.query('update counted set n = $1 where id = 1', [(rows[0]?.n ?? 0) + 1]);
        },
        { isolation: 'serializable', attempts: 50 },
      );
    await Promise.all(Array.from({ length: 5 }, increment));
    expect((await counts())[0]).toBe(5);

    let tries = 0;
    const hopeless = inTransaction(pool, async (tx) => {
      tries += 1;
      await tx.query(`do $$ begin raise exception 'always' using errcode = '40001'; end $$`);
    });
    await expect(hopeless).rejects.toThrow('always');
    expect(tries).toBe(5);
  });

  it('does not try anything else again', async () => {
    let tries = 0;
    const failing = inTransaction(pool, async (tx) => {
      tries += 1;
      await tx.query('insert into counted values (1, 1)');
    });
    await expect(failing).rejects.toMatchObject({ code: '23505' });
    expect(tries).toBe(1);
  });

  it('does not take a rollback for a commit where an error was caught inside', async () => {
    const careless = inTransaction(pool, async (tx) => {
      await tx.query('update counted set n = 1');
      await tx.query('select 1 / 0').catch(() => undefined);
    });
    await expect(careless).rejects.toThrow(TransactionRolledBack);
  });
});

describe('migrate', () => {
  const first = { 'a-0001-first': sqlMigration('create table a (n int); insert into a values (1)') };
  const second = { 'a-0002-second': sqlMigration('update a set n = n + 1') };
  const other = { 'b-0001-first': sqlMigration('create table b (n int)') };
  let database: Pool;
  beforeEach(async () => {
    database = openPool({ connectionString: await postgres.createDatabase() });
  });
  afterEach(() => database.end());

  it('runs what has not run, once, though several processes do it at once', async () => {
    const ran = await Promise.all(Array.from({ length: 4 }, () => migrate(database, first, other)));
    expect(ran.flat().sort()).toEqual(['a-0001-first', 'b-0001-first']);

    // A later migration may sort before those of another owner that have run.
    expect(await migrate(database, { ...first, ...second }, other)).toEqual(['a-0002-second']);
    expect((await database.query('select n from a')).rows).toEqual([{ n: 2 }]);
  });

  it('lets processes with different sets share a database', async () => {
    await migrate(database, first);
    expect(await migrate(database, other)).toEqual(['b-0001-first']);
    expect(await migrate(database, first)).toEqual([]);
  });

  it('refuses a name that is used twice', async () => {
    await expect(migrate(database, first, first)).rejects.toThrow('Two migrations are named a-0001-first');
  });

  it('says which migration failed, and leaves nothing of any', async () => {
    const wrong = { 'a-0002-wrong': sqlMigration('create table c (n int); create tabel d ()') };
    await expect(migrate(database, { ...first, ...wrong })).rejects.toMatchObject({
      migration: 'a-0002-wrong',
      message: 'The migration a-0002-wrong failed and nothing of it remains: syntax error at or near "tabel"',
    });
    expect((await database.query(`select to_regclass('a') as a, to_regclass('c') as c`)).rows).toEqual([
      { a: null, c: null },
    ]);
  });

  it('refuses a database that a newer version has changed', async () => {
    await migrate(database, { ...first, ...second });
    await expect(migrate(database, first)).rejects.toThrow('newer, version of Weir');
  });

  it('is not cut short by the timeouts of the pool', async () => {
    const hasty = openPool({ connectionString: await postgres.createDatabase(), statementTimeoutMs: 50 });
    await migrate(hasty, { 'a-0001-slow': sqlMigration('select pg_sleep(0.2)') });
    const { rows } = await hasty.query('show statement_timeout');
    expect(rows).toEqual([{ statement_timeout: '50ms' }]);
    await hasty.end();
  });
});
