import type { Pool } from 'pg';
import { inTransaction } from '../sql';
import type { ArchivedFact, FactsAtHome } from './facts-archive';
import { columns, columnsOf, toFact, type Row } from './rows';
import { toStored } from './storable-text';

/** Facts fetched at once. */
const PAGE = 2_000;

/** A query with its values. */
export interface Query {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** The fact that an arrival `a` is of, found through the one index by home key, in the table of its day. */
const factOfArrival = `join facts f on f.home_key = a.home_key and f.occurred_at = a.occurred_at and f.source = a.source and f.id = a.id`;

/** Facts that arrived where they live: those that were first seen there, and those that came there another time. */
export function atHome({ topic, homes, from, part, order }: FactsAtHome): Query {
  const time = part === undefined ? null : bounded(part.time);
  const values: unknown[] = [
    toStored(topic),
    homes.map(({ partition }) => partition),
    homes.map(({ before }) => before),
    bounded(from),
  ];
  if (part !== undefined) values.push(time, part.offset);
  const isOld = 'one."occurredAt" < $5 and one."offset" < $6';
  const which = part === undefined ? '' : part.which === 'old' ? `where ${isOld}` : `where not (${isOld})`;
  // Named where the days are looked up, so that those before are not opened.
  const until = part?.which === 'old' ? 'and f.occurred_at < $5' : '';
  return {
    text: `select one.* from (
        select ${columns} from facts f join unnest($2::integer[], $3::bigint[]) as h (home, before) on f.partition = h.home
         where f.topic = $1 and f.home = f.partition and f."offset" < h.before and f.occurred_at >= $4 ${until}
        union all
        select ${columnsOf('a')} from fact_arrivals a
          join unnest($2::integer[], $3::bigint[]) as h (home, before) on a.partition = h.home ${factOfArrival}
         where a.topic = $1 and f.home = a.partition and a."offset" < h.before and a.occurred_at >= $4 ${until}
      ) one ${which}
      order by ${order === 'event' ? 'one."occurredAt", one.source, one.id' : 'one.partition, one."offset"'}`,
    values,
  };
}

/** Facts that were first seen in a partition in which they do not live, and have not arrived where they do. */
export function strayed(topic: string, partition: number, before: number): Query {
  return {
    text: `select ${columns} from facts f
      where f.topic = $1 and f.partition = $2 and f."offset" < $3 and f.home not in (-1, f.partition)
        and not exists (select from fact_arrivals a
          where a.source = f.source and a.id = f.id and a.topic = f.topic and a.partition = f.home)
      order by f."offset"`,
    values: [toStored(topic), partition, before],
  };
}

/** Earliest time of facts of a home that were in time and had not arrived there before an offset. */
export function earliestSince(topic: string, home: number, offset: number): Query {
  return {
    text: `select min(time) as time from (
        select min(f.occurred_at) as time from facts f
         where f.topic = $1 and f.home = $2 and f.partition = $2 and f."offset" >= $3 and not f.late
        union all
        select min(f.occurred_at) from facts f
         where f.topic = $1 and f.home = $2 and f.partition <> $2 and not f.late
           and not exists (select from fact_arrivals a
             where a.source = f.source and a.id = f.id and a.topic = f.topic and a.partition = f.home and a."offset" < $3)
      ) times`,
    values: [toStored(topic), home, offset],
  };
}

/** Latest time of what upstream wrote to a partition before an offset, wherever it lives. */
export function watermarkAt(topic: string, partition: number, before: number): Query {
  return {
    text: `select max(time) as time from (
        select max(f.occurred_at) as time from facts f
         where f.topic = $1 and f.partition = $2 and f."offset" < $3 and not f.moved
        union all
        select max(a.occurred_at) from fact_arrivals a
         where a.topic = $1 and a.partition = $2 and a."offset" < $3 and not a.moved
      ) times`,
    values: [toStored(topic), partition, before],
  };
}

/** Asks a query of one time. */
export async function oneTime(pool: Pool, { text, values }: Query): Promise<number | null> {
  return inTransaction(pool, async (tx) => {
    // All days are looked through: that may take a while.
    await tx.query('set local statement_timeout = 0');
    const { rows } = await tx.query<{ time: number | null }>(text, [...values]);
    return rows[0]?.time ?? null;
  });
}

/** Reads a query page by page. */
export async function* readPages(pool: Pool, { text, values }: Query): AsyncGenerator<readonly ArchivedFact[]> {
  // A cursor: one state of the archive throughout, and no order that pages would have to agree on.
  const client = await pool.connect();
  let broken = true;
  try {
    await client.query('begin isolation level repeatable read read only');
    // The reader may take its time between two pages, and the first may take a while.
    await client.query('set local idle_in_transaction_session_timeout = 0; set local statement_timeout = 0');
    await client.query(`declare past no scroll cursor for ${text}`, [...values]);
    for (;;) {
      const { rows } = await client.query<Row>(`fetch ${PAGE} from past`);
      if (rows.length > 0) yield rows.map(toFact);
      if (rows.length < PAGE) break;
    }
    await client.query('commit');
    broken = false;
  } finally {
    // Given up half way, or failed: the connection is closed, and its transaction with it.
    client.release(broken);
  }
}

/** A time as the database compares it: what lies beyond all times there becomes the first or last of them. */
const bounded = (time: number): number => Math.min(Math.max(time, -Number.MAX_SAFE_INTEGER), Number.MAX_SAFE_INTEGER);
