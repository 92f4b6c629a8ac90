import type { Pool } from 'pg';
import { dayOfTable, DAY } from './days';

/**
 * How many days one statement looks through. It locks the table of each day and its two indexes, and all statements on the server share
 * a limited number of locks: 6,400 where nobody has set `max_locks_per_transaction` and `max_connections`.
 */
const DAYS_AT_ONCE = 100;

/** Event times `[from, to)` in ms. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The whole of a span in pieces of so few days that a statement can look through each, in their order and without a gap. */
export async function piecesOf(pool: Pool, { from, to }: Span): Promise<readonly Span[]> {
  const { rows } = await pool.query<{ name: string }>(
    `select relname as name from pg_inherits join pg_class on oid = inhrelid where inhparent = 'facts'::regclass`,
  );
  const days = rows
    .map(({ name }) => dayOfTable(name) * DAY)
    .filter((begin) => begin + DAY > from && begin < to)
    .sort((a, b) => a - b);
  // A day that is made meanwhile lies in one of the pieces too.
  const cuts = days.filter((_, index) => index > 0 && index % DAYS_AT_ONCE === 0);
  return [from, ...cuts].map((begin, index) => ({ from: begin, to: cuts[index] ?? to }));
}
