import type { Fact } from '../fact/fact';
import type { Aggregate, EvaluationError, Measure, Measured } from '../rule/measures/measure';
import { boundsOf, spanOf, type Window, type WindowBounds } from '../window/window';
import { has, mark, type Entry } from './group-log';

/**
 * One rule's window over a group's log. It moves forward with the facts, each entering and leaving once; put back
 * (`restartAt`) it reads its window anew.
 */
export class WindowCursor {
  private aggregate: Aggregate;
  /** Entries `[head, next)` are looked at; those of them that are measured and of the span have entered. */
  private head = 0;
  private next = 0;
  private span: number | null = null;

  constructor(
    private readonly window: Window,
    private readonly measure: Measure,
    private readonly column: number,
  ) {
    this.aggregate = measure.aggregate();
  }

  /** How many facts the window holds. */
  get count(): number {
    return this.aggregate.count;
  }

  /** The value over the window. */
  measured(): Measured {
    return this.aggregate.measured();
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

  /** The newest measured facts of the window that ends with the entry at `index`, in their order. */
  newest(entries: readonly Entry[], index: number, most: number): readonly Fact[] {
    const facts: Fact[] = [];
    for (let at = index; at >= this.head && facts.length < most; at--) {
      const entry = entries[at];
      if (entry !== undefined && this.counts(entry)) facts.push(entry.fact);
    }
    return facts.reverse();
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
    this.aggregate = this.measure.aggregate();
    this.head = 0;
    this.next = 0;
    this.span = null;
  }

  private enter(entry: Entry | undefined): void {
    if (entry !== undefined && this.counts(entry)) this.aggregate.enter(this.contribution(entry));
  }

  private leaveUpTo(entries: readonly Entry[], time: number): void {
    for (; this.head < this.next; this.head++) {
      const entry = entries[this.head];
      if (entry === undefined || entry.fact.occurredAt > time) return;
      if (this.counts(entry)) this.aggregate.leave(this.contribution(entry));
    }
  }

  private counts(entry: Entry): boolean {
    return has(entry, this.column, mark.measured) && spanOf(this.window, entry.fact.occurredAt) === this.span;
  }

  private contribution(entry: Entry): number | EvaluationError {
    const contribution = this.measure.contribution(entry.fact);
    if (contribution === 'absent') throw new Error(`Fact ${entry.fact.id} is marked as measured but has no value.`);
    return contribution;
  }
}
