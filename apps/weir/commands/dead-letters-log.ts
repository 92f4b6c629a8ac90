import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from '@weir/platform/config';
import { createLogger } from '@weir/platform/logging';
import { openRecordLog } from '@weir/platform/runtime';
import {
  DataFolderInUse,
  findRunningPostgres,
  lockDataFolder,
  openPool,
  startEmbeddedPostgres,
} from '@weir/platform/sql';
import { openLog, type OpenedLog } from './open-log';

/** How long a Weir that is just starting may take until its PostgreSQL answers, ms. */
const startingUp = 15_000;

/** A PostgreSQL in the data folder, for as long as the command runs. */
interface DataFolderPostgres {
  readonly connectionString: string;
  readonly leave: () => Promise<void>;
}

/**
 * Opens the record log of the configuration. Where neither Kafka nor a PostgreSQL is configured, it is the one that `weir
 * start` keeps in its data folder: the PostgreSQL of the Weir that runs there, or, where none runs, its own, started for
 * the command.
 * @param patienceMs how long to wait for the PostgreSQL of a Weir that has the folder
 * @throws Error that says what is wrong and how to mend it
 */
export async function openAnyLog(config: Config, patienceMs: number = startingUp): Promise<OpenedLog> {
  if (config.kafka !== null || config.postgres !== null) return openLog(config);
  const { connectionString, leave } = await postgresOf(config.dataDir, patienceMs);
  const pool = openPool({ connectionString, applicationName: 'weir-command' });
  const leaveAll = async (): Promise<void> => {
    await pool.end();
    await leave();
  };
  try {
    const { rows } = await pool.query<{ there: boolean }>(
      `select to_regclass('record_log_topics') is not null as there`,
    );
    if (rows[0]?.there !== true) {
      throw new Error(
        `The database in ${config.dataDir} holds no record log. If its Weir runs on Kafka, set KAFKA_BROKERS as it has it.`,
      );
    }
    const logger = createLogger({ level: 'warn', pretty: false }, process.stderr);
    const { log } = openRecordLog(config, pool, { logger, service: 'weir-command' });
    return {
      log,
      logger,
      close: async () => {
        await log.close();
        await leaveAll();
      },
    };
  } catch (error) {
    await leaveAll();
    throw error;
  }
}

async function postgresOf(dataDir: string, patienceMs: number): Promise<DataFolderPostgres> {
  if (!existsSync(join(dataDir, 'postgres'))) {
    throw new Error(
      `There is no database of Weir in ${dataDir}. Give the data folder of weir start (--data-dir, WEIR_DATA_DIR), or set ` +
        'KAFKA_BROKERS or DATABASE_URL as the services have it.',
    );
  }
  try {
    const lock = await lockDataFolder(dataDir);
    try {
      const server = await startEmbeddedPostgres({ dataDir });
      return {
        connectionString: server.connectionString,
        leave: async () => {
          await server.stop();
          await lock.release();
        },
      };
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    if (!(error instanceof DataFolderInUse)) throw error;
    return { connectionString: await running(dataDir, error, patienceMs), leave: () => Promise.resolve() };
  }
}

/** The PostgreSQL of the Weir that has the data folder. */
async function running(dataDir: string, { pid }: DataFolderInUse, patienceMs: number): Promise<string> {
  for (const end = performance.now() + patienceMs; ; await pause(200)) {
    const found = await findRunningPostgres(dataDir);
    if (found !== null) return found;
    if (performance.now() > end) break;
  }
  throw new Error(
    `Process ${pid} runs on the data folder ${dataDir}, but no PostgreSQL answers there. If it stands on a PostgreSQL or Kafka of ` +
      'yours, set DATABASE_URL or KAFKA_BROKERS as it has it.',
  );
}
