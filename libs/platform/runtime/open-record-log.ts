import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Config, KafkaSettings, SaslSettings, TlsSettings } from '../config';
import {
  KafkaRecordLog,
  PostgresRecordLog,
  type KafkaOauthSasl,
  type KafkaPasswordSasl,
  type KafkaRecordLogOptions,
  type RecordLog,
} from '../record-log';

const msPerDay = 86_400_000;

/** The record log of the configuration. */
export function openRecordLog(
  { kafka, archive }: Config,
  pool: Pool | null,
  { logger, service }: { readonly logger: Logger; readonly service: string },
): { readonly log: RecordLog; readonly described: string } {
  if (kafka !== null) {
    const log = new KafkaRecordLog({ ...kafkaOptions(kafka), clientId: service, logger });
    return { log, described: `record log: Kafka at ${kafka.brokers.join(', ')}` };
  }
  if (pool === null) throw new Error('The record log stands on PostgreSQL, which was not opened.');
  const log = new PostgresRecordLog(pool, { logger, retentionMs: archive.days * msPerDay });
  return { log, described: 'record log: PostgreSQL' };
}

/** Kafka's settings as the record log takes them. */
export function kafkaOptions({
  brokers,
  tls,
  sasl,
  replication,
  sessionTimeoutMs,
}: KafkaSettings): KafkaRecordLogOptions {
  return {
    brokers,
    sessionTimeoutMs,
    ...(tls && { ssl: sslOf(tls) }),
    ...(sasl && { sasl: saslOf(sasl) }),
    ...(replication !== null && { replicationFactor: replication }),
  };
}

function sslOf({ ca, cert, key, verify }: TlsSettings): NonNullable<KafkaRecordLogOptions['ssl']> {
  return {
    rejectUnauthorized: verify,
    ...(ca !== null && { ca }),
    ...(cert !== null && { cert }),
    ...(key !== null && { key }),
  };
}

function saslOf(sasl: SaslSettings): KafkaPasswordSasl | KafkaOauthSasl {
  if (sasl.mechanism !== 'oauthbearer') return sasl;
  const { scope, ...rest } = sasl;
  return { ...rest, ...(scope !== null && { scope }) };
}
