import type { RefusalReason } from '@weir/contracts';
import type { LetterId } from './letter';
import type { AgainRefused } from './reader-again';

/** Why a letter is not sent again. Closed. */
export type NotSentReason =
  | 'not-found'
  | 'replayed-before'
  | 'truncated'
  | 'only-by-name'
  | 'foreign-origin'
  | 'refused-again'
  | 'record-too-large';

/** What became of one letter. */
export type SendOutcome =
  | {
      readonly outcome: 'sent' | 'would-send';
      readonly id: LetterId;
      readonly reason: RefusalReason | null;
      readonly topic: string;
      /** `topic/partition/offset` of each record; empty where nothing was sent yet. */
      readonly to: readonly string[];
      readonly records: number;
      /** When the oldest of its facts occurred, ms since 1970; null where that matters to nobody. */
      readonly oldest: number | null;
    }
  | {
      readonly outcome: 'not-sent';
      readonly id: LetterId;
      readonly reason: RefusalReason | null;
      readonly why: NotSentReason;
      readonly message: string;
      readonly flaws: readonly AgainRefused[];
    };

/** Some letters were sent and the log failed on others, or on the book: what was done, and what went wrong. */
export class SendAgainFailed extends Error {
  readonly code = 'send-again-failed';
  constructor(
    readonly outcomes: readonly SendOutcome[],
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'SendAgainFailed';
  }
}

/** Places as a sentence names them. */
export function placesText(places: readonly string[]): string {
  const [first = '', ...more] = places;
  return more.length === 0 ? first : `${first} and ${more.length} more`;
}
