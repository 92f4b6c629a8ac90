import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, type Config } from '@weir/platform/config';
import { KAFKA_VERSION } from '@weir/testing';
import { parse } from 'yaml';
import { cleanEnvironment, root } from '../harness/weir-command';

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

const deploy = join(root, 'deploy');
const text = readFileSync(join(deploy, 'compose.yaml'), 'utf8');
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);
const byDefault = (value: string): string => value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1');

describe('compose.yaml', () => {
  // What make-secrets.sh makes, in a copy of the folder.
  const copy = mkdtempSync(join(tmpdir(), 'weir-deploy-'));
  const makeSecrets = (): string => execFileSync(join(copy, 'make-secrets.sh'), { encoding: 'utf8' });
  const secret = (name: string): string => readFileSync(join(copy, 'secrets', name), 'utf8');
  beforeAll(() => {
    cpSync(join(deploy, 'make-secrets.sh'), join(copy, 'make-secrets.sh'));
    makeSecrets();
  });
  afterAll(() => rmSync(copy, { recursive: true }));

  test('publishes intake, desk and Grafana on loopback alone; everything else stays inside', () => {
    const published = services.flatMap(([name, { ports = [] }]) => ports.map((port) => [name, byDefault(port)]));
    expect(published).toEqual([
      ['intake', '127.0.0.1:7481:7480'],
      ['desk', '127.0.0.1:7483:7480'],
      ['grafana', '127.0.0.1:3000:3000'],
    ]);
    for (const [name, { networks, ports }] of services) {
      expect([name, networks]).toEqual([name, ports === undefined ? ['inside'] : ['inside', 'door']]);
    }
    expect(compose.networks['inside']?.internal).toBe(true);
  });

  test('runs the version of Kafka that the tests run against', () => {
    expect(compose.services['kafka']?.image).toBe(`apache/kafka:${KAFKA_VERSION}`);
  });

  test('waits for what each service stands on to be healthy', () => {
    for (const [name, { healthcheck, depends_on: needs = {} }] of services) {
      if (name === 'rules') expect(healthcheck?.disable).toBe(true);
      else expect([name, healthcheck?.test?.length]).toEqual([name, expect.any(Number)]);
      for (const [needed, { condition }] of Object.entries(needs)) {
        expect(compose.services).toHaveProperty(needed);
        expect(condition).toBe(needed === 'rules' ? 'service_completed_successfully' : 'service_healthy');
      }
    }
  });

  test('names volumes, files and settings that there are', () => {
    for (const [, { volumes = [] }] of services) {
      for (const volume of volumes) {
        const [source = ''] = volume.split(':');
        if (source.startsWith('./')) expect([source, existsSync(join(deploy, source))]).toEqual([source, true]);
        else expect(compose.volumes).toHaveProperty(source);
      }
    }
    const settings = new Map([...text.matchAll(/\$\{(\w+):-([^}]*)\}/g)].map(([, name, value]) => [name, value]));
    const example = readFileSync(join(deploy, '.env.example'), 'utf8');
    const examples = new Map([...example.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
    expect(examples).toEqual(settings);
  });

  test('takes every secret from a file that make-secrets.sh makes, closed to others on the machine', () => {
    const made = readdirSync(join(copy, 'secrets'));
    for (const [name, { file }] of Object.entries(compose.secrets)) {
      expect(file).toBe(`./secrets/${name}`);
      expect(made).toContain(name);
    }
    for (const [, { secrets = [], environment = {}, command = [] }] of services) {
      for (const name of secrets) expect(compose.secrets).toHaveProperty([name]);
      const used = [...Object.values(environment), ...command].flatMap(
        (value) => /^\/run\/secrets\/(.+)$/.exec(value)?.[1] ?? [],
      );
      expect([...used].sort()).toEqual(secrets.filter((name) => used.includes(name)).sort());
      for (const name of Object.keys(environment)) {
        if (/PASSWORD|TOKEN|_URL|KEY/.test(name)) expect(name).toMatch(/_FILE$/);
      }
    }
    expect(statSync(join(copy, 'secrets')).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(deploy, '.gitignore'), 'utf8').split('\n')).toEqual(
      expect.arrayContaining(['secrets/', '.env']),
    );
  });

  test('keeps secrets that were made before, and makes different ones each time', () => {
    const token = secret('token');
    rmSync(join(copy, 'secrets', 'audit-key'));
    expect(makeSecrets()).toMatch(/audit-key made/);
    expect(secret('token')).toBe(token);
    expect(secret('audit-key')).toMatch(/^[0-9a-f]{64}$/);
    expect(secret('audit-key')).not.toBe(token);
    expect(secret('database-url')).toContain(secret('database-password'));
    expect(secret('redis.conf')).toBe(`requirepass ${secret('redis-password')}`);
    expect(secret('redis-url')).toContain(secret('redis-password'));
  });

  /** The configuration as the service itself reads it: what the image sets, then what compose.yaml sets. */
  function configOf(name: string): Config {
    const image = readFileSync(join(deploy, 'Dockerfile'), 'utf8');
    const fixed = [...image.matchAll(/\b(WEIR_\w+)=(\S+)/g)].map(([, key = '', value = '']) => [key, value] as const);
    const given = Object.entries(compose.services[name]?.environment ?? {}).map(
      ([key, value]) => [key, byDefault(value).replace('/run/secrets/', `${copy}/secrets/`)] as const,
    );
    return loadConfig(Object.fromEntries([...fixed, ...given]), { httpPort: 1 });
  }

  test.each(['rules', 'intake', 'detector', 'desk'])('gives %s a configuration that it accepts', (name) => {
    const { http, kafka, redis, postgres, audit, warnings } = configOf(name);
    // The published ports are on loopback; TLS is the proxy's before them.
    expect(warnings).toEqual([expect.stringContaining('without TLS')]);
    expect(http).toMatchObject({ host: '0.0.0.0', port: 7480, token: secret('token') });
    expect(kafka?.brokers).toEqual(['kafka:9092']);
    expect(redis?.url).toBe(['detector', 'desk'].includes(name) ? secret('redis-url') : undefined);
    expect(postgres?.url).toBe(['detector', 'desk'].includes(name) ? secret('database-url') : undefined);
    expect(audit.key).toBe(name === 'desk' ? secret('audit-key') : null);
  });

  test.each(['intake', 'detector', 'desk'])('runs %s by a command of the image, and Prometheus scrapes it', (name) => {
    expect(compose.services[name]?.command).toEqual([name]);
    expect(existsSync(join(root, 'apps', name, 'main.ts'))).toBe(true);
    const { scrape_configs: jobs } = parse(readFileSync(join(deploy, 'prometheus/prometheus.yml'), 'utf8')) as {
      scrape_configs: readonly {
        job_name: string;
        dns_sd_configs?: readonly { names: readonly string[]; port: number }[];
      }[];
    };
    const job = jobs.find(({ job_name }) => job_name === `weir-${name}`);
    expect(job?.dns_sd_configs).toEqual([expect.objectContaining({ names: [name], port: 7480 })]);
  });

  test('the entry point starts services and commands, and says what a command lacks', () => {
    const run = (...args: string[]): string =>
      execFileSync(join(deploy, 'entrypoint.sh'), args, { encoding: 'utf8', env: cleanEnvironment, stdio: 'pipe' });
    expect(run('rules', '--help')).toContain('publish rule files');
    expect(() => run('desk')).toThrow(/weir-desk could not start/);
    expect(() => run('rulez')).toThrow(/unknown command/);
  });
});
