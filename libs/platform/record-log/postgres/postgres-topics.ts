import type { Pool } from 'pg';
import { TopicMissing, type Bounds, type TopicSpec } from '../record-log';

/** A topic as its row says. */
export interface TopicRow {
  readonly id: string;
  readonly name: string;
  readonly partitions: number;
  readonly compacted: boolean;
  readonly maxRecordBytes: number;
  readonly identity: string;
}

const DEFAULT_MAX_RECORD_BYTES = 1_048_576;

interface SelectedTopic {
  topic_id: string;
  partitions: number;
  compacted: boolean;
  max_record_bytes: number;
  identity: string;
}

/** Topics of a record log in PostgreSQL. */
export class PostgresTopics {
  private readonly known = new Map<string, TopicRow>();

  constructor(private readonly pool: Pool) {}

  /** Makes the topics that are missing, each with its partitions in one transaction. */
  async ensure(topics: readonly TopicSpec[]): Promise<void> {
    for (const { name, partitions, compacted, maxRecordBytes } of topics) {
      await this.pool.query(
        `WITH made AS (
           INSERT INTO record_log_topics (name, partitions, compacted, max_record_bytes) VALUES ($1, $2, $3, $4)
           ON CONFLICT (name) DO NOTHING RETURNING topic_id
         )
         INSERT INTO record_log_partitions (topic_id, partition)
         SELECT made.topic_id, number FROM made, generate_series(0, $2::int - 1) AS number`,
        [name, partitions, compacted ?? false, maxRecordBytes ?? DEFAULT_MAX_RECORD_BYTES],
      );
    }
  }

  /** The topic as last seen: sends and reads need not ask every time. @throws {TopicMissing} */
  async find(name: string): Promise<TopicRow> {
    return this.known.get(name) ?? (await this.lookUp(name));
  }

  /** The topic as it stands now. @throws {TopicMissing} */
  async lookUp(name: string): Promise<TopicRow> {
    const { rows } = await this.pool.query<SelectedTopic>(
      `SELECT topic_id, partitions, compacted, max_record_bytes, identity FROM record_log_topics WHERE name = $1`,
      [name],
    );
    const row = rows[0];
    if (row === undefined) {
      this.known.delete(name);
      throw new TopicMissing(name);
    }
    const topic: TopicRow = {
      id: row.topic_id,
      name,
      partitions: row.partitions,
      compacted: row.compacted,
      maxRecordBytes: row.max_record_bytes,
      identity: row.identity,
    };
    this.known.set(name, topic);
    return topic;
  }

  /** One entry per partition, by number. */
  async bounds(topic: TopicRow): Promise<Bounds[]> {
    const { rows } = await this.pool.query<{ low: string; high: string }>(
      'SELECT low, high FROM record_log_partitions WHERE topic_id = $1 ORDER BY partition',
      [topic.id],
    );
    return rows.map(({ low, high }) => ({ low: Number(low), high: Number(high) }));
  }

  /** Committed offset of a group per partition, null where it has none. */
  async committed(group: string, topic: TopicRow): Promise<(number | null)[]> {
    const { rows } = await this.pool.query<{ next_offset: string | null }>(
      `SELECT c.next_offset FROM record_log_partitions p
         LEFT JOIN record_log_commits c
           ON c.topic_id = p.topic_id AND c.partition = p.partition AND c.group_name = $2
        WHERE p.topic_id = $1 ORDER BY p.partition`,
      [topic.id, group],
    );
    return rows.map(({ next_offset: next }) => (next === null ? null : Number(next)));
  }
}
