import { compareFacts } from '../fact/order';
import type { Group } from './group';
import { mark } from './group-log';

/**
 * The hits of one rule that stand in one group, in the order of their facts: finds the last one before a fact without looking at all that
 * lies between. Made for groups in which that is much.
 */
export class Raisings {
  private readonly times: number[] = [];
  private readonly refs: number[] = [];

  /** @param group whose log is read once */
  constructor(
    private readonly group: Group,
    column: number,
  ) {
    for (let index = 0; index < group.length; index++) {
      if ((group.markAt(index, column) & mark.stands) === 0) continue;
      this.times.push(group.timeAt(index));
      this.refs.push(group.refAt(index));
    }
  }

  /** Whether the entry at `index` of the log stands from now on. O(log n), and a move where others stand behind it. */
  note(index: number, stands: boolean): void {
    const place = this.before(index);
    const known = this.refs[place] === this.group.refAt(index);
    if (known === stands) return;
    this.times.splice(place, known ? 1 : 0, ...(stands ? [this.group.timeAt(index)] : []));
    this.refs.splice(place, known ? 1 : 0, ...(stands ? [this.group.refAt(index)] : []));
  }

  /** Time (ms) of the last hit before the entry at `index` of the log; null where there is none. O(log n). */
  lastBefore(index: number): number | null {
    return this.times[this.before(index) - 1] ?? null;
  }

  /** Entries before this time (ms) were taken off the log. */
  trimmed(time: number): void {
    let gone = 0;
    while ((this.times[gone] ?? Infinity) < time) gone++;
    this.times.splice(0, gone);
    this.refs.splice(0, gone);
  }

  /** How many stand before the entry at `index` of the log. */
  private before(index: number): number {
    const { group, times, refs } = this;
    const time = group.timeAt(index);
    let [low, high] = [0, times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const [there = 0, ref = 0] = [times[middle], refs[middle]];
      const isBefore =
        there < time || (there === time && compareFacts(group.named(ref), group.named(group.refAt(index))) < 0);
      if (isBefore) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
