import type { Kafka, KafkaMessage, Message } from 'kafkajs';
import produceVersions from 'kafkajs/src/protocol/requests/produce';
import { answeredWithin, Unanswered } from './answered-within';

/**
 * What kafkajs can do but does not offer: reading partitions without a consumer group, asking for the offsets of several topics
 * at once, writing to many partitions in one request with an answer for each of them, and sending a request that it does not know
 * (`Metadata` version 10, which alone tells a topic's id). All go through its inner cluster object, which holds the
 * connections, TLS and SASL. kafkajs is pinned to 2.2.4, its last release; should the inside ever look otherwise, opening
 * fails with a clear message, and the integration tests with it.
 */
export class KafkaCluster {
  private constructor(private readonly cluster: InnerCluster) {}

  /** Connects; the caller must `close`. */
  static async open(kafka: Kafka): Promise<KafkaCluster> {
    const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description === CREATE_CLUSTER);
    const create = symbol === undefined ? undefined : (kafka as unknown as Record<symbol, unknown>)[symbol];
    if (typeof create !== 'function') {
      throw new Error('This version of kafkajs is built otherwise inside than 2.2.4: install kafkajs 2.2.4.');
    }
    const cluster = (create as CreateCluster)({ allowAutoTopicCreation: false, metadataMaxAge: 300_000 });
    await cluster.connect();
    return new KafkaCluster(cluster);
  }

  /** Resolves in any case within seconds: kafkajs waits for requests that are under way, though nobody may answer them any more. */
  async close(): Promise<void> {
    try {
      await answeredWithin(CLOSE_MS, 'Closing a connection to Kafka', this.cluster.disconnect());
    } catch (thrown) {
      if (!(thrown instanceof Unanswered)) throw thrown;
    }
  }

  /**
   * Cluster id and topic id.
   * @returns the topic id null where the brokers are older than Kafka 2.8, which knew none
   */
  async identify(topic: string): Promise<{ readonly clusterId: string; readonly topicId: string | null }> {
    await this.cluster.addTargetTopic(topic);
    const broker = await this.cluster.findControllerBroker();
    const newest = broker.versions[METADATA]?.maxVersion ?? 0;
    if (newest < METADATA_VERSION)
      return { clusterId: this.cluster.brokerPool.metadata?.clusterId ?? '', topicId: null };
    return broker.connectionPool.send({ request: metadataRequest(topic), response: metadataResponse });
  }

  /** Prepares reading a topic: finds the leaders of its partitions. */
  async follow(topic: string): Promise<void> {
    await this.cluster.addTargetTopic(topic);
    await this.cluster.refreshMetadata();
  }

  /** Makes sure that the leaders of these topics' partitions are known; asks only where they are not, or were learnt long ago. */
  async known(topics: readonly string[]): Promise<void> {
    await this.cluster.addMultipleTargetTopics(topics);
    await this.cluster.refreshMetadataIfNecessary();
  }

  /** Forgets all topics, so that they are asked for anew: their leaders may have moved, and one that is gone makes kafkajs fail for all. */
  async forget(): Promise<void> {
    if (!this.cluster.isConnected()) await this.cluster.connect();
    this.cluster.targetTopics.clear();
  }

  /** The offset of each partition's oldest record, or the one that its next record gets; the topics must be known. */
  async offsets(
    topics: readonly string[],
    which: 'oldest' | 'next',
  ): Promise<ReadonlyMap<string, readonly { readonly partition: number; readonly offset: string }[]>> {
    const asked = topics.map((topic) => ({
      topic,
      fromBeginning: which === 'oldest',
      partitions: this.cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => ({ partition: partitionId })),
    }));
    const answers = await this.cluster.fetchTopicsOffset(asked);
    return new Map(answers.map(({ topic, partitions }) => [topic, partitions]));
  }

  /** A number of its own for a producer whose repetitions the brokers are to know. */
  async numberProducer(): Promise<ProducerNumber> {
    await this.cluster.refreshMetadataIfNecessary();
    const broker = await this.cluster.findControllerBroker();
    return broker.initProducerId({ transactionTimeout: 60_000 });
  }

  /** The broker that leads a partition of a known topic. @throws {Leaderless} */
  leaderOf(topic: string, partition: number): string {
    const [nodeId] = Object.keys(this.cluster.findLeaderForPartitions(topic, [partition]));
    if (nodeId === undefined) throw new Leaderless(topic, partition);
    return nodeId;
  }

  /**
   * Writes to partitions that one broker leads, in one request, acknowledged by every in-sync replica. A partition may stand in it once.
   * @returns what became of each
   */
  async produce(
    nodeId: string,
    { producerId, producerEpoch }: ProducerNumber,
    parts: readonly ProducePart[],
    timeoutMs: number,
  ): Promise<readonly ProducedPart[]> {
    const broker = await this.cluster.findBroker({ nodeId });
    const byTopic = new Map<string, ProducePart[]>();
    for (const part of parts) byTopic.set(part.topic, [...(byTopic.get(part.topic) ?? []), part]);
    const exchange = broker.lookupRequest(
      PRODUCE,
      produceVersions,
    )({
      acks: -1,
      timeout: timeoutMs,
      compression: 0,
      topicData: [...byTopic].map(([topic, partitions]) => ({ topic, partitions })),
      producerId,
      producerEpoch,
    });
    try {
      const { topics } = await broker.connectionPool.send({
        request: exchange.request,
        // kafkajs would throw the first error that it finds, also where other partitions were written.
        response: { decode: (raw) => exchange.response.decode(raw), parse: (answer) => Promise.resolve(answer) },
      });
      return topics.flatMap(({ topicName, partitions }) => partitions.map((part) => ({ topic: topicName, ...part })));
    } catch (thrown) {
      const { name, host, port } = thrown as Error & { readonly host?: string; readonly port?: number };
      if (name === 'KafkaJSConnectionClosedError') this.cluster.removeBroker({ host, port });
      throw thrown;
    }
  }

  /** Fetches once from a partition's leader; committed records only. */
  async fetch(topic: string, partition: number, offset: number, maxBytes: number, maxWaitMs: number): Promise<Fetched> {
    const broker = await this.cluster.findBroker({ nodeId: this.leaderOf(topic, partition) });
    const { responses } = await broker.fetch({
      isolationLevel: READ_COMMITTED,
      maxWaitTime: maxWaitMs,
      minBytes: 1,
      maxBytes,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes }] }],
    });
    const found = responses[0]?.partitions[0];
    if (found === undefined) throw new Error(`Kafka gave no answer for partition ${partition} of "${topic}".`);
    return found;
  }
}

/** What a fetch brings: all records at and after the start of the batch that holds the offset, as they lie in the log. */
export interface Fetched {
  readonly highWatermark: string;
  readonly lastStableOffset?: string;
  readonly abortedTransactions: readonly { producerId: string; firstOffset: string }[];
  readonly messages: readonly (KafkaMessage & { readonly isControlRecord?: boolean })[];
}

/** No broker is known to lead a partition, which waiting may heal. */
export class Leaderless extends Error {
  readonly code = 'leaderless';
  readonly retriable = true;
  constructor(topic: string, partition: number) {
    super(`Partition ${partition} of "${topic}" has no leader.`);
    this.name = 'Leaderless';
  }
}

/** How the brokers know a producer; the number is a 64-bit one of kafkajs's own kind. */
export interface ProducerNumber {
  readonly producerId: object;
  readonly producerEpoch: number;
}

/** Records for one partition, numbered from `firstSequence` on. */
export interface ProducePart {
  readonly topic: string;
  readonly partition: number;
  readonly firstSequence: number;
  readonly messages: readonly Message[];
}

/** What became of a part: where its first record stands, unless the code is other than 0. */
export interface ProducedPart {
  readonly topic: string;
  readonly partition: number;
  readonly errorCode: number;
  readonly baseOffset: string;
}

const CLOSE_MS = 5_000;
const CREATE_CLUSTER = 'private:Kafka:createCluster';
const READ_COMMITTED = 1;
const PRODUCE = 0;
const METADATA = 3;
const METADATA_VERSION = 10;

type CreateCluster = (options: { allowAutoTopicCreation: boolean; metadataMaxAge: number }) => InnerCluster;

interface InnerCluster {
  readonly brokerPool: { readonly metadata: { readonly clusterId: string } | null };
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  readonly targetTopics: Set<string>;
  isConnected(): boolean;
  addTargetTopic(topic: string): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  removeBroker(address: { readonly host: string | undefined; readonly port: number | undefined }): void;
  findControllerBroker(): Promise<InnerBroker>;
  findBroker(node: { nodeId: string }): Promise<InnerBroker>;
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[];
  fetchTopicsOffset(
    topics: readonly object[],
  ): Promise<{ topic: string; partitions: { partition: number; offset: string }[] }[]>;
}

interface InnerBroker {
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>>;
  readonly connectionPool: { send<D, T>(exchange: Exchange<D, T>): Promise<T> };
  lookupRequest(apiKey: number, versions: object): (request: object) => ProduceExchange;
  initProducerId(request: { transactionTimeout: number }): Promise<ProducerNumber>;
  fetch(request: object): Promise<{ responses: readonly { partitions: readonly Fetched[] }[] }>;
}

interface Exchange<D, T> {
  readonly request: object;
  readonly response: { decode(raw: Buffer): Promise<D>; parse(decoded: D): Promise<T> };
}

type ProduceExchange = Exchange<
  { topics: readonly { topicName: string; partitions: readonly Omit<ProducedPart, 'topic'>[] }[] },
  unknown
>;

/** Metadata request, version 10 (https://kafka.apache.org/protocol#The_Messages_Metadata), for one topic by its name. */
function metadataRequest(topic: string): object {
  const name = Buffer.from(topic);
  const body = Buffer.concat([
    Buffer.from([0]), // no tagged fields in the header
    Buffer.from([2]), // one topic (compact array: length + 1)
    Buffer.alloc(16), // topic id: by name
    unsignedVarint(name.length + 1),
    name,
    Buffer.from([0]), // no tagged fields in the topic
    Buffer.from([0, 0, 0]), // no creation, no authorised operations of cluster and topic
    Buffer.from([0]), // no tagged fields
  ]);
  return {
    apiKey: METADATA,
    apiVersion: METADATA_VERSION,
    apiName: 'Metadata',
    encode: () => Promise.resolve({ buf: body, buffer: body }),
  };
}

const metadataResponse = {
  decode: (raw: Buffer) => Promise.resolve(raw),
  parse: (raw: Buffer) => Promise.resolve(parseMetadata(raw)),
};

function parseMetadata(raw: Buffer): { clusterId: string; topicId: string } {
  const reader = new CompactReader(raw);
  reader.tags(); // of the header
  reader.skip(4); // throttle time
  for (let brokers = reader.length(); brokers > 0; brokers -= 1) {
    reader.skip(4);
    reader.text();
    reader.skip(4);
    reader.text();
    reader.tags();
  }
  const clusterId = reader.text();
  reader.skip(4); // controller
  if (reader.length() !== 1) throw new Error('Kafka answered a metadata request for one topic with another number.');
  const error = reader.int16();
  reader.text();
  const id = reader.bytes(16);
  if (error !== 0) throw new Error(`Kafka answered a metadata request with error ${error}.`);
  return { clusterId, topicId: id.toString('base64url') };
}

/** Reads the compact encodings of Kafka's flexible message versions. */
class CompactReader {
  private at = 0;
  constructor(private readonly raw: Buffer) {}

  skip(bytes: number): void {
    this.at += bytes;
  }

  int16(): number {
    this.at += 2;
    return this.raw.readInt16BE(this.at - 2);
  }

  bytes(count: number): Buffer {
    this.at += count;
    return this.raw.subarray(this.at - count, this.at);
  }

  /** Length of a compact array or text; a null counts as empty. */
  length(): number {
    return Math.max(0, this.varint() - 1);
  }

  text(): string {
    return this.bytes(this.length()).toString('utf8');
  }

  tags(): void {
    for (let count = this.varint(); count > 0; count -= 1) {
      this.varint();
      this.skip(this.varint());
    }
  }

  private varint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.raw.readUInt8(this.at);
      this.at += 1;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}
