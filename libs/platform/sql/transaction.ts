import { setTimeout as pause } from 'node:timers/promises';
import type { Pool, PoolClient } from 'pg';
import { errorCode, errorMessage } from './error-code';

export interface TransactionOptions {
  /** Default `read committed`, stated explicitly so that a server's own default cannot change what the code means. */
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly?: boolean;
  /** How often it is tried in all when the server asks for another try; default 5. */
  readonly attempts?: number;
}

/** PostgreSQL rolled back what was to be committed: a statement inside failed and its error was not passed on. */
export class TransactionRolledBack extends Error {
  readonly code = 'transaction-rolled-back';
  constructor() {
    super('The transaction was rolled back at COMMIT: a statement in it failed and its error was caught inside.');
    this.name = 'TransactionRolledBack';
  }
}

/** serialization_failure and deadlock_detected: the server chose this transaction to give way; nothing of it remains. */
const retriable: ReadonlySet<unknown> = new Set(['40001', '40P01']);

/**
 * Runs `fn` in one transaction and gives its result once committed. When the server made the transaction give way
 * (serialization failure, deadlock) `fn` runs again from the start, so it must have no effect outside the transaction.
 * Any other failure is passed on after the rollback. A connection lost during COMMIT leaves the outcome unknown: it
 * is passed on, never tried again.
 */
export async function inTransaction<T>(
  pool: Pool,
  fn: (tx: PoolClient) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const attempts = options.attempts ?? 5;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await once(pool, fn, options);
    } catch (error) {
      if (attempt >= attempts || !retriable.has(errorCode(error))) throw error;
      // A random pause, so that two that met do not meet again.
      await pause(Math.random() * 10 * 2 ** attempt);
    }
  }
}

async function once<T>(pool: Pool, fn: (tx: PoolClient) => Promise<T>, options: TransactionOptions): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(
      `begin isolation level ${options.isolation ?? 'read committed'}${options.readOnly === true ? ' read only' : ''}`,
    );
    const result = await fn(client);
    const { command } = await client.query('commit');
    // COMMIT of a failed transaction does not fail: it answers ROLLBACK.
    if (command !== 'COMMIT') throw new TransactionRolledBack();
    return result;
  } catch (error) {
    try {
      await client.query('rollback');
    } catch (rollbackError) {
      // The connection is beyond use: drop it instead of giving it back. What went wrong first is what is reported.
      broken = new Error(errorMessage(rollbackError), { cause: rollbackError });
    }
    throw error;
  } finally {
    client.release(broken);
  }
}
