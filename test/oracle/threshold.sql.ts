import type { LimitDocument, RuleDocument, ThresholdDocument, TierDocument } from '@weir/contracts';
import { severities, type Severity } from '@weir/contracts';
import { factField } from './fact-field.sql';
import { decimalLiteral, textLiteral } from './literal';
import { failureCode, type Unit } from './unit.sql';

const comparisons = ['above', 'atLeast', 'below', 'atMost', 'between'] as const;
type Comparison = (typeof comparisons)[number];
const operators = { above: '>', atLeast: '>=', below: '<', atMost: '<=' } as const;

/** One level of a threshold: one comparison and the severity of a hit that meets it. */
interface Tier {
  readonly comparison: Comparison;
  readonly limits: readonly LimitDocument[];
  readonly severity: Severity;
}

/**
 * A query that gives each row of `measured` the tier that it meets (1 for the first, 0 for none), the words for that tier's
 * limit, comparison and severity, and why the evaluation failed, where it did.
 */
export function thresholdQuery(rule: RuleDocument, unit: Unit): string {
  const tiers = tiersOf(rule);
  if (tiers.length === 0) {
    const severity = textLiteral(rule.raise.severity ?? severities[0]);
    return `select *, null::int as told, 1 as tier, null::text as limit_text, null::text as comparison, ${severity} as severity from measured`;
  }
  const names = tiers.map(({ limits }, tier) => limits.map((_, place) => `limit_${tier}_${place}`));
  const laterals = tiers.flatMap(({ limits }, tier) =>
    limits.map((limit, place) => lateral(limit, unit, names[tier]?.[place] ?? '')),
  );
  const faulty = names.flat().map((name) => `${name}.faulty`);
  const meets = tiers.map(({ comparison }, tier) => met(comparison, names[tier] ?? []));
  const gravestFirst = meets.map((holds, tier) => `when ${holds} then ${tier + 1}`).reverse();
  const words = tiers.map(({ comparison, severity }, tier) => ({
    limit: (names[tier] ?? [])
      .map((name) => `oracle.written(${name}.units, ${unit.decimals}, ${unit.currency !== null})`)
      .join(` || '..' || `),
    comparison: textLiteral(comparison),
    severity: textLiteral(severity),
  }));
  const ofTier = (word: 'limit' | 'comparison' | 'severity'): string =>
    `case tier ${words.map((one, tier) => `when ${tier + 1} then ${one[word]}`).join(' ')} end`;
  return `
    select m.*, coalesce(m.failure, case when m.numerator is not null and (${faulty.join(' or ')})
                                    then ${failureCode('not-exact')} end) as told,
           judged.tier, ${ofTier('limit')} as limit_text, ${ofTier('comparison')} as comparison, ${ofTier('severity')} as severity
    from measured m join fact f using (seq)
    ${laterals.join('\n')}
    cross join lateral (
      select case when m.failure is not null or m.numerator is null or ${faulty.join(' or ')} then 0
             ${gravestFirst.join(' ')} else 0 end as tier) judged`;
}

function tiersOf({ threshold, raise }: RuleDocument): readonly Tier[] {
  if (threshold === undefined) return [];
  if (threshold.tiers !== undefined) return threshold.tiers.map((tier) => tierOf(tier, tier.severity));
  if (raise.severity === undefined) throw new Error('A threshold without tiers needs raise.severity.');
  return [tierOf(threshold, raise.severity)];
}

function tierOf(document: Omit<ThresholdDocument, 'tiers'> | TierDocument, severity: Severity): Tier {
  const comparison = comparisons.find((one) => document[one] !== undefined);
  if (comparison === undefined) throw new Error('A threshold needs a comparison.');
  const limits = comparison === 'between' ? (document.between ?? []) : [document[comparison] ?? '0'];
  return { comparison, limits, severity };
}

/** The limit for the fact `f` as `units`: null where it is missing, and `faulty` where it is there but not exact. */
function lateral(limit: LimitDocument, unit: Unit, name: string): string {
  const { there, value } = looked(limit);
  return `cross join lateral (
    select case when there then oracle.units(value, ${unit.decimals}) end as units,
           there and oracle.units(value, ${unit.decimals}) is null as faulty
    from (select ${there} as there, ${value} as value offset 0) looked) ${name}`;
}

function looked(limit: LimitDocument): { readonly there: string; readonly value: string } {
  if (typeof limit !== 'object') return { there: 'true', value: decimalLiteral(limit) };
  if ('field' in limit) {
    const field = factField(limit.field);
    return { there: `${field.value} is not null`, value: field.decimal };
  }
  const listed = `(select l.value from table_value l
    where l.name = ${textLiteral(limit.table)} and l.key = ${factField(limit.key).text} and l.starts <= f.t and f.t < l.ends)`;
  const value = limit.else === undefined ? listed : `coalesce(${listed}, ${decimalLiteral(limit.else)})`;
  return { there: `${value} is not null`, value };
}

/** Whether numerator ÷ denominator meets the limits, by whole numbers alone; false where one is missing. */
function met(comparison: Comparison, names: readonly string[]): string {
  const side = (name: string | undefined): string => `${name}.units * m.denominator`;
  const [first, second] = names;
  return comparison === 'between'
    ? `m.numerator >= ${side(first)} and m.numerator <= ${side(second)}`
    : `m.numerator ${operators[comparison]} ${side(first)}`;
}
