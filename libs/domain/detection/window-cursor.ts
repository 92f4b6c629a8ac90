import { Spoilt, type AnyMeasure, type Measured } from '../rule/measures/measure';
import { boundsOf, spanOf, type Window } from '../window/window';
import type { GroupLog } from './group-log';
import type { Standing } from './running-totals';
import { contentsWidth, WindowContents } from './window-contents';
import { WindowMemory } from './window-memory';

/** What a window shows of itself at a triggering fact. */
export interface Shown {
  readonly measured: Measured;
  /** How many facts the evidence is about, and references of the newest of them in their order. */
  readonly count: number;
  readonly refs: readonly number[];
}

/** Whose window it is: the rule's bit in the log, its window and measure, and the number of its input. */
export interface WindowedRule {
  readonly window: Window;
  readonly measure: AnyMeasure;
  readonly bit: number;
  readonly input: number;
}

/** Numbers that are kept of where a window stands, before those of its contents. `span` is `nowhere` where it has not begun. */
const [headAt, nextAt, spanAt, contentsAt] = [0, 1, 2, 3];
const nowhere = -Infinity;

/** No window without one of its facts was asked for yet. */
const nothingAside = { missing: -1, span: nowhere, head: 0, next: 0 };

/** Numbers of a window that has not begun. */
const begunOf = (measure: AnyMeasure): number[] =>
  Array.from({ length: contentsAt + contentsWidth(measure) }, (_, place) => (place === spanAt ? nowhere : 0));

/** Memory of one window that has not begun, and its place in it. */
function alone(measure: AnyMeasure): readonly [WindowMemory, number] {
  const memory = new WindowMemory(1);
  return [memory, memory.keep(0, begunOf(measure))];
}

/**
 * One rule's window over a group's log. It moves with the facts, each entering and leaving once; where the measure does not
 * mind their order it also moves back, else it reads its window anew. One cursor serves all groups, one after the other: what is
 * kept of each lies in the memory that it is put on.
 */
export class WindowCursor {
  /** Numbers of a window that has not begun. */
  readonly begun: readonly number[];
  private memory: WindowMemory;
  private at: number;
  private readonly contents: WindowContents;
  /** For what a window would be without one of its facts. */
  private readonly aside: WindowContents;
  /** Of which of its facts, and which entries of the log stand there. */
  private asideAt = nothingAside;
  private readonly own: readonly [WindowMemory, number];
  /** Length of a sliding window, ms; 0 for others. */
  private readonly length: number;

  constructor(private readonly of: WindowedRule) {
    const { measure, window } = of;
    this.begun = begunOf(measure);
    this.contents = new WindowContents(measure);
    const [memory, at] = alone(measure);
    this.aside = new WindowContents(measure).on(memory, at + contentsAt);
    this.length = window.kind === 'sliding' ? window.length : 0;
    this.own = alone(measure);
    [this.memory, this.at] = this.own;
    this.contents.on(this.memory, this.at + contentsAt);
  }

  /** Looks at the window whose numbers begin at a place. */
  on(memory: WindowMemory, at: number): this {
    this.memory = memory;
    this.at = at;
    this.contents.on(memory, at + contentsAt);
    this.asideAt = nothingAside;
    return this;
  }

  /** Looks at a window that has not begun and is not kept. */
  onNone(): this {
    this.on(...this.own).forget();
    return this;
  }

  /** Looks at a window that stands at the newest entry of a log; it may move it, and keeps nothing. */
  onStanding(log: GroupLog, { head, facts, sum, excess, unread }: Standing): this {
    this.on(...this.own);
    this.head = head;
    this.next = log.length;
    this.span = 0;
    this.contents.begin(facts, sum, excess, unread);
    return this;
  }

  /** The value over the window that ends with the entry at `index`, where it was moved to. */
  measuredAt(log: GroupLog, index: number): Measured {
    return this.contents.measured(log.factAt(index), this.counts(log, index));
  }

  /** Moves the window to end with the entry at `index`. */
  moveTo(log: GroupLog, index: number): void {
    const t = log.timeAt(index);
    if (t === Infinity) throw new RangeError(`The log has no entry ${index}.`);
    if (this.movedOn(log, index, t)) return;
    const { window, measure } = this.of;
    const span = this.length > 0 ? 0 : spanOf(window, t);
    // Nothing leaves that has not entered: a window that ends before this one begins is read anew.
    const back = this.next > index + 1;
    // Nor is there any use in passing over what has left before it is reached.
    const away = this.length > 0 && !back && log.timeAt(this.next) <= t - this.length;
    if (this.span !== span || away || (back && (!measure.orderFree || index < this.head))) {
      return this.restart(log, index, span);
    }
    while (this.next > index + 1) this.leave(log, --this.next);
    while (this.next <= index) this.enter(log, this.next++);
    if (this.length > 0) this.beginBehind(log, t - this.length);
  }

  /** What nearly every move is, without detours: a sliding window that moves on by one entry. False where it is another. */
  private movedOn(log: GroupLog, index: number, t: number): boolean {
    const { at } = this;
    const { numbers } = this.memory;
    if (this.length === 0 || numbers[at + nextAt] !== index || numbers[at + spanAt] !== 0) return false;
    this.enter(log, index);
    numbers[at + nextAt] = index + 1;
    const oldest = t - this.length;
    const from = this.head;
    let head = from;
    while (log.timeAt(head) <= oldest) this.leave(log, head++);
    if (head !== from) this.head = head;
    return true;
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

  /**
   * The same as if the entry at `missing`, before that at `index`, were not there. Where the order of facts matters, the window without it is
   * read once, and moves on with one that is asked for at later and later entries.
   */
  shownWithout(missing: number, log: GroupLog, index: number, most: number): Shown {
    if (this.of.measure.orderFree) {
      const inside = missing >= this.head && this.counts(log, missing);
      const contribution = this.contribution(log, missing);
      if (inside) this.contents.leave(contribution);
      const shown = this.shownOf(this.contents, log, index, most, missing);
      if (inside) this.contents.enter(contribution);
      return shown;
    }
    this.moveAside(missing, log, index);
    return this.shownOf(this.aside, log, index, most, missing);
  }

  private moveAside(missing: number, log: GroupLog, index: number): void {
    const { aside, asideAt } = this;
    const counts = (at: number): boolean => at !== missing && this.counts(log, at);
    const goesOn = asideAt.missing === missing && asideAt.span === this.span;
    if (!goesOn || asideAt.head > this.head || asideAt.next <= this.head || asideAt.next > index + 1) {
      aside.clear();
      this.asideAt = { missing, span: this.span, head: this.head, next: this.head };
    }
    const now = this.asideAt;
    for (; now.next <= index; now.next++) if (counts(now.next)) aside.enter(this.contribution(log, now.next));
    for (; now.head < this.head; now.head++) if (counts(now.head)) aside.leave(this.contribution(log, now.head));
  }

  private get head(): number {
    return this.memory.numbers[this.at + headAt] ?? 0;
  }

  private set head(index: number) {
    this.memory.numbers[this.at + headAt] = index;
  }

  private get next(): number {
    return this.memory.numbers[this.at + nextAt] ?? 0;
  }

  private set next(index: number) {
    this.memory.numbers[this.at + nextAt] = index;
  }

  private get span(): number {
    return this.memory.numbers[this.at + spanAt] ?? nowhere;
  }

  private set span(span: number) {
    this.memory.numbers[this.at + spanAt] = span;
  }

  private shownOf(contents: WindowContents, log: GroupLog, index: number, most: number, missing: number): Shown {
    const { measure } = this.of;
    const trigger = log.factAt(index);
    const entered = this.counts(log, index);
    const measured = contents.measured(trigger, entered);
    const own = measure.own(trigger);
    if (own === null || own instanceof Spoilt) return { measured, count: 0, refs: [] };
    const count = contents.shown(own, entered);
    const wanted = Math.min(count, most);
    const refs: number[] = [];
    if (measure.showsTrigger && wanted > 0) refs.push(log.refAt(index));
    for (let at = measure.showsTrigger ? index - 1 : index; at >= this.head && refs.length < wanted; at--) {
      if (at === missing || !this.counts(log, at)) continue;
      const contribution = this.contribution(log, at);
      if (!(contribution instanceof Spoilt) && measure.shows(contribution, own)) refs.push(log.refAt(at));
    }
    return { measured, count, refs: refs.reverse() };
  }

  private restart(log: GroupLog, index: number, span: number): void {
    this.contents.clear();
    this.span = span;
    const { from, fromIncluded } = boundsOf(this.of.window, log.timeAt(index));
    let head = index;
    while (head > 0 && (fromIncluded ? log.timeAt(head - 1) >= from : log.timeAt(head - 1) > from)) head--;
    this.head = head;
    for (let next = head; next <= index; next++) this.enter(log, next);
    this.next = index + 1;
  }

  private forget(): void {
    this.head = 0;
    this.next = 0;
    this.span = nowhere;
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
    return log.measuresAt(index, bit) && (this.length > 0 || spanOf(window, log.timeAt(index)) === this.span);
  }

  private contribution(log: GroupLog, index: number): unknown {
    return log.contributionAt(index, this.of.input);
  }
}
