import { maxFactBytes } from './fact/fact.schema';

/** Names of the topics that Weir reads and writes; the facts topic is the default of a setting. */
export const topics = {
  /** Transactions and operations from upstream, keyed by their home key (account, else customer, teller, branch, id). */
  facts: 'weir.facts.v1',
  /** What could not be read: value = the original bytes, headers = origin, reason code, message. */
  deadLetters: 'weir.dead-letters.v1',
  /** Which dead letters were sent again, when and where to (compacted), keyed by `partition/offset` of the letter. */
  deadLetterReplays: 'weir.dead-letter-replays.v1',
  /** Approved rule versions (compacted), keyed by rule id and version. */
  rules: 'weir.rules.v1',
  /** States of hits, keyed by rule and group. */
  hits: 'weir.hits.v1',
  /** What others may want to know of an alert, keyed by alert id. */
  alerts: 'weir.alerts.v1',
} as const;

/** Names of the record headers that Weir sets. */
export const headers = {
  /** `topic/partition/offset` (or `http/<request>/<index>`, `file/<line>`) at which a record was first seen. */
  origin: 'weir-origin',
  /** Set on a fact moved to its home partition, or keyed anew: '1' where it was late where it came in, '0' where not. */
  late: 'weir-late',
  /** Of a source's report: identity of the re-keyed topic that it was written for. */
  writtenFor: 'weir-written-for',
  /** Set on a fact that was keyed anew: `partition/offset` of the facts topic up to which its source had read. */
  source: 'weir-source',
  /** Reason code of a dead letter. */
  reason: 'weir-reason',
  /** Human-readable reason of a dead letter. */
  message: 'weir-message',
  /** SHA-256 (hex) of the original bytes, set where only their beginning was kept. */
  sha256: 'weir-sha256',
  /** Length in bytes of the original, set where only its beginning was kept. */
  length: 'weir-length',
  /** Set on a record that was made from a dead letter: the letter's `topic/partition/offset`. */
  repairedFrom: 'weir-repaired-from',
} as const;

/** How a topic is made where it does not exist. */
export interface TopicShape {
  readonly name: string;
  readonly partitions: number;
  readonly compacted?: boolean;
  readonly maxRecordBytes?: number;
  readonly logAppendTime?: boolean;
}

/** Room for the key and the headers beside the largest value of a record, in bytes. */
const besideTheValue = 65_536;
/**
 * How much longer the JSON of a fact may become when it is read and written again: numbers are written out (`1e20` as 21 digits).
 */
const growth = 5;

/**
 * Every topic that Weir uses. The limit of the dead letters lies above that of the facts, so that whatever was taken in
 * can be kept whole.
 * @param factsTopic name of the facts topic
 * @param partitions of each topic that is not about rules
 */
export function topicShapes(factsTopic: string, partitions: number): readonly TopicShape[] {
  const maxFactRecord = maxFactBytes + besideTheValue;
  return [
    { name: factsTopic, partitions, maxRecordBytes: maxFactRecord, logAppendTime: true },
    { name: topics.deadLetters, partitions, maxRecordBytes: maxFactRecord + besideTheValue },
    { name: topics.deadLetterReplays, partitions: 1, compacted: true },
    { name: topics.rules, partitions: 1, compacted: true },
    { name: topics.hits, partitions },
    { name: topics.alerts, partitions },
  ];
}

/**
 * A topic that carries the facts under another key. The same as the facts topic, but for the room that a fact may need
 * when it was read and written again.
 * @param partitions as many as the facts topic has
 */
export function keyedFactsShape(name: string, partitions: number): TopicShape {
  return { name, partitions, maxRecordBytes: growth * maxFactBytes + besideTheValue, logAppendTime: true };
}
