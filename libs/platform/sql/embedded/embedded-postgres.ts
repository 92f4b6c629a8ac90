import { Client } from 'pg';
import { lockDataFolder } from '../data-folder-lock';
import { silentLog } from '../log';
import type { Log } from '../log';
import { usableBinaries } from './binaries';
import { ROLE, prepareCluster } from './cluster';
import { EmbeddedPostgresFailed } from './failure';
import { locate } from './location';
import { stopOrphan } from './orphan';
import { logFile, startServer } from './server';
import type { Server } from './server';

export interface EmbeddedPostgresOptions {
  /** Weir's data folder; made if missing. */
  readonly dataDir: string;
  readonly log?: Log;
  /** User that PostgreSQL runs as where Weir runs as root, made if missing; default `postgres`. */
  readonly user?: string;
  /** Folder for data and programs where that user cannot enter theirs; default `/var/lib/weir`. */
  readonly shelter?: string;
  /** Port on 127.0.0.1; left out: a free one, another at each start. */
  readonly port?: number;
}

export interface EmbeddedPostgres {
  /** With the password: not for logs. */
  readonly connectionString: string;
  /** As the server says it, e.g. `18.4`. */
  readonly version: string;
  /** Folder with the database. */
  readonly location: string;
  readonly port: number;
  /** Process id of the server. */
  readonly pid: number;
  /** Resolves if the server ends without having been stopped; the process should then end too, and be started again. */
  readonly crashed: Promise<EmbeddedPostgresFailed>;
  /** Stops the server cleanly (open transactions are rolled back) and frees the folder. */
  stop(): Promise<void>;
}

/** How long a clean stop may take before the server is ended at once, ms. */
const STOP_WITHIN = 60_000;

/**
 * Starts the PostgreSQL that comes with Weir on a data folder, making its database where there is none. It listens on
 * 127.0.0.1 only, wants a password, and writes durably. Ends with this process, unless that is killed: what is then left
 * running is stopped by the next start.
 * @throws DataFolderInUse where another process uses the folder
 * @throws EmbeddedPostgresFailed with what happened and what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? silentLog;
  const shelter = options.shelter ?? '/var/lib/weir';

  // 1. Where the database is, and that nobody else uses it.
  const location = locate({ dataDir: options.dataDir, user: options.user ?? 'postgres', shelter, log });
  const lock = await lockDataFolder(location.folder);
  let server: Server | undefined;
  try {
    // 2. Programs that run here; what a killed Weir left running is stopped.
    const binaries = usableBinaries(location.account, location.account ? shelter : location.home, log);
    await stopOrphan(location, log);

    // 3. A database, and a server on it.
    const password = await prepareCluster(location, binaries, log);
    const started = await startServer(location, binaries, password, options.port ?? null, log);
    server = started;
    const stopAtExit = (): boolean => started.process.kill('SIGINT');
    process.once('exit', stopAtExit);
    // The server alone is no reason for this process to go on.
    started.process.unref();
    const address = `postgresql://${ROLE}:${encodeURIComponent(password)}@127.0.0.1:${started.port}`;
    const version = await ensureDatabase(`${address}/postgres`);
    log.info(`PostgreSQL ${version} answers on 127.0.0.1:${started.port}, its data in ${location.cluster}.`);

    let stopping: Promise<void> | undefined;
    return {
      connectionString: `${address}/${ROLE}`,
      version,
      location: location.cluster,
      port: started.port,
      pid: started.pid,
      crashed: started.ended.then((how) => {
        process.off('exit', stopAtExit);
        if (stopping) return new Promise<never>(() => undefined);
        return new EmbeddedPostgresFailed(
          'ended',
          `PostgreSQL ended by itself (${how}). The end of its log (${logFile(location)}):\n${started.logTail()}`,
        );
      }),
      stop: () => (stopping ??= stopServer(started, log).finally(() => lock.release())),
    };
  } catch (error) {
    if (server) await stopServer(server, log);
    await lock.release();
    throw error;
  }
}

/** Makes the database named like the role where it does not exist; gives the server's version. */
async function ensureDatabase(connectionString: string): Promise<string> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ version: string; exists: boolean }>(
      `select split_part(current_setting('server_version'), ' ', 1) as version,
              exists (select from pg_database where datname = $1) as exists`,
      [ROLE],
    );
    if (rows[0]?.exists !== true) await client.query(`create database ${ROLE}`);
    return rows[0]?.version ?? 'unknown';
  } finally {
    await client.end();
  }
}

async function stopServer(server: Server, log: Log): Promise<void> {
  server.process.ref();
  server.process.kill('SIGINT');
  const impatience = setTimeout(() => {
    log.warn(
      `PostgreSQL did not stop within ${STOP_WITHIN / 1000} s: ending it at once; it recovers at the next start.`,
    );
    server.process.kill('SIGQUIT');
  }, STOP_WITHIN);
  await server.ended;
  clearTimeout(impatience);
}
