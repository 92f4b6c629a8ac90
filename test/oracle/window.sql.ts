import type { WindowDocument } from '@weir/contracts';
import { durationMs } from './duration';
import { textLiteral } from './literal';

/**
 * A window as SQL over the table `member`, whose rows stand in partitions `p` in the order `seq`: for a sliding window a
 * partition is a group, for a calendar window a group in one local day, week or month, so that nothing ever leaves it.
 */
export interface WindowSql {
  /** First local day of the calendar window of fact `f`; null for a sliding one. */
  readonly period: string;
  /** What an aggregate that can be taken apart by subtraction is for the window facts of a row; 0 for none. */
  over(aggregate: string, options?: Frame): string;
  /** Rows that share the window of a row, however old: for what is only ever the newest, as a maximum. */
  upTo(aggregate: string, options?: Frame): string;
  /** What an aggregate is for the rows that stand before the window. */
  gone(aggregate: string, options?: Frame): string;
  /** Length in milliseconds; null for a calendar window. */
  readonly slidingMs: number | null;
  /** Begin of the window of hit `h`, in milliseconds. */
  readonly from: string;
  readonly fromIncluded: boolean;
  readonly zone: string | null;
}

interface Frame {
  /** True: only the rows before the row itself. */
  readonly before?: boolean;
  /** A further column that rows of the frame share. */
  readonly same?: string;
}

/** The window of a measure; null for one that looks at no window. */
export function windowSql(window: WindowDocument | null): WindowSql {
  const slidingMs = window !== null && 'sliding' in window ? durationMs(window.sliding) : null;
  const zone = window !== null && 'calendar' in window ? window.timezone : null;
  const upTo = (aggregate: string, { before = false, same }: Frame = {}): string =>
    `${aggregate} over (partition by p${same === undefined ? '' : `, ${same}`} order by seq
       rows between unbounded preceding and ${before ? '1 preceding' : 'current row'})`;
  // Exactly the window's length back is outside already. The frame's end only moves on, so this takes linear time.
  const gone = (aggregate: string, { same }: Frame = {}): string =>
    slidingMs === null
      ? 'null::bigint'
      : `${aggregate} over (partition by p${same === undefined ? '' : `, ${same}`} order by t
           range between unbounded preceding and ${slidingMs}::bigint preceding)`;
  return {
    period:
      window !== null && 'calendar' in window
        ? `date_trunc('${window.calendar}', f.at at time zone ${textLiteral(window.timezone)})::date`
        : 'null::date',
    over: (aggregate, frame) =>
      slidingMs === null
        ? `coalesce(${upTo(aggregate, frame)}, 0)`
        : `(coalesce(${upTo(aggregate, frame)}, 0) - coalesce(${gone(aggregate, frame)}, 0))`,
    upTo,
    gone,
    slidingMs,
    from:
      zone === null
        ? `h.t - ${slidingMs ?? 0}`
        : `oracle.day_begins(h.period, ${textLiteral(zone)}, -9223372036854775807)`,
    fromIncluded: zone !== null,
    zone,
  };
}
