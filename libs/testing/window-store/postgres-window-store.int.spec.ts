import { migrate, openPool } from '@weir/platform/sql';
import { PostgresWindowStore, windowStoreMigrations } from '@weir/platform/window-store';
import type { Pool } from 'pg';
import { sharedPostgres, type SharedDatabase } from '../postgres';
import { itIsAWindowStore } from './window-store.contract.spec';

jest.setTimeout(120_000);

let database: SharedDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await sharedPostgres();
  pool = openPool({ connectionString: database.connectionString });
  await migrate(pool, windowStoreMigrations);
});
afterAll(async () => {
  await pool.end();
  await database.stop();
});

describe('PostgresWindowStore', () => {
  itIsAWindowStore(() =>
    Promise.resolve({
      connect: () => new PostgresWindowStore(pool),
      wipe: async () => {
        await pool.query('delete from window_store_partition');
      },
      loseOneDelta: async ({ topic, partition }) => {
        await pool.query('delete from window_store_delta where topic = $1 and partition = $2 and seq = 2', [
          topic,
          partition,
        ]);
      },
    }),
  );

  test('given a database that is away, it says so as a fault of the store', async () => {
    const away = openPool({ connectionString: 'postgres://nobody@127.0.0.1:1/none' });
    const store = new PostgresWindowStore(away);
    await expect(store.ping()).rejects.toMatchObject({
      code: 'window-store-unavailable',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
    await away.end();
  });

  test('given an owner whose connection is cut in the middle of a snapshot, nothing of the snapshot is seen', async () => {
    const store = new PostgresWindowStore(pool);
    const name = { topic: 'cut', partition: 0 };
    const { claim } = await store.open(name, 'x', 0);
    const progress = { watermark: null, movedUpTo: {}, nextOffset: 1, sourceReadAt: 1 };
    await store.append(claim, Buffer.from('a'), 5, progress);

    const mine = openPool({ connectionString: database.connectionString, applicationName: 'to-be-cut', max: 1 });
    const cutStore = new PostgresWindowStore(mine);
    const chunks = Array.from({ length: 400 }, () => Buffer.alloc(100_000));
    const taking = cutStore.snapshot({ ...claim, nextOffset: 5 }, chunks).catch((error: unknown) => error);
    const cut = async () =>
      (
        await pool.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where application_name = 'to-be-cut' and query like 'insert into window_store_chunk%'`,
        )
      ).rowCount;
    while ((await cut()) === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(await taking).toMatchObject({ code: 'window-store-unavailable' });
    await mine.end();

    expect(await store.open(name, 'x', 0)).toMatchObject({ snapshot: [], deltas: [Buffer.from('a')] });
  });
});
