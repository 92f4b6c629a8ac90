import type { RuleDocument } from '@weir/contracts';
import { durationMs } from './duration';

/** A query that gives the rows of `judged` that are hits. */
export function raisingQuery({ raise }: RuleDocument): string {
  if (raise.on === 'every') return 'select * from judged where tier > 0';
  if (raise.on === 'crossing') {
    // Partitions are windows of the calendar, so a new day, week or month begins anew.
    return `select * from (select *, coalesce(lag(tier) over (partition by p order by seq), 0) as tier_before from judged) j
            where tier > tier_before`;
  }
  return `
    with recursive raised as (
      (select distinct on (grp) seq, grp, t from judged where tier > 0 order by grp, seq)
      union all
      select next.seq, next.grp, next.t
      from raised cross join lateral (
        select seq, grp, t from judged
        where judged.grp = raised.grp and judged.tier > 0 and judged.t >= raised.t + ${durationMs(raise.on.cooldown)}
        order by grp, t, seq limit 1) next
    )
    select judged.* from judged join raised using (seq)`;
}
