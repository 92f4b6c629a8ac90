import { failureOfTotals, measuredQuery, totalColumns, type MeasureSql } from './measure-sql';
import { sumSql } from './sum.sql';
import type { Windowed } from './windowed';

/** Total ÷ how many count; no value where none does. */
export const averageSql = (field: string, currency: string | undefined, windowed: Windowed): MeasureSql => ({
  ...sumSql(field, currency, windowed),
  measured: (w) =>
    measuredQuery(totalColumns(w), {
      numerator: 'case when counted > 0 then total end',
      denominator: 'counted',
      failure: failureOfTotals('total'),
      facts: 'counted',
    }),
});
