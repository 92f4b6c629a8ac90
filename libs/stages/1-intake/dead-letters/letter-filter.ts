import type { RefusalReason } from '@weir/contracts';
import type { Letter } from './letter';

/** Which dead letters are meant; what is left out restricts nothing. */
export interface LetterFilter {
  /** Any of these reasons; empty: all. */
  readonly reasons: readonly RefusalReason[];
  /** Written at this time or later, ms since 1970. */
  readonly since: number | null;
  /** Written before this time, ms since 1970. */
  readonly until: number | null;
  /** Stands somewhere in the origin. */
  readonly origin: string | null;
}

/** Whether a letter is meant. */
export function matches(letter: Letter, { reasons, since, until, origin }: LetterFilter): boolean {
  return (
    (reasons.length === 0 || (letter.reason !== null && reasons.includes(letter.reason))) &&
    (since === null || letter.at >= since) &&
    (until === null || letter.at < until) &&
    (origin === null || letter.origin.includes(origin))
  );
}
