import { resolve } from 'node:path';
import type { Config, EffectiveSetting, KafkaSettings, PostgresSettings, RedisSettings, TlsSettings } from './config';
import { ConfigError, type ConfigMistake } from './config-error';
import { crossChecks, tlsInUrl } from './cross-checks';
import { readEnvironment, type Environment, type Given, type GivenSettings } from './environment';
import { shown } from './describe-config';
import { environmentSchema, settingNames, settingText, type SettingName, type Settings } from './settings';

/** The port of the service with everything in one process. */
export const allInOnePort = 7480;

/**
 * Reads and checks the whole configuration from environment variables (and the files that `…_FILE` variables name).
 * @param options.httpPort the port where WEIR_HTTP_PORT is not set; default 7480
 * @throws ConfigError with every mistake
 */
export function loadConfig(env: Environment, options: { readonly httpPort?: number } = {}): Config {
  const given = readEnvironment(env);
  const { settings, partial, mistakes } = parse(given);
  const all = [...given.mistakes, ...mistakes, ...crossChecks({ settings: partial, named: given.named })];
  if (settings === null || all.length > 0) throw new ConfigError(all);
  return assemble(settings, given, options.httpPort ?? allInOnePort);
}

interface Parsed {
  readonly settings: Settings | null;
  readonly partial: Partial<Settings>;
  readonly mistakes: readonly ConfigMistake[];
}

function parse({ values }: GivenSettings): Parsed {
  const texts = Object.fromEntries([...values].map(([name, { text }]) => [name, text]));
  const result = environmentSchema.safeParse(texts);
  if (result.success) return { settings: result.data, partial: result.data, mistakes: [] };
  const mistakes = result.error.issues.map((issue) => mistakeOf(issue.path[0] as SettingName, issue.message, values));
  const wrong = new Set(result.error.issues.map((issue) => issue.path[0]));
  // What is right by itself still takes part in the checks between settings: every mistake is to be named at once.
  const right = environmentSchema.safeParse(
    Object.fromEntries(Object.entries(texts).filter(([name]) => !wrong.has(name))),
  );
  const partial = Object.entries(right.data ?? {}).filter(([name]) => !wrong.has(name));
  return { settings: null, partial: Object.fromEntries(partial), mistakes };
}

function mistakeOf(name: SettingName, message: string, values: ReadonlyMap<SettingName, Given>): ConfigMistake {
  const { allowed, secret } = settingText(name);
  const given = values.get(name);
  const value = given?.text ?? '';
  const naming = secret === true || value.length > 80 ? 'its value' : JSON.stringify(value);
  return { variable: given?.file ? `${name}_FILE` : name, problem: `${naming} ${message}`, allowed };
}

function assemble(settings: Settings, given: GivenSettings, defaultPort: number): Config {
  const port = settings.WEIR_HTTP_PORT ?? defaultPort;
  const pretty = settings.WEIR_LOG_PRETTY;
  const config = {
    dataDir: resolve(settings.WEIR_DATA_DIR),
    http: { host: settings.WEIR_HTTP_HOST, port, token: settings.WEIR_TOKEN ?? null },
    log: { level: settings.WEIR_LOG_LEVEL, pretty: pretty === 'auto' ? pretty : pretty === 'true' },
    facts: {
      topic: settings.WEIR_FACTS_TOPIC ?? null,
      partitions: settings.WEIR_PARTITIONS,
      group: settings.WEIR_GROUP,
      maxFutureMs: settings.WEIR_MAX_FUTURE,
    },
    kafka: kafkaSettings(settings),
    postgres: postgresSettings(settings),
    redis: redisSettings(settings),
    audit: { key: settings.WEIR_AUDIT_KEY ?? null },
    archive: { days: settings.WEIR_ARCHIVE_DAYS },
    windows: { snapshotEvery: settings.WEIR_SNAPSHOT_EVERY },
    rules: settings.WEIR_RULES === undefined ? null : resolve(settings.WEIR_RULES),
  };
  return { ...config, warnings: warningsOf(config), effective: effective(given, port) };
}

function kafkaSettings(settings: Settings): KafkaSettings | null {
  if (settings.KAFKA_BROKERS === undefined) return null;
  return {
    brokers: settings.KAFKA_BROKERS,
    tls: settings.WEIR_KAFKA_TLS ? tlsSettings(settings, 'WEIR_KAFKA') : null,
    sasl: saslSettings(settings),
    replication: settings.WEIR_KAFKA_REPLICATION ?? null,
    sessionTimeoutMs: settings.WEIR_KAFKA_SESSION_TIMEOUT,
  };
}

function saslSettings(settings: Settings): KafkaSettings['sasl'] {
  const mechanism = settings.WEIR_KAFKA_SASL_MECHANISM;
  // The checks between settings have made sure that what the mechanism needs is there.
  if (mechanism === undefined) return null;
  if (mechanism === 'oauthbearer') {
    return {
      mechanism,
      tokenEndpoint: settings.WEIR_KAFKA_SASL_TOKEN_ENDPOINT ?? '',
      clientId: settings.WEIR_KAFKA_SASL_CLIENT_ID ?? '',
      clientSecret: settings.WEIR_KAFKA_SASL_CLIENT_SECRET ?? '',
      scope: settings.WEIR_KAFKA_SASL_SCOPE ?? null,
    };
  }
  return {
    mechanism,
    username: settings.WEIR_KAFKA_SASL_USERNAME ?? '',
    password: settings.WEIR_KAFKA_SASL_PASSWORD ?? '',
  };
}

function postgresSettings(settings: Settings): PostgresSettings | null {
  if (settings.DATABASE_URL === undefined) return null;
  const certificate = settings.WEIR_PG_CA ?? settings.WEIR_PG_CERT;
  const wanted = settings.WEIR_PG_TLS ?? tlsInUrl(settings.DATABASE_URL) ?? certificate !== undefined;
  const url = new URL(settings.DATABASE_URL);
  url.searchParams.delete('sslmode');
  return { url: url.toString(), tls: wanted ? tlsSettings(settings, 'WEIR_PG') : null };
}

function redisSettings(settings: Settings): RedisSettings | null {
  const url = settings.REDIS_URL;
  if (url === undefined) return null;
  return { url, tls: new URL(url).protocol === 'rediss:' ? tlsSettings(settings, 'WEIR_REDIS') : null };
}

function tlsSettings(settings: Settings, prefix: 'WEIR_KAFKA' | 'WEIR_PG' | 'WEIR_REDIS'): TlsSettings {
  return {
    ca: settings[`${prefix}_CA`] ?? null,
    cert: settings[`${prefix}_CERT`] ?? null,
    key: settings[`${prefix}_KEY`] ?? null,
    verify: settings[`${prefix}_TLS_VERIFY`],
  };
}

function warningsOf({ http, kafka, postgres, redis }: Pick<Config, 'http' | 'kafka' | 'postgres' | 'redis'>): string[] {
  const warnings: string[] = [];
  for (const [service, tls] of [
    ['KAFKA', kafka?.tls],
    ['PG', postgres?.tls],
    ['REDIS', redis?.tls],
  ] as const) {
    if (tls?.verify === false) {
      warnings.push(`WEIR_${service}_TLS_VERIFY is false: anyone in between can pose as the server.`);
    }
  }
  if (kafka?.sasl && kafka.tls === null) {
    warnings.push('Kafka is signed in to without TLS: set WEIR_KAFKA_TLS to true outside of tests.');
  }
  if (!['127.0.0.1', 'localhost', '::1'].includes(http.host)) {
    warnings.push(`Weir listens on ${http.host} without TLS: put a TLS-terminating proxy before it.`);
  }
  return warnings;
}

function effective({ values }: GivenSettings, port: number): EffectiveSetting[] {
  return settingNames.map((name) => {
    const given = values.get(name);
    const text = settingText(name);
    if (given !== undefined) {
      return { name, value: shown(name, given.text), from: given.file === null ? 'environment' : 'file' };
    }
    return { name, value: name === 'WEIR_HTTP_PORT' ? String(port) : (text.default ?? null), from: 'default' };
  });
}
