import { Inject } from '@nestjs/common';
import { IQueryHandler, QueryHandler } from '@nestjs/cqrs';
import type { AlertPage } from '@weir/contracts';
import { PG_POOL } from '@weir/platform/sql';
import { Pool } from 'pg';
import { z } from 'zod';
import { summaryOf } from '../alert-rows';
import type { AlertRow } from '../alert-rows';
import { decodeCursor, encodeCursor } from '../cursor';
import { ListAlerts } from './list-alerts.query';
import { naturalOrder } from './list-alerts.request';
import { queuePage } from './queue-page.sql';
import type { PagePlace } from './queue-page.sql';

/** Reads one page of the queue: one statement, whatever the length of the queue. */
@QueryHandler(ListAlerts)
export class ListAlertsHandler implements IQueryHandler<ListAlerts> {
  constructor(@Inject(PG_POOL) private readonly pool: Pool) {}

  async execute({ request }: ListAlerts): Promise<AlertPage> {
    const { sort, limit, cursor } = request;
    const order = request.order ?? naturalOrder[sort];
    const after = cursor === undefined ? null : decodeCursor(cursor, placeSchema(sort, order));
    const statement = queuePage(request, after);
    if (statement === null) return { alerts: [], next: null };
    const { rows } = await this.pool.query<AlertRow>(statement.text, [...statement.values]);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = rows.length > limit && last !== undefined ? encodeCursor(placeOf(last, sort, order)) : null;
    return { alerts: page.map(summaryOf), next };
  }
}

function placeSchema(sort: PagePlace['sort'], order: PagePlace['order']): z.ZodType<PagePlace> {
  return z.strictObject({
    sort: z.literal(sort),
    order: z.literal(order),
    severity: sort === 'severity' ? z.int().min(0).max(3) : z.undefined().optional(),
    at: z.iso.datetime(),
    id: z.string().regex(/^[0-9a-f]{32}$/),
  });
}

function placeOf(row: AlertRow, sort: PagePlace['sort'], order: PagePlace['order']): PagePlace {
  return {
    sort,
    order,
    ...(sort === 'severity' && { severity: row.severity }),
    at: (sort === 'dueAt' ? row.due_at : row.raised_at).toISOString(),
    id: row.alert_id,
  };
}
