import type { Pool } from 'pg';

const CHUNK = 10_000;

/** What is kept, and for whom; both in milliseconds. */
export interface RetentionTimes {
  readonly retentionMs: number;
  /** How long a group that nobody runs any more is waited for: since the last sign of life of a member, on the database's clock. */
  readonly groupMemoryMs: number;
}

/** A group without which more would have been removed. */
export interface HoldingGroup {
  readonly group: string;
  readonly topic: string;
  readonly partitions: number;
  /** How many records are old enough to go, and not committed by the group. */
  readonly records: number;
}

/** What a retention did. */
export interface Retained {
  readonly removed: number;
  readonly heldBy: readonly HoldingGroup[];
}

/**
 * Removes records older than `retentionMs` that every group of the topic has committed (a topic that no group reads
 * goes by age alone). Compacted topics are left as they are. The bound moves before the records go, so that a reader
 * never takes the hole for the end.
 */
export async function applyRetention(pool: Pool, times: RetentionTimes): Promise<Retained> {
  // A claim says until when its holder was known to live, also after it was given back; nobody commits without one.
  const holding = await pool.query<Holding>(
    `WITH limits AS MATERIALIZED (
       SELECT extract(epoch FROM clock_timestamp()) * 1000 - $1 AS arrival,
         clock_timestamp() - $2 * interval '1 millisecond' AS sign_of_life
     ), living AS (
       SELECT topic_id, group_name FROM record_log_claims, limits WHERE held_until >= sign_of_life
       UNION SELECT topic_id, group_name FROM record_log_members, limits WHERE seen_at >= sign_of_life
     ), groups AS MATERIALIZED (
       SELECT topic_id, partition, group_name, coalesce(c.next_offset, 0) AS next
         FROM record_log_claims LEFT JOIN record_log_commits c USING (topic_id, partition, group_name)
         JOIN living USING (topic_id, group_name)
     ), cuts AS MATERIALIZED (
       SELECT p.topic_id, p.partition, p.low,
           coalesce((SELECT min(r.record_offset) FROM record_log_records r
              WHERE r.topic_id = p.topic_id AND r.partition = p.partition AND r.record_offset >= p.low
                AND r.arrived_at >= (SELECT arrival FROM limits)), p.high) AS by_age,
           coalesce((SELECT min(g.next) FROM groups g
              WHERE g.topic_id = p.topic_id AND g.partition = p.partition), p.high) AS by_groups
         FROM record_log_partitions p JOIN record_log_topics t USING (topic_id) WHERE NOT t.compacted
     ), moved AS (
       UPDATE record_log_partitions p SET low = least(by_age, by_groups) FROM cuts
        WHERE p.topic_id = cuts.topic_id AND p.partition = cuts.partition AND least(by_age, by_groups) > p.low
     )
     SELECT group_name AS group, t.name AS topic, count(*) AS partitions, sum(by_age - greatest(next, low)) AS records
       FROM cuts JOIN groups USING (topic_id, partition) JOIN record_log_topics t USING (topic_id)
      WHERE by_age > greatest(next, low) GROUP BY 1, 2 ORDER BY 1, 2`,
    [times.retentionMs, times.groupMemoryMs],
  );
  const heldBy = holding.rows.map(({ group, topic, partitions, records }) => ({
    group,
    topic,
    partitions: Number(partitions),
    records: Number(records),
  }));
  return { removed: await removeBelowBounds(pool), heldBy };
}

async function removeBelowBounds(pool: Pool): Promise<number> {
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

interface Holding {
  readonly group: string;
  readonly topic: string;
  readonly partitions: string;
  readonly records: string;
}

/** A partition that still holds records below its oldest offset. */
interface Rest {
  readonly topic_id: string;
  readonly partition: number;
  readonly oldest: string;
  readonly low: string;
}
