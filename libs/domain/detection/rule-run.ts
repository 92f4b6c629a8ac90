import type { Fact } from '../fact/fact';
import type { Fraction } from '../money/fraction';
import { Spoilt, type Measured } from '../rule/measures/measure';
import type { Rule } from '../rule/rule';
import { boundsOf, spanOf } from '../window/window';
import { bitOf } from './bits';
import { maxEvidenceFacts, type Measurement } from './evidence';
import type { Group } from './group';
import { mark } from './group-log';
import type { HitStatus } from './hit';
import type { HitStates } from './hit-states';
import type { EvaluationReason } from './outcome';
import { Reach } from './reach';
import { asksBehindItsWindow, inDoubt, type Held, type Triggered } from './raising-past';
import { fewFacts, type RunningTotals } from './running-totals';
import { WindowCursor, type Shown, type WindowedRule } from './window-cursor';

/** What is remembered of entries that were taken off a group's log, as far as raising may still ask for it. */
export interface Remembered {
  /** Time (ms) of the newest of them that triggered, and the level of the threshold that it reached. */
  triggeredAt: number | null;
  level: number;
  /** Time (ms) of the newest of them that stands as a hit. */
  raisedAt: number | null;
}

/** So many facts before one are looked through for the last hit. */
const nearFacts = 32;

/** One rule version over the logs of all groups of its dimension: measures, raises, and measures again when a fact comes late. */
export class RuleRun {
  private readonly bit: number;
  /** Where its windows are kept with those of others; null where it keeps its own. */
  private readonly totals: RunningTotals | null;
  private readonly windowed: WindowedRule | null;
  private readonly cursor: WindowCursor | null;

  constructor(
    readonly rule: Rule,
    /** Which of the bits and marks of the logs are this rule's. */
    readonly column: number,
    input: number,
    totals: RunningTotals,
  ) {
    this.bit = bitOf(column);
    this.totals = (totals.columns & this.bit) === 0 ? null : totals;
    const { window, measure } = rule;
    this.windowed = window === null || measure === null ? null : { window, measure, bit: this.bit, input };
    this.cursor = this.windowed === null ? null : new WindowCursor(this.windowed);
  }

  /**
   * Measures the entry that was put in at `index`, and again every later one that it can have changed. States come in the order of
   * the facts.
   * @returns how the evaluation of the new entry ended; null where it does not trigger this rule
   */
  measureInserted(group: Group, index: number, states: HitStates): EvaluationReason | null {
    const last = group.length - 1;
    if (index < last) this.keptCursor(group)?.insertedAt(group, index);
    const triggers = group.triggersAt(index, this.bit);
    if (!triggers && (index === last || !group.measuresAt(index, this.bit))) return null;
    return this.measureFrom(group, index, index, false, states);
  }

  /**
   * Measures every entry from `index` on again; for changes of the rules.
   * @param revise what the rule looks up has changed, so that every hit may say something else
   */
  measureAgain(group: Group, index: number, revise: boolean, states: HitStates): void {
    this.measureFrom(group, index, -1, revise, states);
  }

  /** `removed` entries are about to be taken off the front of a group's group. */
  beforeTrim(group: Group, removed: number): void {
    const { on } = this.rule.raising;
    if (on === 'crossing') this.rememberTriggered(group, removed);
    if (on === 'cooldown') this.rememberRaised(group, removed);
    this.keptCursor(group)?.trimmed(removed);
  }

  /** Whether what is remembered of a group can still matter for facts at `time` (ms) or later. */
  mustRemember({ triggeredAt, level, raisedAt }: Remembered, time: number): boolean {
    switch (this.rule.raising.on) {
      case 'every':
        return false;
      case 'crossing':
        return level > 0 && triggeredAt !== null && this.sameSpan(triggeredAt, time);
      case 'cooldown':
        return raisedAt !== null && time - raisedAt < this.rule.raising.length;
    }
  }

  private rememberTriggered(group: Group, removed: number): void {
    for (let index = removed - 1; index >= 0; index--) {
      if (!group.triggersAt(index, this.bit)) continue;
      const remembered = group.remember(this.column);
      remembered.triggeredAt = group.timeAt(index);
      remembered.level = group.levelAt(index, this.column);
      return;
    }
  }

  private rememberRaised(group: Group, removed: number): void {
    for (let index = removed - 1; index >= 0; index--) {
      if ((group.markAt(index, this.column) & mark.stands) === 0) continue;
      group.remember(this.column).raisedAt = group.timeAt(index);
      return;
    }
  }

  private measureFrom(
    group: Group,
    start: number,
    /** The entry that was put in; -1 where the rules changed. */
    inserted: number,
    revise: boolean,
    states: HitStates,
  ): EvaluationReason | null {
    const cursor = this.cursorFor(group);
    const isBehind = inserted >= 0 && inserted < group.length - 1;
    const reach = isBehind ? new Reach(this.rule, group.timeAt(inserted)) : null;
    let ending: EvaluationReason | null = null;
    for (let index = start; index < group.length; index++) {
      if (reach?.endsBefore(group.timeAt(index)) === true) break;
      const stood = (group.markAt(index, this.column) & mark.stands) !== 0;
      if (!group.triggersAt(index, this.bit)) {
        // A version that no longer governs the fact takes its hit back.
        if (stood) this.settle(group, index, 'withdrawn', cursor, states);
        continue;
      }
      cursor?.moveTo(group, index);
      const reason = this.evaluate(group, index, cursor);
      if (index === inserted) ending = reason;
      const stands = reason === 'threshold-met';
      reach?.measured(group.timeAt(index), stands !== stood);
      if (stands && !stood) {
        const again = (group.markAt(index, this.column) & mark.everRaised) !== 0;
        this.settle(group, index, again ? 'reinstated' : 'raised', cursor, states);
      } else if (stood && !stands) {
        this.settle(group, index, 'withdrawn', cursor, states);
      } else if (stands && (revise || this.changed(group, inserted, index, cursor))) {
        this.settle(group, index, 'revised', cursor, states);
      }
    }
    return ending;
  }

  private evaluate(group: Group, index: number, cursor: WindowCursor | null): EvaluationReason {
    const measured = cursor === null ? ownValue(this.rule, group.factAt(index)) : cursor.measuredAt(group, index);
    const reached = typeof measured === 'string' ? measured : this.reached(measured, group.factAt(index));
    const level = typeof reached === 'number' ? reached : 0;
    group.setLevel(index, this.column, level);
    if (typeof reached === 'string') return reached;
    if (level === 0) return 'threshold-not-met';
    const { raising } = this.rule;
    switch (raising.on) {
      case 'every':
        return 'threshold-met';
      case 'crossing':
        return level > this.precedingLevel(group, index) ? 'threshold-met' : 'not-crossing';
      case 'cooldown':
        return this.coolingDown(group, index, raising.length) ? 'cooling-down' : 'threshold-met';
    }
  }

  private reached(measured: number | Fraction, fact: Fact) {
    return this.rule.threshold === null ? 1 : this.rule.threshold.reached(measured, fact);
  }

  /** The cursor, put on what the group keeps of the window, or on a window that has not begun; null where the rule has no window. */
  private cursorFor(group: Group): WindowCursor | null {
    if (this.windowed === null || this.cursor === null) return null;
    if (this.totals !== null) {
      const standing = this.totals.standing(group, this.column);
      return standing === null ? this.cursor.onNone() : this.cursor.onStanding(group, standing);
    }
    const { windows } = group;
    let place = windows?.placeOf(this.column) ?? 0;
    if (place === 0) {
      if (group.length <= fewFacts) return this.cursor.onNone();
      place = group.keepingWindows().keep(this.column, this.cursor.begun);
    }
    return this.cursor.on(group.keepingWindows(), place);
  }

  /** The cursor, put on what the group keeps of the window; null where it keeps nothing. */
  private keptCursor(group: Group): WindowCursor | null {
    const { windows } = group;
    const place = windows?.placeOf(this.column) ?? 0;
    return windows === null || this.cursor === null || place === 0 ? null : this.cursor.on(windows, place);
  }

  /**
   * The level that the preceding triggering fact reached; with a calendar window, the preceding one of the same span.
   * Where clocks go back over midnight a span comes in two pieces: what stands between them is passed over.
   */
  private precedingLevel(group: Group, index: number): number {
    const { window } = this.rule;
    const t = group.timeAt(index);
    const since = window?.kind === 'calendar' ? boundsOf(window, t).from : -Infinity;
    for (let at = index - 1; at >= 0; at--) {
      if (!group.triggersAt(at, this.bit)) continue;
      const earlier = group.timeAt(at);
      if (earlier < since) return 0;
      if (this.sameSpan(earlier, t)) return group.levelAt(at, this.column);
    }
    const remembered = group.remembered(this.column);
    return remembered !== null && remembered.triggeredAt !== null && this.sameSpan(remembered.triggeredAt, t)
      ? remembered.level
      : 0;
  }

  private coolingDown(group: Group, index: number, length: number): boolean {
    const t = group.timeAt(index);
    const nearest = group.raisings(this.column) === null ? Math.max(0, index - nearFacts) : index;
    for (let at = index - 1; at >= nearest; at--) {
      if (t - group.timeAt(at) >= length) return false;
      if ((group.markAt(at, this.column) & mark.stands) !== 0) return true;
    }
    // Further back they are found without a look at all between.
    const raisedAt =
      (nearest === 0 ? null : group.keepingRaisings(this.column).lastBefore(index)) ??
      group.remembered(this.column)?.raisedAt ??
      null;
    return raisedAt !== null && t - raisedAt < length;
  }

  private sameSpan(a: number, b: number): boolean {
    const { window } = this.rule;
    return window === null || spanOf(window, a) === spanOf(window, b);
  }

  /** Whether the evidence of a later fact, which the cursor was moved to, is another because of the inserted one. */
  private changed(group: Group, inserted: number, index: number, cursor: WindowCursor | null): boolean {
    if (cursor === null || inserted < 0 || inserted === index || !group.measuresAt(inserted, this.bit)) return false;
    if (!this.covers(group.timeAt(inserted), group.timeAt(index))) return false;
    const now = cursor.shown(group, index, maxEvidenceFacts);
    return !sameShown(now, cursor.shownWithout(inserted, group, index, maxEvidenceFacts));
  }

  /** Whether a fact that was lost could have changed that the one at `index` stands as a hit, beside what its window holds. */
  private raisedInDoubt(group: Group, index: number, { lostBefore = -Infinity }: Held): boolean {
    const { rule, column } = this;
    if (lostBefore === -Infinity || !asksBehindItsWindow(rule)) return false;
    return inDoubt(rule, group.timeAt(index), lostBefore, {
      remembered: group.remembered(column),
      triggeredBefore: () => this.triggeredBefore(group, index),
    });
  }

  /** The facts before the one at `index` that trigger, the newest first, as far as they are asked for. */
  private *triggeredBefore(group: Group, index: number): Generator<Triggered> {
    for (let at = index - 1; at >= 0; at--) {
      if (!group.triggersAt(at, this.bit)) continue;
      yield { time: group.timeAt(at), level: group.levelAt(at, this.column) };
    }
  }

  /** Whether a fact at `t` stands in the window of a later one at `later`. */
  private covers(t: number, later: number): boolean {
    const { window } = this.rule;
    if (window === null) return false;
    return window.kind === 'sliding' ? t > later - window.length : this.sameSpan(t, later);
  }

  private settle(group: Group, index: number, status: HitStatus, cursor: WindowCursor | null, states: HitStates): void {
    const stands = status === 'withdrawn' ? 0 : mark.stands;
    group.setMark(index, this.column, (group.markAt(index, this.column) & mark.level) | mark.everRaised | stands);
    group.raisings(this.column)?.note(index, stands !== 0);
    // A fact that triggers nothing any more was not moved to.
    cursor?.moveTo(group, index);
    const measurement = this.measurementAt(group, index, cursor, states.held);
    states.add(status, this.rule, group.values, group.factAt(index), measurement);
  }

  private measurementAt(group: Group, index: number, cursor: WindowCursor | null, held: Held): Measurement {
    const fact = group.factAt(index);
    const level = group.levelAt(index, this.column);
    const { window } = this.rule;
    if (cursor === null || window === null) {
      const quantity = quantityOf(this.rule, ownValue(this.rule, fact));
      return { quantity, level, window: null, count: 1, facts: [fact], incomplete: false };
    }
    const bounds = boundsOf(window, fact.occurredAt);
    const { measured, count, refs } = cursor.shown(group, index, maxEvidenceFacts);
    const incomplete = bounds.from < held.heldSince || this.raisedInDoubt(group, index, held);
    return {
      quantity: quantityOf(this.rule, measured),
      level,
      window: bounds,
      count,
      facts: refs.map((ref) => group.named(ref)),
      incomplete,
    };
  }
}

const quantityOf = ({ measure }: Rule, measured: Measured): number | Fraction | null =>
  typeof measured === 'string' || measure === null ? null : measured;

/** What a rule without a window measures: the fact's own value; 0 where it measures nothing. */
function ownValue({ measure, id }: Rule, fact: Fact): Measured {
  const own = measure === null ? 0 : measure.own(fact);
  if (typeof own === 'number') return own;
  if (own instanceof Spoilt) return own.error;
  throw new Error(`Fact ${fact.id} triggers ${id} but has no value.`);
}

/** Whether two windows say the same. */
function sameShown(a: Shown, b: Shown): boolean {
  return (
    a.count === b.count &&
    sameMeasured(a.measured, b.measured) &&
    a.refs.length === b.refs.length &&
    a.refs.every((ref, index) => ref === b.refs[index])
  );
}

function sameMeasured(a: Measured, b: Measured): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return BigInt(a.dividend) * BigInt(b.divisor) === BigInt(b.dividend) * BigInt(a.divisor);
}
