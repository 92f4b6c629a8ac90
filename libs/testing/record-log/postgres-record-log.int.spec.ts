import { randomUUID } from 'node:crypto';
import { Kysely, Migrator, PostgresDialect } from 'kysely';
import { Client, Pool } from 'pg';
import { PostgresRecordLog, recordLogMigrations, type PostgresRecordLogOptions } from '@weir/platform/record-log';
import { sharedPostgres, type SharedDatabase } from '../postgres';
import { ChildMember } from './child-member';
import { Recorder } from './recorder';
import { itIsARecordLog } from './record-log.contract.spec';
import { until } from './until';

/** A record log with a pool of its own, as each process has one. */
class OwnPoolLog extends PostgresRecordLog {
  constructor(
    private readonly ownPool: Pool,
    settings?: PostgresRecordLogOptions,
  ) {
    super(ownPool, settings);
  }

  override async close(): Promise<void> {
    await super.close();
    await this.ownPool.end();
  }
}

jest.setTimeout(60_000);

describe('PostgresRecordLog', () => {
  let database: SharedDatabase;
  const opened: OwnPoolLog[] = [];

  function create(settings?: PostgresRecordLogOptions, name?: string): OwnPoolLog {
    const pool = new Pool({ connectionString: database.connectionString, max: 5, application_name: name });
    pool.on('error', () => undefined);
    return new OwnPoolLog(pool, settings);
  }

  function newLog(settings?: PostgresRecordLogOptions, name?: string): OwnPoolLog {
    const log = create(settings, name);
    opened.push(log);
    return log;
  }

  beforeAll(async () => {
    database = await sharedPostgres();
    const pool = new Pool({ connectionString: database.connectionString });
    const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
    const migrator = new Migrator({ db, provider: { getMigrations: () => Promise.resolve(recordLogMigrations) } });
    const { error } = await migrator.migrateToLatest();
    await db.destroy();
    expect(error).toBeUndefined();
  }, 60_000);

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((log) => log.close()));
  });

  afterAll(() => database.stop());

  itIsARecordLog(() => ({
    open: () => create(),
    startChild: (group, topic) =>
      ChildMember.start({ service: { kind: 'postgres', url: database.connectionString }, group, topic }),
  }));

  it('refuses settings that make no sense, naming them', () => {
    const pool = new Pool();
    expect(() => new PostgresRecordLog(pool, { batchRecords: 0 })).toThrow(/batchRecords must be above 0, not 0/);
    expect(() => new PostgresRecordLog(pool, { heartbeatMs: 900, leaseMs: 1_000 })).toThrow(/heartbeatMs \(900\)/);
  });

  it('cuts batches by records and by bytes, and gives a larger record alone', async () => {
    const log = newLog({ batchRecords: 4, batchBytes: 100 });
    const topic = `cut.${randomUUID()}`;
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    const sizes = [10, 10, 10, 10, 10, 60, 60, 500, 10];
    await log.send(
      topic,
      sizes.map((size) => ({ key: null, value: Buffer.alloc(size), partition: 0 })),
    );
    const batches: number[][] = [];
    for await (const { records } of log.readAll(topic)) batches.push(records.map(({ value }) => value?.length ?? 0));
    expect(batches).toEqual([[10, 10, 10, 10], [10, 60, 60], [500], [10]]);
  });

  it('never shows a later offset before an earlier one, however many write at once', async () => {
    const topic = `gapless.${randomUUID()}`;
    const log = newLog();
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    const recorder = new Recorder({ group: topic, topic });
    await log.consume(recorder);
    const writers = Array.from({ length: 12 }, () => newLog());
    await Promise.all(
      writers.map(async (writer) => {
        for (let n = 0; n < 40; n += 1) {
          await writer.send(topic, [{ key: Buffer.from(String(n)), value: Buffer.from('v'), partition: 0 }]);
        }
      }),
    );
    await until('all are handled', () => recorder.handled === 480);
    expect(recorder.offsets(0)).toEqual(Array.from({ length: 480 }, (_, n) => n));
  });

  it('removes old records that every group has committed, and lets a reader behind them know', async () => {
    const topic = `old.${randomUUID()}`;
    const group = `g.${topic}`;
    const log = newLog({ retentionMs: 1 });
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    const send = (count: number) =>
      log.send(
        topic,
        Array.from({ length: count }, () => ({ key: null, value: Buffer.from('v'), partition: 0 })),
      );
    await send(10);
    const running = await log.consume(new Recorder({ group, topic }));
    await until('10 are committed', async () => (await log.committed(group, topic))[0] === 10);
    await running.stop();
    await send(5);
    await until('the committed ones are gone', async () => {
      await log.applyRetention();
      return (await log.bounds(topic))[0]?.low === 10;
    });
    expect(await log.bounds(topic)).toEqual([{ low: 10, high: 15 }]);
    const left: number[] = [];
    for await (const { records } of log.readAll(topic)) left.push(...records.map(({ offset }) => offset));
    expect(left).toEqual([10, 11, 12, 13, 14]);

    const behind = await log.consume(new Recorder({ group, topic, assigned: () => 3 }));
    await until('the reader is stopped', () => behind.health().stopped[0]?.code === 'offset-gap');
  });

  it('keeps old records for a group that has not read them, and says so, until nobody has run the group for a week', async () => {
    const [topic, current] = [`held.${randomUUID()}`, randomUUID()];
    const gone = `gone.${topic}`;
    const warned: object[] = [];
    const silent = { debug: () => undefined, info: () => undefined, error: () => undefined };
    const warn = (fields: object): void => {
      if ('topic' in fields && fields.topic === topic) warned.push(fields);
    };
    const logger = { ...silent, warn };
    const log = newLog({ retentionMs: 1, logger });
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    const one = { key: null, value: Buffer.from('v'), partition: 0 };
    await log.send(topic, [one, one]);
    const left = await log.consume(new Recorder({ group: gone, topic }));
    await until('2 are committed', async () => (await log.committed(gone, topic))[0] === 2);
    await left.stop();
    await log.send(topic, [one, one, one]);
    const running = await log.consume(new Recorder({ group: current, topic }));
    await until('5 are committed', async () => (await log.committed(current, topic))[0] === 5);
    const lowAfter = async (): Promise<number | undefined> => {
      warned.length = 0;
      await log.applyRetention();
      return (await log.bounds(topic))[0]?.low;
    };

    // Given: the last member left less than a week ago.
    await until('all that it has read are gone', async () => (await lowAfter()) === 2);
    await until('what it has not read is old enough', () => lowAfter().then(() => warned.length > 0));
    expect(warned).toEqual([{ group: gone, topic, partitions: 1, records: 3 }]);
    expect(await lowAfter()).toBe(2);

    // When: it is more than a week.
    const client = new Client({ connectionString: database.connectionString });
    await client.connect();
    await client.query(
      `UPDATE record_log_claims SET held_until = held_until - interval '7 days 1 minute' WHERE group_name = $1`,
      [gone],
    );
    await client.end();
    expect(await lowAfter()).toBe(5);
    expect(warned).toEqual([]);
    await running.stop();

    // Then: who runs the group again is told that there is a gap.
    const again = await log.consume(new Recorder({ group: gone, topic }));
    await until('the reader is stopped', () => again.health().stopped[0]?.code === 'offset-gap');
  });

  it('keeps one value per key of a compacted topic', async () => {
    const topic = `compacted.${randomUUID()}`;
    const log = newLog();
    await log.ensureTopics([{ name: topic, partitions: 1, compacted: true }]);
    const write = (...pairs: [string, string][]) =>
      log.send(
        topic,
        pairs.map(([key, value]) => ({ key: Buffer.from(key), value: Buffer.from(value), partition: 0 })),
      );
    await write(['a', '1'], ['a', '2'], ['b', '1']);
    await write(['a', '3']);
    const left: [number, string | undefined][] = [];
    for await (const { records } of log.readAll(topic)) {
      left.push(...records.map(({ offset, value }): [number, string | undefined] => [offset, value?.toString()]));
    }
    expect(left).toEqual([
      [2, '1'],
      [3, '3'],
    ]);
    const recorder = new Recorder({ group: topic, topic });
    await log.consume(recorder);
    await until('both are handled', () => recorder.handled === 2);
    expect(recorder.offsets(0)).toEqual([2, 3]);
  });

  it('finds a topic that was made anew behind its back', async () => {
    const topic = `anew.${randomUUID()}`;
    const log = newLog();
    await log.ensureTopics([{ name: topic, partitions: 1 }]);
    await log.send(topic, [{ key: null, value: Buffer.from('old'), partition: 0 }]);
    const before = await log.describe(topic);
    const client = new Client({ connectionString: database.connectionString });
    await client.connect();
    await client.query('DELETE FROM record_log_topics WHERE name = $1', [topic]);
    await client.end();
    const other = newLog();
    await other.ensureTopics([{ name: topic, partitions: 1 }]);

    expect(await log.send(topic, [{ key: null, value: Buffer.from('new'), partition: 0 }])).toEqual([
      { partition: 0, offset: 0 },
    ]);
    expect((await log.describe(topic)).identity).not.toBe(before.identity);
  });

  it('goes on after the database has cut every connection, and says meanwhile what is wrong', async () => {
    const topic = `cut-off.${randomUUID()}`;
    const name = `weir-cut-${randomUUID()}`;
    const log = newLog({}, name);
    await log.ensureTopics([{ name: topic, partitions: 2 }]);
    const recorder = new Recorder({ group: topic, topic });
    const running = await log.consume(recorder);
    await until('both are held', () => recorder.partitions.length === 2);

    const client = new Client({ connectionString: database.connectionString });
    await client.connect();
    await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1', [name]);
    await client.end();
    await newLog().send(topic, [{ key: null, value: Buffer.from('v'), partition: 1 }]);

    await until('the record is handled', () => recorder.handled === 1);
    expect(running.health().ok).toBe(true);
    expect(recorder.breaches).toEqual([]);
  });
});
