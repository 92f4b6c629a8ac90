import { setTimeout as pause } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { BackOff } from '../back-off';
import { asError } from '../log-events';
import { TopicMissing, type Bounds, type TopicSpec } from '../record-log';
import { answeredWithin } from './answered-within';
import { INNER_RETRY, kafkaClient } from './kafka-client';
import { heals, inPlainWords, typeOf } from './kafka-errors';
import { KafkaCluster } from './kafka-cluster';
import { KafkaOffsets } from './kafka-offsets';
import type { KafkaSettings } from './kafka-options';

/** How long the partition count of a topic is taken as known, as Kafka's own clients do (metadata.max.age.ms). */
const COUNT_AGE_MS = 300_000;
const MISSING = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'INVALID_TOPIC_EXCEPTION']);
/** What brokers answer of a partition whose leader they do not know yet, or that has another leader by now. */
const LEADERLESS = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_FOR_PARTITION']);
const PING_MS = 5_000;
/** How long a topic may be without leaders after it was made, or while they move. */
const LEADERLESS_MS = 10_000;

/** Questions to Kafka about topics and groups. */
export class KafkaAdmin {
  private admin: Promise<Admin> | null = null;
  private turn: Promise<unknown> = Promise.resolve();
  /** Longest that a question may take, tries included: those that follow wait for it. */
  private readonly limitMs: number;
  private readonly offsets: KafkaOffsets;
  private readonly counts = new Map<string, { readonly partitions: number; readonly until: number }>();

  constructor(private readonly settings: KafkaSettings) {
    this.limitMs = 2 * settings.requestTimeoutMs;
    this.offsets = new KafkaOffsets(() => KafkaCluster.open(kafkaClient(settings)), this.limitMs);
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    const existing = new Set(await this.ask((admin) => admin.listTopics()));
    for (const topic of topics.filter(({ name }) => !existing.has(name))) {
      const spec = {
        topic: topic.name,
        numPartitions: topic.partitions,
        replicationFactor: this.settings.replicationFactor,
        configEntries: configOf(topic),
      };
      // Another process may make it at the same moment: kafkajs then answers false, which is as good.
      await this.ask((admin) => admin.createTopics({ topics: [spec], waitForLeaders: false }));
      await this.untilKnown(topic.name);
    }
  }

  /** Waits until the brokers know a new topic and its leaders: for a moment some say that it does not exist. */
  private async untilKnown(topic: string): Promise<void> {
    const deadline = Date.now() + this.settings.requestTimeoutMs;
    const backOff = new BackOff({ initialMs: 50, maxMs: 1_000 });
    for (;;) {
      try {
        await this.countAnew(topic);
        return;
      } catch (thrown) {
        if (Date.now() > deadline || !(thrown instanceof TopicMissing || heals(thrown))) throw thrown;
        await backOff.wait();
      }
    }
  }

  /** Number of partitions, as last seen within five minutes. @throws {TopicMissing} */
  async partitionCount(topic: string): Promise<number> {
    const known = this.counts.get(topic);
    if (known !== undefined && Date.now() < known.until) return known.partitions;
    const partitions = await this.ask(async (admin) => {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length ?? 0;
    }, topic);
    this.counts.set(topic, { partitions, until: Date.now() + COUNT_AGE_MS });
    return partitions;
  }

  /** Asks the brokers anew for a topic's partition count. @throws {TopicMissing} */
  async countAnew(topic: string): Promise<number> {
    this.counts.delete(topic);
    return this.partitionCount(topic);
  }

  /** Cluster and topic id, asked now. @throws {TopicMissing} */
  async identity(topic: string): Promise<string> {
    const { clusterId, topicId } = await this.withCluster((cluster) => cluster.identify(topic), topic);
    return `${clusterId}/${topicId ?? topic}`;
  }

  /** One entry per partition, by number. @throws {TopicMissing} */
  async bounds(topic: string): Promise<Bounds[]> {
    // First whether it is there, which is known for a while: a missing topic makes kafkajs ask for all anew.
    await this.partitionCount(topic);
    return this.boundsOnceLed(topic);
  }

  /**
   * Of a topic that was made a moment ago the brokers know the partitions before they lead them, and leaders move: then
   * it is asked again.
   */
  private async boundsOnceLed(topic: string): Promise<Bounds[]> {
    for (const until = performance.now() + LEADERLESS_MS; ;) {
      try {
        return await this.offsets.bounds(topic);
      } catch (thrown) {
        const error = this.plain(thrown, topic);
        const leaderless = error instanceof TopicMissing || LEADERLESS.has(typeOf(thrown) ?? '');
        if (!leaderless || performance.now() > until) throw error;
        await pause(200);
        await this.countAnew(topic);
      }
    }
  }

  /** Committed offset of a group per partition, null where it has none. @throws {TopicMissing} */
  async committed(group: string, topic: string): Promise<(number | null)[]> {
    await this.partitionCount(topic);
    const [answer] = await this.ask((admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }), topic);
    return (answer?.partitions ?? [])
      .toSorted((a, b) => a.partition - b.partition)
      .map(({ offset }) => (Number(offset) < 0 ? null : Number(offset)));
  }

  /** Does something with kafkajs's inner cluster and closes it again. */
  async withCluster<T>(action: (cluster: KafkaCluster) => Promise<T>, topic?: string): Promise<T> {
    try {
      const cluster = await KafkaCluster.open(kafkaClient(this.settings));
      try {
        return await action(cluster);
      } finally {
        await cluster.close();
      }
    } catch (thrown) {
      throw this.plain(thrown, topic);
    }
  }

  /** @throws {KafkaUnavailable} where no broker answers within seconds */
  async ping(): Promise<void> {
    const retry = { ...INNER_RETRY, retries: 0 };
    const settings = { ...this.settings, connectionTimeoutMs: Math.min(PING_MS, this.settings.connectionTimeoutMs) };
    const admin = kafkaClient(settings, retry).admin({ retry });
    try {
      await admin.connect();
      await admin.describeCluster();
    } catch (thrown) {
      throw this.plain(thrown);
    } finally {
      await this.disconnect(admin);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.offsets.close(), this.forgetAdmin()]);
  }

  private async forgetAdmin(): Promise<void> {
    const { admin } = this;
    this.admin = null;
    if (admin === null) return;
    await admin.then(
      (connected) => this.disconnect(connected),
      () => undefined, // who asked for it has had the error
    );
  }

  /**
   * Asks on the shared connection, one question after another: kafkajs keeps one picture of the cluster, and what it learns for a question
   * about one topic makes it forget the others.
   */
  private ask<T>(question: (admin: Admin) => Promise<T>, topic?: string): Promise<T> {
    const answer = this.turn.then(() => this.askNow(question, topic));
    this.turn = answer.catch(() => undefined);
    return answer;
  }

  /** After a fault the next question makes a new connection. */
  private async askNow<T>(question: (admin: Admin) => Promise<T>, topic?: string): Promise<T> {
    this.admin ??= this.connect();
    const { admin } = this;
    try {
      return await answeredWithin(this.limitMs, 'A question to Kafka', admin.then(question));
    } catch (thrown) {
      // kafkajs remembers every topic it was asked about, and one that is gone makes it fail for all of them.
      // Nobody waits until the old connection is closed.
      if (this.admin === admin) void this.forgetAdmin();
      throw this.plain(thrown, topic);
    }
  }

  private async connect(): Promise<Admin> {
    const admin = kafkaClient(this.settings).admin({ retry: INNER_RETRY });
    await admin.connect();
    return admin;
  }

  private async disconnect(admin: Admin): Promise<void> {
    try {
      await answeredWithin(PING_MS, 'Closing a connection to Kafka', admin.disconnect());
    } catch (thrown) {
      const err = asError(thrown);
      this.settings.logger.debug({ err }, `Disconnecting failed: ${err.message}`);
    }
  }

  private plain(thrown: unknown, topic?: string): Error {
    if (topic !== undefined && MISSING.has(typeOf(thrown) ?? '')) return new TopicMissing(topic);
    return inPlainWords(thrown, this.settings);
  }
}

function configOf({ compacted, logAppendTime, maxRecordBytes }: TopicSpec): { name: string; value: string }[] {
  return [
    ...(compacted === true ? [{ name: 'cleanup.policy', value: 'compact' }] : []),
    ...(logAppendTime === true ? [{ name: 'message.timestamp.type', value: 'LogAppendTime' }] : []),
    ...(maxRecordBytes === undefined
      ? []
      : [{ name: 'max.message.bytes', value: String(maxRecordBytes + RECORD_OVERHEAD_BYTES) }]),
  ];
}

/** What Kafka's batch and record framing adds to a record's own bytes, with room to spare. */
const RECORD_OVERHEAD_BYTES = 512;
