import { whole } from '../unit.sql';
import { measuredQuery, windowColumns, type MeasureSql } from './measure-sql';
import type { Windowed } from './windowed';

/** The smaller of how many facts of the fact's value went in and how many out. */
export const turnSql = (field: string, { window, where }: Windowed): MeasureSql => ({
  unit: whole,
  window,
  where,
  value: field,
  only: `coalesce(f.direction in ('in', 'out'), false)`,
  evidence: { sameValue: true },
  measured: (w) =>
    measuredQuery(
      {
        ...windowColumns(w),
        went_in: w.over(`count(*) filter (where counts and direction = 'in')`, { same: 'x' }),
        went_out: w.over(`count(*) filter (where counts and direction = 'out')`, { same: 'x' }),
      },
      { numerator: 'case when x is not null then least(went_in, went_out) end', facts: 'went_in + went_out' },
    ),
});
