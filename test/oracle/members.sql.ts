import type { ClientBase } from 'pg';
import { allOf } from './condition.sql';
import { factField } from './fact-field.sql';
import { groupFields, groupKey } from './group.sql';
import { spoils, type MeasureSql } from './measures/measure-sql';
import type { GoverningVersion } from './rule-versions';
import { failureOf, measuredField } from './unit.sql';
import type { WindowSql } from './window.sql';

/**
 * Fills the temporary table `member` with the facts that a rule looks at (`on`, `when`) in the groups that they belong to,
 * whoever governs them, and says of each whether it triggers and whether it counts.
 */
export async function selectMembers(
  sql: ClientBase,
  version: GoverningVersion,
  measure: MeasureSql,
  window: WindowSql,
): Promise<void> {
  const { rule, starts, ends } = version;
  const number = measure.number === undefined ? null : measuredField(measure.number.field, measure.number.unit);
  const x = measure.value === undefined ? null : factField(measure.value);
  const counts = [
    allOf(measure.where),
    ...(measure.only === undefined ? [] : [measure.only]),
    ...(number === null ? [] : [number.there]),
    ...(x === null ? [] : [`${x.value} is not null`]),
  ];
  await sql.query('drop table if exists member');
  await sql.query(`
    create temp table member as
    select seq, t, grp, period, p, triggers, counts, ends, direction, x, there,
           case when failure is null then units::bigint end as units, failure,
           case when counts then ${spoils} end::bigint as spoils
    from (select *, case when period is null then grp else period || ' ' || grp end as p,
                 ${number === null ? 'null::int' : failureOf('there', 'units', number.absent)} as failure
          from (select f.seq, f.t, ${groupKey(groupFields(rule.measure))} collate "C" as grp, ${window.period} as period,
                       ${allOf(rule.trigger)} and f.t >= ${starts} and f.t < ${ends} as triggers,
                       ${counts.map((one) => `(${one})`).join(' and ')} as counts,
                       ${measure.ends ?? 'false'} as ends, f.direction,
                       ${x === null ? 'null::text' : x.text} collate "C" as x,
                       ${number?.there ?? 'false'} as there, ${number?.units ?? 'null::numeric'} as units
                from fact f
                where ${rule.on === 'any' ? 'true' : `f.kind = '${rule.on}'`}
                  and ${seesLateFacts(version) ? 'true' : 'not f.late'}
                  and ${allOf(rule.when)}
                -- Keeps what is read once from being read again for every name that it has further out.
                offset 0) looked_at
          where grp is not null) grouped`);
}

/** Rules on single facts see late ones: their own value at every fact, or no measure at all. */
function seesLateFacts({ rule: { measure, raise } }: GoverningVersion): boolean {
  return measure === undefined || ('value' in measure && raise.on === 'every');
}
