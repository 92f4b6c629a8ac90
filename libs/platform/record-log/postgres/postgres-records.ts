import type { Pool } from 'pg';
import { placeOf, sizeOf } from '../placement';
import { RecordTooLarge, type Batch, type LogRecord, type NewRecord, type Position } from '../record-log';
import type { TopicRow } from './postgres-topics';

/** How much one read may bring. */
export interface ReadLimits {
  readonly records: number;
  readonly bytes: number;
}

/** Error code that `record_log_append` raises (see the migrations). */
const PARTITION_MISSING = 'WR001';

interface SelectedRecord {
  record_offset: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: string | null;
  arrived_at: string;
  high: string;
}

/** Appends records in one transaction; their positions in their order. */
export async function append(pool: Pool, topic: TopicRow, records: readonly NewRecord[]): Promise<Position[]> {
  const partitions = records.map((record) => {
    const bytes = sizeOf(record);
    if (bytes > topic.maxRecordBytes) throw new RecordTooLarge(topic.name, bytes);
    return placeOf(record, topic);
  });
  const { rows } = await pool.query<{ at_partition: number; base_offset: string }>({
    name: 'record-log-append',
    text: 'SELECT at_partition, base_offset FROM record_log_append($1, $2, $3, $4, $5, $6)',
    values: [
      topic.id,
      partitions,
      records.map(({ key }) => key),
      records.map(({ value }) => value),
      records.map(({ headers }) => (headers === undefined ? null : JSON.stringify(headers))),
      topic.compacted,
    ],
  });
  const next = new Map(rows.map((row) => [row.at_partition, Number(row.base_offset)]));
  return partitions.map((partition) => {
    const offset = next.get(partition);
    if (offset === undefined) throw new Error(`PostgreSQL acknowledged no record of partition ${partition}.`);
    next.set(partition, offset + 1);
    return { partition, offset };
  });
}

/** Whether `append` failed because the topic's row is no longer the one it was given. */
export function isPartitionMissing(thrown: unknown): boolean {
  return thrown instanceof Error && 'code' in thrown && thrown.code === PARTITION_MISSING;
}

/** The next batch from an offset on, up to `end` where given; null where there is none. */
export async function read(
  pool: Pool,
  topic: TopicRow,
  partition: number,
  from: number,
  limits: ReadLimits,
  end: number = Number.MAX_SAFE_INTEGER,
): Promise<Batch | null> {
  const { rows } = await pool.query<SelectedRecord>({
    name: 'record-log-read',
    text: `SELECT record_offset, key, value, headers, arrived_at,
        (SELECT high FROM record_log_partitions WHERE topic_id = $1 AND partition = $2) AS high
      FROM (
        SELECT page.*, sum(bytes) OVER (ORDER BY record_offset) AS running FROM (
          SELECT *, coalesce(octet_length(key), 0) + coalesce(octet_length(value), 0) AS bytes
            FROM record_log_records
           WHERE topic_id = $1 AND partition = $2 AND record_offset >= $3 AND record_offset < $4
           ORDER BY record_offset LIMIT $5
        ) page
      ) sized WHERE running - bytes < $6 ORDER BY record_offset`,
    values: [topic.id, partition, from, end, limits.records, limits.bytes],
  });
  const first = rows[0];
  if (first === undefined) return null;
  return { topic: topic.name, partition, records: rows.map(toRecord), high: Number(first.high) };
}

function toRecord(row: SelectedRecord): LogRecord {
  return {
    offset: Number(row.record_offset),
    key: row.key,
    value: row.value,
    headers: row.headers === null ? {} : (JSON.parse(row.headers) as Record<string, string>),
    timestamp: Number(row.arrived_at),
  };
}
