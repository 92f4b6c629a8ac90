/** A record to be written. Key and value are bytes; a null key goes to `partition`, which is then required. */
export interface NewRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Partition to write to; left out: murmur2 of the key's bytes, as Kafka's own clients place it. */
  readonly partition?: number;
}

/**
 * A record as read. `timestamp` is its arrival in milliseconds since 1970 as the log (or its producer) recorded it. Key, value and headers
 * may be made anew each time they are asked for, out of the bytes that the log gave: ask once, and name what is copied (spreading a record
 * may leave them out).
 */
export interface LogRecord {
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestamp: number;
}

/** Where an acknowledged record stands. */
export interface Position {
  readonly partition: number;
  readonly offset: number;
}

/** A topic to be made where it does not exist. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly compacted?: boolean;
  /** Largest record in bytes, key, value and headers together; left out: the log's default (1 MiB). */
  readonly maxRecordBytes?: number;
  /**
   * True: records carry the time at which the log took them in (Kafka: `message.timestamp.type=LogAppendTime`), which
   * no producer's clock can bend. Left out: Kafka keeps the producer's time. PostgreSQL always gives the log's time.
   */
  readonly logAppendTime?: boolean;
}

/** Thrown where a topic is asked for that does not exist. */
export class TopicMissing extends Error {
  readonly code = 'topic-missing';
  constructor(readonly topic: string) {
    super(`The topic "${topic}" does not exist in the record log: make it, or check its configured name.`);
    this.name = 'TopicMissing';
  }
}

/** Thrown by `send` for a record above its topic's limit. It will never be taken; the caller decides what becomes of it. */
export class RecordTooLarge extends Error {
  readonly code = 'record-too-large';
  constructor(
    readonly topic: string,
    readonly bytes: number,
  ) {
    super(
      `A record of ${bytes} bytes is above the limit of the topic "${topic}": raise the topic's limit or cut the record.`,
    );
    this.name = 'RecordTooLarge';
  }
}

/** What a topic is: `identity` changes when it is made anew under the same name. */
export interface TopicDescription {
  readonly name: string;
  readonly partitions: number;
  /** Cluster and topic identity, e.g. `<cluster id>/<topic id>`. */
  readonly identity: string;
}

/** Offsets a partition holds: `low` is the oldest readable, `high` the one that the next record gets. */
export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Records of one partition in the order of their offsets, never empty. */
export interface Batch {
  readonly topic: string;
  readonly partition: number;
  readonly records: readonly LogRecord[];
  /** The offset that the next record in the partition will get, as known when the batch was fetched. */
  readonly high: number;
}

/**
 * Ends the reading of one partition (an alarm); the consumer's other partitions go on. The log itself raises
 * `offset-gap` where the offset to go on from is not held any more (or not yet): it never jumps.
 */
export class StopPartition extends Error {
  /** @param code stable code, e.g. `offset-gap`, `topic-made-anew` */
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'StopPartition';
  }
}

/** What a member of a consumer group does. All times and offsets are the log's. */
export interface BatchConsumer {
  /** Name of the consumer group: each partition is read by one live member at a time. */
  readonly group: string;
  readonly topics: readonly string[];
  /**
   * A partition was assigned to this member. Gives the offset to go on from (offsets are owned by the caller), or null
   * to go on from the group's committed offset, or from the oldest record where there is none. It is called before any
   * batch of the partition is delivered, and may throw `StopPartition`; after any other error it is asked again, with a
   * back-off. An offset outside the bounds stops the partition with `offset-gap`.
   */
  assigned(topic: string, partition: number, bounds: Bounds): Promise<number | null>;
  /**
   * The partition was taken away, stopped, or is about to be assigned anew: what is held in memory for it must be
   * dropped. No batch is in hand then. It is called once for every call of `assigned`, also where that one threw.
   */
  revoked(topic: string, partition: number): Promise<void>;
  /**
   * Handles a batch. When it resolves the batch's end is committed, within moments. When it throws, the partition is assigned anew
   * (`revoked`, `assigned`) after a back-off; `StopPartition` ends the partition instead. Batches of one partition come
   * one after another, those of different partitions may come at the same time.
   */
  handle(batch: Batch): Promise<void>;
  /**
   * How many bytes of new records are worth a batch, all partitions together: where the log can, it waits for so many, half a
   * second at most. Left out: one. For work that is cheaper in larger pieces and that nobody waits for.
   */
  readonly worthwhileBytes?: number;
  /**
   * Whether a partition is to wait before it is read on, e.g. for others that are behind it. Asked before a batch, with the time (ms) at
   * which its first record arrived, and then a few times a second until it says no; meanwhile nothing of the partition is fetched.
   * What it throws counts as if `handle` had thrown it. Left out: none waits.
   */
  waits?(topic: string, partition: number, arrivedAt: number): Promise<boolean>;
  /** What a held partition needs also while nothing is written to it; left out: nothing. */
  readonly tending?: Tending;
}

/** Work on a held partition that no batch starts. */
export interface Tending {
  /** Milliseconds between two times; the first is right after the partition was assigned. */
  readonly everyMs: number;
  /** Never runs while a batch of the partition is in hand, nor twice at once. What it throws counts as if `handle` had thrown it. */
  tend(topic: string, partition: number): Promise<void>;
}

/** A consumer that runs until it is stopped. */
export interface RunningConsumer {
  /** Finishes the batches in hand, commits, leaves the group. */
  stop(): Promise<void>;
  /**
   * Healthy: in the group, or on its way back after a fault that heals, and no partition has failed (`assigned` or
   * `handle`) five times in a row; else what is wrong. Partitions that were stopped stand beside it.
   */
  health(): { readonly ok: boolean; readonly reason?: string; readonly stopped: readonly StoppedPartition[] };
}

/** A partition that `StopPartition` ended. */
export interface StoppedPartition {
  readonly topic: string;
  readonly partition: number;
  readonly code: string;
  readonly message: string;
}

/**
 * A partitioned, ordered, durable log. Records of a partition keep their order; a record acknowledged is not lost; a
 * retried send leaves one copy (idempotent producer). Delivery to a consumer is at least once.
 */
export interface RecordLog {
  /** Makes the topics that do not exist; leaves existing ones as they are. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /** @throws {TopicMissing} where there is none of that name */
  describe(topic: string): Promise<TopicDescription>;
  /** One entry per partition, by number. */
  bounds(topic: string): Promise<readonly Bounds[]>;
  /** Committed offset of a group per partition, null where it has none. */
  committed(group: string, topic: string): Promise<readonly (number | null)[]>;
  /**
   * Writes records; resolves when all are acknowledged by every in-sync replica, with their positions in their order.
   * Records of one call and one partition keep their order, and so do calls one after another. When it rejects, some of
   * the records may have been written.
   * @throws {TopicMissing} where there is no such topic
   * @throws {RecordTooLarge} where a record is above the topic's limit
   */
  send(topic: string, records: readonly NewRecord[]): Promise<readonly Position[]>;
  /** Reads a whole topic from `low` to the `high` of the moment of the call, partition by partition. */
  readAll(topic: string): AsyncIterable<Batch>;
  /** Joins a consumer group; resolves once it has joined. */
  consume(consumer: BatchConsumer): Promise<RunningConsumer>;
  /** True where the log answers within a few seconds; else rejects with what is wrong. */
  ping(): Promise<void>;
  /** Stops every consumer made here, flushes and disconnects. */
  close(): Promise<void>;
}
