import { whole } from '../unit.sql';
import { measuredQuery, windowColumns, type MeasureSql } from './measure-sql';
import type { Windowed } from './windowed';

/**
 * How many different values. A fact stands for its value from its own place on, until the value comes again or the fact
 * leaves the window; so the number of values is what has begun to stand less what has ceased to.
 */
export const distinctSql = (field: string, { window, where }: Windowed): MeasureSql => ({
  unit: whole,
  window,
  where,
  value: field,
  evidence: {},
  measured: (w) =>
    measuredQuery(
      windowColumns(w),
      { numerator: 'standing', facts: 'counted' },
      `(select m.*, standing from member m join (${standing(w.slidingMs)}) s using (seq))`,
    ),
});

const standing = (slidingMs: number | null): string => `
  with value_fact as materialized (
    select p, t, seq, lead(t) over same_value as next_t, lead(seq) over same_value as next_seq
    from member where counts
    window same_value as (partition by p, x order by seq)
  )
  select seq, standing
  from (select seq, is_fact, sum(change) over (partition by p order by t, seq) as standing
        from (select p, t, seq, 0 as change, true as is_fact from member
              union all select p, t, seq, 1, false from value_fact
              union all select p, next_t, next_seq, -1, false from value_fact where next_t is not null and ${comesAgain(slidingMs)}
              ${slidingMs === null ? '' : leaves(slidingMs)}) changes) standing
  where is_fact`;

const comesAgain = (slidingMs: number | null): string => (slidingMs === null ? 'true' : `next_t < t + ${slidingMs}`);
// Places in the order begin with 1: what leaves at an instant has left for every fact of that instant.
const leaves = (slidingMs: number): string => `
  union all select p, t + ${slidingMs}, 0, -1, false from value_fact where next_t is null or next_t >= t + ${slidingMs}`;
