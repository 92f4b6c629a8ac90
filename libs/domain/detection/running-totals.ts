import { Spoilt, evaluationErrors } from '../rule/measures/measure';
import type { Rule } from '../rule/rule';
import { bitOf, bitsOf, lowestColumn } from './bits';
import type { GroupLog } from './group-log';

/** So few facts are read anew each time: to keep where windows stand would take more memory than they do. */
export const fewFacts = 8;

/** What a group keeps of its running totals. */
export interface HasTotals {
  /** Where the windows begin, then their totals; null where they are not kept. */
  totals: number[] | null;
  /** What is no number of them; null, as it nearly always is, where there is nothing such. */
  disturbed: Disturbed | null;
}

/** A rule's window at the newest entry of a log. */
export interface Standing {
  /** First entry of the window. */
  readonly head: number;
  /** How many facts are in it that can be read, and their sum as `excess` * 2^52 + `sum`. */
  readonly facts: number;
  readonly sum: number;
  readonly excess: number;
  /** How many facts cannot be read, by error. */
  readonly unread: readonly number[] | null;
}

/** Rules whose windows are equally long. */
interface Length {
  readonly ms: number;
  /** Bits of the rules. */
  readonly columns: number;
}

/** Makes an array one of floating point numbers from the beginning; it need not be made anew for the first sum that is large. */
const notWhole = 0.5;

/** Sums are kept in numbers up to here, so that another safe integer more or less shows whether it still is exact. */
const span = 2 ** 52;
const bigSpan = BigInt(span);

/**
 * Number and sum of what is in the sliding windows of a dimension's rules, always as at the newest entry of a group's log: windows of one length
 * begin at the same entry, and a fact enters and leaves all of them together. One of these serves all groups; what is kept of each is an array
 * of numbers.
 */
export class RunningTotals {
  /** Bits of the rules that this is about. */
  readonly columns: number;
  /** The longest first; a window begins at the number of the group's array that has the same index. */
  private readonly lengths: readonly Length[];
  /** By column: where its total is kept, how many facts and then their sum; and which input is summed, -1: none. */
  private readonly places: readonly number[];
  private readonly inputs: readonly number[];
  /** By column: where the value stands that must be above the limit to be a hit; rules that have such are `quick`. */
  private readonly values: readonly number[];
  private readonly limits: readonly number[];
  private readonly quick: number;
  /** As long as what is kept of a group. */
  private readonly blank: readonly number[];
  /** For groups that keep nothing. */
  private readonly aside: { totals: number[]; disturbed: Disturbed | null };

  /** @param inputOf by column: the number of the rule's input */
  constructor(rules: readonly Rule[], inputOf: readonly number[]) {
    this.columns = bitsOf(rules, hasTotal);
    this.lengths = lengthsOf(rules);
    const kept = rules.map(keptOf);
    let place = this.lengths.length;
    this.places = kept.map((width) => (place += width) - width);
    this.inputs = kept.map((width, column) => (width === 2 ? (inputOf[column] ?? -1) : -1));
    const compared = rules.map(comparedOf);
    this.quick = bitsOf(rules, (_, column) => compared[column] !== null);
    this.values = compared.map((one, column) => (this.places[column] ?? 0) + (one?.at ?? 0));
    this.limits = compared.map((one) => one?.unmetUpTo ?? 0);
    this.blank = Array.from({ length: place }, () => notWhole);
    this.aside = { totals: this.blank.slice(), disturbed: null };
  }

  /**
   * The newest entry of a log has come in. Gives the bits of those of the rules in `triggers` whose threshold their windows surely do not meet;
   * the others have to be looked at.
   */
  cameIn(log: GroupLog & HasTotals, triggers: number): number {
    if (this.columns === 0) return 0;
    const index = log.length - 1;
    if (log.totals !== null) {
      this.moveOn(log, log.totals, index);
      return log.disturbed === null ? this.unmet(log.totals, triggers) : 0;
    }
    if (log.length > fewFacts) log.totals = this.blank.slice();
    const totals = log.totals ?? this.aside.totals;
    const holder = log.totals === null ? this.aside : log;
    this.read(log, holder, totals, index);
    return holder.disturbed === null ? this.unmet(totals, triggers) : 0;
  }

  /** An entry was put in at `index`, before the newest. */
  putIn(log: GroupLog & HasTotals, index: number): void {
    const { totals } = log;
    if (totals === null) return;
    const [t, newest] = [log.timeAt(index), log.timeAt(log.length - 1)];
    let entered = 0;
    for (let number = 0; number < this.lengths.length; number++) {
      const length = this.lengths[number];
      if (length === undefined) break;
      if (t > newest - length.ms) entered |= length.columns;
      else totals[number] = (totals[number] ?? 0) + 1;
    }
    this.change(log, log, totals, index, log.measuresOf(index) & entered, 1);
  }

  /** `removed` entries are about to be taken off the front of a log. */
  beforeTrim(log: GroupLog & HasTotals, removed: number): void {
    const { totals } = log;
    if (totals === null) return;
    for (let number = 0; number < this.lengths.length; number++) {
      let head = totals[number] ?? 0;
      for (; head < removed; head++)
        this.change(log, log, totals, head, log.measuresOf(head) & (this.lengths[number]?.columns ?? 0), -1);
      totals[number] = head - removed;
    }
  }

  /** The window of the rule in a column at the newest entry; null where that is not kept. */
  standing({ totals, disturbed }: HasTotals, column: number): Standing | null {
    if (totals === null) return null;
    const place = this.places[column] ?? 0;
    const length = this.lengths.findIndex(({ columns }) => (columns & bitOf(column)) !== 0);
    return {
      head: totals[length] ?? 0,
      facts: totals[place] ?? 0,
      sum: (this.inputs[column] ?? -1) < 0 ? (totals[place] ?? 0) : (totals[place + 1] ?? 0),
      excess: disturbed?.excess.get(column) ?? 0,
      unread: disturbed?.unread.get(column) ?? null,
    };
  }

  private unmet(totals: readonly number[], triggers: number): number {
    let unmet = 0;
    for (let left = triggers & this.quick; left !== 0; left &= left - 1) {
      const column = lowestColumn(left);
      if ((totals[this.values[column] ?? 0] ?? 0) <= (this.limits[column] ?? 0)) unmet |= left & -left;
    }
    return unmet;
  }

  private moveOn(log: GroupLog & HasTotals, totals: number[], index: number): void {
    this.change(log, log, totals, index, log.measuresOf(index) & this.columns, 1);
    const t = log.timeAt(index);
    const { lengths } = this;
    for (let number = 0; number < lengths.length; number++) {
      const length = lengths[number];
      if (length === undefined) break;
      const head = totals[number] ?? 0;
      const stays = log.firstLaterFrom(head, t - length.ms);
      for (let left = head; left < stays; left++)
        this.change(log, log, totals, left, log.measuresOf(left) & length.columns, -1);
      if (stays !== head) totals[number] = stays;
    }
  }

  /** Reads all windows that end with the entry at `index` anew. */
  private read(log: GroupLog, holder: HasTotals, totals: number[], index: number): void {
    totals.fill(0);
    holder.disturbed = null;
    const t = log.timeAt(index);
    let open = 0;
    let at = 0;
    for (let number = 0; number < this.lengths.length; number++) {
      const length = this.lengths[number];
      if (length === undefined) break;
      const head = log.firstAtOrAfter(t - length.ms + 1);
      totals[number] = head;
      // Those between two beginnings are in the longer windows alone.
      if (open === 0) at = head;
      for (; at < head; at++) this.change(log, holder, totals, at, log.measuresOf(at) & open, 1);
      open |= length.columns;
    }
    for (; at <= index; at++) this.change(log, holder, totals, at, log.measuresOf(at) & open, 1);
  }

  /** Lets the entry at `index` enter the windows of rules, or leave them. */
  private change(log: GroupLog, holder: HasTotals, totals: number[], index: number, bits: number, sign: 1 | -1): void {
    const { places, inputs } = this;
    for (let left = bits; left !== 0; left &= left - 1) {
      const column = lowestColumn(left);
      const place = places[column] ?? 0;
      const input = inputs[column] ?? -1;
      if (input >= 0) {
        const contribution = log.contributionAt(index, input);
        if (typeof contribution !== 'number') {
          if (contribution instanceof Spoilt) disturbedOf(holder).unreadable(column, contribution, sign);
          settled(holder);
          continue;
        }
        const sum = (totals[place + 1] ?? 0) + sign * contribution;
        if (holder.disturbed === null && sum <= span && sum >= -span) totals[place + 1] = sum;
        else {
          totals[place + 1] = disturbedOf(holder).add(column, totals[place + 1] ?? 0, sign * contribution);
          settled(holder);
        }
      }
      totals[place] = (totals[place] ?? 0) + sign;
    }
  }
}

/** What of a group's totals is no number: facts that cannot be read, and what is too much for one number. Both by column. */
export class Disturbed {
  /** How many facts cannot be read, by error; only columns that have such. */
  readonly unread = new Map<number, number[]>();
  /** So many times 2^52 more than the number says; only columns where that is not 0. */
  readonly excess = new Map<number, number>();

  get isOver(): boolean {
    return this.unread.size === 0 && this.excess.size === 0;
  }

  /** A fact that cannot be read enters or leaves. */
  unreadable(column: number, { error }: Spoilt, sign: 1 | -1): void {
    const counts = this.unread.get(column) ?? evaluationErrors.map(() => 0);
    const index = evaluationErrors.indexOf(error);
    counts[index] = (counts[index] ?? 0) + sign;
    if (counts.every((count) => count === 0)) this.unread.delete(column);
    else this.unread.set(column, counts);
  }

  /** Adds to a column's sum of which `kept` is kept as a number; gives what is to be kept of it. */
  add(column: number, kept: number, units: number): number {
    const sum = BigInt(kept) + BigInt(units) + BigInt(this.excess.get(column) ?? 0) * bigSpan;
    const excess = Number(sum / bigSpan);
    if (excess === 0) this.excess.delete(column);
    else this.excess.set(column, excess);
    return Number(sum % bigSpan);
  }
}

function disturbedOf(holder: HasTotals): Disturbed {
  return (holder.disturbed ??= new Disturbed());
}

/** Forgets what is over. */
function settled(holder: HasTotals): void {
  if (holder.disturbed?.isOver === true) holder.disturbed = null;
}

/** Whether number and sum of what is in a rule's window tell what it measures, and the window slides. */
function hasTotal({ window, measure }: Rule): boolean {
  return window?.kind === 'sliding' && measure?.looking.kind === 'total' && measure.contributes !== 'objects';
}

/** How many numbers are kept of a rule's total. */
function keptOf(rule: Rule): 0 | 1 | 2 {
  return !hasTotal(rule) ? 0 : rule.measure?.contributes === 'ones' ? 1 : 2;
}

/** Which of a rule's numbers must be above which limit to be a hit; null where it takes more to tell. */
function comparedOf(rule: Rule): { readonly at: 0 | 1; readonly unmetUpTo: number } | null {
  const { measure, threshold } = rule;
  const unmetUpTo = threshold?.unmetUpTo ?? null;
  if (!hasTotal(rule) || measure?.looking.kind !== 'total' || measure.looking.value === null || unmetUpTo === null)
    return null;
  return { at: measure.looking.value === 'sum' ? 1 : 0, unmetUpTo };
}

function lengthsOf(rules: readonly Rule[]): readonly Length[] {
  const byMs = new Map<number, number>();
  rules.forEach((rule, column) => {
    if (!hasTotal(rule) || rule.window?.kind !== 'sliding') return;
    byMs.set(rule.window.length, (byMs.get(rule.window.length) ?? 0) | bitOf(column));
  });
  return [...byMs].map(([ms, columns]) => ({ ms, columns })).sort((a, b) => b.ms - a.ms);
}
