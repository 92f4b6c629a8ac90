import { sql, type Kysely, type Migration } from 'kysely';

/**
 * Appends records under the row locks of their partitions, taken in the order of their numbers (so that two writers
 * cannot wait for each other). The lock is held until the commit: offsets are gapless, and who sees an offset sees
 * all before it. On compacted topics the older records of the written keys are removed at once.
 */
const appendFunction = sql`
  CREATE FUNCTION record_log_append(
    of_topic bigint, of_partitions int[], of_keys bytea[], of_values bytea[], of_headers text[], compacts boolean
  ) RETURNS TABLE (at_partition int, base_offset bigint) LANGUAGE plpgsql AS $$
  DECLARE
    target record;
    base bigint;
    arrival bigint;
  BEGIN
    FOR target IN SELECT p AS number, count(*) AS records FROM unnest(of_partitions) p GROUP BY p ORDER BY p LOOP
      UPDATE record_log_partitions SET high = high + target.records
        WHERE topic_id = of_topic AND partition = target.number
        RETURNING high - target.records INTO base;
      IF NOT FOUND THEN
        RAISE EXCEPTION 'partition % does not exist', target.number USING ERRCODE = 'WR001';
      END IF;
      arrival := floor(extract(epoch FROM clock_timestamp()) * 1000);
      INSERT INTO record_log_records (topic_id, partition, record_offset, key, value, headers, arrived_at, compacted)
        SELECT of_topic, target.number, base + row_number() OVER (ORDER BY input.n) - 1,
          input.key, input.value, input.headers, arrival, compacts
        FROM unnest(of_partitions, of_keys, of_values, of_headers) WITH ORDINALITY
          AS input (partition, key, value, headers, n)
        WHERE input.partition = target.number;
      IF compacts THEN
        DELETE FROM record_log_records older USING record_log_records newer
          WHERE newer.topic_id = of_topic AND newer.partition = target.number AND newer.record_offset >= base
            AND older.topic_id = of_topic AND older.partition = target.number AND older.compacted
            AND md5(older.key) = md5(newer.key) AND older.key = newer.key
            AND older.record_offset < newer.record_offset;
      END IF;
      PERFORM pg_notify('weir_record_log', of_topic::text);
      at_partition := target.number;
      base_offset := base;
      RETURN NEXT;
    END LOOP;
  END $$`;

const tables = [
  sql`CREATE TABLE record_log_topics (
    topic_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL UNIQUE,
    partitions int NOT NULL CHECK (partitions > 0),
    compacted boolean NOT NULL,
    max_record_bytes int NOT NULL,
    identity uuid NOT NULL DEFAULT gen_random_uuid()
  )`,
  sql`CREATE TABLE record_log_partitions (
    topic_id bigint NOT NULL REFERENCES record_log_topics ON DELETE CASCADE,
    partition int NOT NULL,
    low bigint NOT NULL DEFAULT 0,
    high bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (topic_id, partition)
  ) WITH (fillfactor = 50)`,
  sql`CREATE TABLE record_log_records (
    topic_id bigint NOT NULL,
    partition int NOT NULL,
    record_offset bigint NOT NULL,
    key bytea,
    value bytea,
    headers text,
    arrived_at bigint NOT NULL,
    compacted boolean NOT NULL,
    PRIMARY KEY (topic_id, partition, record_offset)
  )`,
  sql`CREATE INDEX record_log_compaction ON record_log_records (topic_id, partition, md5(key)) WHERE compacted`,
  sql`CREATE TABLE record_log_commits (
    group_name text NOT NULL,
    topic_id bigint NOT NULL REFERENCES record_log_topics ON DELETE CASCADE,
    partition int NOT NULL,
    next_offset bigint NOT NULL,
    PRIMARY KEY (group_name, topic_id, partition)
  ) WITH (fillfactor = 50)`,
  sql`CREATE TABLE record_log_members (
    group_name text NOT NULL,
    topic_id bigint NOT NULL REFERENCES record_log_topics ON DELETE CASCADE,
    member uuid NOT NULL,
    seen_at timestamptz NOT NULL,
    PRIMARY KEY (group_name, topic_id, member)
  )`,
  sql`CREATE TABLE record_log_claims (
    group_name text NOT NULL,
    topic_id bigint NOT NULL REFERENCES record_log_topics ON DELETE CASCADE,
    partition int NOT NULL,
    member uuid,
    epoch bigint NOT NULL,
    held_until timestamptz NOT NULL,
    PRIMARY KEY (group_name, topic_id, partition)
  ) WITH (fillfactor = 50)`,
];

const dropped = [
  'FUNCTION record_log_append',
  ...['claims', 'members', 'commits', 'records', 'partitions', 'topics'].map((name) => `TABLE record_log_${name}`),
];

/** Tables of the record log in PostgreSQL, for kysely's `Migrator`. */
export const recordLogMigrations: Record<string, Migration> = {
  'record-log-0001': {
    async up(db: Kysely<unknown>): Promise<void> {
      for (const statement of [...tables, appendFunction]) {
        await statement.execute(db);
      }
    },
    async down(db: Kysely<unknown>): Promise<void> {
      for (const object of dropped) {
        await sql.raw(`DROP ${object}`).execute(db);
      }
    },
  },
};
