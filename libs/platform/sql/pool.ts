import { Pool, types } from 'pg';
import type { CustomTypesConfig, PoolConfig } from 'pg';
import { silentLog } from './log';
import type { Log } from './log';

/** Injection token of the process's one pool. */
export const PG_POOL = Symbol('pg-pool');

/** TLS towards PostgreSQL. Certificates and keys are PEM text, not paths. */
export interface PgTls {
  /** Authorities to trust instead of the system's. */
  readonly ca?: string;
  /** Client certificate and its key, where the server asks for one. */
  readonly cert?: string;
  readonly key?: string;
  /** False accepts any certificate: no protection against a server that only pretends. Default true. */
  readonly rejectUnauthorized?: boolean;
  /** The name that the server's certificate must carry, where it differs from the host in the address. */
  readonly servername?: string;
}

export interface PoolOptions {
  readonly connectionString: string;
  readonly tls?: PgTls;
  /** Most connections at once; default 10. */
  readonly max?: number;
  /** Shown in `pg_stat_activity`; default `weir`. */
  readonly applicationName?: string;
  /** Longest wait for a connection, ms; default 10,000. */
  readonly connectionTimeoutMs?: number;
  /** Longest statement, ms; default 60,000; 0: no limit. */
  readonly statementTimeoutMs?: number;
  /** Longest wait for a lock, ms; default 30,000; 0: no limit. */
  readonly lockTimeoutMs?: number;
  /** Longest pause inside a transaction before the server ends it, ms; default 60,000; 0: no limit. */
  readonly idleInTransactionTimeoutMs?: number;
  readonly log?: Log;
}

/** An `int8` that a JavaScript number cannot hold exactly. */
export class UnsafeInteger extends RangeError {
  readonly code = 'unsafe-integer';
  constructor(text: string) {
    super(`The database holds the integer ${text}, which lies outside ±(2^53 − 1) and cannot be read exactly.`);
    this.name = 'UnsafeInteger';
  }
}

/** Parses PostgreSQL's `int8` text. @throws UnsafeInteger where a number cannot hold it exactly */
export function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new UnsafeInteger(text);
  return value;
}

/**
 * Type parsers of Weir's connections: `int8` becomes a number (pg's default is text), everything else is pg's own.
 * Kept per pool, since pg's global table would change every other user of pg in the process.
 */
export const pgTypes: CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary'): ((value: string) => unknown) =>
    oid === (types.builtins.INT8 as number) && format !== 'binary'
      ? parseInt8
      : (types.getTypeParser(oid, format) as (value: string) => unknown),
};

/**
 * Opens a pool; connections are made when first needed. A connection that the server ends is logged and replaced,
 * never a crash: the query in hand, if any, is rejected.
 */
export function openPool(options: PoolOptions): Pool {
  const log = options.log ?? silentLog;
  const config: PoolConfig = {
    connectionString: options.tls ? withoutTlsParameters(options.connectionString) : options.connectionString,
    ...(options.tls ? { ssl: { ...options.tls, rejectUnauthorized: options.tls.rejectUnauthorized ?? true } } : {}),
    max: options.max ?? 10,
    application_name: options.applicationName ?? 'weir',
    connectionTimeoutMillis: options.connectionTimeoutMs ?? 10_000,
    statement_timeout: options.statementTimeoutMs ?? 60_000,
    lock_timeout: options.lockTimeoutMs ?? 30_000,
    idle_in_transaction_session_timeout: options.idleInTransactionTimeoutMs ?? 60_000,
    keepAlive: true,
    types: pgTypes,
  };
  const pool = new Pool(config);
  pool.on('connect', (client) => {
    // On the client and not only on the pool: between two queries of a transaction the client is nobody's but the
    // caller's, and an 'error' event without a listener would end the process.
    client.on('error', (error: Error) => {
      // `pool.end()` does not wait for the sockets: a server stopped right after it, as the embedded one is, still ends them.
      if (!pool.ending) log.warn(`A connection to PostgreSQL was lost: ${error.message}`);
    });
  });
  // The pool repeats the errors of idle clients, which are logged above; it must have a listener all the same.
  pool.on('error', () => undefined);
  return pool;
}

/** pg lets `sslmode` and its kin in the address override the `ssl` option, silently: explicit TLS options win here. */
function withoutTlsParameters(connectionString: string): string {
  const [address, query] = connectionString.split('?', 2);
  if (query === undefined) return connectionString;
  const parameters = new URLSearchParams(query);
  for (const name of ['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'uselibpqcompat']) parameters.delete(name);
  const rest = parameters.toString();
  return rest === '' ? (address ?? '') : `${address ?? ''}?${rest}`;
}
