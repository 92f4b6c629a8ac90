import type { Rule } from '../rule/rule';
import { boundsOf, spanOf } from '../window/window';
import { maxEvidenceFacts, type Measurement } from './evidence';
import { has, mark, put, type Entry } from './group-log';
import type { HitStatus } from './hit';
import type { EvaluationReason } from './outcome';
import { WindowCursor } from './window-cursor';

/** What is remembered of entries that were taken off the log, as far as raising may still ask for it. */
export interface Remembered {
  /** Time (ms) of the newest of them that triggered, and whether it met the threshold. */
  triggeredAt: number | null;
  met: boolean;
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
    readonly remembered: Remembered = { triggeredAt: null, met: false, raisedAt: null },
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

  /** Measures every entry from `index` on again; for changes of the rules. */
  measureAgain(entries: readonly Entry[], index: number, heldSince: number, report: Report): void {
    this.measureFrom(entries, index, null, heldSince, report);
  }

  /** `removed` entries are about to be taken off the front of the log. */
  beforeTrim(entries: readonly Entry[], removed: number): void {
    for (let index = 0; index < removed; index++) {
      const entry = entries[index];
      if (entry === undefined || !has(entry, this.column, mark.triggers)) continue;
      this.remembered.triggeredAt = entry.fact.occurredAt;
      this.remembered.met = has(entry, this.column, mark.met);
      if (has(entry, this.column, mark.stands)) this.remembered.raisedAt = entry.fact.occurredAt;
    }
    this.cursor?.trimmed(removed);
  }

  /** Whether what is remembered can still matter for facts at `time` (ms) or later. */
  mustRemember(time: number): boolean {
    const { triggeredAt, met, raisedAt } = this.remembered;
    switch (this.rule.raising.on) {
      case 'every':
        return false;
      case 'crossing':
        return met && triggeredAt !== null && this.sameSpan(triggeredAt, time);
      case 'cooldown':
        return raisedAt !== null && time - raisedAt < this.rule.raising.length;
    }
  }

  private measureFrom(
    entries: readonly Entry[],
    start: number,
    inserted: Entry | null,
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
      } else if (stands && inserted !== null && this.changed(inserted, entry)) {
        this.settle(entries, index, 'revised', heldSince, report);
      }
    }
    return ending;
  }

  private evaluate(entries: readonly Entry[], index: number, entry: Entry): EvaluationReason {
    const { threshold, raising } = this.rule;
    const units = this.unitsAt(entries, index, entry);
    const met = typeof units === 'number' && (threshold?.isMetBy(units) ?? true);
    put(entry, this.column, mark.met, met);
    if (typeof units === 'string') return units;
    if (!met) return 'threshold-not-met';
    switch (raising.on) {
      case 'every':
        return 'threshold-met';
      case 'crossing':
        return this.precedingMet(entries, index, entry) ? 'not-crossing' : 'threshold-met';
      case 'cooldown':
        return this.coolingDown(entries, index, entry, raising.length) ? 'cooling-down' : 'threshold-met';
    }
  }

  private unitsAt(entries: readonly Entry[], index: number, entry: Entry) {
    if (this.cursor !== null) {
      this.cursor.moveTo(entries, index);
      return this.cursor.measured();
    }
    const own = this.rule.measure?.contribution(entry.fact) ?? 0;
    if (own === 'absent') throw new Error(`Fact ${entry.fact.id} triggers ${this.rule.id} but has no value.`);
    return own;
  }

  /**
   * Whether the preceding triggering fact met the threshold; with a calendar window, the preceding one of the same span.
   * Where clocks go back over midnight a span comes in two pieces: what stands between them is passed over.
   */
  private precedingMet(entries: readonly Entry[], index: number, { fact }: Entry): boolean {
    const { window } = this.rule;
    const since = window?.kind === 'calendar' ? boundsOf(window, fact.occurredAt).from : -Infinity;
    for (let at = index - 1; at >= 0; at--) {
      const earlier = entries[at];
      if (earlier === undefined || !has(earlier, this.column, mark.triggers)) continue;
      if (earlier.fact.occurredAt < since) return false;
      if (this.sameSpan(earlier.fact.occurredAt, fact.occurredAt)) return has(earlier, this.column, mark.met);
    }
    const { triggeredAt, met } = this.remembered;
    return met && triggeredAt !== null && this.sameSpan(triggeredAt, fact.occurredAt);
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

  /** Whether the inserted fact stands in the window of this later one: then its evidence is another. */
  private changed(inserted: Entry, later: Entry): boolean {
    return (
      this.cursor !== null &&
      has(inserted, this.column, mark.measured) &&
      this.cursor.covers(inserted.fact.occurredAt, later.fact.occurredAt)
    );
  }

  private settle(entries: readonly Entry[], index: number, status: HitStatus, heldSince: number, report: Report): void {
    const entry = entries[index];
    if (entry === undefined) return;
    put(entry, this.column, mark.stands, status !== 'withdrawn');
    put(entry, this.column, mark.everRaised, true);
    report(status, entry, this.measurementAt(entries, index, entry, heldSince));
  }

  private measurementAt(entries: readonly Entry[], index: number, entry: Entry, heldSince: number): Measurement {
    const units = this.unitsAt(entries, index, entry);
    const measured = typeof units === 'number' && this.rule.measure !== null ? units : null;
    if (this.cursor === null)
      return { units: measured, window: null, count: 1, facts: [entry.fact], incomplete: false };
    const window = this.cursor.bounds(entry.fact.occurredAt);
    return {
      units: measured,
      window,
      count: this.cursor.count,
      facts: this.cursor.newest(entries, index, maxEvidenceFacts),
      incomplete: window.from < heldSince,
    };
  }
}
