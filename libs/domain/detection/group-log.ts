import type { Fact } from '../fact/fact';
import { compareFacts } from '../fact/order';
import { Spoilt, type Contributions } from '../rule/measures/measure';
import { mostColumns } from './bits';
import type { NamedFact } from './held/fact-bytes';
import type { FactStore } from './held/fact-store';

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

/** Numbers of a row: its time, the fact's reference, the bits of the rules, then what it contributes to the inputs of numbers. */
const [timeAt, refAt, bitsAt, numbersAt] = [0, 1, 2, 3];
const bitSpan = 2 ** mostColumns;
/** Multiplying by it is exact, as dividing by the span is, and quicker. */
const partOfSpan = 1 / bitSpan;

/** Places of inputs that stand in no row: what is always 1 is not kept; objects have arrays of their own. */
const ones = -1;
const firstObject = 1_000;

/** What cannot be read stands among the contributions as a number that no contribution can be. */
const firstSpoilt = 2 ** 60;
const spoiltBy = [Spoilt.notExact, Spoilt.noRate, Spoilt.outOfRange] as const;

function packed(contribution: unknown): number {
  if (typeof contribution === 'number') return contribution;
  return contribution instanceof Spoilt ? firstSpoilt * 2 ** spoiltBy.indexOf(contribution) : 0;
}

function unpacked(number: number): number | Spoilt {
  if (number < firstSpoilt) return number;
  return spoiltBy[Math.log2(number / firstSpoilt)] ?? Spoilt.notExact;
}

/**
 * The facts of a group in their order, as rows of one array of numbers: they lie side by side in memory and the garbage collector passes
 * over them. Contributions that are no numbers have arrays of their own; marks are kept where there are any, which is rare.
 */
export class GroupLog {
  private rows: number[] = [];
  private readonly width: number;
  private readonly places: readonly number[];
  private readonly objects: readonly unknown[][];
  /** By reference of the fact. */
  private marks: Map<number, Uint8Array> | null = null;

  constructor(
    private readonly store: FactStore,
    private readonly layout: LogLayout,
  ) {
    this.width = layout.width;
    this.places = layout.places;
    this.objects = layout.objects === 0 ? noObjects : Array.from({ length: layout.objects }, () => []);
  }

  get length(): number {
    return this.rows.length / this.width;
  }

  /** Time (ms) of the entry at `index`; Infinity beyond the end. */
  timeAt(index: number): number {
    return this.rows[index * this.width + timeAt] ?? Infinity;
  }

  /** Reference of the fact at `index`. @throws RangeError where the log has no such entry */
  refAt(index: number): number {
    const ref = this.rows[index * this.width + refAt];
    if (ref === undefined) throw new RangeError(`The log has no entry ${index}.`);
    return ref;
  }

  /** @throws RangeError where the log has no such entry */
  factAt(index: number): Fact {
    return this.store.fact(this.refAt(index));
  }

  /** What evidence shows of a fact by its reference. */
  named(ref: number): NamedFact {
    return this.store.named(ref);
  }

  /** Bits of the rules that the fact at `index` may be a hit of. */
  triggersOf(index: number): number {
    // Bit operators see the lowest 32 bits of a number, which hold the triggers.
    return (this.rows[index * this.width + bitsAt] ?? 0) & (bitSpan - 1);
  }

  /** Bits of the rules that the fact at `index` counts for. */
  measuresOf(index: number): number {
    return Math.floor((this.rows[index * this.width + bitsAt] ?? 0) * partOfSpan);
  }

  /** Whether the fact at `index` may be a hit of the rule with this bit. */
  triggersAt(index: number, bit: number): boolean {
    return (this.triggersOf(index) & bit) !== 0;
  }

  /** Whether the fact at `index` counts for the rule with this bit. */
  measuresAt(index: number, bit: number): boolean {
    return (this.measuresOf(index) & bit) !== 0;
  }

  /** What the fact at `index` contributes to an input. */
  contributionAt(index: number, input: number): unknown {
    const place = this.places[input] ?? ones;
    if (place === ones) return 1;
    if (place < firstObject) return unpacked(this.rows[index * this.width + place] ?? 0);
    return this.objects[place - firstObject]?.[index];
  }

  /** The marks of the rule in a column. */
  markAt(index: number, column: number): number {
    return this.marks === null ? 0 : (this.marks.get(this.refAt(index))?.[column] ?? 0);
  }

  setMark(index: number, column: number, bits: number): void {
    const ref = this.refAt(index);
    const marks = this.marks?.get(ref);
    if (marks !== undefined) {
      marks[column] = bits;
    } else if (bits !== 0) {
      const made = new Uint8Array(this.layout.columns);
      made[column] = bits;
      this.marks = (this.marks ?? new Map<number, Uint8Array>()).set(ref, made);
    }
  }

  /** The marks of all rules, null where there are none. */
  marksAt(index: number): Uint8Array | null {
    return this.marks?.get(this.refAt(index)) ?? null;
  }

  /** The level of the threshold that the fact at `index` reached; 0: not met. */
  levelAt(index: number, column: number): number {
    return this.markAt(index, column) >> levelShift;
  }

  setLevel(index: number, column: number, level: number): void {
    if (level === 0 && (this.marks === null || !this.marks.has(this.refAt(index)))) return;
    this.setMark(index, column, (this.markAt(index, column) & ~mark.level) | (level << levelShift));
  }

  /** Puts a fact in its place in the order; gives the index. O(1) at the end, else O(log n) and a move. */
  insert(fact: Fact, ref: number, triggers: number, measures: number, contributions: readonly unknown[]): number {
    const index = this.placeOf(fact);
    const { rows, width, places } = this;
    const from = index * width;
    const atEnd = from === rows.length;
    if (atEnd) rows.push(fact.occurredAt, ref, measures * bitSpan + triggers);
    else rows.splice(from, 0, fact.occurredAt, ref, measures * bitSpan + triggers);
    for (let input = 0; input < places.length; input++) {
      const place = places[input] ?? ones;
      if (place === ones) continue;
      if (place < firstObject) put(rows, from + place, packed(contributions[input]));
      else put(this.objects[place - firstObject] ?? [], index, contributions[input]);
    }
    // Many groups have one fact for ever: it takes no more room than it needs.
    if (rows.length === width) this.rows = rows.slice();
    return index;
  }

  /** Index of the first entry from `index` on that is later than `time` (ms), looked for one by one. */
  firstLaterFrom(index: number, time: number): number {
    const { rows, width } = this;
    let at = index * width;
    while (at < rows.length && (rows[at] ?? Infinity) <= time) at += width;
    return at / width;
  }

  /** Index of the first entry at `time` (ms) or later. */
  firstAtOrAfter(time: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.timeAt(middle) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Takes entries off the front. */
  removeFirst(howMany: number): void {
    if (this.marks !== null) {
      for (let index = Math.min(howMany, this.length) - 1; index >= 0; index--) this.marks.delete(this.refAt(index));
      if (this.marks.size === 0) this.marks = null;
    }
    this.rows.splice(0, howMany * this.width);
    for (const column of this.objects) column.splice(0, howMany);
  }

  private placeOf(fact: Fact): number {
    const { length } = this;
    const t = fact.occurredAt;
    if (length === 0 || this.timeAt(length - 1) < t) return length;
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const time = this.timeAt(middle);
      // Only facts of one time need their names.
      if (time < t || (time === t && compareFacts(this.factAt(middle), fact) < 0)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Where the rows of a dimension's logs keep what. */
export class LogLayout {
  /** Numbers of a row. */
  readonly width: number;
  /** By input: its place in the row; `firstObject` and the number of its array; or `ones`. */
  readonly places: readonly number[];
  /** How many arrays of objects there are. */
  readonly objects: number;

  constructor(
    inputs: readonly Contributions[],
    /** How many rules look at a log. */
    readonly columns: number,
  ) {
    let [number, object] = [numbersAt, firstObject];
    this.places = inputs.map((kind) => (kind === 'numbers' ? number++ : kind === 'objects' ? object++ : ones));
    this.width = number;
    this.objects = object - firstObject;
  }
}

const noObjects: readonly unknown[][] = [];

function put<T>(column: T[], index: number, value: T): void {
  if (index === column.length) column.push(value);
  else column.splice(index, 0, value);
}
