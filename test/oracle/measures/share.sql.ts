import { plain, unitOf } from '../unit.sql';
import { failureOfTotals, measuredQuery, totalColumns, windowColumns, type MeasureSql } from './measure-sql';
import type { Windowed } from './windowed';

/** The part of the whole that falls to the fact's own value of the field, by number of facts or by the total of `of`. */
export function shareSql(
  field: string,
  of: string | undefined,
  currency: string | undefined,
  { window, where }: Windowed,
): MeasureSql {
  const total = of === undefined ? 'count(*) filter (where counts)' : 'sum(units) filter (where counts)';
  return {
    unit: plain,
    window,
    where,
    value: field,
    ...(of === undefined ? {} : { number: { field: of, unit: unitOf(of, currency) } }),
    evidence: { sameValue: true },
    measured: (w) =>
      measuredQuery(
        {
          ...(of === undefined ? windowColumns(w) : totalColumns(w)),
          whole: w.over(total),
          part: w.over(total, { same: 'x' }),
          ofValue: w.over('count(*) filter (where counts)', { same: 'x' }),
        },
        {
          numerator: 'case when x is not null and whole > 0 then part * 1000000 end',
          denominator: 'whole',
          failure: of === undefined ? 'null' : `case when x is not null then ${failureOfTotals('whole', 'part')} end`,
          facts: 'ofValue',
        },
      ),
  };
}
