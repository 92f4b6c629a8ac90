import type { Kafka, KafkaMessage } from 'kafkajs';

/**
 * The two things that kafkajs can do but does not offer: reading partitions without a consumer group, and sending a
 * request that it does not know (`Metadata` version 10, which alone tells a topic's id). Both go through its inner
 * cluster object, which holds the connections, TLS and SASL. kafkajs is pinned to 2.2.4, its last release; should the
 * inside ever look otherwise, opening fails with a clear message, and the integration tests with it.
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

  async close(): Promise<void> {
    await this.cluster.disconnect();
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

  /** Fetches once from a partition's leader; committed records only. */
  async fetch(topic: string, partition: number, offset: number, maxBytes: number, maxWaitMs: number): Promise<Fetched> {
    const [nodeId] = Object.keys(this.cluster.findLeaderForPartitions(topic, [partition]));
    if (nodeId === undefined) throw new Error(`Partition ${partition} of "${topic}" has no leader.`);
    const broker = await this.cluster.findBroker({ nodeId });
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

const CREATE_CLUSTER = 'private:Kafka:createCluster';
const READ_COMMITTED = 1;
const METADATA = 3;
const METADATA_VERSION = 10;

type CreateCluster = (options: { allowAutoTopicCreation: boolean; metadataMaxAge: number }) => InnerCluster;

interface InnerCluster {
  readonly brokerPool: { readonly metadata: { readonly clusterId: string } | null };
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findControllerBroker(): Promise<InnerBroker>;
  findBroker(node: { nodeId: string }): Promise<InnerBroker>;
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>;
}

interface InnerBroker {
  readonly versions: Readonly<Record<number, { readonly maxVersion: number }>>;
  readonly connectionPool: { send<T>(exchange: Exchange<T>): Promise<T> };
  fetch(request: object): Promise<{ responses: readonly { partitions: readonly Fetched[] }[] }>;
}

interface Exchange<T> {
  readonly request: object;
  readonly response: { decode(raw: Buffer): Promise<Buffer>; parse(raw: Buffer): Promise<T> };
}

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
