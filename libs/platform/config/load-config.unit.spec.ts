import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  ConfigError,
  describeConfig,
  generatedSecret,
  loadConfig,
  type ConfigMistake,
  type Environment,
} from './index';

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'weir-config-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

function certificate(name: string): { cert: string; key: string } {
  const [cert, key] = [join(folder, `${name}.crt`), join(folder, `${name}.key`)];
  const subject = ['-subj', `/CN=${name}`, '-days', '2', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
  execFileSync('openssl', ['req', '-x509', '-nodes', '-keyout', key, '-out', cert, ...subject], { stdio: 'pipe' });
  return { cert, key };
}

function mistakes(env: Environment): readonly ConfigMistake[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}
const wrong = (env: Environment) => mistakes(env).map(({ variable }) => variable);

describe('loadConfig', () => {
  test('given nothing, everything has its default and no outside service is named', () => {
    const { effective, ...config } = loadConfig({ PATH: '/bin', HOME: '/root' });
    expect(config).toEqual({
      dataDir: resolve('.weir'),
      http: { host: '127.0.0.1', port: 7480, token: null },
      log: { level: 'info', pretty: 'auto' },
      facts: { topic: null, partitions: 6, group: 'weir', maxFutureMs: 900_000 },
      kafka: null,
      postgres: null,
      redis: null,
      audit: { key: null },
      archive: { days: 400 },
      windows: { snapshotEvery: 500 },
      rules: null,
      warnings: [],
    });
    expect(effective.every(({ from }) => from === 'default')).toBe(true);
    expect(loadConfig({}, { httpPort: 7483 }).http.port).toBe(7483);
    expect(loadConfig({ WEIR_HTTP_PORT: '0' }, { httpPort: 7483 }).http.port).toBe(0);
  });

  test('given an empty value, it counts as not set', () => {
    expect(loadConfig({ KAFKA_BROKERS: '', WEIR_TOKEN: '', WEIR_TOKEN_FILE: '' })).toEqual(loadConfig({}));
  });

  test('given services with everything, then the whole of it is read', () => {
    const { cert, key } = certificate('client');
    const config = loadConfig({
      KAFKA_BROKERS: 'a.bank:9092, [::1]:9093,',
      WEIR_KAFKA_TLS: 'true',
      WEIR_KAFKA_CA_FILE: cert,
      WEIR_KAFKA_CERT_FILE: cert,
      WEIR_KAFKA_KEY_FILE: key,
      WEIR_KAFKA_SASL_MECHANISM: 'scram-sha-512',
      WEIR_KAFKA_SASL_USERNAME: 'weir',
      WEIR_KAFKA_SASL_PASSWORD_FILE: file('password', 'with space \n'),
      WEIR_KAFKA_REPLICATION: '3',
      WEIR_KAFKA_SESSION_TIMEOUT: 'PT45S',
      DATABASE_URL_FILE: file('url', 'postgres://u:p@db:5432/weir?sslmode=verify-full&application_name=w\n'),
      REDIS_URL: 'rediss://:p@redis:6379/2',
      WEIR_REDIS_TLS_VERIFY: 'false',
      WEIR_MAX_FUTURE: 'P1DT30M',
      WEIR_RULES: folder,
    });
    const pem = readFileSync(cert, 'utf8').trimEnd();
    expect(config.kafka).toEqual({
      brokers: ['a.bank:9092', '[::1]:9093'],
      tls: { ca: pem, cert: pem, key: readFileSync(key, 'utf8').trimEnd(), verify: true },
      sasl: { mechanism: 'scram-sha-512', username: 'weir', password: 'with space ' },
      replication: 3,
      sessionTimeoutMs: 45_000,
    });
    expect(config.postgres).toEqual({
      url: 'postgres://u:p@db:5432/weir?application_name=w',
      tls: { ca: null, cert: null, key: null, verify: true },
    });
    expect(config.redis).toEqual({
      url: 'rediss://:p@redis:6379/2',
      tls: { ca: null, cert: null, key: null, verify: false },
    });
    expect(config.facts.maxFutureMs).toBe(88_200_000);
    expect(config.rules).toBe(folder);
    expect(config.warnings).toEqual([expect.stringContaining('WEIR_REDIS_TLS_VERIFY')]);
  });

  test('given many mistakes of every kind, then each is named at once, with what is allowed', () => {
    const found = mistakes({
      WEIR_HTTP_PORT: '70000',
      WEIR_LOG_LEVEL: 'loud',
      WEIR_PARTITION: '6',
      WEIR_MAX_FUTURE: '24h',
      KAFKA_BROKERS: 'a:9092,b',
      WEIR_KAFKA_SASL_MECHANISM: 'plain',
      WEIR_KAFKA_CERT_FILE: file('cert', '-----BEGIN CERTIFICATE-----'),
      WEIR_KAFKA_TLS: 'yes',
      WEIR_KAFKA_REPLICATION: '0',
      WEIR_TOKEN_FILE: join(folder, 'absent'),
      DATABASE_URL: 'mysql://db/weir',
      WEIR_REDIS_TLS_VERIFY: 'true',
    });
    expect(found.map(({ variable }) => variable).sort()).toEqual([
      'DATABASE_URL',
      'KAFKA_BROKERS',
      'WEIR_HTTP_PORT',
      'WEIR_KAFKA_KEY',
      'WEIR_KAFKA_REPLICATION',
      'WEIR_KAFKA_SASL_PASSWORD',
      'WEIR_KAFKA_SASL_USERNAME',
      'WEIR_KAFKA_TLS',
      'WEIR_LOG_LEVEL',
      'WEIR_MAX_FUTURE',
      'WEIR_PARTITION',
      'WEIR_REDIS_TLS_VERIFY',
      'WEIR_TOKEN_FILE',
    ]);
    const of = (variable: string) => found.find((mistake) => mistake.variable === variable);
    expect(of('WEIR_HTTP_PORT')).toEqual({
      variable: 'WEIR_HTTP_PORT',
      problem: '"70000" is outside 0 to 65535',
      allowed: 'A whole number from 0 to 65535; 0 takes any free port.',
    });
    expect(of('WEIR_PARTITION')?.allowed).toBe('Did you mean WEIR_PARTITIONS?');
    expect(of('KAFKA_BROKERS')?.problem).toContain('has "b", which is not host:port');
    expect(new ConfigError(found).message).toMatch(/^The configuration has 13 mistakes:\n {2}WEIR_/);
  });

  test.each<[string, Environment, string[]]>([
    [
      'oauthbearer without its settings',
      { KAFKA_BROKERS: 'a:1', WEIR_KAFKA_SASL_MECHANISM: 'oauthbearer' },
      ['WEIR_KAFKA_SASL_TOKEN_ENDPOINT', 'WEIR_KAFKA_SASL_CLIENT_ID', 'WEIR_KAFKA_SASL_CLIENT_SECRET'],
    ],
    [
      'oauthbearer over clear text',
      {
        KAFKA_BROKERS: 'a:1',
        WEIR_KAFKA_SASL_MECHANISM: 'oauthbearer',
        WEIR_KAFKA_SASL_TOKEN_ENDPOINT: 'http://id.bank/token',
        WEIR_KAFKA_SASL_CLIENT_ID: 'a',
        WEIR_KAFKA_SASL_CLIENT_SECRET: 'b',
      },
      ['WEIR_KAFKA_SASL_TOKEN_ENDPOINT'],
    ],
    [
      'a password without a mechanism',
      { KAFKA_BROKERS: 'a:1', WEIR_KAFKA_SASL_PASSWORD: 'a' },
      ['WEIR_KAFKA_SASL_PASSWORD'],
    ],
    [
      'a token secret with plain',
      {
        KAFKA_BROKERS: 'a:1',
        WEIR_KAFKA_SASL_MECHANISM: 'plain',
        WEIR_KAFKA_SASL_USERNAME: 'a',
        WEIR_KAFKA_SASL_PASSWORD: 'b',
        WEIR_KAFKA_SASL_SCOPE: 'c',
      },
      ['WEIR_KAFKA_SASL_SCOPE'],
    ],
    ['TLS settings without TLS', { KAFKA_BROKERS: 'a:1', WEIR_KAFKA_TLS_VERIFY: 'false' }, ['WEIR_KAFKA_TLS_VERIFY']],
    ['Kafka settings without Kafka', { WEIR_KAFKA_TLS: 'true' }, ['WEIR_KAFKA_TLS']],
    ['a secret given twice', { WEIR_TOKEN: 'a'.repeat(20), WEIR_TOKEN_FILE: '/dev/null' }, ['WEIR_TOKEN']],
    ['an empty secret file', { WEIR_TOKEN_FILE: '/dev/null' }, ['WEIR_TOKEN_FILE']],
    ['sslmode=prefer', { DATABASE_URL: 'postgres://db/weir?sslmode=prefer' }, ['DATABASE_URL']],
    ['no database named', { DATABASE_URL: 'postgres://db' }, ['DATABASE_URL']],
    [
      'certificate files in the URL',
      { DATABASE_URL: 'postgres://db/weir?sslmode=require&sslrootcert=/x' },
      ['DATABASE_URL'],
    ],
    [
      'TLS asked for and turned off',
      { DATABASE_URL: 'postgres://db/weir?sslmode=require', WEIR_PG_TLS: 'false' },
      ['WEIR_PG_TLS'],
    ],
    ['parameters in REDIS_URL', { REDIS_URL: 'redis://r:1?family=6' }, ['REDIS_URL']],
    ['a wrong database number', { REDIS_URL: 'redis://r:1/x' }, ['REDIS_URL']],
    [
      'Redis certificates without TLS',
      { REDIS_URL: 'redis://r:1', WEIR_REDIS_TLS_VERIFY: 'false' },
      ['WEIR_REDIS_TLS_VERIFY'],
    ],
    ['rules that are not there', { WEIR_RULES: '/nowhere/rules' }, ['WEIR_RULES']],
    ['a short audit key', { WEIR_AUDIT_KEY: 'short' }, ['WEIR_AUDIT_KEY']],
  ])('given %s, it is refused', (_, env, expected) => expect(wrong(env).sort()).toEqual(expected.sort()));

  test('given a key that does not belong to the certificate, it is refused', () => {
    const [a, b] = [certificate('a'), certificate('b')];
    const env = { DATABASE_URL: 'postgres://db/weir', WEIR_PG_CERT_FILE: a.cert };
    expect(wrong({ ...env, WEIR_PG_KEY_FILE: a.key })).toEqual([]);
    expect(mistakes({ ...env, WEIR_PG_KEY_FILE: b.key })).toEqual([
      expect.objectContaining({
        variable: 'WEIR_PG_CERT',
        problem: expect.stringContaining('cannot be used') as string,
      }),
    ]);
  });

  test('no secret is shown, neither in the description nor in a mistake', () => {
    const secret = 'hush-hush-hush-hush-hush-hush-hush-hush';
    const env = {
      WEIR_TOKEN: secret,
      WEIR_AUDIT_KEY_FILE: file('audit', secret),
      DATABASE_URL: `postgres://weir:${secret}@db:5432/weir?password=${secret}`,
      REDIS_URL: `redis://:${secret}@redis:6379/0`,
      KAFKA_BROKERS: 'a:1',
      WEIR_KAFKA_SASL_MECHANISM: 'plain',
      WEIR_KAFKA_SASL_USERNAME: 'weir-user',
      WEIR_KAFKA_SASL_PASSWORD: secret,
    };
    const described = describeConfig(loadConfig(env));
    expect(described).not.toContain(secret);
    expect(described).toMatch(/^DATABASE_URL +postgres:\/\/weir:\*+@db:5432\/weir {2}\[environment\]$/m);
    expect(described).toMatch(/^WEIR_AUDIT_KEY +\*+ {2}\[file\]$/m);
    expect(described).toMatch(/^WEIR_KAFKA_SASL_USERNAME +weir-user/m);
    expect(described).toContain('warning: Kafka is signed in to without TLS');
    expect(new ConfigError(mistakes({ WEIR_TOKEN: `${secret}!`, REDIS_URL: `${secret}` })).message).not.toContain(
      secret,
    );
  });
});

describe('generatedSecret', () => {
  test('given several at once, all get the same; only the owner may read it', async () => {
    const dataDir = join(folder, 'deep', 'data');
    const all = await Promise.all(Array.from({ length: 8 }, () => generatedSecret(dataDir, 'token')));
    expect(new Set(all).size).toBe(1);
    expect(all[0]).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(statSync(join(dataDir, 'token')).mode & 0o777).toBe(0o600);
    expect(await generatedSecret(dataDir, 'token')).toBe(all[0]);
    expect(await generatedSecret(dataDir, 'audit-key')).not.toBe(all[0]);
  });

  test('given an empty file, it is refused rather than taken as a secret', async () => {
    file('token', '\n');
    await expect(generatedSecret(folder, 'token')).rejects.toThrow('is empty');
  });
});
