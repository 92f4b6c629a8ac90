import { headers, refusalReasons, type RefusalReason } from '@weir/contracts';
import type { LogRecord } from '@weir/platform/record-log';

/** Where a dead letter stands on its topic; people write it `partition/offset`. */
export interface LetterId {
  readonly partition: number;
  readonly offset: number;
}

/** A dead letter as it stands on its topic. Texts are as they were written there: not yet fit for a terminal. */
export interface Letter {
  readonly id: LetterId;
  /** When it was written, ms since 1970. */
  readonly at: number;
  /** Null where the record does not say one of the listed reasons: then it was not Weir that wrote it. */
  readonly reason: RefusalReason | null;
  /** What is wrong, where, and how to mend it; may quote the original. */
  readonly message: string;
  /** `topic/partition/offset`, `http/<request>/<index>` or `file/<line>`; empty where the record does not say it. */
  readonly origin: string;
  readonly key: Buffer | null;
  /** All bytes of the original, or the first of them. */
  readonly original: Buffer;
  /** Length of the whole original in bytes. */
  readonly length: number;
  /** Hex SHA-256 of the whole original, where only its beginning was kept. */
  readonly sha256: string | null;
}

/** Writes an id as people read it. */
export const letterIdText = ({ partition, offset }: LetterId): string => `${partition}/${offset}`;

/** Reads `partition/offset`; null where the text is none. */
export function parseLetterId(text: string): LetterId | null {
  const found = /^(\d{1,9})\/(\d{1,15})$/.exec(text);
  return found === null ? null : { partition: Number(found[1]), offset: Number(found[2]) };
}

/** Whether only the beginning of the original was kept. */
export const isTruncated = ({ original, length }: Pick<Letter, 'original' | 'length'>): boolean =>
  original.length < length;

/** A record of the dead-letter topic as a letter. Whatever stands there is one, also what somebody else has written. */
export function letterOf(partition: number, { offset, key, value, headers: given, timestamp }: LogRecord): Letter {
  const original = value ?? Buffer.alloc(0);
  const length = lengthOf(given[headers.length], original.length);
  const sha256 = given[headers.sha256] ?? '';
  return {
    id: { partition, offset },
    at: timestamp,
    reason: refusalReasons.find((known) => known === given[headers.reason]) ?? null,
    message: given[headers.message] ?? '',
    origin: given[headers.origin] ?? '',
    key,
    original,
    length,
    // A short original of a body with too many facts is kept whole although it is `too-large`.
    sha256: length > original.length && /^[0-9a-f]{64}$/.test(sha256) ? sha256 : null,
  };
}

/** Length of the original: what the header says, where that is a number and not less than what is there. */
function lengthOf(written: string | undefined, kept: number): number {
  return written !== undefined && /^\d{1,15}$/.test(written) ? Math.max(Number(written), kept) : kept;
}
