import type { LimitDocument, RuleDocument, ThresholdDocument, TierDocument } from '@weir/contracts';
import { severities, type Severity } from '@weir/contracts';
import { factField } from './fact-field.sql';
import { decimalLiteral, textLiteral } from './literal';
import { failureOf, measuredField, type MeasuredField, type Unit } from './unit.sql';

const comparisons = ['above', 'atLeast', 'below', 'atMost', 'between'] as const;
type Comparison = (typeof comparisons)[number];
const operators = { above: '>', atLeast: '>=', below: '<', atMost: '<=' } as const;

/** One level of a threshold: one comparison and the severity of a hit that meets it. */
interface Tier {
  readonly comparison: Comparison;
  readonly limits: readonly LimitDocument[];
  readonly severity: Severity;
}

/** What a rule's threshold is in SQL. */
export interface ThresholdSql {
  /**
   * A query that gives each row of `measured` the tier that it meets (1 for the first, 0 for none), the units of every limit,
   * and why the evaluation failed, where it did.
   */
  readonly judged: string;
  /** Limit, comparison and severity of a row that `judged` gave, in words. */
  readonly limit: string;
  readonly comparison: string;
  readonly severity: string;
}

/** @param unit of the measured value and of the limits */
export function thresholdSql(rule: RuleDocument, unit: Unit): ThresholdSql {
  const tiers = tiersOf(rule);
  if (tiers.length === 0) {
    return {
      judged: 'select *, null::int as told, 1 as tier from measured',
      limit: 'null::text',
      comparison: 'null::text',
      severity: textLiteral(rule.raise.severity ?? severities[0]),
    };
  }
  const limits = tiers.map((tier, place) =>
    tier.limits.map((limit, end) => limitSql(limit, unit, `limit_${place + 1}_${end + 1}`)),
  );
  const ofLimits = limits.flatMap(failureOfTier);
  const failures = ['m.failure', ...ofLimits];
  // A limit is only looked at where there is a value to compare with it.
  const told = `case when m.numerator is null then m.failure else ${ofLimits.length === 0 ? 'm.failure' : `coalesce(m.failure, least(${ofLimits.join(', ')}))`} end`;
  const gravestFirst = tiers.map(
    ({ comparison }, place) => `when ${met(comparison, limits[place] ?? [])} then ${place + 1}`,
  );
  const written = ({ name }: LimitSql): string =>
    `oracle.written(${name}, ${unit.decimals}, ${unit.currency !== null})`;
  const ofTier = (words: readonly string[]): string =>
    `case tier ${words.map((word, place) => `when ${place + 1} then ${word}`).join(' ')} end`;
  return {
    judged: `
      select m.*, ${limits
        .flat()
        .map(({ name, units }) => `${units} as ${name}, `)
        .join('')}
             ${told} as told,
             case when m.numerator is null or ${failures.map((one) => `${one} is not null`).join(' or ')} then 0
                  ${gravestFirst.reverse().join(' ')} else 0 end as tier
      from measured m ${limits.flat().some(({ lateral }) => lateral !== '') ? 'join fact f using (seq)' : ''}
      ${limits
        .flat()
        .map(({ lateral }) => lateral)
        .join('')}`,
    limit: ofTier(limits.map((ends) => ends.map(written).join(` || '..' || `))),
    comparison: ofTier(tiers.map(({ comparison }) => textLiteral(comparison))),
    severity: ofTier(tiers.map(({ severity }) => textLiteral(severity))),
  };
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

/** A limit for the triggering fact `f`. */
interface LimitSql {
  readonly name: string;
  /** Null where the limit is missing or cannot be told. */
  readonly units: string;
  /** Why it cannot be told though it is there, as a code; undefined where it always can. */
  readonly failure?: string;
  /** What `units` is taken from. */
  readonly lateral: string;
}

/** The failure of a tier's limits; a tier of which one limit is missing is passed over. */
function failureOfTier(limits: readonly LimitSql[]): readonly string[] {
  const failures = limits.flatMap(({ failure }) => failure ?? []);
  if (failures.length < 2) return failures;
  const missing = limits.map(({ units, failure }) => `${units} is null and ${failure ?? 'null'} is null`);
  return [`case when not (${missing.join(' or ')}) then least(${failures.join(', ')}) end`];
}

function limitSql(limit: LimitDocument, unit: Unit, name: string): LimitSql {
  if (typeof limit !== 'object')
    return { name, units: `oracle.units(${decimalLiteral(limit)}, ${unit.decimals})`, lateral: '' };
  const { there, units, absent } = 'field' in limit ? fieldLimit(limit.field, unit) : tableLimit(limit, unit);
  return {
    name,
    units: `${name}.units`,
    failure: `${name}.failure`,
    lateral: `cross join lateral (
      select case when failure is null then units end as units, failure
      from (select units, ${failureOf('there', 'units', absent)} as failure
            from (select ${there} as there, ${units} as units offset 0) looked offset 0) told) ${name}\n`,
  };
}

/** Money is converted to the currency of the threshold; every other field is a decimal in its major units. */
const fieldLimit = (name: string, unit: Unit): MeasuredField =>
  name === 'amount' ? measuredField(name, unit) : measuredField(name, { ...unit, currency: null });

function tableLimit(limit: Extract<LimitDocument, { readonly table: string }>, unit: Unit): MeasuredField {
  const listed = `(select l.value from table_value l
    where l.name = ${textLiteral(limit.table)} and l.key = ${factField(limit.key).text} and l.starts <= f.t and f.t < l.ends)`;
  const value = limit.else === undefined ? listed : `coalesce(${listed}, ${decimalLiteral(limit.else)})`;
  return { there: `${value} is not null`, units: `oracle.units(${value}, ${unit.decimals})`, absent: 'not-exact' };
}

/** Whether numerator ÷ denominator meets the limits, by whole numbers alone; null where one is missing. */
function met(comparison: Comparison, [first, second]: readonly LimitSql[]): string {
  const side = (limit: LimitSql | undefined): string => `${limit?.units ?? 'null'} * m.denominator`;
  return comparison === 'between'
    ? `m.numerator >= ${side(first)} and m.numerator <= ${side(second)}`
    : `m.numerator ${operators[comparison]} ${side(first)}`;
}
