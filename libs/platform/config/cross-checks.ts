import { existsSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { ConfigMistake } from './config-error';
import type { SettingName, Settings } from './settings';

/** Settings as far as they could be parsed, and which were given at all. */
export interface Candidate {
  readonly settings: Partial<Settings>;
  readonly named: ReadonlySet<SettingName>;
}

/** What is wrong between settings that are right one by one. */
export function crossChecks(candidate: Candidate): ConfigMistake[] {
  return [
    ...withoutItsService(candidate),
    ...saslChecks(candidate),
    ...kafkaCertificatesWithoutTls(candidate),
    ...tlsPairs(candidate),
    ...databaseUrl(candidate),
    ...redisUrl(candidate),
    ...rulesPath(candidate.settings),
  ];
}

function withoutItsService({ named }: Candidate): ConfigMistake[] {
  const services = [
    ['WEIR_KAFKA_', 'KAFKA_BROKERS'],
    ['WEIR_PG_', 'DATABASE_URL'],
    ['WEIR_REDIS_', 'REDIS_URL'],
  ] as const;
  return services.flatMap(([prefix, service]) =>
    named.has(service)
      ? []
      : [...named]
          .filter((name) => name.startsWith(prefix))
          .map((variable) => ({
            variable,
            problem: `has no effect without ${service}`,
            allowed: `Set ${service} or take this away.`,
          })),
  );
}

const passwordSettings = ['WEIR_KAFKA_SASL_USERNAME', 'WEIR_KAFKA_SASL_PASSWORD'] as const;
const tokenSettings = [
  'WEIR_KAFKA_SASL_TOKEN_ENDPOINT',
  'WEIR_KAFKA_SASL_CLIENT_ID',
  'WEIR_KAFKA_SASL_CLIENT_SECRET',
] as const;

function saslChecks({ settings, named }: Candidate): ConfigMistake[] {
  const mechanism = settings.WEIR_KAFKA_SASL_MECHANISM;
  if (mechanism === undefined) {
    if (named.has('WEIR_KAFKA_SASL_MECHANISM')) return [];
    return [...passwordSettings, ...tokenSettings, 'WEIR_KAFKA_SASL_SCOPE' as const]
      .filter((variable) => named.has(variable))
      .map((variable) => ({
        variable,
        problem: 'has no effect without WEIR_KAFKA_SASL_MECHANISM',
        allowed: 'Set WEIR_KAFKA_SASL_MECHANISM or take this away.',
      }));
  }
  const byToken = mechanism === 'oauthbearer';
  const wanted: readonly SettingName[] = byToken ? tokenSettings : passwordSettings;
  const others: readonly SettingName[] = byToken ? passwordSettings : [...tokenSettings, 'WEIR_KAFKA_SASL_SCOPE'];
  const mistakes = wanted
    .filter((variable) => !named.has(variable))
    .map((variable) => ({
      variable,
      problem: `is missing: WEIR_KAFKA_SASL_MECHANISM is ${mechanism}`,
      allowed: `${mechanism} needs ${wanted.join(', ')}.`,
    }));
  for (const variable of others.filter((name) => named.has(name))) {
    const problem = `has no effect with WEIR_KAFKA_SASL_MECHANISM ${mechanism}`;
    mistakes.push({ variable, problem, allowed: 'Take it away, or choose another mechanism.' });
  }
  const endpoint = settings.WEIR_KAFKA_SASL_TOKEN_ENDPOINT;
  if (byToken && endpoint !== undefined && URL.canParse(endpoint)) {
    const { protocol, hostname } = new URL(endpoint);
    if (protocol === 'http:' && !['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) {
      mistakes.push({
        variable: 'WEIR_KAFKA_SASL_TOKEN_ENDPOINT',
        problem: 'would send the client secret in clear text over the network',
        allowed: 'An https:// URL (http:// on loopback only).',
      });
    }
  }
  return mistakes;
}

function tlsPairs({ settings, named }: Candidate): ConfigMistake[] {
  return (['WEIR_KAFKA', 'WEIR_PG', 'WEIR_REDIS'] as const).flatMap((prefix) => {
    const [cert, key] = [`${prefix}_CERT`, `${prefix}_KEY`] as const;
    if (named.has(cert) !== named.has(key)) {
      const [missing, given] = named.has(cert) ? [key, cert] : [cert, key];
      return [{ variable: missing, problem: `is missing: ${given} is given`, allowed: 'Give both or none.' }];
    }
    return wrongPem(`${prefix}_CA`, { ca: settings[`${prefix}_CA`] }).concat(
      settings[cert] === undefined || settings[key] === undefined
        ? []
        : wrongPem(cert, { cert: settings[cert], key: settings[key] }),
    );
  });
}

/** Lets OpenSSL read certificate and key now, so that a pair that does not fit is named at start. */
function wrongPem(variable: string, pem: { ca?: string; cert?: string; key?: string }): ConfigMistake[] {
  try {
    createSecureContext(pem);
    return [];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const allowed =
      pem.ca === undefined ? 'A certificate and the key that belongs to it.' : 'Certificates in PEM form.';
    return [{ variable, problem: `cannot be used (${reason})`, allowed }];
  }
}

/** `sslmode` words that Weir reads, and whether they mean TLS. */
const sslModes: ReadonlyMap<string, boolean> = new Map([
  ['disable', false],
  ['require', true],
  ['verify-full', true],
]);

/** Whether the URL itself asks for TLS; undefined where it does not say. */
export function tlsInUrl(databaseUrl: string): boolean | undefined {
  return sslModes.get(new URL(databaseUrl).searchParams.get('sslmode') ?? '');
}

function databaseUrl({ settings, named }: Candidate): ConfigMistake[] {
  const value = settings.DATABASE_URL;
  if (value === undefined || !URL.canParse(value)) return [];
  const mistakes: ConfigMistake[] = [];
  const url = new URL(value);
  const wrong = (problem: string, allowed: string) => mistakes.push({ variable: 'DATABASE_URL', problem, allowed });
  if (url.pathname.length < 2) {
    wrong('names no database', 'postgres://user:password@host:port/database');
  }
  const mode = url.searchParams.get('sslmode');
  if (mode !== null && !sslModes.has(mode)) {
    wrong(
      `has sslmode=${mode}, which may fall back to clear text or check too little`,
      'sslmode=require or verify-full (both check the certificate) or disable; WEIR_PG_TLS_VERIFY turns the check off.',
    );
  }
  for (const parameter of new Set(url.searchParams.keys())) {
    if (parameter.startsWith('ssl') && parameter !== 'sslmode') {
      wrong(`has the parameter ${parameter}`, 'Use WEIR_PG_CA_FILE, WEIR_PG_CERT_FILE and WEIR_PG_KEY_FILE instead.');
    }
  }
  const asked = tlsInUrl(value);
  const certificates = (['WEIR_PG_CA', 'WEIR_PG_CERT'] as const).filter((name) => named.has(name));
  const off = settings.WEIR_PG_TLS === false || (settings.WEIR_PG_TLS === undefined && asked === false);
  if (settings.WEIR_PG_TLS !== undefined && asked !== undefined && asked !== settings.WEIR_PG_TLS) {
    mistakes.push({
      variable: 'WEIR_PG_TLS',
      problem: `contradicts sslmode=${mode} in DATABASE_URL`,
      allowed: 'Let both say the same, or leave one out.',
    });
  } else if (off) {
    for (const variable of certificates) {
      mistakes.push({ variable, problem: 'has no effect: TLS is turned off', allowed: 'Set WEIR_PG_TLS to true.' });
    }
  }
  return mistakes;
}

function redisUrl({ settings, named }: Candidate): ConfigMistake[] {
  const value = settings.REDIS_URL;
  if (value === undefined || !URL.canParse(value)) return [];
  const mistakes: ConfigMistake[] = [];
  const url = new URL(value);
  if (!/^\/?(\d{1,4})?$/.test(url.pathname) || url.hostname === '') {
    mistakes.push({
      variable: 'REDIS_URL',
      problem: 'does not name a host and a database number',
      allowed: 'redis://user:password@host:port/number',
    });
  }
  if (url.search !== '') {
    mistakes.push({
      variable: 'REDIS_URL',
      problem: 'has parameters after "?"',
      allowed: 'redis://user:password@host:port/number; TLS by rediss:// and the WEIR_REDIS_ settings.',
    });
  }
  if (url.protocol === 'redis:') {
    for (const variable of ['WEIR_REDIS_CA', 'WEIR_REDIS_CERT', 'WEIR_REDIS_TLS_VERIFY'] as const) {
      if (named.has(variable)) {
        mistakes.push({
          variable,
          problem: 'has no effect: REDIS_URL is without TLS',
          allowed: 'Begin REDIS_URL with rediss://.',
        });
      }
    }
  }
  return mistakes;
}

function kafkaCertificatesWithoutTls({ settings, named }: Candidate): ConfigMistake[] {
  if (settings.WEIR_KAFKA_TLS !== false) return [];
  return (['WEIR_KAFKA_CA', 'WEIR_KAFKA_CERT', 'WEIR_KAFKA_TLS_VERIFY'] as const)
    .filter((name) => named.has(name))
    .map((variable) => ({
      variable,
      problem: 'has no effect: WEIR_KAFKA_TLS is false',
      allowed: 'Set WEIR_KAFKA_TLS to true.',
    }));
}

function rulesPath(settings: Partial<Settings>): ConfigMistake[] {
  const path = settings.WEIR_RULES;
  if (path === undefined || existsSync(path)) return [];
  return [{ variable: 'WEIR_RULES', problem: `${path} does not exist`, allowed: 'An existing file or folder.' }];
}
