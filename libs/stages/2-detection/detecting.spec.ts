import { headers, keyedFactsShape, topics, topicShapes, type HitState } from '@weir/contracts';
import { homeKeyOf, type Fact } from '@weir/domain';
import {
  PostgresRecordLog,
  recordLogMigrations,
  type Batch,
  type Bounds,
  type LogRecord,
  type NewRecord,
  type RecordLog,
} from '@weir/platform/record-log';
import { migrate, openPool } from '@weir/platform/sql';
import { PostgresWindowStore, windowStoreMigrations, type WindowStore } from '@weir/platform/window-store';
import { sharedPostgres } from '@weir/testing';
import type { Pool } from 'pg';
import { Registry } from 'prom-client';
import { DetectionConsumer } from './adapters/detection-consumer';
import { LaneConsumer } from './adapters/lane-consumer';
import { laneTopic } from './adapters/lane-topic';
import { LaneWriter } from './adapters/lane-writer';
import type { BegunAnew, DetectionPorts, DetectionSettings } from './adapters/partition-consumer';
import type { LanesPorts } from './adapters/running-lanes';
import { RuleTopic } from './adapters/rule-topic';
import { DetectionMetrics } from './detection.metrics';
import { factsTopic, homeOf, manyLanes, now0, partitions, standingOf, type ruleOf } from './given.spec';
import type { FactHistory } from './steps/fact-history';
import type { FactSource, ReadFact } from './steps/fact-source';

/** Reads facts that stand in the log as `Detecting.write` writes them. */
const source: FactSource = {
  read: ({ topic, partition, records }) => ({
    facts: records.map((record): ReadFact => {
      const fact = JSON.parse(record.value?.toString('utf8') ?? '') as Fact;
      const late = ['0', '1'].find((value) => value === record.headers[headers.late]);
      return {
        fact,
        record,
        origin: record.headers[headers.origin] ?? `${topic}/${partition}/${record.offset}`,
        homeKey: homeKeyOf(fact),
        home: homeOf(fact),
        movedLate: late === undefined ? null : late === '1',
      };
    }),
    deadLetters: [],
  }),
  // As intake does: what is none of Weir's own is not believed.
  isMoved: ({ headers: said }) => ['0', '1'].includes(said[headers.late] ?? ''),
  conflict: ({ record }) => ({ key: null, partition: 0, value: record.value }),
  checkpointed: () => undefined,
};

/** What a detector may be given instead of what the world has. */
export type Other = Partial<Pick<DetectionPorts, 'store' | 'log' | 'history'>> &
  Partial<Pick<DetectionSettings, 'snapshotEvery' | 'sourcesServeFor'>>;

/** Detection on a database of its own, moved on by hand: nothing happens that a test does not ask for. */
export class Detecting {
  /** What the clock of every detector says, ms. */
  now = now0;
  readonly registry = new Registry();
  /** What detectors rebuild from. */
  history: FactHistory | null = null;
  /** Partitions that were begun without state in the middle of their log. */
  readonly begunAnew: BegunAnew[] = [];
  private readonly metrics = new DetectionMetrics(this.registry);

  private constructor(
    readonly pool: Pool,
    readonly log: PostgresRecordLog,
    readonly store: WindowStore,
    private readonly drop: () => Promise<void>,
  ) {}

  /** @param rules that stand in the rules topic */
  static async begin(...rules: readonly ReturnType<typeof ruleOf>[]): Promise<Detecting> {
    const database = await sharedPostgres();
    const pool = openPool({ connectionString: database.connectionString });
    await migrate(pool, recordLogMigrations, windowStoreMigrations);
    const log = new PostgresRecordLog(pool, { retentionMs: 1 });
    await log.ensureTopics(topicShapes(factsTopic, partitions));
    const world = new Detecting(pool, log, new PostgresWindowStore(pool), () => database.stop());
    await world.publish(...rules);
    return world;
  }

  async end(): Promise<void> {
    await this.log.close();
    await this.pool.end();
    await this.drop();
  }

  /** Publishes rule versions. */
  async publish(...rules: readonly ReturnType<typeof ruleOf>[]): Promise<void> {
    const { refused } = await new RuleTopic(this.log, () => undefined).publishMissing(rules, this.now);
    if (refused.length > 0) throw new Error(`Not published: ${JSON.stringify(refused)}`);
  }

  /** Writes facts, each to its home, or all to the partition that is given. */
  async write(facts: readonly Fact[], partition?: number): Promise<void> {
    await this.log.send(
      factsTopic,
      facts.map((fact): NewRecord => ({
        key: Buffer.from(homeKeyOf(fact)),
        value: Buffer.from(JSON.stringify(fact)),
        ...(partition === undefined ? {} : { partition }),
      })),
    );
  }

  /** A detector of the facts topic. */
  detector(other: Other = {}): Reader<DetectionConsumer> {
    const consumer = new DetectionConsumer(this.ports(other), source, this.settings(other));
    return new Reader(consumer, factsTopic, this.log);
  }

  /** A detector of the re-keyed topic of a lane, which is made where it is missing. */
  async lane(lane: string, other: Other = {}): Promise<Reader<LaneConsumer>> {
    const topic = laneTopic(factsTopic, lane);
    await this.log.ensureTopics([keyedFactsShape(topic, partitions)]);
    const consumer = new LaneConsumer(lane, this.ports(other), this.settings(other), () => undefined);
    return new Reader(consumer, topic, this.log);
  }

  /** What reading the lanes that the rules need stands on, with detectors that move by themselves. */
  lanesPorts(onFault: LanesPorts['onFault']): LanesPorts {
    const ports = this.ports({});
    const consumerOf = (lane: string): LaneConsumer =>
      new LaneConsumer(lane, ports, this.settings({}), () => undefined);
    return { ...ports, consumerOf, onFault };
  }

  /** Every state of a hit that was published, in the order of each partition. */
  async hits(): Promise<readonly HitState[]> {
    return (await recordsOf(this.log, topics.hits)).map(({ value }) => JSON.parse(String(value)) as HitState);
  }

  /** The hits that stand, as whoever receives their states knows them: evidence by hit. */
  async standing(): Promise<ReadonlyMap<string, unknown>> {
    const newest = new Map<string, HitState>();
    for (const state of await this.hits()) {
      const known = newest.get(state.hitId);
      if (known !== undefined) {
        expect([state.asOf.topic, state.asOf.partition]).toEqual([known.asOf.topic, known.asOf.partition]);
        if (isNotNewer(state, known)) continue;
      }
      newest.set(state.hitId, state);
    }
    return standingOf([...newest.values()]);
  }

  /** Clears the window store of one partition, or of all of a topic. */
  async clearStore(topic: string, partition?: number): Promise<void> {
    for (const table of ['delta', 'chunk', 'partition']) {
      await this.pool.query(
        `delete from window_store_${table} where topic = $1 and ($2::int is null or partition = $2)`,
        [topic, partition ?? null],
      );
    }
  }

  /** Takes the oldest records off a topic, where there is one: each partition (left out: all) keeps the last so many. */
  async trim(topic: string, keep: number, of = [0, 1, 2]): Promise<void> {
    for (const [partition, { low, high }] of (await this.boundsOf(topic)).entries()) {
      if (!of.includes(partition)) continue;
      const cut = Math.max(low, high - keep);
      const named = 'topic_id = (select topic_id from record_log_topics where name = $1) and partition = $2';
      await this.pool.query(`update record_log_partitions set low = $3 where ${named}`, [topic, partition, cut]);
      await this.pool.query(`delete from record_log_records where ${named} and record_offset < $3`, [
        topic,
        partition,
        cut,
      ]);
    }
  }

  /** What a topic holds; nothing where there is none of that name. */
  private async boundsOf(topic: string): Promise<readonly Bounds[]> {
    const { rowCount } = await this.pool.query('select from record_log_topics where name = $1', [topic]);
    return rowCount === 0 ? [] : this.log.bounds(topic);
  }

  /** Lets all that a topic holds have arrived at a time, ms. */
  async arrived(topic: string, at: number): Promise<void> {
    await this.pool.query(
      `update record_log_records set arrived_at = $2 where topic_id = (select topic_id from record_log_topics where name = $1)`,
      [topic, at],
    );
  }

  /** The log, whose groups have committed all that it holds now. */
  async committedLog(): Promise<RecordLog> {
    const ends = new Map<string, readonly number[]>();
    for (const topic of [factsTopic, ...manyLanes.map((lane) => laneTopic(factsTopic, lane))]) {
      const bounds = await this.boundsOf(topic);
      ends.set(
        topic,
        bounds.map(({ high }) => high),
      );
    }
    return Object.create(this.log, {
      committed: { value: (_group: string, topic: string) => Promise.resolve(ends.get(topic) ?? []) },
    }) as RecordLog;
  }

  private ports({ store = this.store, log = this.log, history = this.history }: Other): DetectionPorts {
    return {
      log,
      store,
      rules: new RuleTopic(log, () => undefined),
      lanes: new LaneWriter(log, factsTopic, () => this.now),
      clock: () => this.now,
      metrics: this.metrics,
      history,
      onBegunAnew: (begun) => this.begunAnew.push(begun),
    };
  }

  private settings({ snapshotEvery = 500, sourcesServeFor = 0 }: Other): DetectionSettings {
    return { group: 'g', factsTopic, snapshotEvery, sourcesServeFor };
  }
}

/** A consumer whose partitions are assigned and moved on by hand, as the record log would do it. */
export class Reader<C extends DetectionConsumer | LaneConsumer> {
  private readonly next = new Map<number, number>();
  /** Records as they were last read from the log, by partition. */
  private readonly held = new Map<number, readonly LogRecord[]>();

  constructor(
    readonly consumer: C,
    readonly topic: string,
    private readonly log: PostgresRecordLog,
  ) {}

  /** Takes partitions over (left out: all) and looks after each; gives the offset that each goes on from. */
  async open(...of: readonly number[]): Promise<readonly number[]> {
    const opened: number[] = [];
    for (const partition of of.length > 0 ? of : Array.from({ length: partitions }, (_, index) => index)) {
      opened.push(await this.assign(partition));
      await this.tend(partition);
    }
    return opened;
  }

  async assign(partition: number): Promise<number> {
    const bounds = (await this.log.bounds(this.topic))[partition] ?? { low: 0, high: 0 };
    const next = await this.consumer.assigned(this.topic, partition, bounds);
    this.next.set(partition, next);
    return next;
  }

  /** Whether a partition is open. */
  isOpen(partition: number): boolean {
    return this.next.has(partition);
  }

  /** Gives a partition up, as where another member takes it over or work on it has failed. */
  close(partition: number): void {
    if (this.next.delete(partition)) void this.consumer.revoked(this.topic, partition);
  }

  /** Looks after partitions to which nothing was written (left out: all that are open). */
  async tend(...of: readonly number[]): Promise<void> {
    for (const partition of of.length > 0 ? of : this.next.keys()) {
      await this.consumer.tending.tend(this.topic, partition);
    }
  }

  /** Hands over what partitions (left out: all that are open) hold beyond the last batch, `most` records at a time. */
  async read(of: readonly number[] = [...this.next.keys()], most = 1_000): Promise<void> {
    for (const partition of of) while (await this.step(partition, most));
  }

  /** Hands over one batch; false where there was nothing. */
  async step(partition: number, most = 1_000): Promise<boolean> {
    const batch = await this.batchFrom(partition, this.next.get(partition) ?? 0, most);
    const last = batch.records.at(-1);
    if (last === undefined) return false;
    await this.consumer.handle(batch);
    this.next.set(partition, last.offset + 1);
    return true;
  }

  async batchFrom(partition: number, offset: number, most = 1_000): Promise<Batch> {
    const { low = 0, high = 0 } = (await this.log.bounds(this.topic))[partition] ?? {};
    let held = this.held.get(partition) ?? [];
    if (held.at(-1)?.offset !== high - 1) {
      held = low === high ? [] : await recordsOf(this.log, this.topic, partition);
      this.held.set(partition, held);
    }
    const records = held.filter((record) => record.offset >= offset).slice(0, most);
    return { topic: this.topic, partition, records, high };
  }
}

/** All records of a topic, or of one of its partitions. */
export async function recordsOf(log: PostgresRecordLog, topic: string, of?: number): Promise<readonly LogRecord[]> {
  const found: LogRecord[] = [];
  for await (const { partition, records } of log.readAll(topic)) {
    if (of === undefined || of === partition) found.push(...records);
  }
  return found;
}

function isNotNewer({ asOf: a }: HitState, { asOf: b }: HitState): boolean {
  return a.offset === b.offset ? a.step <= b.step : a.offset < b.offset;
}
