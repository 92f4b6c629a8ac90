import type { MeasureDocument, RuleDocument, WindowDocument } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import { allHold } from './condition';
import { durationMs } from './duration';
import { fieldOf, textOf } from './field';
import { periodOf, periodStart } from './local-calendar';
import { atOrBefore } from './order';
import type { References } from './references';

/** Measures that look at the facts of a window. */
export type WindowedMeasure = Extract<MeasureDocument, { readonly window: WindowDocument }>;

/** Whether the rule looks at the fact at all: `on`, and `when`, which holds for triggering and for measuring alike. */
export function looksAt(rule: RuleDocument, fact: Fact, references: References): boolean {
  return (rule.on === 'any' || rule.on === fact.kind) && allHold(rule.when, fact, references);
}

/** The group fields of a measure, in their order; none without `by`. */
export function groupFields(rule: RuleDocument): readonly string[] {
  return rule.measure?.by ?? [];
}

/**
 * The values of the group fields as text, as a hit shows them. Undefined where one is missing or null: then the rule does
 * not apply.
 */
export function groupOf(rule: RuleDocument, fact: Fact): readonly string[] | undefined {
  const values: string[] = [];
  for (const field of groupFields(rule)) {
    const value = textOf(fact, field);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

/** Whether two facts are of one group. */
export function sameGroup(rule: RuleDocument, a: Fact, b: Fact): boolean {
  const [left, right] = [groupOf(rule, a), groupOf(rule, b)];
  return left !== undefined && right !== undefined && JSON.stringify(left) === JSON.stringify(right);
}

/**
 * Whether the fact triggers an evaluation of the rule, where this version governs it: `on`, `when`, `trigger`, its group,
 * and for `value` the field, without which there is nothing to look at.
 */
export function triggers(rule: RuleDocument, fact: Fact, references: References): boolean {
  const { measure } = rule;
  return (
    looksAt(rule, fact, references) &&
    allHold(rule.trigger, fact, references) &&
    groupOf(rule, fact) !== undefined &&
    (measure === undefined || !('value' in measure) || fieldOf(fact, measure.value) !== undefined)
  );
}

/** The window of a measure; undefined where it has none. */
export function windowOf(rule: RuleDocument): WindowDocument | undefined {
  return rule.measure !== undefined && 'window' in rule.measure ? rule.measure.window : undefined;
}

/** Whether `other` lies in the window of `fact` (SEMANTICS 5, 6), the group aside. */
function inWindow(window: WindowDocument, fact: Fact, other: Fact): boolean {
  if (!atOrBefore(other, fact)) return false;
  if ('sliding' in window) return other.occurredAt > fact.occurredAt - durationMs(window.sliding);
  const period = (t: number): string => periodOf(window.calendar, window.timezone, t);
  return period(other.occurredAt) === period(fact.occurredAt);
}

/** The facts of the window and group of `fact` that the rule looks at, in their order, whatever `where` says. */
export function windowOfFact(
  rule: RuleDocument,
  measure: WindowedMeasure,
  fact: Fact,
  seen: readonly Fact[],
  references: References,
): readonly Fact[] {
  return seen.filter(
    (other) =>
      inWindow(measure.window, fact, other) && sameGroup(rule, fact, other) && looksAt(rule, other, references),
  );
}

/** Whether two facts lie in one calendar window; all facts do of a sliding one, and without any. */
export function samePeriod(window: WindowDocument | undefined, a: Fact, b: Fact): boolean {
  if (window === undefined || 'sliding' in window) return true;
  const period = (one: Fact): string => periodOf(window.calendar, window.timezone, one.occurredAt);
  return period(a) === period(b);
}

/** Bounds of the window as evidence shows them. */
export function windowBounds(
  window: WindowDocument | undefined,
  fact: Fact,
): { from: number; to: number; fromIncluded: boolean } | null {
  if (window === undefined) return null;
  const to = fact.occurredAt;
  if ('sliding' in window) return { from: to - durationMs(window.sliding), to, fromIncluded: false };
  return { from: periodStart(window.calendar, window.timezone, to), to, fromIncluded: true };
}
