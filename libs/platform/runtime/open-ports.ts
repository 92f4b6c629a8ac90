import { join } from 'node:path';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { generatedSecret, type Config } from '../config';
import { eventStoreMigrations, FileHeadKeeper, KeyMismatch, PostgresEventStore } from '../event-store';
import { factsArchiveMigrations, PostgresFactsArchive } from '../facts-archive';
import { recordLogMigrations } from '../record-log';
import { migrate, type Log, type MigrationSet } from '../sql';
import { windowStoreMigrations } from '../window-store';
import { Closers } from './closers';
import { openPostgres } from './open-postgres';
import { openRecordLog } from './open-record-log';
import { openWindowStore } from './open-window-store';
import type { OptionalPort, Ports } from './ports';

/** What a service asks for. */
export interface PortsOptions {
  readonly needs: readonly OptionalPort[];
  /** Tables of the stages that this service runs. */
  readonly migrations?: readonly MigrationSet[];
  /** True: where no DATABASE_URL is given, PostgreSQL is started in the data folder. */
  readonly embedded: boolean;
  readonly logger: Logger;
  /** Name of the service, shown in PostgreSQL's and Kafka's own lists of clients. */
  readonly service: string;
}

/**
 * Opens what a service stands on, by configuration: each port is PostgreSQL's unless its variable is set. Nothing stays
 * open where one fails.
 * @throws Error saying which port, what is wrong and how to mend it
 */
export async function openPorts(config: Config, options: PortsOptions): Promise<Ports> {
  const { needs, logger, service } = options;
  const log = plainLog(logger);
  const closers = new Closers();
  try {
    // 1. PostgreSQL, where anything stands on it.
    const wantsPostgres =
      config.kafka === null ||
      (needs.includes('window-store') && config.redis === null) ||
      needs.includes('event-store') ||
      needs.includes('facts-archive');
    const postgres = wantsPostgres ? await openPostgres(config, { ...options, log, closers }) : null;
    const pool = postgres?.pool ?? null;
    if (pool !== null) await migrate(pool, ...migrationsFor(config, options));

    // 2. The ports.
    const records = openRecordLog(config, pool, { logger, service });
    closers.add(() => records.log.close());
    await records.log.ping();
    const windows = needs.includes('window-store') ? openWindowStore(config, pool, log) : null;
    if (windows !== null) {
      closers.add(() => windows.store.close());
      await windows.store.ping();
    }
    const events = needs.includes('event-store') ? await openEventStore(config, needed(pool), log) : null;
    if (events !== null) closers.add(() => events.close());
    const archive = needs.includes('facts-archive') ? new PostgresFactsArchive(needed(pool)) : null;

    return {
      pool,
      log: records.log,
      store: windows?.store ?? null,
      events,
      archive,
      described: [postgres?.described, records.described, windows?.described].filter((text) => text !== undefined),
      lost: postgres?.lost ?? new Promise<never>(() => undefined),
      close: () => closers.close(),
    };
  } catch (error) {
    await closers.close();
    throw error;
  }
}

function migrationsFor(config: Config, { needs, migrations = [] }: PortsOptions): readonly MigrationSet[] {
  return [
    ...(config.kafka === null ? [recordLogMigrations] : []),
    ...(needs.includes('window-store') && config.redis === null ? [windowStoreMigrations] : []),
    ...(needs.includes('event-store') ? [eventStoreMigrations] : []),
    ...(needs.includes('facts-archive') ? [factsArchiveMigrations] : []),
    ...migrations,
  ];
}

async function openEventStore(config: Config, pool: Pool, log: Log): Promise<PostgresEventStore> {
  const key = config.audit.key ?? (await generatedSecret(config.dataDir, 'audit-key'));
  const store = new PostgresEventStore(pool, {
    key: Buffer.from(key, 'utf8'),
    heads: new FileHeadKeeper(join(config.dataDir, 'audit-heads.jsonl')),
    log,
  });
  try {
    await store.checkKey();
  } catch (error) {
    await store.close();
    throw error instanceof KeyMismatch ? otherKey(config, error) : error;
  }
  return store;
}

function otherKey(config: Config, cause: KeyMismatch): Error {
  const own =
    config.audit.key === null
      ? `the file ${join(config.dataDir, 'audit-key')}, since neither WEIR_AUDIT_KEY nor WEIR_AUDIT_KEY_FILE is set`
      : 'WEIR_AUDIT_KEY or WEIR_AUDIT_KEY_FILE';
  return new Error(
    `The audit key of this process (from ${own}) is not the one that wrote event ${cause.position}, the newest in the ` +
      'event store of this database; or that event was altered. Going on would break the chain of events for good. ' +
      'Give every process on this database the same WEIR_AUDIT_KEY or WEIR_AUDIT_KEY_FILE. Where none was set, the ' +
      'process that wrote the events has generated its key: it is the file audit-key in the data folder (WEIR_DATA_DIR) ' +
      'of that process.',
    { cause },
  );
}

function needed(pool: Pool | null): Pool {
  if (pool === null) throw new Error('PostgreSQL is needed here but was not opened.');
  return pool;
}

/** A pino logger as the platform's folders write to it. */
function plainLog(logger: Logger): Log {
  return {
    info: (message) => logger.info(message),
    warn: (message) => logger.warn(message),
    error: (message) => logger.error(message),
  };
}
