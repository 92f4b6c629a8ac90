import type { Alert, AlertSeverity, HitOnAlert, HitStanding, KnownHit } from '@weir/domain';
import { errorCode } from '@weir/platform/sql';
import type { Pool, PoolClient } from 'pg';
import type { ReadState } from '../steps/read-states';
import type { ChangedAlert, Known, Settled, StoredAlert } from '../steps/settle-states';

/**
 * Another transaction changed the same hits or alerts meanwhile: nothing of this one was kept, and it may be tried again
 * on what is there now.
 */
export class Contended extends Error {
  readonly code = 'contended';
  constructor(what: string) {
    super(`${what} changed meanwhile in another transaction.`);
    this.name = 'Contended';
  }
}

interface HitRow {
  readonly hit_id: string;
  readonly alert_id: string | null;
  readonly status: HitStanding;
  readonly as_of_topic: string;
  readonly as_of_partition: number;
  readonly as_of_offset: number;
  readonly as_of_step: number;
  readonly told: string | null;
}

interface AlertRow {
  readonly alert_id: string;
  readonly rule: string;
  readonly group_key: string;
  readonly severity: AlertSeverity;
  readonly opened_at: number;
  readonly raised_at: number;
  readonly due_at: number;
  readonly linked_to: string | null;
  readonly hits: number;
  readonly standing_hits: number;
  readonly takes_hits: boolean;
  readonly stream_version: number;
}

/**
 * Loads what the states of a batch meet: their hits, the alerts these are on, and the alerts that take the hits of their
 * groups. One query, whatever the size of the batch. Alerts hold only the hits of the batch in `hitsById`.
 */
export async function loadKnown(tx: Pool | PoolClient, states: readonly ReadState[]): Promise<Known> {
  const hitIds = [...new Set(states.map(({ hit }) => hit.hitId))];
  const groupKeys = [...new Set(states.map(({ groupKey }) => groupKey))];
  const { rows } = await tx.query<{ hits: readonly HitRow[]; alerts: readonly AlertRow[] }>(
    `WITH h AS (SELECT * FROM alerting_hits WHERE hit_id = ANY($1)),
          a AS (SELECT * FROM alerting_alerts WHERE alert_id = ANY(ARRAY(SELECT alert_id FROM h WHERE alert_id IS NOT NULL))
                UNION SELECT * FROM alerting_alerts WHERE takes_hits AND group_key = ANY($2))
     SELECT (SELECT coalesce(json_agg(h), '[]') FROM h) AS hits, (SELECT coalesce(json_agg(a), '[]') FROM a) AS alerts`,
    [hitIds, groupKeys],
  );
  const [{ hits: hitRows, alerts: alertRows } = { hits: [], alerts: [] }] = rows;
  const hits = new Map(hitRows.map((row) => [row.hit_id, knownHitOf(row)]));
  const hitsOfAlerts = new Map<string, Map<string, HitOnAlert>>();
  for (const [hitId, { alertId, status, asOf }] of hits) {
    if (alertId === null) continue;
    const members = hitsOfAlerts.get(alertId) ?? new Map<string, HitOnAlert>();
    hitsOfAlerts.set(alertId, members.set(hitId, { status, asOf }));
  }
  const alerts = new Map(
    alertRows.map((row) => [row.alert_id, storedAlertOf(row, hitsOfAlerts.get(row.alert_id) ?? new Map())]),
  );
  return { hits, alerts };
}

function knownHitOf(row: HitRow): KnownHit {
  return {
    alertId: row.alert_id,
    status: row.status,
    asOf: {
      topic: row.as_of_topic,
      partition: row.as_of_partition,
      offset: row.as_of_offset,
      step: row.as_of_step,
    },
    told: row.told,
  };
}

function storedAlertOf(row: AlertRow, hitsById: ReadonlyMap<string, HitOnAlert>): StoredAlert {
  const alert: Alert = {
    id: row.alert_id,
    rule: row.rule,
    groupKey: row.group_key,
    severity: row.severity,
    openedAt: row.opened_at,
    raisedAt: row.raised_at,
    dueAt: row.due_at,
    linkedTo: row.linked_to,
    hits: row.hits,
    standingHits: row.standing_hits,
    hitsById,
  };
  return { alert, streamVersion: row.stream_version, rowVersion: row.stream_version, takesHits: row.takes_hits };
}

/**
 * Stores hits and alerts of a settled batch: two statements at most. Every row is written only where it still is what
 * was loaded.
 * @throws Contended
 */
export async function storeSettled(tx: PoolClient, settled: Settled): Promise<void> {
  // Alerts that stop taking hits come first: at most one per group may take them at any moment.
  await updateAlerts(tx, settled.alerts);
  await insertAlertsAndHits(
    tx,
    settled.alerts.filter(({ before }) => before === null),
    settled.hits,
  );
}

async function updateAlerts(tx: PoolClient, alerts: readonly ChangedAlert[]): Promise<void> {
  const rows = alerts.flatMap(({ alert, takesHits, before, events }) =>
    before === null ? [] : [{ alert, takesHits, before, version: before.streamVersion + events.length }],
  );
  if (rows.length === 0) return;
  const { rowCount } = await tx.query(
    `UPDATE alerting_alerts a
        SET severity = n.severity, hits = n.hits, standing_hits = n.standing_hits,
            takes_hits = n.takes_hits, stream_version = n.stream_version
       FROM unnest($1::text[], $2::text[], $3::int[], $4::int[], $5::bool[], $6::bigint[], $7::bigint[])
            AS n (alert_id, severity, hits, standing_hits, takes_hits, stream_version, row_version)
      WHERE a.alert_id = n.alert_id AND a.stream_version = n.row_version`,
    [
      rows.map(({ alert }) => alert.id),
      rows.map(({ alert }) => alert.severity),
      rows.map(({ alert }) => alert.hits),
      rows.map(({ alert }) => alert.standingHits),
      rows.map(({ takesHits }) => takesHits),
      rows.map(({ version }) => version),
      rows.map(({ before }) => before.rowVersion),
    ],
  );
  if (rowCount !== rows.length) throw new Contended('An alert');
}

async function insertAlertsAndHits(
  tx: PoolClient,
  raised: readonly ChangedAlert[],
  hits: ReadonlyMap<string, KnownHit>,
): Promise<void> {
  if (hits.size === 0) return;
  const column = <T>(of: (alert: Alert) => T): readonly T[] => raised.map(({ alert }) => of(alert));
  const rows = [...hits.values()];
  const { rows: stored } = await tx
    .query<{ alerts: number; hits: number }>(
      `WITH alerts AS (
         INSERT INTO alerting_alerts (alert_id, rule, group_key, severity, opened_at, raised_at, due_at, linked_to, hits,
                                      standing_hits, takes_hits, stream_version)
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[],
                              $8::text[], $9::int[], $10::int[], $11::bool[], $12::bigint[])
         ON CONFLICT DO NOTHING RETURNING alert_id
       ), hits AS (
         INSERT INTO alerting_hits AS h (hit_id, alert_id, status, as_of_topic, as_of_partition, as_of_offset, as_of_step, told)
         SELECT * FROM unnest($13::text[], $14::text[], $15::text[], $16::text[], $17::int[], $18::bigint[], $19::bigint[],
                              $20::text[])
         ON CONFLICT (hit_id) DO UPDATE
            SET alert_id = excluded.alert_id, status = excluded.status,
                as_of_offset = excluded.as_of_offset, as_of_step = excluded.as_of_step,
                told = excluded.told
          WHERE h.as_of_topic = excluded.as_of_topic AND h.as_of_partition = excluded.as_of_partition
            AND (h.as_of_offset, h.as_of_step) < (excluded.as_of_offset, excluded.as_of_step)
            AND (h.alert_id IS NULL OR h.alert_id = excluded.alert_id)
         RETURNING hit_id
       )
       SELECT (SELECT count(*) FROM alerts) AS alerts, (SELECT count(*) FROM hits) AS hits`,
      [
        column(({ id }) => id),
        column(({ rule }) => rule),
        column(({ groupKey }) => groupKey),
        column(({ severity }) => severity),
        column(({ openedAt }) => openedAt),
        column(({ raisedAt }) => raisedAt),
        column(({ dueAt }) => dueAt),
        column(({ linkedTo }) => linkedTo),
        column((alert) => alert.hits),
        column(({ standingHits }) => standingHits),
        raised.map(({ takesHits }) => takesHits),
        raised.map(({ events }) => events.length),
        [...hits.keys()],
        rows.map(({ alertId }) => alertId),
        rows.map(({ status }) => status),
        rows.map(({ asOf }) => asOf.topic),
        rows.map(({ asOf }) => asOf.partition),
        rows.map(({ asOf }) => asOf.offset),
        rows.map(({ asOf }) => asOf.step),
        rows.map(({ told }) => told),
      ],
    )
    .catch((error: unknown) => {
      // The hits of an alert that was not inserted name none.
      if (errorCode(error) === foreignKeyViolation) throw new Contended('An alert of the same rule and group');
      throw error;
    });
  if (stored[0]?.alerts !== raised.length) throw new Contended('An alert of the same rule and group');
  if (stored[0].hits !== hits.size) throw new Contended('A hit');
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const foreignKeyViolation = '23503';
