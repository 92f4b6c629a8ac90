import { createHash } from 'node:crypto';
import { headers } from '../topics';
import { keptBytesOfTooLarge } from './dead-letter.schema';

/** A dead letter as a record. */
export interface LetterRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
  readonly partition?: number;
}

/**
 * The part of a dead letter that finds room also in a topic whose limit somebody has set lower than Weir's own: its first 64 KiB, with
 * length and hash of all, and without a key. One that was cut before says what was said then.
 */
export function cutLetter({ value, headers: said = {} }: LetterRecord): LetterRecord {
  const original = value ?? Buffer.alloc(0);
  const cut = {
    [headers.sha256]: createHash('sha256').update(original).digest('hex'),
    [headers.length]: String(original.length),
  };
  return {
    key: null,
    partition: 0,
    value: original.subarray(0, keptBytesOfTooLarge),
    headers: { ...(original.length > keptBytesOfTooLarge ? cut : {}), ...said },
  };
}
