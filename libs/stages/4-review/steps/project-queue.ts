import type { AlertRecord, HitStatus } from '@weir/contracts';
import { severities } from '@weir/contracts';
import type { AlertStep } from './read-events';

/** A line of the queue, as its table holds it; times in ISO 8601. */
export interface QueueRow {
  readonly alert_id: string;
  readonly rule: string;
  readonly title: { readonly en: string; readonly zh: string };
  /** Rank: 0 low … 3 critical. */
  readonly severity: number;
  readonly state: string;
  readonly grp: readonly { readonly field: string; readonly value: string }[];
  readonly account_id: string | null;
  readonly customer_id: string | null;
  readonly branches: readonly string[];
  readonly hits: number;
  readonly standing_hits: number;
  readonly first_occurred_at: string;
  readonly last_occurred_at: string;
  readonly raised_at: string;
  readonly due_at: string;
  readonly linked_to: string | null;
}

/** The newest state of a hit on an alert. */
export interface HitRow {
  readonly alert_id: string;
  readonly hit_id: string;
  readonly status: HitStatus;
  readonly version: number;
  readonly source: string;
  readonly fact_id: string;
  readonly occurred_at: string;
  readonly evidence: object;
}

/** A line of an alert's history. */
export interface HistoryRow {
  readonly alert_id: string;
  readonly version: number;
  readonly at: string;
  readonly type: string;
  readonly hit_id: string;
}

/** An account, customer or branch of one of the facts of an alert. */
export interface SubjectRow {
  readonly alert_id: string;
  readonly kind: SubjectKind;
  readonly value: string;
}
/** What an alert can be found by, beside its own columns. */
export type SubjectKind = 'account' | 'customer' | 'branch';

/** What the tables hold before the events: the alerts and the status of the hits that these are about. */
export interface QueueBefore {
  readonly alerts: ReadonlyMap<string, QueueRow>;
  /** By `<alert id>/<hit id>`. */
  readonly hits: ReadonlyMap<string, HitStatus>;
}

/** What the tables are to hold after the events. */
export interface QueueChanges {
  readonly alerts: readonly QueueRow[];
  readonly hits: readonly HitRow[];
  readonly history: readonly HistoryRow[];
  readonly subjects: readonly SubjectRow[];
}

/** Names a hit on an alert. */
export const hitKey = (alertId: string, hitId: string): string => `${alertId}/${hitId}`;

/** What the queue becomes by these events. Pure: built again from all events it comes to the same. */
export function projectQueue(steps: readonly AlertStep[], before: QueueBefore): QueueChanges {
  const alerts = new Map<string, QueueRow>();
  const hits = new Map<string, HitRow>();
  const history: HistoryRow[] = [];
  const subjects = new Map<string, SubjectRow>();
  for (const { version, event } of steps) {
    const { alertId, hit } = event.body;
    const key = hitKey(alertId, hit.hitId);
    const was = hits.get(key)?.status ?? before.hits.get(key);
    alerts.set(alertId, alertAfter(alerts.get(alertId) ?? before.alerts.get(alertId), event, was));
    hits.set(key, hitRow(event));
    history.push({
      alert_id: alertId,
      version,
      at: iso('raisedAt' in event.body ? event.body.raisedAt : event.body.at),
      type: event.type,
      hit_id: hit.hitId,
    });
    for (const subject of subjectsOf(event)) subjects.set(JSON.stringify(subject), subject);
  }
  return { alerts: [...alerts.values()], hits: [...hits.values()], history, subjects: [...subjects.values()] };
}

const iso = (instant: number): string => new Date(instant).toISOString();
const standsAt = (status: HitStatus | undefined): number => (status === undefined || status === 'withdrawn' ? 0 : 1);

function alertAfter(row: QueueRow | undefined, event: AlertRecord, was: HitStatus | undefined): QueueRow {
  const { hit } = event.body;
  const occurredAt = iso(hit.fact.occurredAt);
  const severity = severities.indexOf(hit.severity);
  if (event.type === 'alert-raised') {
    const { body } = event;
    return {
      alert_id: body.alertId,
      rule: body.rule,
      title: body.title,
      severity,
      state: 'raised',
      grp: body.group,
      account_id: hit.fact.accountId,
      customer_id: hit.fact.customerId,
      branches: hit.fact.branchId === null ? [] : [hit.fact.branchId],
      hits: 1,
      standing_hits: standsAt(hit.status),
      first_occurred_at: occurredAt,
      last_occurred_at: occurredAt,
      raised_at: iso(body.raisedAt),
      due_at: iso(body.dueAt),
      linked_to: body.linkedTo,
    };
  }
  if (row === undefined) throw new Error(`${event.type} of alert ${event.body.alertId} came before alert-raised.`);
  const { branchId } = hit.fact;
  return {
    ...row,
    severity: event.type === 'hit-withdrawn' ? row.severity : Math.max(row.severity, severity),
    branches: branchId === null || row.branches.includes(branchId) ? row.branches : [...row.branches, branchId].sort(),
    hits: row.hits + (event.type === 'hit-joined' ? 1 : 0),
    standing_hits: row.standing_hits + standsAt(hit.status) - standsAt(was),
    first_occurred_at: occurredAt < row.first_occurred_at ? occurredAt : row.first_occurred_at,
    last_occurred_at: occurredAt > row.last_occurred_at ? occurredAt : row.last_occurred_at,
  };
}

function hitRow({ body: { alertId, hit } }: AlertRecord): HitRow {
  return {
    alert_id: alertId,
    hit_id: hit.hitId,
    status: hit.status,
    version: hit.version,
    source: hit.fact.source,
    fact_id: hit.fact.id,
    occurred_at: iso(hit.fact.occurredAt),
    evidence: hit.evidence,
  };
}

function subjectsOf({ body: { alertId, hit } }: AlertRecord): readonly SubjectRow[] {
  const named: readonly (readonly [SubjectKind, string | null])[] = [
    ['account', hit.fact.accountId],
    ['customer', hit.fact.customerId],
    ['branch', hit.fact.branchId],
  ];
  return named.flatMap(([kind, value]) => (value === null ? [] : [{ alert_id: alertId, kind, value }]));
}
