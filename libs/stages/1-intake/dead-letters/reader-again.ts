import type { RefusalReason } from '@weir/contracts';
import type { NewRecord } from '@weir/platform/record-log';
import type { Letter } from './letter';

/** Why a reader would refuse one of the records that a letter would become. */
export interface AgainRefused {
  readonly reason: RefusalReason;
  /** What is wrong, where, and how to mend it; may quote the original. */
  readonly message: string;
  /** Which of several facts it is, from 1; null where there is one only. */
  readonly part: number | null;
}

/** What would become of a letter that is sent again. */
export type ReadAgain =
  | {
      readonly outcome: 'readable';
      readonly records: readonly NewRecord[];
      /** When the oldest of its facts occurred, ms since 1970; null where that matters to nobody. */
      readonly oldest: number | null;
    }
  | { readonly outcome: 'refused'; readonly flaws: readonly AgainRefused[] };

/**
 * Whoever reads a topic that letters are sent to again, asked before anything is sent. One for each such topic: intake
 * brings its own for facts, the app plugs in others.
 */
export interface ReaderAgain {
  readonly topic: string;
  /** True: its letters are sent again only where they are named one by one, not by reason and time. */
  readonly onlyByName: boolean;
  /**
   * Reads what would be sent, as the stage that reads the topic will.
   * @param mended other bytes than the original; null: the original, which is whole
   */
  read(letter: Letter, mended: Buffer | null): ReadAgain;
}
