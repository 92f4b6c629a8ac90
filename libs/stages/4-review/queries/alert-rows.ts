import { evidenceSchema, severities } from '@weir/contracts';
import type { AlertSummary, AlertHitPage, AlertHistoryPage, Evidence, HitStatus, ShownEvidence } from '@weir/contracts';

/** A line of `review_alerts` as read. */
export interface AlertRow {
  readonly alert_id: string;
  readonly rule: string;
  readonly title: AlertSummary['title'];
  readonly severity: number;
  readonly state: AlertSummary['state'];
  readonly grp: AlertSummary['group'];
  readonly account_id: string | null;
  readonly customer_id: string | null;
  readonly branches: string[];
  readonly hits: number;
  readonly standing_hits: number;
  readonly first_occurred_at: Date;
  readonly last_occurred_at: Date;
  readonly raised_at: Date;
  readonly due_at: Date;
  readonly linked_to: string | null;
}

/** A line of `review_hits` as read. */
export interface AlertHitRow {
  readonly hit_id: string;
  readonly status: HitStatus;
  readonly version: number;
  readonly source: string;
  readonly fact_id: string;
  readonly occurred_at: Date;
  readonly evidence: unknown;
}

/** A line of `review_history` as read. */
export interface HistoryLine {
  readonly version: number;
  readonly at: Date;
  readonly type: string;
  readonly hit_id: string | null;
}

/** A line of the queue as it is shown. */
export function summaryOf(row: AlertRow): AlertSummary {
  const severity = severities[row.severity];
  if (severity === undefined) throw new RangeError(`Alert ${row.alert_id} has the severity rank ${row.severity}.`);
  return {
    id: row.alert_id,
    rule: row.rule,
    title: row.title,
    severity,
    state: row.state,
    group: row.grp,
    accountId: row.account_id,
    customerId: row.customer_id,
    branches: row.branches,
    hits: row.hits,
    standingHits: row.standing_hits,
    firstOccurredAt: row.first_occurred_at.toISOString(),
    lastOccurredAt: row.last_occurred_at.toISOString(),
    raisedAt: row.raised_at.toISOString(),
    dueAt: row.due_at.toISOString(),
    linkedTo: row.linked_to,
  };
}

/** A hit as its alert shows it. */
export function shownHit(row: AlertHitRow): AlertHitPage['hits'][number] {
  return {
    hitId: row.hit_id,
    status: row.status,
    ruleVersion: row.version,
    fact: { source: row.source, id: row.fact_id, occurredAt: row.occurred_at.toISOString() },
    evidence: shownEvidence(evidenceSchema.parse(row.evidence)),
  };
}

/** Evidence as it is shown: stored times are milliseconds. */
function shownEvidence(evidence: Evidence): ShownEvidence {
  const { window, facts } = evidence;
  return {
    ...evidence,
    window: window === null ? null : { ...window, from: isoOf(window.from), to: isoOf(window.to) },
    facts: facts.map((fact) => ({ ...fact, occurredAt: isoOf(fact.occurredAt) })),
  };
}

const isoOf = (ms: number): string => new Date(ms).toISOString();

/** A line of history as it is shown. */
export function shownHistory(line: HistoryLine): AlertHistoryPage['history'][number] {
  return { at: line.at.toISOString(), type: line.type, hitId: line.hit_id };
}
