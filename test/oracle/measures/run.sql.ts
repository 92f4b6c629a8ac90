import type { ConditionDocument } from '@weir/contracts';
import { allOf } from '../condition.sql';
import { whole } from '../unit.sql';
import { measuredQuery, windowColumns, type MeasureSql } from './measure-sql';
import type { Windowed } from './windowed';

/** How many facts of `where` stand after the newest one that ends the run. */
export function runSql(until: readonly ConditionDocument[] | undefined, { window, where }: Windowed): MeasureSql {
  return {
    unit: whole,
    window,
    where,
    ends: `not (${allOf(where)}) and (${until === undefined ? 'true' : allOf(until)})`,
    evidence: {},
    measured: (w) => {
      const { since, counted } = windowColumns(w);
      const begun = `(select m.*, ${since} as begins, ${counted} as counted,
                             ${w.upTo('count(*) filter (where counts)')} as so_far,
                             coalesce(${w.upTo('max(seq) filter (where ends)')}, 0) as ended
                      from member m)`;
      return measuredQuery(
        // A count only rises, so the largest at any end is the count at the newest.
        { at_end: `coalesce(${w.upTo('max(so_far) filter (where ends)')}, 0)`, since: 'greatest(begins, ended)' },
        {
          numerator: 'least(counted, so_far - at_end)',
          facts: 'least(counted, so_far - at_end)',
        },
        begun,
      );
    },
  };
}
