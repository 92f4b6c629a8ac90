import type { Fraction } from '../money/fraction';
import { Spoilt, type Measured } from '../rule/measures/measure';
import type { Rule } from '../rule/rule';
import { boundsOf, spanOf } from '../window/window';
import { maxEvidenceFacts, type Measurement } from './evidence';
import { has, levelOf, mark, put, putLevel, type Entry } from './group-log';
import type { HitStatus } from './hit';
import type { EvaluationReason } from './outcome';
import { WindowCursor, type Shown } from './window-cursor';

/** What is remembered of entries that were taken off the log, as far as raising may still ask for it. */
export interface Remembered {
  /** Time (ms) of the newest of them that triggered, and the level of the threshold that it reached. */
  triggeredAt: number | null;
  level: number;
  /** Time (ms) of the newest of them that stands as a hit. */
  raisedAt: number | null;
}

/** Told of every change of a hit: what it is now, at which entry, and what was measured there. */
export type Report = (status: HitStatus, entry: Entry, measurement: Measurement) => void;

/** One rule version over one group's log: measures, raises, and measures again when a fact comes late. */
export class RuleTrack {
  private readonly cursor: WindowCursor | null;

  constructor(
    readonly rule: Rule,
    /** Which of the entries' marks are this rule's. */
    readonly column: number,
    readonly remembered: Remembered = { triggeredAt: null, level: 0, raisedAt: null },
  ) {
    this.cursor =
      rule.window === null || rule.measure === null ? null : new WindowCursor(rule.window, rule.measure, column);
  }

  /**
   * Measures the entry that was put in at `index`, and again every later one that it can have changed. States come in
   * the order of the facts.
   * @returns how the evaluation of the new entry ended; null where it does not trigger this rule
   */
  measureInserted(
    entries: readonly Entry[],
    index: number,
    heldSince: number,
    report: Report,
  ): EvaluationReason | null {
    const inserted = entries[index];
    if (inserted === undefined) return null;
    this.cursor?.insertedAt(index, inserted);
    if (!has(inserted, this.column, mark.measured | mark.triggers)) return null;
    return this.measureFrom(entries, index, inserted, heldSince, report);
  }

  /**
   * Measures every entry from `index` on again; for changes of the rules. `revise`: what the rule looks up has changed, so that
   * hits that go on standing may say something else.
   */
  measureAgain(entries: readonly Entry[], index: number, heldSince: number, revise: boolean, report: Report): void {
    this.measureFrom(entries, index, revise ? 'all' : null, heldSince, report);
  }

  /** `removed` entries are about to be taken off the front of the log. */
  beforeTrim(entries: readonly Entry[], removed: number): void {
    for (let index = 0; index < removed; index++) {
      const entry = entries[index];
      if (entry === undefined || !has(entry, this.column, mark.triggers)) continue;
      this.remembered.triggeredAt = entry.fact.occurredAt;
      this.remembered.level = levelOf(entry, this.column);
      if (has(entry, this.column, mark.stands)) this.remembered.raisedAt = entry.fact.occurredAt;
    }
    this.cursor?.trimmed(removed);
  }

  /** Whether what is remembered can still matter for facts at `time` (ms) or later. */
  mustRemember(time: number): boolean {
    const { triggeredAt, level, raisedAt } = this.remembered;
    switch (this.rule.raising.on) {
      case 'every':
        return false;
      case 'crossing':
        return level > 0 && triggeredAt !== null && this.sameSpan(triggeredAt, time);
      case 'cooldown':
        return raisedAt !== null && time - raisedAt < this.rule.raising.length;
    }
  }

  private measureFrom(
    entries: readonly Entry[],
    start: number,
    inserted: Entry | 'all' | null,
    heldSince: number,
    report: Report,
  ): EvaluationReason | null {
    let ending: EvaluationReason | null = null;
    for (let index = start; index < entries.length; index++) {
      const entry = entries[index];
      if (entry === undefined) continue;
      const stood = has(entry, this.column, mark.stands);
      if (!has(entry, this.column, mark.triggers)) {
        // A version that no longer governs the fact takes its hit back.
        if (stood) this.settle(entries, index, 'withdrawn', heldSince, report);
        continue;
      }
      const reason = this.evaluate(entries, index, entry);
      if (entry === inserted) ending = reason;
      const stands = reason === 'threshold-met';
      if (stands && !stood) {
        const status = has(entry, this.column, mark.everRaised) ? 'reinstated' : 'raised';
        this.settle(entries, index, status, heldSince, report);
      } else if (stood && !stands) {
        this.settle(entries, index, 'withdrawn', heldSince, report);
      } else if (stands && (inserted === 'all' || (inserted !== null && this.changed(inserted, entries, index)))) {
        this.settle(entries, index, 'revised', heldSince, report);
      }
    }
    return ending;
  }

  private evaluate(entries: readonly Entry[], index: number, entry: Entry): EvaluationReason {
    const measured = this.measuredAt(entries, index, entry);
    const reached = typeof measured === 'string' ? measured : this.reached(measured, entry);
    const level = typeof reached === 'number' ? reached : 0;
    putLevel(entry, this.column, level);
    if (typeof reached === 'string') return reached;
    if (level === 0) return 'threshold-not-met';
    const { raising } = this.rule;
    switch (raising.on) {
      case 'every':
        return 'threshold-met';
      case 'crossing':
        return level > this.precedingLevel(entries, index, entry) ? 'threshold-met' : 'not-crossing';
      case 'cooldown':
        return this.coolingDown(entries, index, entry, raising.length) ? 'cooling-down' : 'threshold-met';
    }
  }

  private reached(measured: number | Fraction, { fact }: Entry) {
    return this.rule.threshold === null ? 1 : this.rule.threshold.reached(measured, fact);
  }

  private measuredAt(entries: readonly Entry[], index: number, entry: Entry): Measured {
    if (this.cursor !== null) {
      this.cursor.moveTo(entries, index);
      return this.cursor.measuredAt(entry);
    }
    return ownValue(this.rule, entry);
  }

  /**
   * The level that the preceding triggering fact reached; with a calendar window, the preceding one of the same span.
   * Where clocks go back over midnight a span comes in two pieces: what stands between them is passed over.
   */
  private precedingLevel(entries: readonly Entry[], index: number, { fact }: Entry): number {
    const { window } = this.rule;
    const since = window?.kind === 'calendar' ? boundsOf(window, fact.occurredAt).from : -Infinity;
    for (let at = index - 1; at >= 0; at--) {
      const earlier = entries[at];
      if (earlier === undefined || !has(earlier, this.column, mark.triggers)) continue;
      if (earlier.fact.occurredAt < since) return 0;
      if (this.sameSpan(earlier.fact.occurredAt, fact.occurredAt)) return levelOf(earlier, this.column);
    }
    const { triggeredAt, level } = this.remembered;
    return triggeredAt !== null && this.sameSpan(triggeredAt, fact.occurredAt) ? level : 0;
  }

  private coolingDown(entries: readonly Entry[], index: number, entry: Entry, length: number): boolean {
    const t = entry.fact.occurredAt;
    for (let at = index - 1; at >= 0; at--) {
      const earlier = entries[at];
      if (earlier === undefined) continue;
      if (t - earlier.fact.occurredAt >= length) return false;
      if (has(earlier, this.column, mark.stands)) return true;
    }
    const { raisedAt } = this.remembered;
    return raisedAt !== null && t - raisedAt < length;
  }

  private sameSpan(a: number, b: number): boolean {
    const { window } = this.rule;
    return window === null || spanOf(window, a) === spanOf(window, b);
  }

  /** Whether the evidence of a later fact, which the cursor was moved to, is another because of the inserted one. */
  private changed(inserted: Entry, entries: readonly Entry[], index: number): boolean {
    const later = entries[index];
    if (this.cursor === null || later === undefined || !has(inserted, this.column, mark.measured)) return false;
    if (!this.cursor.covers(inserted.fact.occurredAt, later.fact.occurredAt)) return false;
    const now = this.cursor.shown(entries, index, maxEvidenceFacts);
    return !sameShown(now, this.cursor.shownWithout(inserted, entries, index, maxEvidenceFacts));
  }

  private settle(entries: readonly Entry[], index: number, status: HitStatus, heldSince: number, report: Report): void {
    const entry = entries[index];
    if (entry === undefined) return;
    put(entry, this.column, mark.stands, status !== 'withdrawn');
    put(entry, this.column, mark.everRaised, true);
    report(status, entry, this.measurementAt(entries, index, entry, heldSince));
  }

  private measurementAt(entries: readonly Entry[], index: number, entry: Entry, heldSince: number): Measurement {
    const measured = this.measuredAt(entries, index, entry);
    const quantity = typeof measured === 'string' || this.rule.measure === null ? null : measured;
    const level = levelOf(entry, this.column);
    if (this.cursor === null)
      return { quantity, level, window: null, count: 1, facts: [entry.fact], incomplete: false };
    const window = this.cursor.bounds(entry.fact.occurredAt);
    const { count, facts } = this.cursor.shown(entries, index, maxEvidenceFacts);
    return { quantity, level, window, count, facts, incomplete: window.from < heldSince };
  }
}

/** What a rule without a window measures: the fact's own value; 0 where it measures nothing. */
function ownValue({ measure, id }: Rule, { fact }: Entry): Measured {
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
