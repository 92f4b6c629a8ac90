import { severities } from '@weir/contracts';
import type { HitStatus } from '@weir/contracts';
import type { EventStore, StoredEvent } from '@weir/platform/event-store';
import { inTransaction } from '@weir/platform/sql';
import type { Pool, PoolClient } from 'pg';
import { hitKey, type projectQueue } from '../steps/project-queue';
import type { QueueBefore, QueueChanges, QueueRow } from '../steps/project-queue';
import type { AlertStep, readEvents } from '../steps/read-events';
import { lockPosition, movePosition } from './event-follower';
import type { EventReader } from './event-follower';

const batchSize = 500;

/** The alert queue: tables that follow the event store. A fixed number of statements per batch, whatever its size. */
export class QueueProjection implements EventReader {
  readonly name = 'queue';

  constructor(private readonly path: { readonly read: typeof readEvents; readonly project: typeof projectQueue }) {}

  async apply(tx: PoolClient, events: readonly StoredEvent[]): Promise<void> {
    const steps = this.path.read(events); // 1 read: stored events → events of alerts
    if (steps.length === 0) return;
    const before = await queueBefore(tx, steps); // 2 load: the lines they are about
    const after = this.path.project(steps, before); // 3 project
    await store(tx, after, changedCounts(before.alerts, after.alerts)); // 4 store
    await followSubjects(tx, [...before.alerts.keys()]);
  }

  /**
   * Empties the queue and builds it again from all events, in one transaction: who reads meanwhile sees the old queue, and
   * whoever follows waits. Gives how many events were worked on.
   */
  async rebuild(pool: Pool, events: Pick<EventStore, 'readAll'>): Promise<number> {
    return inTransaction(pool, async (tx) => {
      // Longer than any batch may take: the limits that protect the others from a stuck statement do not fit here.
      await tx.query('SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0');
      await lockPosition(tx, this.name);
      // Deleting instead of truncating: a truncated table would make its readers wait until the end.
      await tx.query(
        `DELETE FROM review_open_counts; DELETE FROM review_history; DELETE FROM review_hits;
         DELETE FROM review_subjects; DELETE FROM review_alerts`,
      );
      let position = 0;
      for (;;) {
        const batch = await events.readAll(position, batchSize);
        const last = batch.at(-1);
        if (last === undefined) break;
        await this.apply(tx, batch);
        position = last.position;
      }
      await movePosition(tx, this.name, position);
      return position;
    });
  }
}

type AlertColumns = Omit<QueueRow, 'first_occurred_at' | 'last_occurred_at' | 'raised_at' | 'due_at'> &
  Record<'first_occurred_at' | 'last_occurred_at' | 'raised_at' | 'due_at', Date>;

async function queueBefore(tx: PoolClient, steps: readonly AlertStep[]): Promise<QueueBefore> {
  const bodies = steps.map(({ event }) => event.body);
  const alerts = await tx.query<AlertColumns>('SELECT * FROM review_alerts WHERE alert_id = ANY($1)', [
    [...new Set(bodies.map(({ alertId }) => alertId))],
  ]);
  // Of an alert that is new there are no hits either.
  if (alerts.rows.length === 0) return { alerts: new Map(), hits: new Map() };
  const hits = await tx.query<{ alert_id: string; hit_id: string; status: HitStatus }>(
    `SELECT alert_id, hit_id, status FROM review_hits
      WHERE (alert_id, hit_id) IN (SELECT * FROM unnest($1::text[], $2::text[]))`,
    [bodies.map(({ alertId }) => alertId), bodies.map(({ hit }) => hit.hitId)],
  );
  return {
    alerts: new Map(
      alerts.rows.map((row) => [
        row.alert_id,
        {
          ...row,
          first_occurred_at: row.first_occurred_at.toISOString(),
          last_occurred_at: row.last_occurred_at.toISOString(),
          raised_at: row.raised_at.toISOString(),
          due_at: row.due_at.toISOString(),
        },
      ]),
    ),
    hits: new Map(hits.rows.map(({ alert_id, hit_id, status }) => [hitKey(alert_id, hit_id), status])),
  };
}

/** All that has changed in one statement, since each costs a journey to the database. Its parts write to different tables. */
async function store(
  tx: PoolClient,
  { alerts, subjects, hits, history }: QueueChanges,
  counts: readonly (readonly [severity: number, by: number])[],
): Promise<void> {
  const alertColumns = `alert_id, rule, title, severity, state, grp, account_id, customer_id, branches, hits, standing_hits,
    first_occurred_at, last_occurred_at, raised_at, due_at, linked_to`;
  const hitColumns = 'alert_id, hit_id, status, version, source, fact_id, occurred_at, evidence';
  await tx.query(
    `WITH changed AS (
       SELECT * FROM jsonb_to_recordset($1::jsonb) AS r (alert_id text, rule text, title jsonb, severity smallint,
         state text, grp jsonb, account_id text, customer_id text, branches text[], hits int, standing_hits int,
         first_occurred_at timestamptz, last_occurred_at timestamptz, raised_at timestamptz, due_at timestamptz,
         linked_to text)
     ), alerts AS (
       INSERT INTO review_alerts (${alertColumns}) SELECT ${alertColumns} FROM changed
       ON CONFLICT (alert_id) DO UPDATE SET severity = excluded.severity, state = excluded.state,
         branches = excluded.branches, hits = excluded.hits, standing_hits = excluded.standing_hits,
         first_occurred_at = excluded.first_occurred_at, last_occurred_at = excluded.last_occurred_at,
         due_at = excluded.due_at
     ), subjects AS (
       INSERT INTO review_subjects (kind, value, alert_id, severity, raised_at, due_at)
       SELECT r.kind, r.value, r.alert_id, c.severity, c.raised_at, c.due_at
         FROM jsonb_to_recordset($2::jsonb) AS r (alert_id text, kind text, value text)
         JOIN changed c USING (alert_id)
       ON CONFLICT DO NOTHING
     ), hits AS (
       INSERT INTO review_hits (${hitColumns})
       SELECT ${hitColumns} FROM jsonb_to_recordset($3::jsonb) AS r (alert_id text, hit_id text, status text, version bigint,
         source text, fact_id text, occurred_at timestamptz, evidence jsonb)
       ON CONFLICT (alert_id, hit_id) DO UPDATE SET status = excluded.status, version = excluded.version,
         evidence = excluded.evidence
     ), counts AS (
       INSERT INTO review_open_counts AS c (severity, alerts) SELECT * FROM unnest($5::int[], $6::bigint[])
       ON CONFLICT (severity) DO UPDATE SET alerts = c.alerts + excluded.alerts
     )
     INSERT INTO review_history (alert_id, version, at, type, hit_id)
     SELECT alert_id, version, at, type, hit_id FROM jsonb_to_recordset($4::jsonb)
       AS r (alert_id text, version bigint, at timestamptz, type text, hit_id text)`,
    [
      JSON.stringify(alerts),
      JSON.stringify(subjects),
      JSON.stringify(hits),
      JSON.stringify(history),
      counts.map(([severity]) => severity),
      counts.map(([, by]) => by),
    ],
  );
}

/** Gives the subjects of alerts that were there before what has changed of these. */
async function followSubjects(tx: PoolClient, alertIds: readonly string[]): Promise<void> {
  if (alertIds.length === 0) return;
  await tx.query(
    `UPDATE review_subjects s SET severity = a.severity, due_at = a.due_at
       FROM review_alerts a
      WHERE a.alert_id = ANY($1) AND s.alert_id = a.alert_id AND (s.severity, s.due_at) <> (a.severity, a.due_at)`,
    [alertIds],
  );
}

/** Counts of open alerts by severity are kept as they change: counting a million lines for every scrape would not do. */
function changedCounts(
  before: ReadonlyMap<string, QueueRow>,
  after: readonly QueueRow[],
): readonly (readonly [severity: number, by: number])[] {
  const changes = severities.map(() => 0);
  const count = (severity: number | undefined, by: number): void => {
    if (severity !== undefined) changes[severity] = (changes[severity] ?? 0) + by;
  };
  for (const { alert_id, severity } of after) {
    count(before.get(alert_id)?.severity, -1);
    count(severity, 1);
  }
  return [...changes.entries()].filter(([, by]) => by !== 0);
}
