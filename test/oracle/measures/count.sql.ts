import { whole } from '../unit.sql';
import { measuredQuery, windowColumns, type MeasureSql } from './measure-sql';
import type { Windowed } from './windowed';

/** How many window facts. */
export const countSql = ({ window, where }: Windowed): MeasureSql => ({
  unit: whole,
  window,
  where,
  evidence: {},
  measured: (w) => measuredQuery(windowColumns(w), { numerator: 'counted', facts: 'counted' }),
});
