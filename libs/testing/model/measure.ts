import type { MeasureDocument, RuleDocument, WindowDocument } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import { allHold, fieldOf, numberOf, withinLimits } from './condition';
import { decimalsOf } from './currency';
import { formatDecimal, unitsAt, type Decimal } from './decimal';
import { periodOf, periodStart } from './local-calendar';
import { atOrBefore } from './order';

/** What measuring one triggering fact came to. */
export type Evaluation =
  | { readonly outcome: 'error'; readonly reason: 'currency-mismatch' | 'not-exact' | 'overflow' }
  | {
      readonly outcome: 'measured';
      readonly met: boolean;
      /** As evidence shows it: money with its currency's decimals; null without a measure. */
      readonly measured: string | null;
      readonly facts: readonly Fact[];
    };

const largestExact = BigInt(Number.MAX_SAFE_INTEGER);
/** Decimals that a plain number in a measured field may have. */
const plainDecimals = 6;

/** Whether the rule looks at the fact at all: `on`, and `when`, which holds for triggering and for measuring alike. */
export function looksAt(rule: RuleDocument, fact: Fact): boolean {
  return (rule.on === 'any' || rule.on === fact.kind) && allHold(rule.when, fact);
}

/** The group fields of a measure, in their order; none without `by`. */
export function groupFields(rule: RuleDocument): readonly string[] {
  return rule.measure?.by ?? [];
}

/**
 * The values of the group fields as text, as a hit shows them: what is no text as JSON, so that the number 1 and the text
 * "1" are one group. Undefined where one is missing or null: then the rule does not apply.
 */
export function groupOf(rule: RuleDocument, fact: Fact): readonly string[] | undefined {
  const values: string[] = [];
  for (const field of groupFields(rule)) {
    const value = fieldOf(fact, field);
    if (value === undefined) return undefined;
    values.push(typeof value === 'string' ? value : JSON.stringify(value));
  }
  return values;
}

/** Whether two facts are of one group. */
export function sameGroup(rule: RuleDocument, a: Fact, b: Fact): boolean {
  const [left, right] = [groupOf(rule, a), groupOf(rule, b)];
  return left !== undefined && right !== undefined && JSON.stringify(left) === JSON.stringify(right);
}

/** The window of a measure; undefined where it has none. */
export function windowOf(rule: RuleDocument): WindowDocument | undefined {
  return rule.measure !== undefined && 'window' in rule.measure ? rule.measure.window : undefined;
}

/** ISO 8601 duration in weeks, days, hours, minutes and seconds, as milliseconds; a day is 24 hours. */
export function durationMs(duration: string): number {
  const match = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (match === null) throw new Error(`Not a duration: ${duration}`);
  const [weeks, days, hours, minutes, seconds] = match.slice(1).map((part: string | undefined) => Number(part ?? '0'));
  return (
    ((((weeks ?? 0) * 7 + (days ?? 0)) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1000
  );
}

/** Whether `other` lies in the window of `fact` (SEMANTICS 5, 6), the group aside. */
function inWindow(window: WindowDocument, fact: Fact, other: Fact): boolean {
  if (!atOrBefore(other, fact)) return false;
  if ('sliding' in window) return other.occurredAt > fact.occurredAt - durationMs(window.sliding);
  const period = (t: number): string => periodOf(window.calendar, window.timezone, t);
  return period(other.occurredAt) === period(fact.occurredAt);
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

function decide(rule: RuleDocument, value: Decimal, decimals: number, facts: readonly Fact[]): Evaluation {
  const met = rule.threshold !== undefined && withinLimits(value, rule.threshold);
  return { outcome: 'measured', met, measured: formatDecimal(value, decimals), facts };
}

/** Adds up a field of facts that all have it; one fact for `value`. */
function total(rule: RuleDocument, field: string, facts: readonly Fact[]): Evaluation {
  const currency = rule.threshold?.currency;
  if (field === 'amount' && currency === undefined)
    throw new Error(`Rule ${rule.id} measures money without a currency`);
  const scale = field === 'amount' ? decimalsOf(currency ?? '') : plainDecimals;
  let sum = 0n;
  for (const fact of facts) {
    if (field === 'amount' && fact.currency !== currency) return { outcome: 'error', reason: 'currency-mismatch' };
    const value = numberOf(fact, field);
    const units = value === undefined ? undefined : unitsAt(value, scale);
    if (units === undefined || units > largestExact || units < -largestExact) {
      return { outcome: 'error', reason: 'not-exact' };
    }
    sum += units;
  }
  if (sum > largestExact || sum < -largestExact) return { outcome: 'error', reason: 'overflow' };
  return decide(rule, { units: sum, scale }, field === 'amount' ? scale : 0, facts);
}

/** The field that must be there for a fact to count; undefined where facts themselves are counted. */
function measuredField(measure: MeasureDocument): string | undefined {
  if ('value' in measure) return measure.value;
  return 'sum' in measure ? measure.sum : undefined;
}

/** Whether the fact triggers an evaluation of the rule: `when`, `trigger`, its group, and the field for `value`. */
export function triggers(rule: RuleDocument, fact: Fact): boolean {
  const { measure } = rule;
  if (!looksAt(rule, fact) || !allHold(rule.trigger, fact) || groupOf(rule, fact) === undefined) return false;
  return measure === undefined || !('value' in measure) || fieldOf(fact, measure.value) !== undefined;
}

/** Measures a triggering fact by looking at all facts, in their order. */
export function evaluate(rule: RuleDocument, fact: Fact, seen: readonly Fact[]): Evaluation {
  const { measure } = rule;
  if (measure === undefined) return { outcome: 'measured', met: true, measured: null, facts: [fact] };
  if ('value' in measure) return total(rule, measure.value, [fact]);
  const field = measuredField(measure);
  const measured = seen.filter(
    (other) =>
      looksAt(rule, other) &&
      allHold(measure.where, other) &&
      sameGroup(rule, fact, other) &&
      inWindow(measure.window, fact, other) &&
      (field === undefined || fieldOf(other, field) !== undefined),
  );
  if (field !== undefined) return total(rule, field, measured);
  return decide(rule, { units: BigInt(measured.length), scale: 0 }, 0, measured);
}
