import type { HitState, RuleDocument } from '@weir/contracts';
import { durationMs } from './duration';
import { evidenceFacts, windowBounds } from './evidence.sql';
import { groupFields, groupValues } from './group.sql';
import { textLiteral } from './literal';
import type { MeasureSql } from './measures/measure-sql';
import type { ThresholdSql } from './threshold.sql';
import type { WindowSql } from './window.sql';

/** A hit that stands at the end: what of a state does not depend on the order of arrival. */
export type StandingHit = Pick<
  HitState,
  'hitId' | 'rule' | 'version' | 'severity' | 'recommend' | 'group' | 'fact' | 'evidence'
>;

/** A query that writes each row of `hit` as a `StandingHit` in JSON. */
export function hitQuery(rule: RuleDocument, measure: MeasureSql, window: WindowSql, threshold: ThresholdSql): string {
  const fields = groupFields(rule.measure);
  const { decimals, currency } = measure.unit;
  const id = textLiteral(rule.id);
  const written = `oracle.written(oracle.half_even(h.numerator, h.denominator), ${decimals}, ${currency !== null})`;
  return `
    select json_build_object(
      'hitId', encode(sha256(convert_to(
        '[' || to_json(${id})::text || ',${rule.version},['
        || (select coalesce(string_agg(to_json(value)::text, ',' order by place), '')
            from unnest(h.group_values) with ordinality as listed (value, place))
        || '],' || to_json(h.source)::text || ',' || to_json(h.id)::text || ']', 'UTF8')), 'hex'),
      'rule', ${id}, 'version', ${rule.version}, 'severity', ${threshold.severity}, 'recommend', ${recommendation(rule, window)},
      'group', (select coalesce(json_agg(json_build_object('field', field, 'value', value) order by place), '[]')
                from unnest(array[${fields.map(textLiteral).join(', ')}]::text[], h.group_values)
                     with ordinality as listed (field, value, place)),
      'fact', json_build_object('source', h.source, 'id', h.id, 'occurredAt', h.t, 'accountId', h.account_id,
                                'customerId', h.customer_id, 'branchId', h.branch_id),
      'evidence', json_build_object(
        'measured', ${written}, 'limit', ${threshold.limit}, 'comparison', ${threshold.comparison},
        'currency', ${currency === null ? 'null::text' : textLiteral(currency)},
        'window', ${windowBounds(measure, window)}, 'count', h.facts, 'facts', ${evidenceFacts(measure)},
        'incomplete', false)) as hit
    from (select hit.*, ${groupValues(fields)} as group_values, f.source, f.id, f.at, f.account_id, f.customer_id, f.branch_id
          from hit join fact f using (seq)) h
    order by h.seq`;
}

/** What upstream is recommended to do about hit `h`, as JSON. */
function recommendation({ recommend }: RuleDocument, window: WindowSql): string {
  if (recommend === undefined) return 'null::json';
  const { until, timezone } = recommend.freeze;
  const zone = timezone ?? window.zone;
  if (until === 'nextDay' && zone === null) throw new Error('nextDay needs a zone.');
  const end =
    until === 'nextDay' && zone !== null
      ? `oracle.day_begins(oracle.local_day(h.t, ${textLiteral(zone)}) + 1, ${textLiteral(zone)}, h.t)`
      : `h.t + ${durationMs(until)}`;
  return `json_build_object('freeze', json_build_object('until', ${end}))`;
}
