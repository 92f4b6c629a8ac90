import type { ConditionDocument, WindowDocument } from '@weir/contracts';
import { failureCode, mostUnits, type Unit } from '../unit.sql';
import type { WindowSql } from '../window.sql';

/** How one measure is told in SQL over the table `member`, which `members.sql.ts` makes from what stands here. */
export interface MeasureSql {
  /** Of the measured value and of its limits. */
  readonly unit: Unit;
  readonly window: WindowDocument | null;
  readonly where: readonly ConditionDocument[];
  /** The field that is read as a number: columns `there`, `units`, `failure`. */
  readonly number?: { readonly field: string; readonly unit: Unit };
  /** The field whose values are told apart: column `x`. */
  readonly value?: string;
  /** What else must hold of fact `f` for it to count. */
  readonly only?: string;
  /** Whether fact `f` ends a run: column `ends`. */
  readonly ends?: string;
  /** Evidence: the facts that count and stand after `since`; those of the same value alone; the fact of the hit as the last. */
  readonly evidence: { readonly sameValue?: boolean; readonly ownFact?: boolean };
  /** Whether the query depends on how many rows a window holds at most; finding out takes a pass. */
  readonly needsLongest?: boolean;
  /** A query that gives `measuredColumns` of each fact that triggers. */
  measured(window: WindowSql, longest: number): string;
}

/** What became of the measure of one triggering fact; each is SQL over a row of `member` with further columns. */
interface Measured {
  /** Of the value in units; null where there is no value. */
  readonly numerator: string;
  readonly denominator?: string;
  /** Null where nothing failed. */
  readonly failure?: string;
  /** How many facts were looked at. */
  readonly facts: string;
  /** The facts of the evidence stand after this place in the order. */
  readonly since?: string;
  /** Default: every fact that triggers. */
  readonly evaluated?: string;
}

/** A query over `member`: first the columns that windows give, by name, then the measured value from these. */
export function measuredQuery(columns: Readonly<Record<string, string>>, measured: Measured, from = 'member'): string {
  const named = Object.entries(columns).map(([name, expression]) => `, ${expression} as ${name}`);
  return `
    select seq, t, grp, period, p, x, (${measured.numerator})::numeric as numerator,
           (${measured.denominator ?? '1'})::numeric as denominator, (${measured.failure ?? 'null'})::int as failure,
           (${measured.facts})::bigint as facts, (${measured.since ?? 'since'})::bigint as since
    from (select m.*${named.join('\n')} from ${from} m) m
    where triggers${measured.evaluated === undefined ? '' : ` and ${measured.evaluated}`}`;
}

/** Window columns that most measures need: where the window begins in the order, and how many facts in it count. */
export const windowColumns = (window: WindowSql): Readonly<Record<string, string>> => ({
  since: `coalesce(${window.gone('max(seq)')}, 0)`,
  counted: window.over('count(*) filter (where counts)'),
});

/** The same with the total and the failures of the facts that count. */
export const totalColumns = (
  window: WindowSql,
  frame: { readonly before?: boolean } = {},
): Readonly<Record<string, string>> => ({
  ...windowColumns(window),
  counted: window.over('count(*) filter (where counts)', frame),
  total: window.over('sum(units) filter (where counts)', frame),
  spoilt: window.over('sum(spoils)', frame),
});

/** Weights of failures in the column `spoils`: a sum tells the gravest among up to ten million facts. */
export const spoils = `case failure when 1 then 100000000000000 when 2 then 10000000 when 3 then 1 end`;
/** The gravest failure of a sum of `spoils`. */
export const spoiltBy = `case when spoilt >= 100000000000000 then 1 when spoilt >= 10000000 then 2 when spoilt > 0 then 3 end`;
/** The failure of a window: of one of its facts, else of a total that cannot be counted exactly. */
export const failureOfTotals = (...totals: readonly string[]): string =>
  `coalesce(${spoiltBy}, case when ${totals.map((total) => `abs(${total}) > ${mostUnits}`).join(' or ')} then ${failureCode('out-of-range')} end)`;
