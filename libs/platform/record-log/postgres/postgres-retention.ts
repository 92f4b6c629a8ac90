import type { Pool } from 'pg';

const CHUNK = 10_000;

/**
 * Removes records older than `retentionMs` that every group of the topic has committed (a topic that no group reads
 * goes by age alone). Compacted topics are left as they are. The bound moves before the records go, so that a reader
 * never takes the hole for the end.
 * @returns how many records were removed
 */
export async function applyRetention(pool: Pool, retentionMs: number): Promise<number> {
  await pool.query(
    `WITH limits AS MATERIALIZED (
       SELECT extract(epoch FROM clock_timestamp()) * 1000 - $1 AS arrival
     ), groups AS (
       SELECT topic_id, partition, group_name FROM record_log_commits
       UNION SELECT topic_id, partition, group_name FROM record_log_claims
     ), cuts AS (
       SELECT p.topic_id, p.partition, least(
           coalesce((SELECT min(r.record_offset) FROM record_log_records r
              WHERE r.topic_id = p.topic_id AND r.partition = p.partition AND r.record_offset >= p.low
                AND r.arrived_at >= (SELECT arrival FROM limits)), p.high),
           coalesce((SELECT min(coalesce(c.next_offset, 0)) FROM groups g
              LEFT JOIN record_log_commits c USING (topic_id, partition, group_name)
              WHERE g.topic_id = p.topic_id AND g.partition = p.partition), p.high)) AS cut
         FROM record_log_partitions p JOIN record_log_topics t USING (topic_id) WHERE NOT t.compacted
     )
     UPDATE record_log_partitions p SET low = cuts.cut FROM cuts
      WHERE p.topic_id = cuts.topic_id AND p.partition = cuts.partition AND cuts.cut > p.low`,
    [retentionMs],
  );
  // Asked apart from the update: a run that broke off may have left records below a bound that had moved already.
  const { rows } = await pool.query<Rest>(
    `SELECT topic_id, partition, low, oldest FROM record_log_partitions p, LATERAL (
       SELECT min(record_offset) AS oldest FROM record_log_records r
        WHERE r.topic_id = p.topic_id AND r.partition = p.partition) held
      WHERE oldest < low`,
  );
  let removed = 0;
  for (const rest of rows) removed += await removeBelow(pool, rest);
  return removed;
}

/** Offsets are gapless, so the records go in ranges, each in a short transaction. */
async function removeBelow(pool: Pool, { topic_id: topicId, partition, oldest, low }: Rest): Promise<number> {
  let removed = 0;
  for (let from = Number(oldest); from < Number(low); from += CHUNK) {
    const { rowCount } = await pool.query(
      `DELETE FROM record_log_records
        WHERE topic_id = $1 AND partition = $2 AND record_offset >= $3 AND record_offset < $4`,
      [topicId, partition, from, Math.min(from + CHUNK, Number(low))],
    );
    removed += rowCount ?? 0;
  }
  return removed;
}

/** A partition that still holds records below its oldest offset. */
interface Rest {
  readonly topic_id: string;
  readonly partition: number;
  readonly oldest: string;
  readonly low: string;
}
