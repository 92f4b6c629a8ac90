import type { Fact } from '../fact/fact';
import { evaluationErrors, Spoilt, type Aggregate, type AnyMeasure, type Measured } from '../rule/measures/measure';
import { boundsOf, spanOf, type Window, type WindowBounds } from '../window/window';
import { has, mark, type Entry } from './group-log';

/** What a window shows of itself at a triggering fact. */
export interface Shown {
  readonly measured: Measured;
  /** How many facts the evidence is about, and the newest of them in their order. */
  readonly count: number;
  readonly facts: readonly Fact[];
}

/**
 * One rule's window over a group's log. It moves forward with the facts, each entering and leaving once; put back
 * (`restartAt`) it reads its window anew.
 */
export class WindowCursor {
  private contents: Contents;
  /** Entries `[head, next)` are looked at; those of them that are measured and of the span have entered. */
  private head = 0;
  private next = 0;
  private span: number | null = null;

  constructor(
    private readonly window: Window,
    private readonly measure: AnyMeasure,
    private readonly column: number,
  ) {
    this.contents = new Contents(measure);
  }

  /** The value over the window that ends with the entry at `index`, which it was moved to. */
  measuredAt(entry: Entry): Measured {
    return this.contents.measured(entry.fact, this.counts(entry));
  }

  /** Moves the window to end with the entry at `index`. */
  moveTo(entries: readonly Entry[], index: number): void {
    const entry = entries[index];
    if (entry === undefined) throw new RangeError(`The log has no entry ${index}.`);
    const t = entry.fact.occurredAt;
    const span = spanOf(this.window, t);
    if (this.next > index + 1 || this.span !== span) return this.restart(entries, index, span);
    for (; this.next <= index; this.next++) this.enter(entries[this.next]);
    if (this.window.kind === 'sliding') this.leaveUpTo(entries, t - this.window.length);
  }

  /**
   * An entry was put in at `index`. Where this rule measures it, what was read beyond it is read again when the window next
   * moves; where not, only the places of the others have moved.
   */
  insertedAt(index: number, entry: Entry): void {
    if (index >= this.next) return;
    if (has(entry, this.column, mark.measured | mark.triggers)) return this.forget();
    this.next++;
    if (index < this.head) this.head++;
  }

  /** `removed` entries were taken off the front of the log. */
  trimmed(removed: number): void {
    if (this.head < removed) return this.forget();
    this.head -= removed;
    this.next -= removed;
  }

  /** Bounds of the window of a fact at `t`. */
  bounds(t: number): WindowBounds {
    return boundsOf(this.window, t);
  }

  /** Whether a fact at `t` stands in the window of a later one at `later`. */
  covers(t: number, later: number): boolean {
    return this.window.kind === 'sliding'
      ? t > later - this.window.length
      : spanOf(this.window, t) === spanOf(this.window, later);
  }

  /** What evidence shows of the window that ends with the entry at `index`, which it was moved to. */
  shown(entries: readonly Entry[], index: number, most: number): Shown {
    return this.shownOf(this.contents, entries, index, most, null);
  }

  /** The same as if one of its entries were not there. O(facts in the window). */
  shownWithout(missing: Entry, entries: readonly Entry[], index: number, most: number): Shown {
    const contents = new Contents(this.measure);
    for (let at = this.head; at <= index; at++) {
      const entry = entries[at];
      if (entry !== undefined && entry !== missing && this.counts(entry)) contents.enter(this.contribution(entry));
    }
    return this.shownOf(contents, entries, index, most, missing);
  }

  private shownOf(
    contents: Contents,
    entries: readonly Entry[],
    index: number,
    most: number,
    missing: Entry | null,
  ): Shown {
    const trigger = entries[index];
    if (trigger === undefined) throw new RangeError(`The log has no entry ${index}.`);
    const measured = contents.measured(trigger.fact, this.counts(trigger));
    const own = this.measure.own(trigger.fact);
    if (own === null || own instanceof Spoilt) return { measured, count: 0, facts: [] };
    const count = contents.shown(own, this.counts(trigger));
    const wanted = Math.min(count, most);
    const facts: Fact[] = [];
    if (this.measure.showsTrigger && wanted > 0) facts.push(trigger.fact);
    for (let at = this.measure.showsTrigger ? index - 1 : index; at >= this.head && facts.length < wanted; at--) {
      const entry = entries[at];
      if (entry === undefined || entry === missing || !this.counts(entry)) continue;
      const contribution = this.contribution(entry);
      if (!(contribution instanceof Spoilt) && this.measure.shows(contribution, own)) facts.push(entry.fact);
    }
    return { measured, count, facts: facts.reverse() };
  }

  private restart(entries: readonly Entry[], index: number, span: number): void {
    this.forget();
    this.span = span;
    const t = entries[index]?.fact.occurredAt ?? 0;
    const { from, fromIncluded } = boundsOf(this.window, t);
    this.head = index + 1;
    for (let at = index; at >= 0; at--) {
      const time = entries[at]?.fact.occurredAt ?? -Infinity;
      if (fromIncluded ? time < from : time <= from) break;
      this.head = at;
    }
    for (this.next = this.head; this.next <= index; this.next++) this.enter(entries[this.next]);
  }

  private forget(): void {
    this.contents = new Contents(this.measure);
    this.head = 0;
    this.next = 0;
    this.span = null;
  }

  private enter(entry: Entry | undefined): void {
    if (entry !== undefined && this.counts(entry)) this.contents.enter(this.contribution(entry));
  }

  private leaveUpTo(entries: readonly Entry[], time: number): void {
    for (; this.head < this.next; this.head++) {
      const entry = entries[this.head];
      if (entry === undefined || entry.fact.occurredAt > time) return;
      if (this.counts(entry)) this.contents.leave(this.contribution(entry));
    }
  }

  private counts(entry: Entry): boolean {
    return has(entry, this.column, mark.measured) && spanOf(this.window, entry.fact.occurredAt) === this.span;
  }

  private contribution({ fact }: Entry): unknown {
    const contribution = this.measure.contribution(fact);
    if (contribution === null) throw new Error(`Fact ${fact.id} is marked as measured but does not count.`);
    return contribution;
  }
}

/** What is in a window: what the measure keeps, and how many of its facts cannot be read, by error. */
class Contents {
  private readonly aggregate: Aggregate<unknown, unknown>;
  private readonly spoilt = evaluationErrors.map(() => 0);

  constructor(private readonly measure: AnyMeasure) {
    this.aggregate = measure.aggregate();
  }

  enter(contribution: unknown): void {
    if (contribution instanceof Spoilt) this.count(contribution, 1);
    else this.aggregate.enter(contribution);
  }

  leave(contribution: unknown): void {
    if (contribution instanceof Spoilt) this.count(contribution, -1);
    else this.aggregate.leave(contribution);
  }

  measured(trigger: Fact, entered: boolean): Measured {
    const own = this.measure.own(trigger);
    for (const [index, error] of evaluationErrors.entries()) {
      if ((this.spoilt[index] ?? 0) > 0 || (own instanceof Spoilt && own.error === error)) return error;
    }
    return own === null ? 'nothing-measured' : this.aggregate.measured(own, entered);
  }

  shown(own: unknown, entered: boolean): number {
    return this.aggregate.shown(own, entered);
  }

  private count({ error }: Spoilt, by: 1 | -1): void {
    const index = evaluationErrors.indexOf(error);
    this.spoilt[index] = (this.spoilt[index] ?? 0) + by;
  }
}
