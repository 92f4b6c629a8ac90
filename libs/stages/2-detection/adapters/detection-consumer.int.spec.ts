import { headers, topics, type HitState } from '@weir/contracts';
import { homePartition } from '@weir/domain';
import { RecordTooLarge, type RecordLog, type TopicDescription } from '@weir/platform/record-log';
import { migrate, openPool } from '@weir/platform/sql';
import { PostgresWindowStore, windowStoreMigrations, type WindowStore } from '@weir/platform/window-store';
import { sharedPostgres } from '@weir/testing';
import type { Pool } from 'pg';
import { Detecting, recordsOf } from '../detecting.spec';
import { factOf as fact, factsTopic, partitions, ruleOf } from '../given.spec';
import { Fenced } from './checkpoint';
import { openPartition } from './open-partition';
import { publishedAhead, RuleTopic } from './rule-topic';

jest.setTimeout(60_000);

const rule = ruleOf({ id: 'total' });

describe('the detection consumer', () => {
  let world: Detecting;

  beforeEach(async () => {
    world = await Detecting.begin(rule);
  });
  afterEach(() => world.end());

  /** Account A1 lives here. */
  const home = homePartition('A1', partitions);

  const write = (...facts: readonly ReturnType<typeof fact>[]): Promise<void> => world.write(facts, home);
  const hits = (): Promise<readonly HitState[]> => world.hits();

  it('given facts, publishes states of hits and goes on from the checkpoint with the same state', async () => {
    await write(fact('F1', 'A1', 0), fact('F2', 'A1', 1));
    const first = world.detector();
    expect(await first.assign(home)).toBe(0);
    await first.read();

    const second = world.detector();
    expect(await second.assign(home)).toBe(2);
    await write(fact('F3', 'A1', 2));
    await second.read();

    expect((await hits()).map((one) => [one.fact.id, one.status, one.evidence.measured, one.asOf.offset])).toEqual([
      ['F2', 'raised', '14.00', 1],
      ['F3', 'raised', '21.00', 2],
    ]);
  });

  it('given a snapshot after every batch, goes on with the same state', async () => {
    for (const [index, id] of ['F1', 'F2', 'F3'].entries()) {
      await write(fact(id, 'A1', index));
      const one = world.detector({ snapshotEvery: 1 });
      expect(await one.assign(home)).toBe(index);
      await one.read();
    }
    expect((await hits()).map((one) => one.evidence.measured)).toEqual(['14.00', '21.00']);
  });

  it('given a fault between publishing and checkpoint, does the batch again: the same states under the same ids and places', async () => {
    await world.detector().open();
    await write(fact('F1', 'A1', 0), fact('F2', 'A1', 1));
    const failing: WindowStore = Object.create(world.store, {
      append: { value: () => Promise.reject(new Error('the connection was lost')) },
    }) as WindowStore;
    const first = world.detector({ store: failing });
    await first.assign(home);
    await expect(first.read()).rejects.toThrow('the connection was lost');
    // Memory that has moved on without a checkpoint is never used again.
    await expect(first.read()).rejects.toThrow('before the partition was opened');

    const second = world.detector();
    expect(await second.assign(home)).toBe(0);
    await second.read();

    const [one, again, ...more] = await hits();
    expect(again).toEqual(one);
    expect(more).toEqual([]);
  });

  it('given facts of another partition with headers of any size, moves the facts home and leaves the headers behind', async () => {
    const other = (home + 1) % partitions;
    await world.log.send(factsTopic, [
      {
        key: null,
        partition: other,
        value: Buffer.from(JSON.stringify(fact('F1', 'A1', 0))),
        headers: { trace: 'x'.repeat(900_000), [headers.source]: '7', [headers.message]: 'upstream’s own' },
      },
    ]);
    const detector = world.detector();
    await detector.open();
    await detector.read();
    const [moved, ...more] = await recordsOf(world.log, factsTopic, home);
    expect(moved?.headers).toEqual({ [headers.origin]: `${factsTopic}/${other}/0`, [headers.late]: '0' });
    expect(more).toEqual([]);
  });

  it('given a fact that its home does not take, keeps all its bytes as a dead letter and goes on; so with letters that do not fit', async () => {
    const other = (home + 1) % partitions;
    const large = { ...fact('LARGE', 'A1', 0), attributes: { note: 'x'.repeat(200_000) } };
    const limits = new Map([
      [factsTopic, 100_000],
      [topics.deadLetters, 1_000_000],
    ]);
    const log = Object.create(world.log, {
      send: {
        value: (...[topic, records]: Parameters<RecordLog['send']>) => {
          const over = records.find(({ value }) => (value?.length ?? 0) > (limits.get(topic) ?? Infinity));
          if (over !== undefined) return Promise.reject(new RecordTooLarge(topic, over.value?.length ?? 0));
          return world.log.send(topic, records);
        },
      },
    }) as RecordLog;
    await world.write([fact('F1', 'A1', 0), large, fact('F2', 'A1', 1)], other);
    const detector = world.detector({ log });
    await detector.open();
    await detector.read();
    await detector.read();
    const lettersOf = async (): Promise<unknown[]> =>
      (await recordsOf(world.log, topics.deadLetters)).map(({ value, headers: said }) => [
        value?.length,
        said[headers.reason],
        said[headers.origin],
        said[headers.length],
      ]);
    const bytes = Buffer.byteLength(JSON.stringify(large));
    expect(await lettersOf()).toEqual([[bytes, 'too-large', `${factsTopic}/${other}/1`, undefined]]);
    expect((await recordsOf(world.log, topics.deadLetters)).map(({ value }) => String(value))).toEqual([
      JSON.stringify(large),
    ]);
    expect((await hits()).map((one) => one.fact.id)).toEqual(['F2']);

    limits.set(topics.deadLetters, 70_000);
    await world.write([large], other);
    await detector.read();
    expect((await lettersOf()).filter((letter) => (letter as unknown[])[3] !== undefined)).toEqual([
      [65_536, 'too-large', `${factsTopic}/${other}/3`, String(bytes)],
    ]);
  });

  it('given a header of upstream’s that looks like Weir’s, knows that upstream has written here', async () => {
    const read = async (value: string): Promise<number | null | undefined> => {
      await world.log.send(factsTopic, [
        {
          key: null,
          partition: home,
          value: Buffer.from(JSON.stringify(fact(value, 'A1', 0))),
          headers: { [headers.late]: value },
        },
      ]);
      const detector = world.detector();
      await detector.assign(home);
      await detector.read();
      return (await world.store.progress(factsTopic)).get(home)?.sourceReadAt;
    };
    expect(await read('0')).toBeNull();
    expect(await read('later')).toBe(world.now);
  });

  it('given a large batch, measures it part by part with a checkpoint after each, and goes on behind the last', async () => {
    await write(...Array.from({ length: 700 }, (_, index) => fact(`F${index}`, 'A1', index)));
    const append = world.store.append.bind(world.store);
    const written: number[] = [];
    const failing: WindowStore = Object.create(world.store, {
      append: {
        value: (...[claim, delta, nextOffset, progress]: Parameters<WindowStore['append']>) => {
          if (written.length > 0) return Promise.reject(new Error('the connection was lost'));
          written.push(nextOffset);
          return append(claim, delta, nextOffset, progress);
        },
      },
    }) as WindowStore;
    const first = world.detector({ store: failing });
    await first.assign(home);
    await expect(first.read()).rejects.toThrow('the connection was lost');

    const second = world.detector();
    expect([await second.assign(home)]).toEqual(written);
    await second.read();
    expect(written[0]).toBeLessThan(700);
    expect(await world.detector().assign(home)).toBe(700);
    expect((await world.standing()).size).toBe(699);
  });

  it('given another owner, the first one is fenced and changes nothing', async () => {
    await write(fact('F1', 'A1', 0), fact('F2', 'A1', 1));
    const [first, second] = [world.detector(), world.detector()];
    await first.assign(home);
    await second.assign(home);
    await expect(first.read()).rejects.toBeInstanceOf(Fenced);
    await second.read();
    expect(await world.detector().assign(home)).toBe(2);
  });

  it('given its store was emptied under it, it is fenced, and begins anew from the log', async () => {
    await write(fact('F1', 'A1', 0), fact('F2', 'A1', 1));
    const first = world.detector();
    await first.assign(home);
    await first.read();
    await world.clearStore(factsTopic);

    await write(fact('F3', 'A1', 2));
    await expect(first.read()).rejects.toBeInstanceOf(Fenced);
    const second = world.detector();
    expect(await second.assign(home)).toBe(0);
    await second.read();
    const last = (await hits()).at(-1);
    expect([last?.fact.id, last?.evidence.measured, last?.evidence.incomplete]).toEqual(['F3', '21.00', false]);
  });

  it('given a rule version published between two batches, follows it before the second one', async () => {
    await write(fact('F1', 'A1', 0), fact('F2', 'A1', 1));
    const one = world.detector();
    await one.assign(home);
    await one.read();
    const inFuture = new Date(world.now + publishedAhead).toISOString();
    const second = { ...rule, version: 2, effectiveFrom: inFuture, threshold: { above: '1.00', currency: 'CNY' } };
    const topic = new RuleTopic(world.log, () => undefined);
    const now = new Date(world.now).toISOString();

    expect((await topic.publishMissing([{ ...second, effectiveFrom: now }], world.now)).refused).toMatchObject([
      { why: 'not-in-future' },
    ]);
    expect(
      (await topic.publishMissing([{ ...rule, title: { en: 'another', zh: '另' } }], world.now)).refused,
    ).toMatchObject([{ why: 'other-content' }]);
    expect((await topic.publishMissing([second, { ...rule, id: 'single' }], world.now)).refused).toEqual([]);
    const governed = fact('F3', 'A1', 0, { amount: 200, occurredAt: Date.parse(inFuture) });
    await write(fact('F4', 'A1', 2), governed);
    await one.read();

    expect((await hits()).map(({ rule: id, version, fact: { id: of } }) => `${id}@${version} ${of}`).sort()).toEqual([
      'single@1 F2',
      'single@1 F4',
      'total@1 F2',
      'total@1 F4',
      'total@2 F3',
    ]);
  });

  it('given a rule version published while nothing is written, follows it all the same', async () => {
    await write(fact('F1', 'A1', 0), fact('F2', 'A1', 1));
    const one = world.detector();
    await one.open(home);
    await one.read();
    await world.publish({ ...rule, id: 'other' });
    await one.tend();
    await one.tend();
    expect((await hits()).map(({ rule: id, fact: { id: of }, asOf }) => [id, of, asOf.offset, asOf.step])).toEqual([
      ['total', 'F2', 1, 0],
      ['other', 'F2', 1, 1],
    ]);
    // And the next owner goes on with it.
    const second = world.detector();
    await second.open(home);
    expect((await hits()).length).toBe(2);
  });

  it('given other partitions that are behind, forgets nothing that they can still send', async () => {
    const accounts = ['A2', 'A3', 'A4', 'A5', 'A6', 'A7'];
    const other = homePartition(accounts.find((one) => homePartition(one, partitions) !== home) ?? '', partitions);
    // Another partition holds a fact of this account that nobody has read yet.
    await world.write([fact('F2', 'A1', 10)], other);
    await write(fact('F1', 'A1', 0), fact('F9', 'A1', 60 * 24 * 60));
    const one = world.detector();
    await one.assign(home);
    await one.read();
    await write(fact('F10', 'A1', 60 * 24 * 60 + 1));
    await one.read();

    const mover = world.detector();
    await mover.assign(other);
    await mover.read();
    await one.read();

    // Sixty days later in the log, it is measured where it belongs.
    expect((await hits()).filter(({ cause }) => cause?.id === 'F2')).toMatchObject([
      { status: 'raised', fact: { id: 'F2' }, evidence: { measured: '14.00', incomplete: false } },
    ]);
  });

  it('asks once for several batches how far others have been read, but at every batch while one of them is silent', async () => {
    const asked = jest.fn();
    const log = Object.create(world.log, {
      bounds: { value: (topic: string) => (topic === factsTopic && asked(), world.log.bounds(topic)) },
    }) as RecordLog;
    const detector = world.detector({ log, sourcesServeFor: 60_000 });
    await detector.open();
    const all = [0, 1, 2];
    const inAll = (round: number) => all.map((n) => world.write([fact(`F${n}-${round}`, 'A1', round)], n));
    const asksIn = async (work: () => Promise<void>): Promise<number> => {
      const before = asked.mock.calls.length;
      await work();
      return asked.mock.calls.length - before;
    };
    await Promise.all(all.slice(1).map((n) => world.write([fact(`S${n}`, 'A1', 0)], n)));
    // Partition 0 was never written to.
    expect(await asksIn(() => detector.read([1, 2]))).toBeGreaterThanOrEqual(2);
    await Promise.all(inAll(1));
    await detector.read();
    await Promise.all(inAll(2));
    expect(await asksIn(() => detector.read())).toBe(0);
  });

  it('given a fact that lives elsewhere, moves it home with its origin and whether it was late', async () => {
    const elsewhere = ['A2', 'A3', 'A4', 'A5', 'A6'].find((one) => homePartition(one, partitions) !== home) ?? '';
    const there = homePartition(elsewhere, partitions);
    await write(fact('F1', elsewhere, 0), fact('F2', elsewhere, 600), fact('F3', elsewhere, 1));
    const one = world.detector();
    await one.assign(home);
    await one.read();

    const other = world.detector();
    const moved = await other.batchFrom(there, 0);
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
    expect((await world.store.progress(factsTopic)).get(home)?.movedUpTo).toEqual({ [there]: 2 });

    // At home each is measured in its place, but for the one that was late where it came from.
    await other.assign(there);
    await other.read();
    expect((await hits()).map((state) => state.fact.id)).toEqual([]);
    expect((await world.store.progress(factsTopic)).get(there)?.watermark).toBeNull();
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
    const { claim } = await openPartition(topic, 0, { low: 0, high: 10 }, store);
    await store.append(claim, Buffer.from('[]'), 10, {
      watermark: 5,
      movedUpTo: {},
      nextOffset: 10,
      sourceReadAt: 0,
    });
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
