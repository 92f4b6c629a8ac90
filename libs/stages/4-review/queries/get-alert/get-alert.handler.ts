import { Inject } from '@nestjs/common';
import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { Alert, AlertHistoryPage, AlertHitPage } from '@weir/contracts';
import { inTransaction, PG_POOL } from '@weir/platform/sql';
import type { PoolClient } from 'pg';
import { Pool } from 'pg';
import { summaryOf } from '../alert-rows';
import { readAlert, readHistory, readHits } from './alert-reads';
import { GetAlert, ListAlertHistory, ListAlertHits } from './get-alert.query';

/** Everything that one answer shows is read from one snapshot: its counts and its hits belong together. */
function inSnapshot<T>(pool: Pool, read: (tx: PoolClient) => Promise<T>): Promise<T> {
  return inTransaction(pool, read, { isolation: 'repeatable read', readOnly: true });
}

/** Reads an alert with the first page of its hits and of its history. */
@QueryHandler(GetAlert)
export class GetAlertHandler implements IQueryHandler<GetAlert> {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  execute({ alertId }: GetAlert): Promise<Alert | null> {
    return inSnapshot(this.pool, async (tx) => {
      const alert = await readAlert(tx, alertId);
      if (alert === null) return null;
      const { hits, next: nextHits } = await readHits(tx, alertId, undefined);
      const { history, next: nextHistory } = await readHistory(tx, alertId, undefined);
      return { ...summaryOf(alert), hitList: hits, nextHits, history, nextHistory };
    });
  }
}

/** Reads a page of the hits of an alert. */
@QueryHandler(ListAlertHits)
export class ListAlertHitsHandler implements IQueryHandler<ListAlertHits> {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  execute({ alertId, cursor }: ListAlertHits): Promise<AlertHitPage | null> {
    return inSnapshot(this.pool, async (tx) =>
      (await readAlert(tx, alertId)) === null ? null : readHits(tx, alertId, cursor),
    );
  }
}

/** Reads a page of the history of an alert. */
@QueryHandler(ListAlertHistory)
export class ListAlertHistoryHandler implements IQueryHandler<ListAlertHistory> {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  execute({ alertId, cursor }: ListAlertHistory): Promise<AlertHistoryPage | null> {
    return inSnapshot(this.pool, async (tx) =>
      (await readAlert(tx, alertId)) === null ? null : readHistory(tx, alertId, cursor),
    );
  }
}
