import type { Message } from 'kafkajs';
import { placeOf, sizeOf } from '../placement';
import type { PartitionStanding } from '../partition-reader';
import {
  TopicMissing,
  type Batch,
  type BatchConsumer,
  type Bounds,
  type NewRecord,
  type Position,
  type RecordLog,
  type RunningConsumer,
  type TopicDescription,
  type TopicSpec,
} from '../record-log';
import { KafkaAdmin } from './kafka-admin';
import { inPlainWords } from './kafka-errors';
import { KafkaMember } from './kafka-member';
import { completeKafkaSettings, type KafkaRecordLogOptions, type KafkaSettings } from './kafka-options';
import { IdempotentProducer } from './kafka-producer';
import { KafkaProducers } from './kafka-producers';
import { readWhole } from './kafka-reader';
import { SendLane, type Outgoing } from './kafka-sender';

/**
 * The record log on Apache Kafka, through kafkajs. Sends are idempotent and wait for every in-sync replica. Nothing
 * connects before it is needed: use `ping` to find out whether the brokers take the client.
 */
export class KafkaRecordLog implements RecordLog {
  private readonly settings: KafkaSettings;
  private readonly admin: KafkaAdmin;
  private readonly producers: KafkaProducers;
  private readonly lanes = new Map<string, SendLane>();
  private readonly members = new Set<KafkaMember>();

  /** @throws {RangeError} where an option makes no sense */
  constructor(options: KafkaRecordLogOptions) {
    this.settings = completeKafkaSettings(options);
    this.admin = new KafkaAdmin(this.settings);
    this.producers = new KafkaProducers(this.settings, () => IdempotentProducer.connect(this.settings));
  }

  async ensureTopics(topics: readonly TopicSpec[]): Promise<void> {
    await this.admin.ensureTopics(topics);
  }

  /**
   * The identity is cluster id and topic id. Brokers before Kafka 2.8 know no topic ids: there the topic's name takes
   * its place, and a topic made anew shows only by its bounds.
   */
  async describe(name: string): Promise<TopicDescription> {
    const [partitions, identity] = await Promise.all([this.admin.countAnew(name), this.admin.identity(name)]);
    return { name, partitions, identity };
  }

  async bounds(topic: string): Promise<readonly Bounds[]> {
    return this.admin.bounds(topic);
  }

  async committed(group: string, topic: string): Promise<readonly (number | null)[]> {
    return this.admin.committed(group, topic);
  }

  async send(topic: string, records: readonly NewRecord[]): Promise<readonly Position[]> {
    const partitions = await this.admin.partitionCount(topic);
    if (records.length === 0) return [];
    const positions = new Array<Position>(records.length);
    // Every record is placed before any is sent: a mistake in one of them leaves nothing written.
    const places = records.map((record) => placeOf(record, { name: topic, partitions }));
    try {
      await new Promise<void>((resolve, reject) => {
        let left = records.length;
        records.forEach((record, index) => {
          const partition = places[index] ?? 0;
          const outgoing: Outgoing = {
            bytes: sizeOf(record),
            message: messageOf(record, partition),
            written: (position) => {
              positions[index] = position;
              left -= 1;
              if (left === 0) resolve();
            },
            refused: reject,
          };
          this.lane(topic, partition).push(outgoing);
        });
      });
    } catch (thrown) {
      throw inPlainWords(thrown, this.settings);
    }
    return positions;
  }

  async *readAll(topic: string): AsyncIterable<Batch> {
    const bounds = await this.admin.bounds(topic);
    if (bounds.some(({ low, high }) => low < high)) yield* readWhole(topic, bounds, this.settings);
  }

  async consume(consumer: BatchConsumer): Promise<RunningConsumer> {
    await Promise.all(consumer.topics.map((topic) => this.admin.countAnew(topic)));
    const member = new KafkaMember(consumer, this.settings, {
      standing: (group, topic, partition) => this.standing(group, topic, partition),
    });
    await member.join();
    this.members.add(member);
    return member;
  }

  async ping(): Promise<void> {
    await this.admin.ping();
  }

  async close(): Promise<void> {
    await Promise.all([...this.members].map((member) => member.stop()));
    await Promise.all([...this.lanes.values()].map((lane) => lane.flush()));
    await Promise.all([this.producers.close(), this.admin.close()]);
  }

  private async standing(group: string, topic: string, partition: number): Promise<PartitionStanding> {
    const [bounds, committed] = await Promise.all([this.admin.bounds(topic), this.admin.committed(group, topic)]);
    const own = bounds[partition];
    if (own === undefined) throw new TopicMissing(topic);
    return { bounds: own, committed: committed[partition] ?? null };
  }

  /** The lane of a partition; made when it is first needed. */
  private lane(topic: string, partition: number): SendLane {
    const key = `${topic}/${partition}`;
    const known = this.lanes.get(key);
    if (known !== undefined) return known;
    const { deliveryTimeoutMs, logger } = this.settings;
    const lane = new SendLane(topic, partition, this.producers, deliveryTimeoutMs, logger);
    this.lanes.set(key, lane);
    return lane;
  }
}

function messageOf({ key, value, headers }: NewRecord, partition: number): Message {
  return { key, value, partition, ...(headers === undefined ? {} : { headers: { ...headers } }) };
}
