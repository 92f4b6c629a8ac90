import { unitOf } from '../unit.sql';
import { failureOfTotals, measuredQuery, totalColumns, type MeasureSql } from './measure-sql';
import type { Windowed } from './windowed';

/** Total of those that count; 0 where none does. */
export function sumSql(field: string, currency: string | undefined, { window, where }: Windowed): MeasureSql {
  const unit = unitOf(field, currency);
  return {
    unit,
    window,
    where,
    number: { field, unit },
    evidence: {},
    measured: (w) =>
      measuredQuery(totalColumns(w), { numerator: 'total', failure: failureOfTotals('total'), facts: 'counted' }),
  };
}
