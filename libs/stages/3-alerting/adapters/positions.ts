import { StopPartition } from '@weir/platform/record-log';
import type { Bounds } from '@weir/platform/record-log';
import type { Pool, PoolClient } from 'pg';

/** Another member of the group has the partition now, or has moved on: what is in hand here is stale. */
export class PositionMoved extends Error {
  readonly code = 'position-moved';
  constructor(topic: string, partition: number, expected: number, stored: number | null) {
    super(
      `${topic}/${partition}: the stored position is ${stored ?? 'gone'}, not ${expected}: another member reads this ` +
        'partition, or its row was changed. It is assigned anew.',
    );
    this.name = 'PositionMoved';
  }
}

/**
 * The offset to go on from, begun at the oldest record where none is stored.
 * @throws StopPartition where the log does not hold that offset, or is another log than the one that was read
 */
export async function openPosition(
  pool: Pool,
  topic: string,
  partition: number,
  topicIdentity: string,
  bounds: Bounds,
): Promise<number> {
  await pool.query(
    `INSERT INTO alerting_positions (topic, partition, topic_identity, next_offset) VALUES ($1, $2, $3, $4)
     ON CONFLICT DO NOTHING`,
    [topic, partition, topicIdentity, bounds.low],
  );
  const { rows } = await pool.query<{ topic_identity: string; next_offset: number }>(
    'SELECT topic_identity, next_offset FROM alerting_positions WHERE topic = $1 AND partition = $2',
    [topic, partition],
  );
  const [row] = rows;
  if (row === undefined) throw new PositionMoved(topic, partition, bounds.low, null);
  const mend =
    'States of hits between the two may be lost to alerting. Restore the topic; or, to go on without them, delete the row ' +
    `of this partition from alerting_positions and start again: reading then begins at the oldest record held.`;
  if (row.topic_identity !== topicIdentity) {
    throw new StopPartition(
      'topic-made-anew',
      `${topic}/${partition} was read up to offset ${row.next_offset} in ${row.topic_identity}, but the log is now ` +
        `${topicIdentity}: the topic was made anew, or the address is of another cluster. ${mend}`,
    );
  }
  if (row.next_offset < bounds.low || row.next_offset > bounds.high) {
    throw new StopPartition(
      'offset-gap',
      `${topic}/${partition} was read up to offset ${row.next_offset}, but the log holds ${bounds.low} to ` +
        `${bounds.high}. ${mend}`,
    );
  }
  return row.next_offset;
}

/** Where a partition stands, and where it is to stand. */
interface Move {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Moves positions, first of all in a transaction: whoever else works on one of the partitions waits for this transaction, and
 * then finds the position moved.
 * @param moves of as many partitions
 * @throws PositionMoved
 */
export async function movePositions(tx: PoolClient, moves: readonly Move[]): Promise<void> {
  const places = [moves.map(({ topic }) => topic), moves.map(({ partition }) => partition)];
  const { rows: moved } = await tx.query<Pick<Move, 'topic' | 'partition'>>(
    `UPDATE alerting_positions p SET next_offset = n.next_offset
       FROM unnest($1::text[], $2::int[], $3::bigint[], $4::bigint[]) AS n (topic, partition, stored, next_offset)
      WHERE p.topic = n.topic AND p.partition = n.partition AND p.next_offset = n.stored
     RETURNING p.topic, p.partition`,
    [...places, moves.map(({ from }) => from), moves.map(({ to }) => to)],
  );
  for (const { topic, partition, from } of moves) {
    if (moved.some((one) => one.topic === topic && one.partition === partition)) continue;
    const { rows } = await tx.query<{ next_offset: number }>(
      'SELECT next_offset FROM alerting_positions WHERE topic = $1 AND partition = $2',
      [topic, partition],
    );
    throw new PositionMoved(topic, partition, from, rows[0]?.next_offset ?? null);
  }
}
