import type { Pool } from 'pg';
import type { Config } from '../config';
import type { Log } from '../sql';
import { PostgresWindowStore, RedisWindowStore, type WindowStore } from '../window-store';

/** The window store of the configuration. */
export function openWindowStore(
  { redis }: Config,
  pool: Pool | null,
  log: Log,
): { readonly store: WindowStore; readonly described: string } {
  if (redis !== null) {
    const store = new RedisWindowStore({
      url: redis.url,
      tls: redis.tls,
      onConnectionError: (error) => log.warn(`The connection to Redis was lost: ${error.message}`),
    });
    return { store, described: `window store: Redis at ${new URL(redis.url).host}` };
  }
  if (pool === null) throw new Error('The window store stands on PostgreSQL, which was not opened.');
  return { store: new PostgresWindowStore(pool), described: 'window store: PostgreSQL' };
}
