/**
 * Where a detector keeps what it must not forget: per partition one lineage of appended deltas, compacted into a
 * snapshot now and then. State = snapshot, then deltas in their order. What the bytes mean is the caller's.
 */

/** Names one partition of one topic of one log. */
export interface PartitionName {
  readonly topic: string;
  readonly partition: number;
}

/** A claim on a partition. Every write names it, and holds only where all of it EQUALS what is stored. */
export interface Claim {
  readonly name: PartitionName;
  /** Random name given when the partition was first opened (its store was empty). */
  readonly lineage: string;
  /** Random name given by `open`: whoever opened last owns. */
  readonly owner: string;
  /** The offset of the next record to be read, as of the last checkpoint. */
  readonly nextOffset: number;
}

/**
 * What other partitions may read of this one, written with each checkpoint.
 * `watermark`: latest event time read from this partition as a source, ms, null where none.
 * `movedUpTo`: per partition the offset there of the newest record that this one moved to it.
 */
export interface Progress {
  readonly watermark: number | null;
  readonly movedUpTo: Readonly<Record<string, number>>;
  /** The offset that was read next when the checkpoint was made. */
  readonly nextOffset: number;
  /**
   * When a record that upstream wrote here (not one that was moved here) was last read, ms since 1970 by the caller's
   * clock; null where none was.
   */
  readonly sourceReadAt: number | null;
}

/** What `open` found. */
export interface OpenedPartition {
  readonly claim: Claim;
  /** True where the store held nothing for the partition: there is no state and no offset to go on from. */
  readonly empty: boolean;
  /** Identity of the topic (cluster, topic, partition count) as given when the lineage was begun. */
  readonly topicIdentity: string;
  /** Chunks of the newest snapshot, in their order; empty where there is none. */
  readonly snapshot: readonly Buffer[];
  /** Deltas appended since that snapshot, in their order. */
  readonly deltas: readonly Buffer[];
}

/** The new claim, or `fenced`: the stored lineage, owner or offset differs, or is gone. Memory must then be dropped. */
export type WriteResult = { readonly claim: Claim } | 'fenced';

export interface WindowStore {
  /**
   * Takes the partition over: a new owner replaces the one before, whose writes fail from now on. Where nothing is
   * stored, a lineage is begun at `beginAt`.
   */
  open(name: PartitionName, topicIdentity: string, beginAt: number): Promise<OpenedPartition>;
  /** Appends one batch's deltas and moves the offset, in one atomic step, by equality of lineage, owner and offset. */
  append(claim: Claim, delta: Buffer, nextOffset: number, progress: Progress): Promise<WriteResult>;
  /**
   * Replaces snapshot and all deltas by `chunks`, in one atomic step, by the same equality; the offset stays.
   * @param progress written in the same step; left out: what stands there stays
   */
  snapshot(claim: Claim, chunks: readonly Buffer[], progress?: Progress): Promise<WriteResult>;
  /** Progress of every partition of a topic that has a checkpoint. */
  progress(topic: string): Promise<ReadonlyMap<number, Progress>>;
  /** Rejects with what is wrong, and how to mend it, where the store does not answer or is set up so that it would forget. */
  ping(): Promise<void>;
  /** What is not as it should be, though allowed (e.g. Redis without append-only file); for start-up and metrics. */
  warnings(): Promise<readonly string[]>;
  close(): Promise<void>;
}
