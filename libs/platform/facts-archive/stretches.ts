import type { Pool, PoolClient } from 'pg';
import type { ArchivedSpan, ArchivedStretch, ArchiveReach } from './facts-archive';
import { toStored } from './storable-text';

/** Writes down that a span is archived: lengthens the stretch that it goes on from, or begins one. */
export async function extendStretch(tx: PoolClient, span: ArchivedSpan): Promise<void> {
  const { topic, identity, partition, from, to, arrivedAt, watermark, at } = span;
  const name = [toStored(topic), toStored(identity), partition];
  const { rowCount } = await tx.query(
    `update fact_stretches set to_offset = $5, watermark = $6, at = $7
      where topic = $1 and identity = $2 and partition = $3 and from_offset <= $4 and to_offset between $4 and $5`,
    [...name, from, to, watermark, at],
  );
  if (rowCount !== 0) return;
  // Where all of it lies within a stretch it is being archived once more, and says nothing new.
  await tx.query(
    `insert into fact_stretches (topic, identity, partition, from_offset, to_offset, since, watermark, at)
     select $1, $2, $3, $4, $5, $6, $7, $8
      where not exists (select from fact_stretches
        where topic = $1 and identity = $2 and partition = $3 and from_offset <= $4 and to_offset >= $4)
     on conflict do nothing`,
    [...name, from, to, from === 0 ? null : arrivedAt, watermark, at],
  );
}

/** Facts that occurred before this time (ms) are forgotten, or about to be; null: none are. */
export async function forgottenBefore(pool: Pool): Promise<number | null> {
  const { rows } = await pool.query<{ before: number }>('select before from facts_forgotten');
  return rows[0]?.before ?? null;
}

/** What is held of a topic. */
export async function reachOf(pool: Pool, topic: string, identity: string): Promise<ArchiveReach> {
  const forgotten = await forgottenBefore(pool);
  const { rows } = await pool.query<ArchivedStretch & { readonly partition: number }>(
    `select partition, from_offset as "from", to_offset as "to", since, watermark, at from fact_stretches
      where topic = $1 and identity = $2 order by partition, from_offset`,
    [toStored(topic), toStored(identity)],
  );
  const stretches = new Map<number, ArchivedStretch[]>();
  for (const { partition, ...stretch } of rows) {
    const known = stretches.get(partition);
    if (known === undefined) stretches.set(partition, [stretch]);
    else known.push(stretch);
  }
  return { forgottenBefore: forgotten, stretches };
}
