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
import type { EvaluationReason } from './outcome';
import { WindowCursor, type Shown, type WindowedRule } from './window-cursor';

/** What is remembered of entries that were taken off a group's log, as far as raising may still ask for it. */
export interface Remembered {
  /** Time (ms) of the newest of them that triggered, and the level of the threshold that it reached. */
  triggeredAt: number | null;
  level: number;
  /** Time (ms) of the newest of them that stands as a hit. */
  raisedAt: number | null;
}

/** Told of every change of a hit: what it is now, of which fact, and what was measured there. */
export type Report = (status: HitStatus, fact: Fact, measurement: Measurement) => void;

/** Why facts are measured: one was put in; the rules changed; or what they look up changed, so that any hit may say something else. */
export type Cause = { readonly inserted: number } | 'rules' | 'lookups';

/** So few facts are read anew each time: a cursor would take more memory than they do. */
const fewFacts = 8;

/** One rule version over the logs of all groups of its dimension: measures, raises, and measures again when a fact comes late. */
export class RuleRun {
  private readonly bit: number;
  private readonly windowed: WindowedRule | null;

  constructor(
    readonly rule: Rule,
    /** Which of the bits and marks of the logs are this rule's. */
    readonly column: number,
    input: number,
  ) {
    this.bit = bitOf(column);
    const { window, measure } = rule;
    this.windowed = window === null || measure === null ? null : { window, measure, bit: this.bit, input };
  }

  /**
   * Measures the entry that was put in at `index`, and again every later one that it can have changed. States come in the order of
   * the facts.
   * @returns how the evaluation of the new entry ended; null where it does not trigger this rule
   */
  measureInserted(group: Group, index: number, heldSince: number, report: Report): EvaluationReason | null {
    const { log } = group;
    const last = log.length - 1;
    if (index < last) group.cursorOf(this.column)?.insertedAt(log, index);
    const triggers = log.triggersAt(index, this.bit);
    if (!triggers && (index === last || !log.measuresAt(index, this.bit))) return null;
    return this.measureFrom(group, index, { inserted: index }, heldSince, report);
  }

  /** Measures every entry from `index` on again; for changes of the rules. */
  measureAgain(group: Group, index: number, cause: 'rules' | 'lookups', heldSince: number, report: Report): void {
    this.measureFrom(group, index, cause, heldSince, report);
  }

  /** `removed` entries are about to be taken off the front of a group's log. */
  beforeTrim(group: Group, removed: number): void {
    const { on } = this.rule.raising;
    if (on === 'crossing') this.rememberTriggered(group, removed);
    if (on === 'cooldown') this.rememberRaised(group, removed);
    group.cursorOf(this.column)?.trimmed(removed);
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
      if (!group.log.triggersAt(index, this.bit)) continue;
      const remembered = group.remember(this.column);
      remembered.triggeredAt = group.log.timeAt(index);
      remembered.level = group.log.levelAt(index, this.column);
      return;
    }
  }

  private rememberRaised(group: Group, removed: number): void {
    for (let index = removed - 1; index >= 0; index--) {
      if ((group.log.markAt(index, this.column) & mark.stands) === 0) continue;
      group.remember(this.column).raisedAt = group.log.timeAt(index);
      return;
    }
  }

  private measureFrom(
    group: Group,
    start: number,
    cause: Cause,
    heldSince: number,
    report: Report,
  ): EvaluationReason | null {
    const { log } = group;
    const inserted = typeof cause === 'object' ? cause.inserted : -1;
    let ending: EvaluationReason | null = null;
    for (let index = start; index < log.length; index++) {
      const stood = (log.markAt(index, this.column) & mark.stands) !== 0;
      if (!log.triggersAt(index, this.bit)) {
        // A version that no longer governs the fact takes its hit back.
        if (stood) this.settle(group, index, 'withdrawn', heldSince, report);
        continue;
      }
      const cursor = this.cursorAt(group, index);
      const reason = this.evaluate(group, index, cursor);
      if (index === inserted) ending = reason;
      const stands = reason === 'threshold-met';
      if (stands && !stood) {
        const again = (log.markAt(index, this.column) & mark.everRaised) !== 0;
        this.settle(group, index, again ? 'reinstated' : 'raised', heldSince, report);
      } else if (stood && !stands) {
        this.settle(group, index, 'withdrawn', heldSince, report);
      } else if (stands && (cause === 'lookups' || this.changed(group, inserted, index, cursor))) {
        this.settle(group, index, 'revised', heldSince, report);
      }
    }
    return ending;
  }

  private evaluate(group: Group, index: number, cursor: WindowCursor | null): EvaluationReason {
    const { log } = group;
    const measured = cursor === null ? ownValue(this.rule, log.factAt(index)) : cursor.measuredAt(log, index);
    const reached = typeof measured === 'string' ? measured : this.reached(measured, log.factAt(index));
    const level = typeof reached === 'number' ? reached : 0;
    log.setLevel(index, this.column, level);
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

  /** A cursor whose window ends with the entry at `index`; null where the rule has no window. */
  private cursorAt(group: Group, index: number): WindowCursor | null {
    if (this.windowed === null) return null;
    const { log } = group;
    const cursor =
      group.cursorOf(this.column) ??
      (log.length <= fewFacts ? new WindowCursor(this.windowed) : group.keepCursor(this.column, this.windowed));
    cursor.moveTo(log, index);
    return cursor;
  }

  /**
   * The level that the preceding triggering fact reached; with a calendar window, the preceding one of the same span.
   * Where clocks go back over midnight a span comes in two pieces: what stands between them is passed over.
   */
  private precedingLevel(group: Group, index: number): number {
    const { log } = group;
    const { window } = this.rule;
    const t = log.timeAt(index);
    const since = window?.kind === 'calendar' ? boundsOf(window, t).from : -Infinity;
    for (let at = index - 1; at >= 0; at--) {
      if (!log.triggersAt(at, this.bit)) continue;
      const earlier = log.timeAt(at);
      if (earlier < since) return 0;
      if (this.sameSpan(earlier, t)) return log.levelAt(at, this.column);
    }
    const remembered = group.remembered(this.column);
    return remembered !== null && remembered.triggeredAt !== null && this.sameSpan(remembered.triggeredAt, t)
      ? remembered.level
      : 0;
  }

  private coolingDown(group: Group, index: number, length: number): boolean {
    const { log } = group;
    const t = log.timeAt(index);
    for (let at = index - 1; at >= 0; at--) {
      if (t - log.timeAt(at) >= length) return false;
      if ((log.markAt(at, this.column) & mark.stands) !== 0) return true;
    }
    const raisedAt = group.remembered(this.column)?.raisedAt ?? null;
    return raisedAt !== null && t - raisedAt < length;
  }

  private sameSpan(a: number, b: number): boolean {
    const { window } = this.rule;
    return window === null || spanOf(window, a) === spanOf(window, b);
  }

  /** Whether the evidence of a later fact, which the cursor was moved to, is another because of the inserted one. */
  private changed(group: Group, inserted: number, index: number, cursor: WindowCursor | null): boolean {
    const { log } = group;
    if (cursor === null || inserted < 0 || inserted === index || !log.measuresAt(inserted, this.bit)) return false;
    if (!this.covers(log.timeAt(inserted), log.timeAt(index))) return false;
    const now = cursor.shown(log, index, maxEvidenceFacts);
    return !sameShown(now, cursor.shownWithout(inserted, log, index, maxEvidenceFacts));
  }

  /** Whether a fact at `t` stands in the window of a later one at `later`. */
  private covers(t: number, later: number): boolean {
    const { window } = this.rule;
    if (window === null) return false;
    return window.kind === 'sliding' ? t > later - window.length : this.sameSpan(t, later);
  }

  private settle(group: Group, index: number, status: HitStatus, heldSince: number, report: Report): void {
    const { log } = group;
    const stands = status === 'withdrawn' ? 0 : mark.stands;
    log.setMark(index, this.column, (log.markAt(index, this.column) & mark.level) | mark.everRaised | stands);
    report(status, log.factAt(index), this.measurementAt(group, index, heldSince));
  }

  private measurementAt(group: Group, index: number, heldSince: number): Measurement {
    const { log } = group;
    const fact = log.factAt(index);
    const level = log.levelAt(index, this.column);
    const { window } = this.rule;
    const cursor = this.cursorAt(group, index);
    if (cursor === null || window === null) {
      const quantity = quantityOf(this.rule, ownValue(this.rule, fact));
      return { quantity, level, window: null, count: 1, facts: [fact], incomplete: false };
    }
    const bounds = boundsOf(window, fact.occurredAt);
    const { measured, count, facts } = cursor.shown(log, index, maxEvidenceFacts);
    const incomplete = bounds.from < heldSince;
    return { quantity: quantityOf(this.rule, measured), level, window: bounds, count, facts, incomplete };
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
    a.facts.length === b.facts.length &&
    a.facts.every((fact, index) => fact === b.facts[index])
  );
}

function sameMeasured(a: Measured, b: Measured): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return BigInt(a.dividend) * BigInt(b.divisor) === BigInt(b.dividend) * BigInt(a.divisor);
}
