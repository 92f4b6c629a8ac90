import type { Fact } from '../fact/fact';
import { Spoilt, type AnyMeasure, type Measured } from '../rule/measures/measure';
import { boundsOf, spanOf, type Window } from '../window/window';
import type { GroupLog } from './group-log';
import { WindowContents } from './window-contents';

/** What a window shows of itself at a triggering fact. */
export interface Shown {
  readonly measured: Measured;
  /** How many facts the evidence is about, and the newest of them in their order. */
  readonly count: number;
  readonly facts: readonly Fact[];
}

/** Whose window it is: the rule's bit in the log, its window and measure, and the number of its input. */
export interface WindowedRule {
  readonly window: Window;
  readonly measure: AnyMeasure;
  readonly bit: number;
  readonly input: number;
}

/**
 * One rule's window over a group's log. It moves with the facts, each entering and leaving once; where the measure does not
 * mind their order it also moves back, else it reads its window anew.
 */
export class WindowCursor {
  private contents: WindowContents;
  /** Entries `[head, next)` are looked at; those of them that are measured and of the span have entered. */
  private head = 0;
  private next = 0;
  private span: number | null = null;

  constructor(private readonly of: WindowedRule) {
    this.contents = new WindowContents(of.measure);
  }

  /** The value over the window that ends with the entry at `index`, where it was moved to. */
  measuredAt(log: GroupLog, index: number): Measured {
    return this.contents.measured(log.factAt(index), this.counts(log, index));
  }

  /** Moves the window to end with the entry at `index`. */
  moveTo(log: GroupLog, index: number): void {
    const t = log.timeAt(index);
    if (t === Infinity) throw new RangeError(`The log has no entry ${index}.`);
    const { window, measure } = this.of;
    const span = spanOf(window, t);
    // Nothing leaves that has not entered: a window that ends before this one begins is read anew.
    const back = this.next > index + 1;
    if (this.span !== span || (back && (!measure.orderFree || index < this.head))) {
      return this.restart(log, index, span);
    }
    while (this.next > index + 1) this.leave(log, --this.next);
    while (this.next <= index) this.enter(log, this.next++);
    if (window.kind === 'sliding') this.beginBehind(log, t - window.length);
  }

  /** An entry was put in at `index`: what stands behind it has moved, and it enters where the window has passed it. */
  insertedAt(log: GroupLog, index: number): void {
    if (index >= this.next) return;
    const { measure, bit } = this.of;
    if (!measure.orderFree && (log.measuresAt(index, bit) || log.triggersAt(index, bit))) return this.forget();
    this.next++;
    if (index < this.head) this.head++;
    else this.enter(log, index);
  }

  /** `removed` entries were taken off the front of the log. */
  trimmed(removed: number): void {
    if (this.head < removed) return this.forget();
    this.head -= removed;
    this.next -= removed;
  }

  /** What evidence shows of the window that ends with the entry at `index`, where it was moved to. */
  shown(log: GroupLog, index: number, most: number): Shown {
    return this.shownOf(this.contents, log, index, most, -1);
  }

  /** The same as if the entry at `missing` were not there. O(facts in the window). */
  shownWithout(missing: number, log: GroupLog, index: number, most: number): Shown {
    const contents = new WindowContents(this.of.measure);
    for (let at = this.head; at <= index; at++) {
      if (at !== missing && this.counts(log, at)) contents.enter(this.contribution(log, at));
    }
    return this.shownOf(contents, log, index, most, missing);
  }

  private shownOf(contents: WindowContents, log: GroupLog, index: number, most: number, missing: number): Shown {
    const { measure } = this.of;
    const trigger = log.factAt(index);
    const entered = this.counts(log, index);
    const measured = contents.measured(trigger, entered);
    const own = measure.own(trigger);
    if (own === null || own instanceof Spoilt) return { measured, count: 0, facts: [] };
    const count = contents.shown(own, entered);
    const wanted = Math.min(count, most);
    const facts: Fact[] = [];
    if (measure.showsTrigger && wanted > 0) facts.push(trigger);
    for (let at = measure.showsTrigger ? index - 1 : index; at >= this.head && facts.length < wanted; at--) {
      if (at === missing || !this.counts(log, at)) continue;
      const contribution = this.contribution(log, at);
      if (!(contribution instanceof Spoilt) && measure.shows(contribution, own)) facts.push(log.factAt(at));
    }
    return { measured, count, facts: facts.reverse() };
  }

  private restart(log: GroupLog, index: number, span: number): void {
    this.forget();
    this.span = span;
    const { from, fromIncluded } = boundsOf(this.of.window, log.timeAt(index));
    let head = index;
    while (head > 0 && (fromIncluded ? log.timeAt(head - 1) >= from : log.timeAt(head - 1) > from)) head--;
    this.head = head;
    for (this.next = head; this.next <= index; this.next++) this.enter(log, this.next);
  }

  private forget(): void {
    this.contents = new WindowContents(this.of.measure);
    this.head = 0;
    this.next = 0;
    this.span = null;
  }

  /** Lets what is no later than `time` (ms) leave, and what is later enter, at the older end. */
  private beginBehind(log: GroupLog, time: number): void {
    while (this.head < this.next && log.timeAt(this.head) <= time) this.leave(log, this.head++);
    while (this.head > 0 && log.timeAt(this.head - 1) > time) this.enter(log, --this.head);
  }

  private enter(log: GroupLog, index: number): void {
    if (this.counts(log, index)) this.contents.enter(this.contribution(log, index));
  }

  private leave(log: GroupLog, index: number): void {
    if (this.counts(log, index)) this.contents.leave(this.contribution(log, index));
  }

  private counts(log: GroupLog, index: number): boolean {
    const { window, bit } = this.of;
    return log.measuresAt(index, bit) && (window.kind === 'sliding' || spanOf(window, log.timeAt(index)) === this.span);
  }

  private contribution(log: GroupLog, index: number): unknown {
    return log.contributions[this.of.input]?.[index];
  }
}
