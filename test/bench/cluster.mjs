/** Apache Kafka and Redis with the topics and rules of a benchmark, and what publishes to them. */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { topics, topicShapes } = require('@weir/contracts');
const { RuleTopic } = require('@weir/detection');
const { homePartition } = require('@weir/domain');
const { KafkaRecordLog } = require('@weir/platform/record-log');
const { RedisWindowStore } = require('@weir/platform/window-store');
const { startKafka, startRedis } = require('@weir/testing');
const { Kafka, logLevel } = require('kafkajs');

export const factsTopic = topics.facts;
/** As the setting WEIR_PARTITIONS is, where nobody sets it. */
export const partitions = 6;
/** Most records of one request. */
const atOnce = 3_000;

export class BenchCluster {
  #closers = [];

  /** @param documents the rules that are published */
  static async start(documents) {
    const cluster = new BenchCluster();
    try {
      await cluster.#start(documents);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  async #start(documents) {
    const [kafka, redis] = await Promise.all([startKafka({ own: true }), startRedis({ appendonly: true })]);
    this.onStop(() => kafka.stop());
    this.onStop(() => redis.stop());
    this.brokers = kafka.brokers;
    this.env = { KAFKA_BROKERS: kafka.brokers.join(','), REDIS_URL: redis.url };
    this.log = new KafkaRecordLog({ brokers: kafka.brokers, clientId: 'bench' });
    this.onStop(() => this.log.close());
    this.store = new RedisWindowStore({ url: redis.url });
    this.onStop(() => this.store.close());
    await this.log.ensureTopics(topicShapes(factsTopic, partitions));
    const refuse = ({ message }) => {
      throw new Error(`A rule of the benchmark was refused: ${message}`);
    };
    const refused = await new RuleTopic(this.log, refuse).publishMissing(documents, Date.now());
    if (refused.length > 0) throw new Error(`Rules were not published: ${JSON.stringify(refused)}`);
    this.kafka = new Kafka({ brokers: kafka.brokers, clientId: 'bench', logLevel: logLevel.ERROR });
  }

  /** Something to be ended before what was started earlier. */
  onStop(close) {
    this.#closers.unshift(close);
  }

  async stop() {
    for (const close of this.#closers.splice(0)) await close();
  }

  /** A producer that makes many facts readable in one moment: all of a transaction, when it is committed. */
  async transactions() {
    const producer = this.kafka.producer({
      transactionalId: 'bench',
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: 600_000,
    });
    await producer.connect();
    this.onStop(() => producer.disconnect());
    return producer;
  }

  /** How many facts the partitions' checkpoints hold up to: by partition the offset that is read next. */
  async checkpoints() {
    const progress = await this.store.progress(factsTopic);
    return new Map([...progress].map(([partition, { nextOffset }]) => [partition, nextOffset]));
  }
}

/**
 * Writes facts in a transaction, each in its home partition.
 * @returns commits; gives by partition the offset behind the last of them
 */
export async function preload(producer, buffers) {
  const transaction = await producer.transaction();
  const ends = new Map();
  for (let from = 0; from < buffers.length; from += atOnce) {
    const messages = buffers.slice(from, from + atOnce).map(messageOf);
    const written = new Map();
    for (const { partition } of messages) written.set(partition, (written.get(partition) ?? 0) + 1);
    for (const { partition, baseOffset } of await transaction.send({ topic: factsTopic, acks: -1, messages })) {
      ends.set(partition, Number(baseOffset) + written.get(partition));
    }
  }
  return async () => {
    await transaction.commit();
    return ends;
  };
}

/** A fact as upstream writes it: under its home key, which is its account, in the partition of that key. */
export function messageOf(value) {
  const { accountId } = JSON.parse(value.toString('utf8'));
  return { key: accountId, partition: homePartition(accountId, partitions), value };
}
