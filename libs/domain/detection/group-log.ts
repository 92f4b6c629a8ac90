import type { Fact } from '../fact/fact';
import { compareFacts } from '../fact/order';

/** What a fact has been to one rule, as bits of one mark. */
export const mark = {
  /** It is a hit that stands. */
  stands: 1,
  /** It was a hit at some time: standing again is reinstating, not raising. */
  everRaised: 2,
  /** The level of the threshold that it reached when it was last measured, times 4. */
  level: 0x1c,
} as const;

const levelShift = 2;

/**
 * The facts of a group in their order, as columns: index by index the time, the fact, the bits of the rules that it triggers and
 * counts for, and what it contributes to each input. Marks are kept where there are any, which is rare.
 */
export class GroupLog {
  readonly times: number[] = [];
  readonly facts: Fact[] = [];
  readonly triggers: number[] = [];
  readonly measures: number[] = [];
  /** By input. */
  readonly contributions: readonly unknown[][];
  private readonly marks: (Uint8Array | null)[] = [];

  constructor(
    inputs: number,
    /** How many rules look at the log. */
    private readonly columns: number,
  ) {
    this.contributions = Array.from({ length: inputs }, () => []);
  }

  get length(): number {
    return this.times.length;
  }

  /** Time (ms) of the entry at `index`; Infinity beyond the end. */
  timeAt(index: number): number {
    return this.times[index] ?? Infinity;
  }

  /** @throws RangeError where the log has no such entry */
  factAt(index: number): Fact {
    const fact = this.facts[index];
    if (fact === undefined) throw new RangeError(`The log has no entry ${index}.`);
    return fact;
  }

  /** Whether the fact at `index` may be a hit of the rule with this bit. */
  triggersAt(index: number, bit: number): boolean {
    return ((this.triggers[index] ?? 0) & bit) !== 0;
  }

  /** Whether the fact at `index` counts for the rule with this bit. */
  measuresAt(index: number, bit: number): boolean {
    return ((this.measures[index] ?? 0) & bit) !== 0;
  }

  /** The marks of the rule in a column. */
  markAt(index: number, column: number): number {
    return this.marks[index]?.[column] ?? 0;
  }

  setMark(index: number, column: number, bits: number): void {
    const marks = this.marks[index] ?? null;
    if (marks !== null) {
      marks[column] = bits;
    } else if (bits !== 0) {
      const made = new Uint8Array(this.columns);
      made[column] = bits;
      this.marks[index] = made;
    }
  }

  /** The marks of all rules, null where there are none. */
  marksAt(index: number): Uint8Array | null {
    return this.marks[index] ?? null;
  }

  /** The level of the threshold that the fact at `index` reached; 0: not met. */
  levelAt(index: number, column: number): number {
    return this.markAt(index, column) >> levelShift;
  }

  setLevel(index: number, column: number, level: number): void {
    if (level === 0 && this.marks[index] === null) return;
    this.setMark(index, column, (this.markAt(index, column) & ~mark.level) | (level << levelShift));
  }

  /** Puts a fact in its place in the order; gives the index. O(1) at the end, else O(log n) and a move. */
  insert(fact: Fact, triggers: number, measures: number, contributions: readonly unknown[]): number {
    const index = this.placeOf(fact);
    const atEnd = index === this.times.length;
    put(this.times, index, fact.occurredAt, atEnd);
    put(this.facts, index, fact, atEnd);
    put(this.triggers, index, triggers, atEnd);
    put(this.measures, index, measures, atEnd);
    put(this.marks, index, null, atEnd);
    for (let input = 0; input < this.contributions.length; input++) {
      const column = this.contributions[input];
      if (column !== undefined) put<unknown>(column, index, contributions[input], atEnd);
    }
    return index;
  }

  /** Index of the first entry at `time` (ms) or later. */
  firstAtOrAfter(time: number): number {
    let [low, high] = [0, this.times.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timeAt(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes entries off the front. */
  removeFirst(howMany: number): void {
    for (const column of [this.times, this.facts, this.triggers, this.measures, this.marks, ...this.contributions]) {
      column.splice(0, howMany);
    }
  }

  private placeOf(fact: Fact): number {
    const { facts } = this;
    const last = facts[facts.length - 1];
    if (last === undefined || compareFacts(last, fact) < 0) return facts.length;
    let [low, high] = [0, facts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = facts[middle];
      if (other !== undefined && compareFacts(other, fact) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function put<T>(column: T[], index: number, value: T, atEnd: boolean): void {
  if (atEnd) column.push(value);
  else column.splice(index, 0, value);
}
