import { plain, unitOf } from '../unit.sql';
import { failureOfTotals, measuredQuery, totalColumns, type MeasureSql } from './measure-sql';
import type { Windowed } from './windowed';

/** The fact's own value ÷ the mean of the window facts before it: own value × how many ÷ total. */
export const timesUsualSql = (
  field: string,
  history: number,
  currency: string | undefined,
  { window, where }: Windowed,
): MeasureSql => ({
  unit: plain,
  window,
  where,
  number: { field, unit: unitOf(field, currency) },
  evidence: { ownFact: true },
  measured: (w) =>
    measuredQuery(totalColumns(w, { before: true }), {
      numerator: `case when there and counted >= ${history} and total > 0 then units * counted * 1000000::numeric end`,
      denominator: 'total',
      failure: `case when there then least(failure, ${failureOfTotals('total')}) end`,
      facts: 'counted + 1',
    }),
});
