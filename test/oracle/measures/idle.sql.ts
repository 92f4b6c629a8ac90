import { plain } from '../unit.sql';
import { measuredQuery, type MeasureSql } from './measure-sql';
import type { Windowed } from './windowed';

const unitMs = { days: 86_400_000, hours: 3_600_000, minutes: 60_000 };

/** Time from the last window fact before the fact to the fact itself. */
export const idleSql = (unit: keyof typeof unitMs, { window, where }: Windowed): MeasureSql => ({
  unit: plain,
  window,
  where,
  evidence: { ownFact: true },
  measured: (w) =>
    measuredQuery(
      {
        last_t: w.upTo('max(t) filter (where counts)', { before: true }),
        last_seq: w.upTo('max(seq) filter (where counts)', { before: true }),
      },
      {
        numerator: `case when ${w.slidingMs === null ? 'true' : `last_t > t - ${w.slidingMs}`} then (t - last_t) * 1000000::numeric end`,
        denominator: String(unitMs[unit]),
        facts: '2',
        since: 'last_seq - 1',
      },
    ),
});
