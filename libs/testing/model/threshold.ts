import type { LimitDocument, RuleDocument, Severity, ThresholdDocument, TierDocument } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import { decimalOf, formatDecimal, unitsAt, type Decimal } from './decimal';
import { fieldOf, textOf } from './field';
import { compareFractions, fractionOf, type Fraction } from './fraction';
import type { Measured } from './measures/look';
import { NoValue } from './no-value';
import { exact, readDecimal, type Unit } from './reading';
import { tableAt, type References } from './references';

const comparisons = ['above', 'atLeast', 'below', 'atMost', 'between'] as const;
type Comparison = (typeof comparisons)[number];

/** A comparison with its limits in major units, and as evidence shows it. */
interface Compared {
  readonly comparison: Comparison;
  readonly limit: string;
  readonly met: boolean;
}

/** What a measured value comes to at a threshold. */
export interface Reached {
  /** 0: it does not meet it; 1: it does, or its first tier; 2 and more: that tier, the gravest that is met. */
  readonly level: number;
  readonly severity: Severity;
  readonly comparison: Comparison | null;
  readonly limit: string | null;
}

/** Whether the fact or the table gives no limit at all. */
function isMissing(limit: LimitDocument, fact: Fact, references: References): boolean {
  if (typeof limit !== 'object') return false;
  return ('field' in limit ? fieldOf(fact, limit.field) : listed(limit, fact, references)) === undefined;
}

/**
 * The limit for this fact, which is not missing. Throws `NoValue` where it is no whole number of units, or none of those that
 * are counted exactly.
 */
function limitFor(limit: LimitDocument, fact: Fact, unit: Unit, references: References): Decimal {
  const decimal =
    typeof limit === 'object' && 'field' in limit
      ? readDecimal(fact, limit.field, unit, references)
      : decimalOf(typeof limit === 'object' ? listed(limit, fact, references) : limit);
  const units = decimal === undefined ? undefined : unitsAt(decimal, unit.scale);
  if (decimal === undefined || units === undefined) throw new NoValue('not-exact');
  exact(units);
  return decimal;
}

function listed(
  limit: Extract<LimitDocument, { readonly table: string }>,
  fact: Fact,
  references: References,
): string | number | undefined {
  const key = textOf(fact, limit.key);
  return (key === undefined ? undefined : tableAt(references, limit.table, key, fact.occurredAt)) ?? limit.else;
}

function meets(comparison: Comparison, value: Fraction, limits: readonly Decimal[]): boolean {
  const [first = Number.NaN, second = Number.NaN] = limits.map((limit) => compareFractions(value, fractionOf(limit)));
  switch (comparison) {
    case 'above':
      return first > 0;
    case 'atLeast':
      return first >= 0;
    case 'below':
      return first < 0;
    case 'atMost':
      return first <= 0;
    case 'between':
      return first >= 0 && second <= 0;
  }
}

/** The one comparison of a threshold or tier; undefined where a limit is missing. Throws `NoValue`. */
function compare(
  tier: ThresholdDocument | TierDocument,
  { value, unit }: Measured,
  fact: Fact,
  references: References,
): Compared | undefined {
  const comparison = comparisons.find((one) => tier[one] !== undefined);
  const given = comparison === undefined ? undefined : tier[comparison];
  if (comparison === undefined || given === undefined) throw new Error('A threshold without a comparison');
  const written = Array.isArray(given) ? given : [given];
  if (written.some((one) => isMissing(one, fact, references))) return undefined;
  const limits = written.map((one) => limitFor(one, fact, unit, references));
  const limit = limits.map((one) => formatDecimal(one, unit.shown)).join('..');
  return { comparison, limit, met: meets(comparison, value, limits) };
}

/** Compares a measured value with the threshold of the rule. Throws `NoValue` where there is no limit to compare with. */
export function reach(rule: RuleDocument, measured: Measured, fact: Fact, references: References): Reached {
  const { threshold, raise } = rule;
  if (threshold === undefined) throw new Error(`Rule ${rule.id} measures without a threshold`);
  const tiers = threshold.tiers ?? [{ ...threshold, severity: severityOf(rule, raise.severity) }];
  const compared = tiers.map((tier) => ({ tier, is: compare(tier, measured, fact, references) }));
  if (compared.every(({ is }) => is === undefined)) throw new NoValue('limit-missing');
  const level = compared.findLastIndex(({ is }) => is?.met === true) + 1;
  const { tier, is } = compared[Math.max(level, 1) - 1] ?? {};
  return {
    level,
    severity: severityOf(rule, tier?.severity),
    comparison: is?.comparison ?? null,
    limit: is?.limit ?? null,
  };
}

/** The severity of a rule or tier. Throws where there is none. */
export function severityOf(rule: RuleDocument, severity: Severity | undefined): Severity {
  if (severity === undefined) throw new Error(`Rule ${rule.id} gives no severity`);
  return severity;
}
