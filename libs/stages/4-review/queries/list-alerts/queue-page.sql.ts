import { severities } from '@weir/contracts';
import { parseInstant } from '@weir/domain';
import { naturalOrder } from './list-alerts.request';
import type { ListAlertsRequest, QueueSort } from './list-alerts.request';

/** Where a page ended: the sort values and the id of its last alert. */
export interface PagePlace {
  readonly sort: QueueSort;
  readonly order: 'asc' | 'desc';
  readonly severity?: number;
  readonly at: string;
  readonly id: string;
}

/** A statement and its parameters. */
export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Columns that a sort walks along, each an index of `review_alerts` and of `review_subjects`. */
const sortColumns: Readonly<Record<QueueSort, readonly string[]>> = {
  raisedAt: ['raised_at', 'alert_id'],
  dueAt: ['due_at', 'alert_id'],
  severity: ['severity', 'raised_at', 'alert_id'],
};
const columns = `a.alert_id, a.rule, a.title, a.severity, a.state, a.grp, a.account_id, a.customer_id, a.branches, a.hits,
  a.standing_hits, a.first_occurred_at, a.last_occurred_at, a.raised_at, a.due_at, a.linked_to`;

/**
 * The statement for one page and one alert more, which tells whether another page follows. It walks along one index from
 * where the page before ended and stops when the page is full, so its cost does not grow with the queue: several
 * severities are several such walks, merged; of account, customer and branch the one named first is walked along.
 * Null: nothing can follow that place.
 */
export function queuePage(request: ListAlertsRequest, after: PagePlace | null): Statement | null {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const limit = bind(request.limit + 1);
  const order = request.order ?? naturalOrder[request.sort];
  const walks = [...new Set(request.severity ?? [undefined])].flatMap((severity) => {
    const rank = severity === undefined ? undefined : severities.indexOf(severity);
    const place = placeWithin(rank, after, order);
    return place === 'behind' ? [] : [walk(request, place, order, rank, bind, limit)];
  });
  if (walks.length === 0) return null;
  if (walks.length === 1) return { text: walks[0] ?? '', values };
  const merged = walks.map((text) => `(${text})`).join('\nUNION ALL\n');
  return { text: `SELECT * FROM (${merged}) a ORDER BY ${ordering('a', request.sort, order)} LIMIT ${limit}`, values };
}

/**
 * From where a walk through one severity goes on: its beginning where the page before ended short of it, nowhere where
 * that page was beyond it. Left to the database, it would look at the whole severity to find that out.
 */
function placeWithin(
  rank: number | undefined,
  after: PagePlace | null,
  order: 'asc' | 'desc',
): PagePlace | null | 'behind' {
  if (after?.severity === undefined || rank === undefined || rank === after.severity) return after;
  return rank > after.severity === (order === 'asc') ? null : 'behind';
}

function ordering(table: string, sort: QueueSort, order: 'asc' | 'desc'): string {
  return sortColumns[sort].map((column) => `${table}.${column} ${order}`).join(', ');
}

function walk(
  request: ListAlertsRequest,
  after: PagePlace | null,
  order: 'asc' | 'desc',
  severity: number | undefined,
  bind: (value: unknown) => string,
  limit: string,
): string {
  const { sort, rule, state, standing, raisedFrom, raisedTo, account, customer, branch } = request;
  const named = Object.entries({ account, customer, branch }).filter(([, value]) => value !== undefined);
  const [first, ...others] = named;
  // The table that is walked along carries the sort columns, so that its index gives the order.
  const on = first === undefined ? 'a' : 's';
  const from = first === undefined ? 'review_alerts a' : 'review_subjects s JOIN review_alerts a USING (alert_id)';
  const where: string[] = [];
  if (first !== undefined) where.push(`s.kind = ${bind(first[0])} AND s.value = ${bind(first[1])}`);
  for (const [kind, value] of others) {
    where.push(
      `EXISTS (SELECT 1 FROM review_subjects x
                WHERE x.alert_id = a.alert_id AND x.kind = ${bind(kind)} AND x.value = ${bind(value)})`,
    );
  }
  if (severity !== undefined) where.push(`${on}.severity = ${bind(severity)}`);
  if (rule !== undefined) where.push(`a.rule = ${bind(rule)}`);
  if (state !== undefined) where.push(`a.state = ${bind(state)}`);
  if (standing !== undefined) where.push(standing === 'true' ? 'a.standing' : 'NOT a.standing');
  if (raisedFrom !== undefined) where.push(`${on}.raised_at >= ${bind(instant(raisedFrom))}`);
  if (raisedTo !== undefined) where.push(`${on}.raised_at < ${bind(instant(raisedTo))}`);
  if (after !== null) {
    const place = [...(sort === 'severity' ? [after.severity] : []), after.at, after.id].map(bind).join(', ');
    const beyond = order === 'asc' ? '>' : '<';
    where.push(`(${sortColumns[sort].map((column) => `${on}.${column}`).join(', ')}) ${beyond} (${place})`);
  }
  return `SELECT ${columns} FROM ${from}${where.length === 0 ? '' : ` WHERE ${where.join(' AND ')}`}
          ORDER BY ${ordering(on, sort, order)} LIMIT ${limit}`;
}

function instant(text: string): Date {
  const parsed = parseInstant(text);
  if (!parsed.ok) throw new RangeError(parsed.message);
  return new Date(parsed.value);
}
