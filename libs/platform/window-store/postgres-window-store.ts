import { randomUUID } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { inTransaction } from '../sql';
import { readProgress } from './progress-format';
import type { Claim, OpenedPartition, PartitionName, Progress, WindowStore, WriteResult } from './window-store';
import { WindowStoreError } from './window-store-error';

/** bigint as text: what the pool would make of it is the pool's affair. */
interface PartitionRow {
  readonly lineage: string;
  readonly next_offset: string;
  readonly topic_identity: string;
  readonly deltas: string;
  readonly chunks: string;
}

const holds = 'topic = $1 and partition = $2 and lineage = $3 and owner = $4 and next_offset = $5';

/**
 * Window store in tables of the given PostgreSQL (`windowStoreMigrations`). Every write locks the partition's row and
 * compares it; the pool stays the caller's and is not closed here.
 */
export class PostgresWindowStore implements WindowStore {
  constructor(private readonly pool: Pool) {}

  /** @throws WindowStoreError */
  open(name: PartitionName, topicIdentity: string, beginAt: number): Promise<OpenedPartition> {
    return this.inTransaction(async (tx) => {
      const of = [name.topic, name.partition] as const;
      const [lineage, owner] = [randomUUID(), randomUUID()];
      // 1. Take the partition over, or begin it. The row stays locked to the end, so what is read below is of one moment.
      const { rows } = await tx.query<PartitionRow>(
        `insert into window_store_partition (topic, partition, lineage, owner, next_offset, topic_identity)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (topic, partition) do update set owner = excluded.owner
         returning lineage, next_offset::text, topic_identity, deltas::text, chunks::text`,
        [...of, lineage, owner, beginAt, topicIdentity],
      );
      const [row] = rows;
      if (row === undefined) throw new Error('INSERT gave no row.');

      // 2. Its snapshot and deltas, all that belong together or none.
      const snapshot = await bodies(tx, 'window_store_chunk', of);
      const deltas = await bodies(tx, 'window_store_delta', of);
      const whole = snapshot.length === Number(row.chunks) && deltas.length === Number(row.deltas);
      if (whole && row.lineage !== lineage) {
        const claim = { name, lineage: row.lineage, owner, nextOffset: Number(row.next_offset) };
        return { claim, empty: false, topicIdentity: row.topic_identity, snapshot, deltas };
      }

      // 3. Nothing was stored, or a part of it is gone: a new lineage begins with nothing.
      await tx.query('delete from window_store_delta where topic = $1 and partition = $2', [...of]);
      await tx.query('delete from window_store_chunk where topic = $1 and partition = $2', [...of]);
      await tx.query(
        `update window_store_partition
         set lineage = $3, next_offset = $4, topic_identity = $5, progress = null, deltas = 0, chunks = 0
         where topic = $1 and partition = $2`,
        [...of, lineage, beginAt, topicIdentity],
      );
      const claim = { name, lineage, owner, nextOffset: beginAt };
      return { claim, empty: true, topicIdentity, snapshot: [], deltas: [] };
    });
  }

  /** @throws WindowStoreError where it is not known whether the delta was appended: open the partition anew */
  append(claim: Claim, delta: Buffer, nextOffset: number, progress: Progress): Promise<WriteResult> {
    return this.run(async () => {
      // One statement, so one transaction and one round trip: the row is locked, compared anew and moved on.
      const { rowCount } = await this.pool.query(
        `with held as (
           update window_store_partition set next_offset = $6, progress = $7, deltas = deltas + 1
           where ${holds} returning deltas
         )
         insert into window_store_delta (topic, partition, seq, body) select $1, $2, held.deltas, $8 from held`,
        [...held(claim), nextOffset, JSON.stringify(progress), delta],
      );
      return rowCount === 1 ? { claim: { ...claim, nextOffset } } : 'fenced';
    });
  }

  /** @throws WindowStoreError where it is not known whether the snapshot was taken: open the partition anew */
  snapshot(claim: Claim, chunks: readonly Buffer[], progress?: Progress): Promise<WriteResult> {
    return this.inTransaction(async (tx) => {
      const { topic, partition } = claim.name;
      const { rowCount } = await tx.query(
        `update window_store_partition set deltas = 0, chunks = $6, progress = coalesce($7, progress) where ${holds}`,
        [...held(claim), chunks.length, progress === undefined ? null : JSON.stringify(progress)],
      );
      if (rowCount !== 1) return 'fenced';
      await tx.query('delete from window_store_delta where topic = $1 and partition = $2', [topic, partition]);
      await tx.query('delete from window_store_chunk where topic = $1 and partition = $2', [topic, partition]);
      for (const [seq, body] of chunks.entries()) {
        await tx.query('insert into window_store_chunk (topic, partition, seq, body) values ($1, $2, $3, $4)', [
          topic,
          partition,
          seq,
          body,
        ]);
      }
      return { claim };
    });
  }

  progress(topic: string): Promise<ReadonlyMap<number, Progress>> {
    return this.run(async () => {
      const { rows } = await this.pool.query<{ partition: number; progress: unknown }>(
        `select partition, progress from window_store_partition
         where topic = $1 and progress is not null order by partition`,
        [topic],
      );
      return new Map(
        rows.map(({ partition, progress }) => [partition, readProgress(progress, `${topic}/${partition}`)] as const),
      );
    });
  }

  ping(): Promise<void> {
    return this.run(async () => {
      await this.pool.query('select 1 from window_store_partition limit 1');
    });
  }

  warnings(): Promise<readonly string[]> {
    return this.run(async () => {
      const { rows } = await this.pool.query<{ setting: string }>(
        `select setting from pg_settings where name = 'fsync' and setting = 'off'`,
      );
      return rows.length === 0
        ? []
        : ['PostgreSQL runs with fsync off: after a crash of its machine window state may be damaged. Set fsync on.'];
    });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private inTransaction<T>(work: (tx: PoolClient) => Promise<T>): Promise<T> {
    return this.run(() => inTransaction(this.pool, work));
  }

  private async run<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof WindowStoreError) throw error;
      const message = error instanceof Error ? error.message : String(error);
      throw new WindowStoreError(
        'window-store-unavailable',
        `The window store in PostgreSQL failed: ${message}`,
        error,
      );
    }
  }
}

/** What must equal the stored claim, as `holds` names it. */
function held({ name, lineage, owner, nextOffset }: Claim): [string, number, string, string, number] {
  return [name.topic, name.partition, lineage, owner, nextOffset];
}

async function bodies(
  tx: PoolClient,
  table: 'window_store_chunk' | 'window_store_delta',
  of: readonly [string, number],
): Promise<Buffer[]> {
  const { rows } = await tx.query<{ body: Buffer }>(
    `select body from ${table} where topic = $1 and partition = $2 order by seq`,
    [...of],
  );
  return rows.map(({ body }) => body);
}
