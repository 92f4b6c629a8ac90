import type { Consumer, ConsumerCrashEvent, ConsumerGroupJoinEvent, EachBatchPayload } from 'kafkajs';
import { BackOff } from '../back-off';
import { asError } from '../log-events';
import { PartitionReader, healthOf, type PartitionSource, type PartitionStanding } from '../partition-reader';
import type { Batch, BatchConsumer, RunningConsumer } from '../record-log';
import { INNER_RETRY, kafkaClient } from './kafka-client';
import { KafkaCommits, type CommitRequest } from './kafka-commits';
import { heals, inPlainWords, typeOf } from './kafka-errors';
import type { KafkaSettings } from './kafka-options';
import { toRecord } from './kafka-records';

/** What a member asks of the log: bounds and committed offsets, from the brokers, now. */
export interface StandingSource {
  standing(group: string, topic: string, partition: number): Promise<PartitionStanding>;
}

interface Held {
  readonly reader: PartitionReader;
  /** What this member committed last, null where it has not. */
  committed: number | null;
}

/** How long a commit may wait for others, ms. */
const COMMIT_AFTER = 100;

/** Answers after which kafkajs joins the group anew. */
const REJOIN = new Set([
  'REBALANCE_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
]);

const keyOf = (topic: string, partition: number): string => `${topic}/${partition}`;

/** One member of a consumer group on Kafka. It outlives its kafkajs consumer, which is made anew when it crashes. */
export class KafkaMember implements RunningConsumer, PartitionSource {
  private readonly held = new Map<string, Held>();
  private readonly backOff: BackOff;
  private consumer: Consumer | null = null;
  private memberId: string | null = null;
  /** Joins and crashes are worked off one after another. */
  private tail: Promise<void> = Promise.resolve();
  private rejoining = false;
  private fault: { readonly error: Error; readonly since: number; readonly healing: boolean } | null = null;
  private stopping: Promise<void> | null = null;
  private starting: Promise<void> = Promise.resolve();
  private joined: { resolve: () => void; reject: (error: Error) => void } | null = null;
  /** Batches that kafkajs has handed over and that are not yet committed. */
  private readonly inHand = new Set<Promise<void>>();
  private readonly commits: KafkaCommits;
  /** As the batch that came last lets offsets be committed: once, in the generation of the moment. */
  private commitNow: ((request: CommitRequest) => Promise<void>) | null = null;

  constructor(
    private readonly spec: BatchConsumer,
    private readonly settings: KafkaSettings,
    private readonly log: StandingSource,
  ) {
    this.backOff = new BackOff(settings.backOff);
    this.commits = new KafkaCommits(
      (request) => this.commit(request),
      (topic, partition, offset) => {
        const held = this.held.get(keyOf(topic, partition));
        if (held !== undefined) held.committed = offset;
      },
      settings.logger,
      COMMIT_AFTER,
    );
  }

  /** Joins the group. @throws {KafkaUnavailable} where that fails and waiting will not heal it, or takes too long */
  async join(): Promise<void> {
    const joined = new Promise<void>((resolve, reject) => (this.joined = { resolve, reject }));
    const deadline = setTimeout(
      () =>
        this.joined?.reject(this.fault?.error ?? new Error(`No assignment came within ${this.settings.awayMs} ms.`)),
      this.settings.awayMs + this.settings.rebalanceTimeoutMs,
    );
    this.starting = this.start();
    try {
      await joined;
    } catch (thrown) {
      await this.stop();
      throw inPlainWords(thrown, this.settings);
    } finally {
      clearTimeout(deadline);
      this.joined = null;
    }
  }

  stop(): Promise<void> {
    this.stopping ??= this.leave();
    return this.stopping;
  }

  health(): ReturnType<RunningConsumer['health']> {
    const held = healthOf([...this.held.values()].map(({ reader }) => reader));
    if (this.fault === null) return held;
    const { error, since, healing } = this.fault;
    const ok = held.ok && healing && Date.now() - since < this.settings.awayMs;
    const away = `Away from the group "${this.spec.group}": ${error.message}`;
    return { ok, reason: [away, held.reason ?? []].flat().join(' '), stopped: held.stopped };
  }

  async standing(topic: string, partition: number): Promise<PartitionStanding> {
    await this.commits.flush();
    const standing = await this.log.standing(this.spec.group, topic, partition);
    const held = this.held.get(keyOf(topic, partition));
    if (held !== undefined) held.committed = standing.committed;
    return standing;
  }

  ready({ topic, partition, next }: PartitionReader): void {
    this.steer((consumer) => {
      consumer.seek({ topic, partition, offset: String(next) });
      consumer.resume([{ topic, partitions: [partition] }]);
    });
  }

  halt({ topic, partition }: PartitionReader): void {
    this.steer((consumer) => consumer.pause([{ topic, partitions: [partition] }]));
  }

  /** kafkajs refuses these while its consumer is not running; then the next join sets everything right. */
  private steer(action: (consumer: Consumer) => void): void {
    if (this.consumer === null) return;
    try {
      action(this.consumer);
    } catch (thrown) {
      const err = asError(thrown);
      this.settings.logger.debug({ group: this.spec.group, err }, `The consumer is not running: ${err.message}`);
    }
  }

  private inTurn(step: () => Promise<void>): Promise<void> {
    this.tail = this.tail.then(step).catch((thrown: unknown) => {
      const err = asError(thrown);
      this.settings.logger.error({ group: this.spec.group, err }, `A change of the group failed: ${err.message}`);
    });
    return this.tail;
  }

  /** Makes a kafkajs consumer and starts it. Never rejects: a failure counts as a crash. */
  private async start(): Promise<void> {
    const { settings, spec } = this;
    const consumer = kafkaClient(settings).consumer({
      groupId: spec.group,
      sessionTimeout: settings.sessionTimeoutMs,
      rebalanceTimeout: settings.rebalanceTimeoutMs,
      heartbeatInterval: settings.heartbeatMs,
      maxBytesPerPartition: settings.maxBytesPerPartition,
      maxWaitTimeInMs: settings.maxWaitMs,
      minBytes: spec.worthwhileBytes ?? 1,
      allowAutoTopicCreation: false,
      // Restarts are made here, alike for every kind of crash.
      retry: { ...INNER_RETRY, restartOnFailure: () => Promise.resolve(false) },
    });
    this.consumer = consumer;
    this.rejoining = false;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => this.onJoin(consumer, payload));
    consumer.on(consumer.events.REBALANCING, () => {
      this.rejoining = true;
      void this.commits.flush();
    });
    consumer.on(consumer.events.CRASH, ({ payload }: ConsumerCrashEvent) => this.onCrash(consumer, payload.error));
    try {
      await consumer.connect();
      if (this.isStopping()) return;
      await consumer.subscribe({ topics: [...spec.topics], fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: settings.partitionsConsumedConcurrently,
        eachBatch: (payload) => this.eachBatch(payload),
      });
    } catch (thrown) {
      this.onCrash(consumer, asError(thrown));
    }
  }

  /** Called by kafkajs before it fetches anything of the new assignment. */
  private onJoin(consumer: Consumer, payload: ConsumerGroupJoinEvent['payload']): void {
    if (consumer !== this.consumer) return;
    const assignment = Object.entries(payload.memberAssignment).flatMap(([topic, partitions]) =>
      partitions.map((partition) => ({ topic, partition })),
    );
    // At once: nothing may be committed that may be another member's by now, nor fetched from where kafkajs would begin.
    this.commits.clear();
    for (const { topic, partition } of assignment) consumer.pause([{ topic, partitions: [partition] }]);
    const sameMember = payload.memberId === this.memberId;
    this.memberId = payload.memberId;
    this.rejoining = false;
    void this.inTurn(() => this.settle(consumer, assignment, sameMember));
  }

  /** Gives back what is no longer assigned, keeps what stayed, opens what is new. */
  private async settle(
    consumer: Consumer,
    assignment: readonly { topic: string; partition: number }[],
    sameMember: boolean,
  ): Promise<void> {
    if (consumer !== this.consumer || this.stopping !== null) return;
    const wanted = new Map(assignment.map((place) => [keyOf(place.topic, place.partition), place]));
    await this.giveBack([...this.held.keys()].filter((key) => !sameMember || !wanted.has(key)));
    const stayed = [...this.held].filter(([, { reader }]) => reader.inHand);
    await this.giveBack((await Promise.all(stayed.map((entry) => this.movedElsewhere(entry)))).flat());
    for (const { reader, committed } of this.held.values()) {
      if (reader.inHand && committed !== reader.next) this.commits.note(reader.topic, reader.partition, reader.next);
      if (reader.reading) this.ready(reader);
    }
    const { logger, backOff } = this.settings;
    for (const [key, { topic, partition }] of wanted) {
      if (this.held.has(key)) continue;
      const reader = new PartitionReader(topic, partition, this.spec, this, logger, backOff);
      this.held.set(key, { reader, committed: null });
      void reader.open();
    }
    this.fault = null;
    this.backOff.reset();
    this.joined?.resolve();
    logger.info(
      { group: this.spec.group, partitions: [...wanted.keys()], memberId: this.memberId },
      'Joined the consumer group',
    );
  }

  /**
   * A partition that seems to have stayed may have been another member's for a while (a generation that this member
   * missed): then the group's committed offset is no longer the one that this member committed.
   */
  private async movedElsewhere([key, { reader, committed }]: [string, Held]): Promise<string[]> {
    try {
      const now = await this.log.standing(this.spec.group, reader.topic, reader.partition);
      return now.committed === committed ? [] : [key];
    } catch (thrown) {
      const err = asError(thrown);
      this.settings.logger.debug({ topic: reader.topic, partition: reader.partition, err }, err.message);
      return [key];
    }
  }

  private async giveBack(keys: readonly string[]): Promise<void> {
    await Promise.all(
      keys.map(async (key) => {
        const held = this.held.get(key);
        if (held === undefined) return;
        this.held.delete(key);
        this.commits.forget(held.reader.topic, held.reader.partition);
        await held.reader.close();
      }),
    );
  }

  private onCrash(consumer: Consumer, error: Error): void {
    if (consumer !== this.consumer || this.stopping !== null) return;
    this.consumer = null;
    this.commitNow = null;
    this.commits.clear();
    const healing = heals(error);
    const plain = inPlainWords(error, this.settings);
    this.fault = { error: plain, since: this.fault?.since ?? Date.now(), healing };
    this.settings.logger.warn(
      { group: this.spec.group, err: plain },
      `The consumer broke off and is started anew: ${plain.message}`,
    );
    if (this.joined !== null && !healing) this.joined.reject(plain);
    void this.inTurn(async () => {
      await this.giveBack([...this.held.keys()]);
      await this.disconnect(consumer);
      if (this.stopping === null) await this.backOff.wait();
      if (this.isStopping()) return;
      this.starting = this.start();
      await this.starting;
    });
  }

  private async leave(): Promise<void> {
    this.backOff.cancel();
    const { consumer } = this;
    const places = [...this.held.values()].map(({ reader }) => reader);
    for (const reader of places) this.halt(reader);
    // Batches in hand end and are committed, then memory is dropped, then the group learns of it.
    await Promise.all(places.map((reader) => reader.idle()));
    await this.tail;
    await Promise.all([...this.inHand]);
    await this.commits.flush();
    await this.giveBack([...this.held.keys()]);
    this.commits.clear();
    // kafkajs cannot be stopped while it joins: it would stay in the group as a member that nobody knows.
    await this.starting;
    this.consumer = null;
    if (consumer !== null) await this.disconnect(consumer);
  }

  private async commit(request: CommitRequest): Promise<void> {
    // It comes with the first batch; before that nothing is noted.
    await this.commitNow?.(request);
  }

  /** `stopping` as it is now (the compiler narrows too far across an await). */
  private isStopping(): boolean {
    return this.stopping !== null;
  }

  private async disconnect(consumer: Consumer): Promise<void> {
    try {
      await consumer.disconnect();
    } catch (thrown) {
      const err = asError(thrown);
      this.settings.logger.debug({ group: this.spec.group, err }, `Leaving the group failed: ${err.message}`);
    }
  }

  private eachBatch(payload: EachBatchPayload): Promise<void> {
    const work = this.work(payload);
    const settled = work.then(
      () => undefined,
      () => undefined,
    );
    this.inHand.add(settled);
    void settled.then(() => this.inHand.delete(settled));
    return work;
  }

  /** 1. is it wanted 2. does it start where it must 3. hand it over, with heartbeats 4. have it committed. */
  private async work(payload: EachBatchPayload): Promise<void> {
    const { topic, partition, messages, highWatermark } = payload.batch;
    const held = this.held.get(keyOf(topic, partition));
    if (held === undefined || !held.reader.reading || this.rejoining || this.stopping !== null) return;
    const { reader } = held;
    if (!(await this.aligned(payload, reader))) return;
    const batch: Batch = { topic, partition, records: messages.map(toRecord), high: Number(highWatermark) };
    const end = Number(payload.batch.lastOffset()) + 1;
    const heart = this.beat(payload);
    const handled = await reader.deliver(batch, end).finally(heart.stop);
    // Only what is still this member's may be committed: Kafka does not look whose partition it is.
    if (handled && this.held.get(keyOf(topic, partition)) === held) {
      payload.resolveOffset(batch.records.at(-1)?.offset.toString() ?? String(end - 1));
      this.commitNow = (request) => payload.commitOffsetsIfNecessary(request);
      this.commits.note(topic, partition, end);
    }
    if (heart.fault !== null) throw heart.fault;
    await payload.heartbeat();
  }

  /**
   * Whether kafkajs fetched from where the reader stands. It may rightly stand further on, where it stepped over offsets
   * without records (aborted transactions, control records); but after an offset out of range it jumps without a word.
   * The bounds tell these apart.
   */
  private async aligned({ batch }: EachBatchPayload, reader: PartitionReader): Promise<boolean> {
    const { topic, partition } = batch;
    const from = Number(
      (batch as { fetchedOffset?: string }).fetchedOffset ?? batch.firstOffset() ?? batch.lastOffset(),
    );
    const wanted = reader.next;
    if (from === wanted) return true;
    const { bounds } = await this.log.standing(this.spec.group, topic, partition);
    const gap = reader.gapAt(wanted, bounds, 'the consumer goes on from');
    if (gap === null && from > wanted) {
      reader.stepTo(from);
      return true;
    }
    if (gap === null) {
      this.ready(reader);
      return false;
    }
    // kafkajs has committed its reset; the group's offset must go on saying where reading really ended.
    await this.consumer?.commitOffsets([{ topic, partition, offset: String(wanted) }]);
    await reader.stop(gap);
    return false;
  }

  /** Heartbeats while a batch is in hand; what they are answered is kept for afterwards. */
  private beat(payload: EachBatchPayload): { fault: Error | null; stop: () => void } {
    const heart = { fault: null as Error | null, stop: () => clearInterval(timer) };
    const timer = setInterval(() => {
      payload.heartbeat().catch((thrown: unknown) => {
        heart.fault = asError(thrown);
        if (REJOIN.has(typeOf(thrown) ?? '')) this.rejoining = true;
      });
    }, this.settings.heartbeatMs);
    return heart;
  }
}
