import { createHash } from 'node:crypto';
import { headers, keptBytesOfTooLarge, type RefusalReason } from '@weir/contracts';
import { canonicalFact, type Json } from '@weir/domain';
import type { LogRecord, NewRecord } from '@weir/platform/record-log';
import type { AcceptedFact } from './intake.pipeline';
import { Flaw, placeOf } from './steps/flaw';

/** Input that was refused, with all that a person needs to mend it and send it again. */
export interface Refusal {
  readonly reason: RefusalReason;
  /** What is wrong, where, and how to mend it. */
  readonly message: string;
  /** `topic/partition/offset`, `http/<request>/<index>` or `file/<line>`. */
  readonly origin: string;
  readonly key: Buffer | null;
  /** All bytes of the original, or the first 64 KiB where it was too large. */
  readonly original: Buffer;
  /** Hex SHA-256 of all original bytes, where only the first are kept. */
  readonly sha256?: string;
  /** Length of the original in bytes, where only the first are kept. */
  readonly length?: number;
}

/** The part of a record that a refusal is about. */
export type RefusedRecord = Pick<LogRecord, 'key' | 'value'>;

/** Refuses a record. */
export function refuse(record: RefusedRecord, origin: string, flaw: Pick<Flaw, 'reason' | 'message'>): Refusal {
  const original = record.value ?? Buffer.alloc(0);
  const { reason, message } = flaw;
  const base = { reason, message, origin, key: record.key };
  if (reason !== 'too-large') return { ...base, original };
  return {
    ...base,
    // A copy: a slice would keep the whole of it in memory.
    original: Buffer.from(original.subarray(0, keptBytesOfTooLarge)),
    sha256: createHash('sha256').update(original).digest('hex'),
    length: original.length,
  };
}

/**
 * The refusal of a fact that is above a limit which its topic was given, and not above Weir's own: its bytes are kept whole.
 * @param bytes of the record with its key and headers
 */
export function refusalByTopic(value: Buffer | null, origin: string, topic: string, bytes: number): Refusal {
  return {
    reason: 'too-large',
    message:
      `With its key and its headers it has ${bytes} bytes, which the topic "${topic}" does not take. ` +
      `Raise max.message.bytes of the topic, or send no bulky attributes.`,
    origin,
    key: null,
    original: value ?? Buffer.alloc(0),
  };
}

/**
 * The refusal of a fact whose name is known with other content; the message says which fields differ, not how.
 * @param knownCanonical canonical form of the fact that stands
 */
export function refusalOfConflict(accepted: AcceptedFact, knownCanonical: string): Refusal {
  const { source, id } = accepted.fact;
  const differing = differences(
    JSON.parse(knownCanonical) as Json,
    JSON.parse(canonicalFact(accepted.fact)) as Json,
  ).map((name) => placeOf([name]));
  const flaw = new Flaw(
    'conflicting-id',
    `${JSON.stringify(id)} of source ${JSON.stringify(source)} is known with other content (${differing.join(', ')}); ` +
      `the first stands. Send a correction under an id of its own.`,
  );
  return refuse(accepted.record, accepted.origin, flaw);
}

function differences(known: Json, sent: Json): string[] {
  const [a, b] = [membersOf(known), membersOf(sent)];
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  return names.filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]));
}

const membersOf = (value: Json): Readonly<Record<string, Json>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, Json>) : {};

/**
 * The record for the dead-letter topic: the original bytes as value, the rest in headers. Without a key it goes to
 * partition 0: a dead letter has no order to keep.
 */
export function deadLetterRecord(refusal: Refusal): NewRecord {
  const { key, original, sha256, length } = refusal;
  return {
    key,
    value: original,
    headers: {
      [headers.origin]: refusal.origin,
      [headers.reason]: refusal.reason,
      [headers.message]: refusal.message,
      ...(sha256 === undefined ? {} : { [headers.sha256]: sha256 }),
      ...(length === undefined ? {} : { [headers.length]: String(length) }),
    },
    ...(key === null ? { partition: 0 } : {}),
  };
}
