import type { Config } from '@weir/platform/config';
import { createLogger } from '@weir/platform/logging';
import type { RecordLog } from '@weir/platform/record-log';
import { openRecordLog, tlsOptions } from '@weir/platform/runtime';
import { openPool } from '@weir/platform/sql';
import type { Logger } from 'pino';

/** The record log of the configuration, opened for a command that is not a service. */
export interface OpenedLog {
  readonly log: RecordLog;
  readonly logger: Logger;
  readonly close: () => Promise<void>;
}

const service = 'weir-command';

/** @throws Error where neither Kafka nor a PostgreSQL is configured */
export function openLog(config: Config): OpenedLog {
  const logger = createLogger({ level: 'warn', pretty: false }, process.stderr);
  const { kafka, postgres } = config;
  if (kafka === null && postgres === null) {
    throw new Error('This needs KAFKA_BROKERS (or DATABASE_URL, where the record log stands in PostgreSQL).');
  }
  const pool =
    kafka === null && postgres !== null
      ? openPool({
          connectionString: postgres.url,
          applicationName: service,
          ...(postgres.tls && { tls: tlsOptions(postgres.tls) }),
        })
      : null;
  const { log } = openRecordLog(config, pool, { logger, service });
  return {
    log,
    logger,
    close: async () => {
      await log.close();
      await pool?.end();
    },
  };
}
