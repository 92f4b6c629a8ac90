import { maxEvidenceFacts } from '@weir/contracts';
import type { MeasureSql } from './measures/measure-sql';
import type { WindowSql } from './window.sql';

/** The facts that hit `h` rests on, the newest, as a JSON list in their order. */
export function evidenceFacts({ evidence: { sameValue = false, ownFact = false } }: MeasureSql): string {
  const counting = `
    (select m.seq from member m
     where m.p = h.p and m.counts and m.seq > h.since and m.seq ${ownFact ? '<' : '<='} h.seq${sameValue ? ' and m.x = h.x' : ''}
     order by m.seq desc limit ${maxEvidenceFacts - (ownFact ? 1 : 0)})`;
  return `
    (select coalesce(json_agg(json_build_object('source', e.source, 'id', e.id, 'occurredAt', e.t,
                                                'amount', e.amount_text, 'currency', e.currency) order by e.seq), '[]')
     from (${counting}${ownFact ? ' union all select h.seq' : ''}) named join fact e using (seq))`;
}

/** The index of `member` that finds them. */
export const evidenceIndex = ({ evidence }: MeasureSql): string =>
  `create index on member (p, ${evidence.sameValue === true ? 'x, ' : ''}seq) where counts`;

/** Bounds of the window of hit `h` as JSON; null where there is none. */
export const windowBounds = (measure: MeasureSql, window: WindowSql): string =>
  measure.window === null
    ? 'null::json'
    : `json_build_object('from', ${window.from}, 'to', h.t, 'fromIncluded', ${window.fromIncluded})`;
