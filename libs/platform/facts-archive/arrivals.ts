import type { Pool, PoolClient } from 'pg';
import type { ArchivedFact } from './facts-archive';
import { toStored } from './storable-text';

/** One text per name: the length keeps ("a", "bc") and ("ab", "c") apart. */
export function nameOf({ source, id }: { readonly source: string; readonly id: string }): string {
  return `${source.length}:${source}${id}`;
}

/** The event times that names stand for. A statement on facts that says them opens, and locks, the tables of their days alone. */
export async function timesOf(
  db: Pool | PoolClient,
  names: readonly { readonly source: string; readonly id: string }[],
): Promise<readonly number[]> {
  const { rows } = await db.query<{ time: number }>(
    `select distinct n.occurred_at as time from unnest($1::text[], $2::text[]) as q (source, id)
       cross join lateral (select * from fact_names where source = q.source and id = q.id limit 1) n`,
    [names.map(({ source }) => toStored(source)), names.map(({ id }) => toStored(id))],
  );
  return rows.map(({ time }) => time);
}

/**
 * Of each fact the event time (ms) of the one with its name and home key that arrived in its partition before it, whatever its content;
 * null where none did. All facts are of one partition, in the order of their offsets, and those that are new are stored already.
 */
export async function arrivedBefore(
  tx: PoolClient,
  facts: readonly ArchivedFact[],
): Promise<readonly (number | null)[]> {
  const first = new Map<string, { readonly offset: number; readonly occurredAt: number }>();
  const note = (name: string, offset: number, occurredAt: number): void => {
    if (offset < (first.get(name)?.offset ?? Infinity)) first.set(name, { offset, occurredAt });
  };
  for (const fact of facts) note(keyOf(fact), fact.offset, fact.occurredAt);
  const { rows } = await tx.query<{ place: number; offset: number; occurredAt: number }>(
    `select q.place, a."offset", a.occurred_at as "occurredAt"
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[])
         with ordinality as q (source, id, home_key, topic, partition, place)
       cross join lateral (select * from fact_names where source = q.source and id = q.id limit 1) n
       cross join lateral (
         select f."offset", f.occurred_at from facts f
          where f.home_key = n.home_key and f.occurred_at = n.occurred_at and f.source = n.source and f.id = n.id
            and f.topic = q.topic and f.partition = q.partition and f.occurred_at = any($6::bigint[])
         union all
         select a."offset", a.occurred_at from fact_arrivals a
          where a.topic = q.topic and a.partition = q.partition and a.source = q.source and a.id = q.id
       ) a
      where n.home_key = q.home_key`,
    [
      facts.map(({ source }) => toStored(source)),
      facts.map(({ id }) => toStored(id)),
      facts.map(({ homeKey }) => toStored(homeKey)),
      facts.map(({ topic }) => toStored(topic)),
      facts.map(({ partition }) => partition),
      await timesOf(tx, facts),
    ],
  );
  for (const { place, offset, occurredAt } of rows) {
    const fact = facts[place - 1];
    if (fact !== undefined) note(keyOf(fact), offset, occurredAt);
  }
  return facts.map((fact) => {
    const known = first.get(keyOf(fact));
    return known !== undefined && known.offset < fact.offset ? known.occurredAt : null;
  });
}

/** A name under a home key. */
const keyOf = (fact: ArchivedFact): string => `${nameOf(fact)}\n${fact.homeKey}`;
