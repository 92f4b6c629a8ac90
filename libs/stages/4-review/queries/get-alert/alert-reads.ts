import { alertDetailPage } from '@weir/contracts';
import type { AlertHistoryPage, AlertHitPage } from '@weir/contracts';
import type { PoolClient } from 'pg';
import { z } from 'zod';
import { shownHistory, shownHit } from '../alert-rows';
import type { AlertHitRow, AlertRow, HistoryLine } from '../alert-rows';
import { decodeCursor, encodeCursor } from '../cursor';

const hitPlace = z.strictObject({ at: z.iso.datetime(), hit: z.string().regex(/^[0-9a-f]{64}$/) });
const historyPlace = z.strictObject({ version: z.int().positive() });

/** The alert's line of the queue. */
export async function readAlert(tx: PoolClient, alertId: string): Promise<AlertRow | null> {
  const { rows } = await tx.query<AlertRow>('SELECT * FROM review_alerts WHERE alert_id = $1', [alertId]);
  return rows[0] ?? null;
}

/** Hits of an alert, newest fact first, from where the page before ended. @throws Problem `invalid-cursor` */
export async function readHits(tx: PoolClient, alertId: string, cursor: string | undefined): Promise<AlertHitPage> {
  const after = cursor === undefined ? null : decodeCursor(cursor, hitPlace);
  const { rows } = await tx.query<AlertHitRow>(
    `SELECT hit_id, status, version, source, fact_id, occurred_at, evidence FROM review_hits
      WHERE alert_id = $1 ${after === null ? '' : 'AND (occurred_at, hit_id) < ($3, $4)'}
      ORDER BY occurred_at DESC, hit_id DESC LIMIT $2`,
    [alertId, alertDetailPage + 1, ...(after === null ? [] : [after.at, after.hit])],
  );
  const page = rows.slice(0, alertDetailPage);
  const last = page.at(-1);
  const more = rows.length > alertDetailPage && last !== undefined;
  return {
    hits: page.map(shownHit),
    next: more ? encodeCursor({ at: last.occurred_at.toISOString(), hit: last.hit_id }) : null,
  };
}

/** History of an alert, newest first, from where the page before ended. @throws Problem `invalid-cursor` */
export async function readHistory(
  tx: PoolClient,
  alertId: string,
  cursor: string | undefined,
): Promise<AlertHistoryPage> {
  const after = cursor === undefined ? null : decodeCursor(cursor, historyPlace);
  const { rows } = await tx.query<HistoryLine>(
    `SELECT version, at, type, hit_id FROM review_history
      WHERE alert_id = $1 ${after === null ? '' : 'AND version < $3'} ORDER BY version DESC LIMIT $2`,
    [alertId, alertDetailPage + 1, ...(after === null ? [] : [after.version])],
  );
  const page = rows.slice(0, alertDetailPage);
  const last = page.at(-1);
  const more = rows.length > alertDetailPage && last !== undefined;
  return { history: page.map(shownHistory), next: more ? encodeCursor({ version: last.version }) : null };
}
