import type { Pool } from 'pg';
import { asError } from '../log-events';
import type {
  Batch,
  BatchConsumer,
  Bounds,
  NewRecord,
  Position,
  RecordLog,
  RunningConsumer,
  TopicDescription,
  TopicSpec,
} from '../record-log';
import { PostgresMember } from './postgres-member';
import { PostgresNotifications } from './postgres-notifications';
import { completeSettings, type PostgresRecordLogOptions, type PostgresRecordLogSettings } from './postgres-options';
import { append, isPartitionMissing, read } from './postgres-records';
import { applyRetention } from './postgres-retention';
import { PostgresTopics } from './postgres-topics';

const PING_MS = 3_000;

/**
 * The record log in PostgreSQL: tables with gapless offsets per partition, consumer groups by leases. It needs the
 * tables of `recordLogMigrations`. The pool stays the caller's; one of its connections listens for notifications while a
 * consumer runs. A send is one transaction: all of its records or none (where the connection breaks while it commits,
 * `send` rejects and either may be true).
 */
export class PostgresRecordLog implements RecordLog {
  private readonly settings: PostgresRecordLogSettings;
  private readonly topics: PostgresTopics;
  private readonly notifications: PostgresNotifications;
  private readonly members = new Set<PostgresMember>();
  private readonly retention: NodeJS.Timeout | null = null;

  /** @throws {RangeError} where an option makes no sense */
  constructor(
    private readonly pool: Pool,
    options: PostgresRecordLogOptions = {},
  ) {
    this.settings = completeSettings(options);
    this.topics = new PostgresTopics(pool);
    this.notifications = new PostgresNotifications(pool, this.settings.logger);
    if (this.settings.retentionMs !== null) {
      this.retention = setInterval(() => void this.sweep(), this.settings.retentionEveryMs);
      this.retention.unref();
    }
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    await this.topics.ensure(topics);
  }

  async describe(name: string): Promise<TopicDescription> {
    const topic = await this.topics.lookUp(name);
    return { name, partitions: topic.partitions, identity: `postgresql/${topic.identity}` };
  }

  async bounds(topic: string): Promise<readonly Bounds[]> {
    return this.topics.bounds(await this.topics.lookUp(topic));
  }

  async committed(group: string, topic: string): Promise<readonly (number | null)[]> {
    return this.topics.committed(group, await this.topics.lookUp(topic));
  }

  async send(name: string, records: readonly NewRecord[]): Promise<readonly Position[]> {
    const topic = await this.topics.find(name);
    if (records.length === 0) return [];
    try {
      return await append(this.pool, topic, records);
    } catch (thrown) {
      if (!isPartitionMissing(thrown)) throw thrown;
      // The topic was made anew, or is gone, since it was last looked up; nothing was written.
      return append(this.pool, await this.topics.lookUp(name), records);
    }
  }

  async *readAll(name: string): AsyncIterable<Batch> {
    const topic = await this.topics.lookUp(name);
    const limits = { records: this.settings.batchRecords, bytes: this.settings.batchBytes };
    for (const [partition, { low, high }] of (await this.topics.bounds(topic)).entries()) {
      let next = low;
      while (next < high) {
        const batch = await read(this.pool, topic, partition, next, limits, high);
        if (batch === null) break;
        next = (batch.records.at(-1)?.offset ?? high) + 1;
        yield batch;
      }
    }
  }

  async consume(consumer: BatchConsumer): Promise<RunningConsumer> {
    const { pool, topics, notifications, settings } = this;
    const member = new PostgresMember(consumer, { pool, topics, notifications, settings });
    await member.join();
    this.members.add(member);
    return member;
  }

  async ping(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`PostgreSQL did not answer within ${PING_MS} ms.`)), PING_MS);
    });
    try {
      await Promise.race([this.pool.query('SELECT 1 FROM record_log_topics LIMIT 1'), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /**
   * Removes what the retention lets go, now; how many records went. Without a retention: none. Says which groups keep records
   * that are old enough to go.
   */
  async applyRetention(): Promise<number> {
    const { retentionMs, groupMemoryMs, logger } = this.settings;
    if (retentionMs === null) return 0;
    const { removed, heldBy } = await applyRetention(this.pool, { retentionMs, groupMemoryMs });
    for (const held of heldBy) {
      logger.warn(
        held,
        `Records of "${held.topic}" stay in the log beyond their time, since the group "${held.group}" has not read them`,
      );
    }
    return removed;
  }

  async close(): Promise<void> {
    if (this.retention !== null) clearInterval(this.retention);
    await Promise.all([...this.members].map((member) => member.stop()));
    this.notifications.close();
  }

  private async sweep(): Promise<void> {
    try {
      const removed = await this.applyRetention();
      if (removed > 0) this.settings.logger.info({ removed }, 'Old records were removed from the record log');
    } catch (thrown) {
      const err = asError(thrown);
      this.settings.logger.warn({ err }, `Removing old records failed, tried again later: ${err.message}`);
    }
  }
}
