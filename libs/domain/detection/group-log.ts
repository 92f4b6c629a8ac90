import type { Fact } from '../fact/fact';
import { compareFacts } from '../fact/order';

/** What a fact is to one rule, as bits of one mark. */
export const mark = {
  /** It counts towards the measure. */
  measured: 1,
  /** It may be a hit: the rule's conditions hold and the version governs it. */
  triggers: 2,
  /** It is a hit that stands. */
  stands: 4,
  /** It was a hit at some time: standing again is reinstating, not raising. */
  everRaised: 8,
  /** The level of the threshold that it reached when it was last measured: see `levelOf`. */
  level: 0x70,
} as const;

const levelShift = 4;

/** A fact in a group's log with its marks, one per rule of the dimension. */
export interface Entry {
  readonly fact: Fact;
  readonly marks: Uint8Array;
}

/** Whether an entry has a bit set for the rule in a column. */
export function has(entry: Entry, column: number, bit: number): boolean {
  return ((entry.marks[column] ?? 0) & bit) !== 0;
}

/** Sets or clears a bit for the rule in a column. */
export function put(entry: Entry, column: number, bit: number, on: boolean): void {
  const marks = entry.marks[column] ?? 0;
  entry.marks[column] = on ? marks | bit : marks & ~bit;
}

/** The level of the threshold that an entry reached when it was last measured by the rule in a column; 0: not met. */
export function levelOf(entry: Entry, column: number): number {
  return ((entry.marks[column] ?? 0) & mark.level) >> levelShift;
}

/** Notes the level that an entry reached. */
export function putLevel(entry: Entry, column: number, level: number): void {
  entry.marks[column] = ((entry.marks[column] ?? 0) & ~mark.level) | (level << levelShift);
}

/** Puts an entry in its place in the order; gives the index. O(1) at the end, else O(log n) and a move. */
export function insert(entries: Entry[], entry: Entry): number {
  const last = entries.at(-1);
  if (last === undefined || compareFacts(last.fact, entry.fact) < 0) return entries.push(entry) - 1;
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const other = entries[middle];
    if (other !== undefined && compareFacts(other.fact, entry.fact) < 0) low = middle + 1;
    else high = middle;
  }
  entries.splice(low, 0, entry);
  return low;
}

/** Index of the first entry at `time` (ms) or later. */
export function firstAtOrAfter(entries: readonly Entry[], time: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.fact.occurredAt ?? Infinity) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
