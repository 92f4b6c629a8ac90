import { Kafka, logLevel, type KafkaConfig, type Mechanism, type RetryOptions } from 'kafkajs';
import { readFetchesLazily } from './fetch-response';
import { kafkaLogCreator } from './kafka-logger';
import type { KafkaOauthSasl, KafkaSettings } from './kafka-options';
import { oauthMechanism } from './oauth-mechanism';

readFetchesLazily();

/** Retries inside kafkajs: short, since each caller here has its own longer ones around them. */
export const INNER_RETRY: RetryOptions = {
  initialRetryTime: 100,
  maxRetryTime: 2_000,
  factor: 0.2,
  multiplier: 2,
  retries: 5,
};

/**
 * A kafkajs client for the settings. Each producer, consumer and admin gets a client of its own: kafkajs keeps the
 * committed offsets of a group per client, so that two members of a group on one client disturb each other.
 */
export function kafkaClient(settings: KafkaSettings, retry: RetryOptions = INNER_RETRY): Kafka {
  // kafkajs prints advice about its partitioner unless told not to; partitions are always given here.
  process.env['KAFKAJS_NO_PARTITIONER_WARNING'] ??= '1';
  return new Kafka({
    brokers: [...settings.brokers],
    clientId: settings.clientId,
    ...(settings.ssl === undefined || settings.ssl === false ? {} : { ssl: tlsOf(settings) }),
    ...(settings.sasl === undefined ? {} : { sasl: saslOf(settings.sasl) }),
    connectionTimeout: settings.connectionTimeoutMs,
    authenticationTimeout: settings.connectionTimeoutMs,
    requestTimeout: settings.requestTimeoutMs,
    retry,
    logLevel: logLevel.WARN,
    logCreator: kafkaLogCreator(settings.logger),
  });
}

function tlsOf({ ssl }: KafkaSettings): KafkaConfig['ssl'] {
  return typeof ssl === 'object' ? { ...ssl } : true;
}

/** One for all connections of a record log, so that they share the token. */
const mechanisms = new WeakMap<KafkaOauthSasl, Mechanism>();

function saslOf(sasl: NonNullable<KafkaSettings['sasl']>): NonNullable<KafkaConfig['sasl']> {
  if (sasl.mechanism !== 'oauthbearer') {
    // The mechanisms are one union here, and one case each in the types of kafkajs.
    return { ...sasl } as NonNullable<KafkaConfig['sasl']>;
  }
  const known = mechanisms.get(sasl) ?? oauthMechanism(sasl);
  mechanisms.set(sasl, known);
  return known;
}
