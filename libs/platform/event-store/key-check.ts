import type { Pool, PoolClient } from 'pg';
import { GENESIS, macOf } from './chain';
import type { ChainedEvent } from './chain';

type NewestRow = Omit<ChainedEvent, 'recordedAt'> & {
  readonly recordedAt: Date;
  readonly mac: Buffer;
  readonly before: Buffer | null;
};

/** The newest event was not written with the key at hand: going on would make two chains of the one. */
export class KeyMismatch extends Error {
  readonly code = 'key-mismatch';
  constructor(readonly position: number) {
    super(
      `The newest event of the event store, number ${position}, was not written with this process's audit key, ` +
        'or was altered afterwards. Every process on one database needs the same WEIR_AUDIT_KEY.',
    );
    this.name = 'KeyMismatch';
  }
}

/**
 * Compares the newest event's HMAC with the one that the key gives. One row is read, so it may be done at every start; it is
 * no check of the chain. Where the event before the newest is missing there is nothing to compare with: that is for
 * `verify` to tell.
 * @param source a pool or connection of `openPool`
 * @returns whether an event proved the key
 * @throws KeyMismatch
 */
export async function checkNewest(source: Pool | PoolClient, key: Buffer): Promise<boolean> {
  const { rows } = await source.query<NewestRow>(
    `select e.position, e.stream, e.version, e.type, e.body::text as body, e.actor, e.recorded_at as "recordedAt", e.mac,
            before.mac as before
       from events e left join events before on before.position = e.position - 1
      order by e.position desc limit 1`,
  );
  const newest = rows[0];
  if (newest === undefined) return false;
  const before = newest.position === 1 ? GENESIS : newest.before;
  if (before === null) return false;
  const expected = macOf(key, before, { ...newest, recordedAt: newest.recordedAt.toISOString() });
  if (!expected.equals(newest.mac)) throw new KeyMismatch(newest.position);
  return true;
}
