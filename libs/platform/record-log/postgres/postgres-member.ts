import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Pool } from 'pg';
import { asError } from '../log-events';
import { PartitionReader, healthOf, type PartitionSource, type PartitionStanding } from '../partition-reader';
import type { BatchConsumer, RunningConsumer } from '../record-log';
import { PostgresClaims, type Claim, type Standing } from './postgres-claims';
import type { PostgresNotifications, Wake } from './postgres-notifications';
import type { PostgresRecordLogSettings } from './postgres-options';
import { read } from './postgres-records';
import type { PostgresTopics, TopicRow } from './postgres-topics';

interface Held {
  readonly claim: Claim;
  readonly topic: TopicRow;
  readonly reader: PartitionReader;
  /** The reading that is under way, null while there is none. */
  drained: Promise<void> | null;
  again: boolean;
}

/** What a member works with. */
export interface MemberSurroundings {
  readonly pool: Pool;
  readonly topics: PostgresTopics;
  readonly notifications: PostgresNotifications;
  readonly settings: PostgresRecordLogSettings;
}

const keyOf = (topicId: string, partition: number): string => `${topicId}/${partition}`;

/** One member of a consumer group on PostgreSQL: gives signs of life, holds its share of the partitions, reads them. */
export class PostgresMember implements RunningConsumer, PartitionSource {
  private readonly id = randomUUID();
  private readonly claims: PostgresClaims;
  private readonly held = new Map<string, Held>();
  private readonly leaving = new Map<string, Promise<void>>();
  private readonly timers: NodeJS.Timeout[] = [];
  private topicRows: readonly TopicRow[] = [];
  private syncing: Promise<void> | null = null;
  private syncAgain = false;
  private freshUntil = 0;
  private fault: string | null = null;
  private unsubscribe: () => void = () => undefined;
  private stopping: Promise<void> | null = null;

  constructor(
    private readonly consumer: BatchConsumer,
    private readonly around: MemberSurroundings,
  ) {
    this.claims = new PostgresClaims(around.pool, consumer.group, this.id, around.settings.leaseMs);
  }

  /** Joins the group; resolves once the free part of its share is claimed. */
  async join(): Promise<void> {
    const { topics, notifications, settings } = this.around;
    this.topicRows = await Promise.all(this.consumer.topics.map((name) => topics.lookUp(name)));
    this.unsubscribe = await notifications.subscribe((wake) => this.woken(wake));
    await this.synchronise();
    if (this.fault !== null) {
      this.unsubscribe();
      throw new Error(`Joining the group "${this.consumer.group}" failed: ${this.fault}`);
    }
    await this.claims.tell();
    this.timers.push(setInterval(() => this.requestSync(), settings.heartbeatMs));
    this.timers.push(setInterval(() => this.drainAll(), settings.pollMs));
  }

  stop(): Promise<void> {
    this.stopping ??= this.leave();
    return this.stopping;
  }

  health(): ReturnType<RunningConsumer['health']> {
    const held = healthOf([...this.held.values()].map(({ reader }) => reader));
    if (this.fault === null || performance.now() < this.freshUntil) return held;
    const silent = `No sign of life could be given: ${this.fault}`;
    return { ok: false, reason: [silent, held.reason ?? []].flat().join(' '), stopped: held.stopped };
  }

  async standing(topicName: string, partition: number): Promise<PartitionStanding> {
    const topic = this.topicRows.find(({ name }) => name === topicName);
    if (topic === undefined) throw new Error(`Not a topic of this consumer: ${topicName}`);
    const [bounds, committed] = await Promise.all([
      this.around.topics.bounds(topic),
      this.around.topics.committed(this.consumer.group, topic),
    ]);
    const ownBounds = bounds[partition];
    if (ownBounds === undefined) throw new Error(`The topic "${topicName}" has lost its partition ${partition}.`);
    return { bounds: ownBounds, committed: committed[partition] ?? null };
  }

  ready(reader: PartitionReader): void {
    for (const held of this.held.values()) {
      if (held.reader === reader) this.drain(held);
    }
  }

  halt(): void {
    // Nothing is fetched ahead: a reader that is not reading is not drained.
  }

  private async leave(): Promise<void> {
    this.timers.forEach((timer) => clearInterval(timer));
    this.unsubscribe();
    await this.syncing;
    for (const key of [...this.held.keys()]) this.giveBack(key, true);
    await Promise.all(this.leaving.values());
    try {
      await this.claims.leave();
    } catch (thrown) {
      const err = asError(thrown);
      const { group } = this.consumer;
      this.around.settings.logger.warn({ group, err }, `Leaving a group failed, the lease expires: ${err.message}`);
    }
  }

  private woken(wake: Wake): void {
    if ('group' in wake) {
      if (wake.group === this.consumer.group) this.requestSync();
      return;
    }
    for (const held of this.held.values()) {
      if (held.topic.id === wake.topicId) this.drain(held);
    }
  }

  private requestSync(): void {
    if (this.stopping === null) void this.synchronise();
  }

  /** Gives a sign of life and brings what is held in line with the member's share. Never rejects. */
  private synchronise(): Promise<void> {
    if (this.syncing !== null) {
      this.syncAgain = true;
      return this.syncing;
    }
    this.syncing = (async () => {
      do {
        this.syncAgain = false;
        try {
          await this.synchroniseOnce();
          this.fault = null;
        } catch (thrown) {
          const err = asError(thrown);
          this.fault = err.message;
          this.around.settings.logger.warn({ group: this.consumer.group, err }, `No sign of life: ${err.message}`);
        }
      } while (this.syncAgain && this.fault === null && this.stopping === null);
    })().finally(() => {
      this.syncing = null;
    });
    return this.syncing;
  }

  private async synchroniseOnce(): Promise<void> {
    const asked = performance.now();
    const standing = await this.claims.beat(this.topicRows.map(({ id }) => id));
    this.freshUntil = asked + this.around.settings.leaseMs;
    this.dropLost(standing);
    for (const topic of this.topicRows) {
      const members = standing.members.get(topic.id) ?? [];
      const place = members.indexOf(this.id);
      const share = new Set<number>();
      for (let number = 0; number < topic.partitions; number += 1) {
        if (number % members.length === place) share.add(number);
      }
      for (const [key, { claim }] of this.held) {
        if (claim.topicId === topic.id && !share.has(claim.partition)) this.giveBack(key, true);
      }
      const missing = [...share].filter((number) => {
        const key = keyOf(topic.id, number);
        return !this.held.has(key) && !this.leaving.has(key);
      });
      for (const claim of await this.claims.claim(topic.id, missing)) this.take(topic, claim);
    }
  }

  private dropLost({ held }: Standing): void {
    const epochs = new Map(held.map((claim) => [keyOf(claim.topicId, claim.partition), claim.epoch]));
    for (const [key, { claim, reader }] of this.held) {
      if (epochs.get(key) === claim.epoch) continue;
      this.around.settings.logger.warn(
        { group: this.consumer.group, topic: reader.topic, partition: claim.partition },
        'A partition was taken over by another member',
      );
      this.giveBack(key, false);
    }
  }

  private take(topic: TopicRow, claim: Claim): void {
    const { backOff, logger } = this.around.settings;
    const reader = new PartitionReader(topic.name, claim.partition, this.consumer, this, logger, backOff);
    this.held.set(keyOf(claim.topicId, claim.partition), {
      claim,
      topic,
      reader,
      drained: null,
      again: false,
    });
    void reader.open();
  }

  /** Waits for the batch in hand, gives the partition to the caller's `revoked` and, where still held, to the group. */
  private giveBack(key: string, release: boolean): void {
    const held = this.held.get(key);
    if (held === undefined) return;
    const { logger } = this.around.settings;
    this.held.delete(key);
    const gone = (async () => {
      await held.reader.close();
      await held.drained;
      if (release) await this.claims.release(held.claim);
    })()
      .catch((thrown: unknown) => {
        const err = asError(thrown);
        logger.warn({ group: this.consumer.group, err }, `A claim could not be released, it expires: ${err.message}`);
      })
      .finally(() => {
        this.leaving.delete(key);
        if (!release) this.requestSync();
      });
    this.leaving.set(key, gone);
  }

  private drainAll(): void {
    for (const held of this.held.values()) this.drain(held);
  }

  /** Reads a partition until it is empty; a second call while it runs makes it look once more. */
  private drain(held: Held): void {
    if (held.drained !== null) {
      held.again = true;
      return;
    }
    held.drained = (async () => {
      do {
        held.again = false;
        while (held.reader.reading && (await this.step(held)));
      } while (held.again);
    })()
      .catch((thrown: unknown) => {
        const err = asError(thrown);
        const { topic, partition } = held.reader;
        this.around.settings.logger.warn({ topic, partition, err }, `Reading failed, tried again: ${err.message}`);
      })
      .finally(() => {
        held.drained = null;
        if (held.again) this.drain(held);
      });
  }

  /** Reads, hands over and commits one batch. @returns true where there may be more */
  private async step({ reader, topic, claim }: Held): Promise<boolean> {
    const { pool, settings } = this.around;
    if (performance.now() > this.freshUntil) {
      await this.synchronise();
      if (performance.now() > this.freshUntil) return false;
    }
    const limits = { records: settings.batchRecords, bytes: settings.batchBytes };
    const batch = await read(pool, topic, claim.partition, reader.next, limits);
    const first = batch?.records[0];
    const last = batch?.records.at(-1);
    if (batch === null || first === undefined || last === undefined) return false;
    if (first.offset !== reader.next && !topic.compacted) {
      await this.stopAtGap(reader, topic, claim.partition);
      return false;
    }
    const end = last.offset + 1;
    if (!(await reader.deliver(batch, end))) return false;
    if (await this.claims.commit(claim, end)) return true;
    settings.logger.warn(
      { group: this.consumer.group, topic: topic.name, partition: claim.partition, offset: end },
      'Commit refused: the partition has another holder by now',
    );
    this.giveBack(keyOf(claim.topicId, claim.partition), false);
    return false;
  }

  private async stopAtGap(reader: PartitionReader, topic: TopicRow, partition: number): Promise<void> {
    const bounds = (await this.around.topics.bounds(topic))[partition];
    const gap = bounds === undefined ? null : reader.gapAt(reader.next, bounds, 'the consumer goes on from');
    if (gap !== null) await reader.stop(gap);
  }
}
