import { headers, ruleSchema, topics, topicShapes, type HitState } from '@weir/contracts';
import { homeKeyOf, homePartition, type Fact } from '@weir/domain';
import {
  PostgresRecordLog,
  recordLogMigrations,
  type Batch,
  type NewRecord,
  type TopicDescription,
} from '@weir/platform/record-log';
import { migrate, openPool } from '@weir/platform/sql';
import { PostgresWindowStore, windowStoreMigrations, type WindowStore } from '@weir/platform/window-store';
import { sharedPostgres } from '@weir/testing';
import type { Pool } from 'pg';
import { Registry } from 'prom-client';
import { DetectionMetrics } from '../detection.metrics';
import type { FactSource, ReadFact } from '../steps/fact-source';
import { DetectionConsumer } from './detection-consumer';
import { Fenced, openPartition } from './owned-partition';
import { publishedAhead, RuleTopic } from './rule-topic';

jest.setTimeout(60_000);

const partitions = 3;
const factsTopic = 'facts';
const clock = (): number => 1_800_000_000_000;
const rule = ruleSchema.parse({
  id: 'total',
  title: { en: 'a total', zh: '累计' },
  source: 'a test',
  on: 'transaction',
  measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
  threshold: { above: '10.00', currency: 'CNY' },
  raise: { on: 'every', severity: 'low' },
});

const fact = (id: string, accountId: string, minute: number, amount = 700): Fact => ({
  source: 'default',
  id,
  kind: 'transaction',
  occurredAt: 1_700_000_000_000 + minute * 60_000,
  accountId,
  amount,
  currency: 'CNY',
  attributes: {},
});

/** Reads facts that stand in the log as this file writes them. */
const source: FactSource = {
  read: ({ topic, partition, records }) => ({
    facts: records.map((record): ReadFact => {
      const read = JSON.parse(record.value?.toString('utf8') ?? '') as Fact;
      const late = record.headers[headers.late];
      return {
        fact: read,
        record,
        origin: record.headers[headers.origin] ?? `${topic}/${partition}/${record.offset}`,
        homeKey: homeKeyOf(read),
        home: homePartition(homeKeyOf(read), partitions),
        movedLate: late === undefined ? null : late === '1',
      };
    }),
    deadLetters: [],
  }),
  conflict: ({ record }) => ({ key: null, partition: 0, value: record.value }),
  checkpointed: () => undefined,
};

describe('the detection consumer', () => {
  let pool: Pool;
  let log: PostgresRecordLog;
  let store: PostgresWindowStore;
  let drop: () => Promise<void>;

  beforeEach(async () => {
    const database = await sharedPostgres();
    drop = () => database.stop();
    pool = openPool({ connectionString: database.connectionString });
    await migrate(pool, recordLogMigrations, windowStoreMigrations);
    log = new PostgresRecordLog(pool);
    store = new PostgresWindowStore(pool);
    await log.ensureTopics(topicShapes(factsTopic, partitions));
    await new RuleTopic(log, () => undefined).publishMissing([rule], clock());
  });
  afterEach(async () => {
    await log.close();
    await pool.end();
    await drop();
  });

  const consumer = (over: Partial<{ store: WindowStore; snapshotEvery: number }> = {}): DetectionConsumer =>
    new DetectionConsumer(
      {
        log,
        store: over.store ?? store,
        rules: new RuleTopic(log, () => undefined),
        source,
        clock,
        metrics: new DetectionMetrics(new Registry()),
        onBeganLate: () => undefined,
      },
      { group: 'g', factsTopic, snapshotEvery: over.snapshotEvery ?? 500 },
    );

  /** Account A1 lives here. */
  const home = homePartition('A1', partitions);
  const write = (...facts: readonly Fact[]): Promise<unknown> =>
    log.send(
      factsTopic,
      facts.map((one): NewRecord => ({
        key: Buffer.from('A1'),
        partition: home,
        value: Buffer.from(JSON.stringify(one)),
      })),
    );

  /** Records of a partition from an offset on, as one batch. */
  const batchFrom = async (partition: number, offset: number): Promise<Batch> => {
    const records = [];
    for await (const batch of log.readAll(factsTopic)) {
      if (batch.partition === partition) records.push(...batch.records.filter((record) => record.offset >= offset));
    }
    return { topic: factsTopic, partition, records, high: (await log.bounds(factsTopic))[partition]?.high ?? 0 };
  };
  const assign = async (one: DetectionConsumer, partition = home): Promise<number> =>
    one.assigned(factsTopic, partition, (await log.bounds(factsTopic))[partition] ?? { low: 0, high: 0 });
  const hits = async (): Promise<HitState[]> => {
    const states: HitState[] = [];
    for await (const { records } of log.readAll(topics.hits)) {
      states.push(...records.map(({ value }) => JSON.parse(value?.toString('utf8') ?? '') as HitState));
    }
    return states;
  };

  it('given facts, publishes states of hits and goes on from the checkpoint with the same state', async () => {
    await write(fact('F1', 'A1', 0), fact('F2', 'A1', 1));
    const first = consumer();
    expect(await assign(first)).toBe(0);
    await first.handle(await batchFrom(home, 0));

    const second = consumer();
    expect(await assign(second)).toBe(2);
    await write(fact('F3', 'A1', 2));
    await second.handle(await batchFrom(home, 2));

    expect((await hits()).map((one) => [one.fact.id, one.status, one.evidence.measured, one.asOf.offset])).toEqual([
      ['F2', 'raised', '14.00', 1],
      ['F3', 'raised', '21.00', 2],
    ]);
  });

  it('given a snapshot after every batch, goes on with the same state', async () => {
    for (const [index, id] of ['F1', 'F2', 'F3'].entries()) {
      await write(fact(id, 'A1', index));
      const one = consumer({ snapshotEvery: 1 });
      expect(await assign(one)).toBe(index);
      await one.handle(await batchFrom(home, index));
    }
    expect((await hits()).map((one) => one.evidence.measured)).toEqual(['14.00', '21.00']);
  });

  it('given a fault between publishing and checkpoint, does the batch again: the same states under the same ids and places', async () => {
    await write(fact('F1', 'A1', 0), fact('F2', 'A1', 1));
    const failing: WindowStore = Object.create(store, {
      append: { value: () => Promise.reject(new Error('the connection was lost')) },
    }) as WindowStore;
    const first = consumer({ store: failing });
    await assign(first);
    await expect(first.handle(await batchFrom(home, 0))).rejects.toThrow('the connection was lost');
    // Memory that has moved on without a checkpoint is never used again.
    await expect(first.handle(await batchFrom(home, 0))).rejects.toThrow('before the partition was opened');

    const second = consumer();
    expect(await assign(second)).toBe(0);
    await second.handle(await batchFrom(home, 0));

    const [one, again, ...more] = await hits();
    expect(again).toEqual(one);
    expect(more).toEqual([]);
  });

  it('given another owner, the first one is fenced and changes nothing', async () => {
    await write(fact('F1', 'A1', 0), fact('F2', 'A1', 1));
    const [first, second] = [consumer(), consumer()];
    await assign(first);
    await assign(second);
    await expect(first.handle(await batchFrom(home, 0))).rejects.toBeInstanceOf(Fenced);
    await second.handle(await batchFrom(home, 0));
    expect(await assign(consumer())).toBe(2);
  });

  it('given its store was emptied under it, it is fenced, and begins anew from the log', async () => {
    await write(fact('F1', 'A1', 0), fact('F2', 'A1', 1));
    const first = consumer();
    await assign(first);
    await first.handle(await batchFrom(home, 0));
    const { rows } = await pool.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public' and tablename like 'window%'`,
    );
    expect(rows.length).toBeGreaterThan(0);
    await pool.query(`truncate ${rows.map(({ name }) => name).join(', ')} cascade`);

    await write(fact('F3', 'A1', 2));
    await expect(first.handle(await batchFrom(home, 2))).rejects.toBeInstanceOf(Fenced);
    const second = consumer();
    expect(await assign(second)).toBe(0);
    await second.handle(await batchFrom(home, 0));
    const last = (await hits()).at(-1);
    expect([last?.fact.id, last?.evidence.measured, last?.evidence.incomplete]).toEqual(['F3', '21.00', false]);
  });

  it('given a rule version published between two batches, follows it before the second one', async () => {
    await write(fact('F1', 'A1', 0), fact('F2', 'A1', 1));
    const one = consumer();
    await assign(one);
    await one.handle(await batchFrom(home, 0));
    const inFuture = new Date(clock() + publishedAhead).toISOString();
    const second = { ...rule, version: 2, effectiveFrom: inFuture, threshold: { above: '1.00', currency: 'CNY' } };
    const topic = new RuleTopic(log, () => undefined);

    expect(
      await topic.publishMissing([{ ...second, effectiveFrom: new Date(clock()).toISOString() }], clock()),
    ).toMatchObject([{ why: 'not-in-future' }]);
    expect(await topic.publishMissing([{ ...rule, title: { en: 'another', zh: '另' } }], clock())).toMatchObject([
      { why: 'other-content' },
    ]);
    expect(await topic.publishMissing([second, { ...rule, id: 'single' }], clock())).toEqual([]);
    const governed = { ...fact('F3', 'A1', 0, 200), occurredAt: Date.parse(inFuture) };
    await write(fact('F4', 'A1', 2), governed);
    await one.handle(await batchFrom(home, 2));

    expect((await hits()).map(({ rule: id, version, fact: { id: of } }) => `${id}@${version} ${of}`).sort()).toEqual([
      'single@1 F2',
      'single@1 F4',
      'total@1 F2',
      'total@1 F4',
      'total@2 F3',
    ]);
  });

  it('given other partitions that are behind, forgets nothing that they can still send', async () => {
    const accounts = ['A2', 'A3', 'A4', 'A5', 'A6', 'A7'];
    const other = homePartition(accounts.find((one) => homePartition(one, partitions) !== home) ?? '', partitions);
    // Another partition holds a fact of this account that nobody has read yet.
    await log.send(factsTopic, [
      { key: null, partition: other, value: Buffer.from(JSON.stringify(fact('F2', 'A1', 10))) },
    ]);
    await write(fact('F1', 'A1', 0), fact('F9', 'A1', 60 * 24 * 60));
    const one = consumer();
    await assign(one);
    await one.handle(await batchFrom(home, 0));
    await write(fact('F10', 'A1', 60 * 24 * 60 + 1));
    await one.handle(await batchFrom(home, 2));

    const mover = consumer();
    await assign(mover, other);
    await mover.handle(await batchFrom(other, 0));
    await one.handle(await batchFrom(home, 3));

    // Sixty days later in the log, it is measured where it belongs.
    expect((await hits()).filter(({ cause }) => cause?.id === 'F2')).toMatchObject([
      { status: 'raised', fact: { id: 'F2' }, evidence: { measured: '14.00', incomplete: false } },
    ]);
  });

  it('given a fact that lives elsewhere, moves it home with its origin and whether it was late', async () => {
    const elsewhere = ['A2', 'A3', 'A4', 'A5', 'A6'].find((one) => homePartition(one, partitions) !== home) ?? '';
    const there = homePartition(elsewhere, partitions);
    await write(fact('F1', elsewhere, 0), fact('F2', elsewhere, 600), fact('F3', elsewhere, 1));
    const one = consumer();
    await assign(one);
    await one.handle(await batchFrom(home, 0));

    const moved = await batchFrom(there, 0);
    expect(
      moved.records.map((record) => [
        record.key?.toString(),
        record.headers[headers.origin],
        record.headers[headers.late],
      ]),
    ).toEqual([
      [elsewhere, `${factsTopic}/${home}/0`, '0'],
      [elsewhere, `${factsTopic}/${home}/1`, '0'],
      [elsewhere, `${factsTopic}/${home}/2`, '1'],
    ]);
    expect((await store.progress(factsTopic)).get(home)?.movedUpTo).toEqual({ [there]: 2 });

    // At home each is measured in its place, but for the one that was late where it came from.
    const other = consumer();
    await assign(other, there);
    await other.handle(moved);
    expect((await hits()).map((state) => state.fact.id)).toEqual([]);
    expect((await store.progress(factsTopic)).get(there)?.watermark).toBeNull();
  });
});

describe('opening a partition', () => {
  let pool: Pool;
  let store: PostgresWindowStore;
  let drop: () => Promise<void>;
  const topic: TopicDescription = { name: 'facts', partitions: 3, identity: 'cluster/topic-1' };

  beforeEach(async () => {
    const database = await sharedPostgres();
    drop = () => database.stop();
    pool = openPool({ connectionString: database.connectionString });
    await migrate(pool, windowStoreMigrations);
    store = new PostgresWindowStore(pool);
  });
  afterEach(async () => {
    await pool.end();
    await drop();
  });

  /** A checkpoint at offset 10. */
  const checkpoint = async (): Promise<void> => {
    const { claim, state } = await openPartition(topic, 0, { low: 0, high: 10 }, store);
    await store.append(claim, state.takeDelta(), 10, { watermark: 5, movedUpTo: {}, nextOffset: 10, sourceReadAt: 0 });
  };

  it.each([
    ['the log has forgotten what comes next', topic, { low: 11, high: 20 }, 'offset-gap'],
    ['the log does not reach so far', topic, { low: 0, high: 9 }, 'offset-gap'],
    ['the topic was made anew', { ...topic, identity: 'cluster/topic-2' }, { low: 0, high: 20 }, 'topic-made-anew'],
    ['the cluster is another', { ...topic, identity: 'other/topic-1' }, { low: 0, high: 20 }, 'topic-made-anew'],
    ['the topic has more partitions now', { ...topic, partitions: 6 }, { low: 0, high: 20 }, 'partition-count-changed'],
  ])('given %s, stops the partition with an alarm', async (_what, description, bounds, code) => {
    await checkpoint();
    await expect(openPartition(description, 0, bounds, store)).rejects.toMatchObject({ name: 'StopPartition', code });
  });

  it.each([
    ['at the very end of the log', { low: 0, high: 10 }],
    ['at its very beginning', { low: 10, high: 10 }],
  ])('given a checkpoint %s, goes on', async (_what, bounds) => {
    await checkpoint();
    const opened = await openPartition(topic, 0, bounds, store);
    expect([opened.claim.nextOffset, opened.beganLate]).toEqual([10, false]);
  });

  it('given no checkpoint and a log whose beginning is gone, begins there and says so', async () => {
    const opened = await openPartition(topic, 1, { low: 7, high: 9 }, store);
    expect([opened.claim.nextOffset, opened.beganLate]).toEqual([7, true]);
  });
});
