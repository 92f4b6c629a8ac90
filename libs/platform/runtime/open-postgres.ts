import type { Pool } from 'pg';
import type { Config, PostgresSettings, TlsSettings } from '../config';
import { openPool, startEmbeddedPostgres, type Log, type PgTls } from '../sql';
import type { Closers } from './closers';

/** PostgreSQL as this process uses it. */
export interface OpenedPostgres {
  readonly pool: Pool;
  readonly described: string;
  /** Rejects where an embedded server ends by itself; otherwise never settles. */
  readonly lost: Promise<never>;
}

/** Connects to the PostgreSQL of the configuration, or starts one in the data folder. @throws Error */
export async function openPostgres(
  config: Config,
  {
    embedded,
    service,
    log,
    closers,
  }: { readonly embedded: boolean; readonly service: string; readonly log: Log; readonly closers: Closers },
): Promise<OpenedPostgres> {
  if (config.postgres !== null) return connect(config.postgres, service, log, closers);
  if (!embedded) {
    throw new Error(
      `${service} stands on PostgreSQL: set DATABASE_URL, e.g. postgres://weir@127.0.0.1:5432/weir ` +
        '(only `weir start`, with everything in one process, starts a PostgreSQL of its own).',
    );
  }
  const server = await startEmbeddedPostgres({ dataDir: config.dataDir, log });
  closers.add(() => server.stop());
  const lost = server.crashed.then((failure) => Promise.reject(failure));
  // Whoever runs the process waits for it; until then a crash must not count as unhandled.
  lost.catch(() => undefined);
  const pool = openPool({ connectionString: server.connectionString, applicationName: service, log, max: 20 });
  closers.add(() => pool.end());
  return { pool, described: `PostgreSQL ${server.version}, started in ${server.location}`, lost };
}

async function connect(
  { url, tls }: PostgresSettings,
  service: string,
  log: Log,
  closers: Closers,
): Promise<OpenedPostgres> {
  const pool = openPool({
    connectionString: url,
    applicationName: service,
    log,
    ...(tls && { tls: tlsOptions(tls) }),
  });
  closers.add(() => pool.end());
  const { rows } = await pool.query<{ server_version: string }>('show server_version');
  return {
    pool,
    described: `PostgreSQL ${rows[0]?.server_version ?? ''} at ${new URL(url).host}`,
    lost: new Promise<never>(() => undefined),
  };
}

/** TLS towards PostgreSQL as a pool takes it. */
export function tlsOptions({ ca, cert, key, verify }: TlsSettings): PgTls {
  return {
    ...(ca !== null && { ca }),
    ...(cert !== null && { cert }),
    ...(key !== null && { key }),
    rejectUnauthorized: verify,
  };
}
