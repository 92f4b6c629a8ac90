import type { RuleSet } from '@weir/domain';
import type { FoundPartition } from './open-partition';
import { mostAtOnce } from './pace';

/** Where nothing is read for so long, nothing is coming, whatever the log says that it still holds, ms. */
const readWithin = 60_000;

/**
 * For how long a partition goes on with the rules of its checkpoint (ADR 0022). Somebody who had the same checkpoint may have measured what comes
 * next and published it, without a checkpoint of it: by the same rules the same comes of it, and nothing stands that nobody knows.
 */
export class KeptRules {
  /** So many records may have been measured from a checkpoint that this one came of. */
  private left: number;
  /** Rules that were seen and do not run yet, and the end of the log when they had been. */
  private newer: { readonly rules: RuleSet; readonly end: number } | null = null;

  /** @param readAt when it was opened, ms */
  constructor(
    { begins }: Pick<FoundPartition, 'begins'>,
    private readAt: number,
  ) {
    // Where nothing was ever written down, nothing was published.
    this.left = begins ? 0 : mostAtOnce;
  }

  /** Records were read and what came of them is in the checkpoint. @param at ms */
  noteRead(records: number, at: number): void {
    this.left -= records;
    this.readAt = at;
  }

  /** It is not read on for a while, as others are behind. @param at ms */
  noteWaiting(at: number): void {
    this.readAt = at;
  }

  /**
   * Whether other rules may run from an offset on.
   * @param rules the same object as long as they are the same
   * @param now ms
   * @param end asks for the end of the log: whoever measures what comes after it has seen these rules too, and had to write them down
   */
  async mayChange(rules: RuleSet, nextOffset: number, now: number, end: () => Promise<number>): Promise<boolean> {
    if (this.left <= 0) return true;
    if (this.newer?.rules !== rules) this.newer = { rules, end: await end() };
    // A log may end in records that are none, e.g. the ends of transactions.
    return nextOffset >= this.newer.end || now - this.readAt >= readWithin;
  }
}
