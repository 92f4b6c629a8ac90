import { setTimeout as pause } from 'node:timers/promises';
import type { EventStore, StoredEvent } from '@weir/platform/event-store';
import { inTransaction } from '@weir/platform/sql';
import type { Log } from '@weir/platform/sql';
import type { Pool, PoolClient } from 'pg';

/** Readers of the event store that the stage runs; the name is that of the checkpoint, for ever. */
export const readerNames = ['queue', 'alerts-outbox'] as const;
/** A reader of the event store. */
export type ReaderName = (typeof readerNames)[number];

/** Something that is done with every event of the store, in the one global order. */
export interface EventReader {
  readonly name: ReaderName;
  /** Works on events in their order, inside the transaction that moves the checkpoint. */
  apply(tx: PoolClient, events: readonly StoredEvent[]): Promise<void>;
}

/** What a follower stands on. */
export interface FollowerParts {
  readonly pool: Pool;
  readonly events: Pick<EventStore, 'readAll' | 'waitBeyond'>;
  readonly reader: EventReader;
  readonly logger: Log;
  /** Told of every batch: where the reader stands now. */
  readonly moved?: (position: number) => void;
  /** Told of every failure. */
  readonly failed?: () => void;
}

/** Most events worked on in one transaction. */
const batchSize = 500;
const shortestPause = 100;
const longestPause = 10_000;

/**
 * Takes a reader through the global order of events. Its checkpoint moves in the transaction of the work, so what the
 * reader writes to the database counts once; what it sends elsewhere goes out at least once. Several processes may follow
 * for the same reader: they take turns.
 */
export class EventFollower {
  private readonly ending = new AbortController();
  private running: Promise<void> | null = null;
  /** Where the checkpoint stands as far as is known here, null: not known. */
  private position: number | null = null;
  private fault: string | null = null;

  constructor(private readonly parts: FollowerParts) {}

  start(): void {
    this.running ??= this.follow();
  }

  /** Finishes the batch in hand. */
  async stop(): Promise<void> {
    this.ending.abort();
    await this.running;
  }

  get name(): ReaderName {
    return this.parts.reader.name;
  }

  /** Resolves while it works; rejects with what went wrong last, until it works again. */
  check(): Promise<void> {
    return this.fault === null ? Promise.resolve() : Promise.reject(new Error(this.fault));
  }

  /** Works on everything there is now. */
  async catchUp(): Promise<void> {
    while (!(await this.step()).atEnd);
  }

  /** Works on one batch, if there is one. */
  private async step(): Promise<{ readonly atEnd: boolean; readonly position: number }> {
    const { pool, events, reader, moved } = this.parts;
    const remembered = this.position;
    const from = remembered ?? (await positionOf(pool, reader.name));
    const batch = await events.readAll(from, batchSize);
    const last = batch.at(-1);
    if (last === undefined) {
      // What was remembered may be stale: somebody else may have set the checkpoint back.
      this.position = null;
      return { atEnd: remembered === null, position: from };
    }
    this.position = null;
    const worked = await inTransaction(pool, async (tx) => {
      // Another process may have worked on this batch meanwhile; then there is nothing left to do with it.
      if (!(await movePositionFrom(tx, reader.name, from, last.position))) return false;
      await reader.apply(tx, batch);
      return true;
    });
    if (worked) this.position = last.position;
    moved?.(last.position);
    return { atEnd: false, position: last.position };
  }

  private async follow(): Promise<void> {
    const { signal } = this.ending;
    let wait = shortestPause;
    while (!signal.aborted) {
      try {
        const { atEnd, position } = await this.step();
        this.fault = null;
        wait = shortestPause;
        if (atEnd) await this.parts.events.waitBeyond(position, signal);
      } catch (error) {
        this.fault = error instanceof Error ? error.message : String(error);
        this.parts.failed?.();
        this.parts.logger.error(`${this.parts.reader.name} could not work on events and tries again: ${this.fault}`);
        await pause(wait, undefined, { signal }).catch(endedEarly);
        wait = Math.min(longestPause, wait * 2);
      }
    }
  }
}

/** An aborted pause has done its duty: the loop sees the signal itself. */
function endedEarly(error: unknown): void {
  if (!(error instanceof Error && error.name === 'AbortError')) throw error;
}

async function positionOf(pool: Pool, reader: string): Promise<number> {
  const { rows } = await pool.query<{ position: number }>('SELECT position FROM review_checkpoints WHERE reader = $1', [
    reader,
  ]);
  return rows[0]?.position ?? 0;
}

/** Takes the reader's checkpoint until the transaction ends; gives the position of the last event worked on, from 0. */
export async function lockPosition(tx: PoolClient, reader: string): Promise<number> {
  await tx.query('INSERT INTO review_checkpoints (reader, position) VALUES ($1, 0) ON CONFLICT DO NOTHING', [reader]);
  const { rows } = await tx.query<{ position: number }>(
    'SELECT position FROM review_checkpoints WHERE reader = $1 FOR UPDATE',
    [reader],
  );
  return rows[0]?.position ?? 0;
}

/** Moves a checkpoint and holds it until the transaction ends; false where it does not stand at `from`. */
async function movePositionFrom(tx: PoolClient, reader: string, from: number, to: number): Promise<boolean> {
  const { rowCount } = await tx.query(
    'UPDATE review_checkpoints SET position = $3 WHERE reader = $1 AND position = $2',
    [reader, from, to],
  );
  if (rowCount === 1 || from > 0) return rowCount === 1;
  const begun = await tx.query(
    'INSERT INTO review_checkpoints (reader, position) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [reader, to],
  );
  return begun.rowCount === 1;
}

/** Moves a checkpoint that this transaction has locked. */
export async function movePosition(tx: PoolClient, reader: string, position: number): Promise<void> {
  await tx.query('UPDATE review_checkpoints SET position = $2 WHERE reader = $1', [reader, position]);
}
