import { silentLogger, type RecordLogLogger } from '../log-events';
import type { BackOffTimes } from '../back-off';

/** TLS towards Kafka; certificates and keys are PEM texts, not paths. */
export interface KafkaSsl {
  /** Authority that signed the brokers' certificates; left out: those that Node trusts. */
  readonly ca?: string;
  /** The client's own certificate and key, where the brokers ask for one (mutual TLS). */
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
  /** False accepts any certificate, which protects from nobody in between: for tries only. */
  readonly rejectUnauthorized?: boolean;
}

/** Sign-in with a name and a password. */
export interface KafkaPasswordSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: string;
}

/** Sign-in with a token of an OAuth 2 server (client credentials, RFC 6749 section 4.4). */
export interface KafkaOauthSasl {
  readonly mechanism: 'oauthbearer';
  readonly tokenEndpoint: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
}

/** Settings of the record log on Kafka; all times in milliseconds. */
export interface KafkaRecordLogOptions {
  /** Addresses to start from, `host:port`. */
  readonly brokers: readonly string[];
  /** Name by which the brokers' logs and quotas know the client (`weir`). */
  readonly clientId?: string;
  readonly ssl?: KafkaSsl | boolean;
  readonly sasl?: KafkaPasswordSasl | KafkaOauthSasl;
  readonly logger?: RecordLogLogger;
  /** Copies of each partition of topics made here; -1 (the default): what the brokers have as their default. */
  readonly replicationFactor?: number;
  /** After this long without a heartbeat a member's partitions go to others (30 s). */
  readonly sessionTimeoutMs?: number;
  /** How long members may take to finish their batches when the group changes (60 s). */
  readonly rebalanceTimeoutMs?: number;
  readonly heartbeatMs?: number;
  /** How many partitions a consumer handles at the same time (16). */
  readonly partitionsConsumedConcurrently?: number;
  /** Most bytes of a partition in one batch (1 MiB); a larger record still comes, alone. */
  readonly maxBytesPerPartition?: number;
  /** Longest wait of a broker for new records before it answers that there are none (500 ms). */
  readonly maxWaitMs?: number;
  readonly connectionTimeoutMs?: number;
  readonly requestTimeoutMs?: number;
  /** How long a send is retried, always leaving one copy, before it rejects (120 s). */
  readonly deliveryTimeoutMs?: number;
  /** How long a consumer may be away from its group before it is no longer healthy (30 s). */
  readonly awayMs?: number;
  /** Waiting times before a partition that failed is assigned anew, and before a crashed consumer restarts. */
  readonly backOff?: BackOffTimes;
}

/** The settings with every gap filled. */
export type KafkaSettings = Required<Omit<KafkaRecordLogOptions, 'sasl' | 'ssl'>> &
  Pick<KafkaRecordLogOptions, 'sasl' | 'ssl'>;

/** @throws {RangeError} where a setting makes no sense, naming it */
export function completeKafkaSettings(options: KafkaRecordLogOptions): KafkaSettings {
  const sessionTimeoutMs = options.sessionTimeoutMs ?? 30_000;
  const settings: KafkaSettings = {
    brokers: options.brokers,
    clientId: options.clientId ?? 'weir',
    ssl: options.ssl,
    sasl: options.sasl,
    logger: options.logger ?? silentLogger,
    replicationFactor: options.replicationFactor ?? -1,
    sessionTimeoutMs,
    rebalanceTimeoutMs: options.rebalanceTimeoutMs ?? 60_000,
    heartbeatMs: options.heartbeatMs ?? Math.min(3_000, Math.floor(sessionTimeoutMs / 3)),
    partitionsConsumedConcurrently: options.partitionsConsumedConcurrently ?? 16,
    maxBytesPerPartition: options.maxBytesPerPartition ?? 1_048_576,
    maxWaitMs: options.maxWaitMs ?? 500,
    connectionTimeoutMs: options.connectionTimeoutMs ?? 10_000,
    requestTimeoutMs: options.requestTimeoutMs ?? 30_000,
    deliveryTimeoutMs: options.deliveryTimeoutMs ?? 120_000,
    awayMs: options.awayMs ?? 30_000,
    backOff: options.backOff ?? { initialMs: 200, maxMs: 10_000 },
  };
  if (settings.brokers.length === 0) {
    throw new RangeError('KafkaRecordLog: brokers must name at least one address, e.g. ["kafka-1:9092"].');
  }
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === 'number' && name !== 'replicationFactor' && !(value > 0)) {
      throw new RangeError(`KafkaRecordLog: ${name} must be above 0, not ${value}.`);
    }
  }
  if (settings.heartbeatMs >= settings.sessionTimeoutMs) {
    throw new RangeError(
      `KafkaRecordLog: heartbeatMs (${settings.heartbeatMs}) must lie below sessionTimeoutMs (${sessionTimeoutMs}).`,
    );
  }
  return settings;
}
