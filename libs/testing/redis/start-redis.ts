import { Redis } from 'ioredis';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { makeCertificates, type Certificates } from './certificates';
import { redisArguments, type OwnRedis } from './redis-arguments';
import { hasContainerEngine, startRedisContainer } from './redis-container';
import { redisProgram } from './redis-program';
import { freePort, startRedisServer } from './redis-server';

export interface RedisWishes extends OwnRedis {
  /** TLS only, and with client certificates asked for. */
  readonly tls?: boolean;
  /** With `tls`: what the certificate is for instead of localhost and 127.0.0.1. */
  readonly tlsName?: string;
}

export interface TestRedis {
  /** `redis://` or `rediss://` URL, with the password where there is one. */
  readonly url: string;
  readonly version: string;
  /** What was taken, e.g. `Redis 7.0.15, redis-server from the PATH`. */
  readonly describe: string;
  /** With `tls`: the authority, and a certificate that Redis takes from clients. */
  readonly certificates: Certificates | null;
  /** Ends it and takes its files away. */
  stop(): Promise<void>;
  /** Ends it as a power cut would; its files stay. */
  kill9(): Promise<void>;
  /** Starts it again at the same address on the same files. */
  restart(): Promise<void>;
}

interface Started {
  readonly host: string;
  readonly how: string;
  readonly log: () => string;
  readonly start: () => Promise<void>;
  readonly kill9: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/**
 * A Redis for tests. Without wishes: the one in REDIS_URL, where that is set; then, and with wishes, one that is
 * started for this call: in a container where an engine answers, else by `redis-server`, which is installed where that
 * is possible. Says on standard error what it took.
 * @throws Error that names what is missing
 */
export async function startRedis(wishes?: RedisWishes): Promise<TestRedis> {
  const given = process.env['REDIS_URL'] ?? '';
  if (wishes === undefined && given !== '') return announce(await givenRedis(given));

  const folder = await mkdtemp(join(tmpdir(), 'weir-redis-'));
  const certificates = wishes?.tls === true ? makeCertificates(folder, wishes.tlsName) : null;
  const port = await freePort();
  const started = await start(wishes ?? {}, certificates, port, folder);
  const user = wishes?.password === undefined ? '' : `:${encodeURIComponent(wishes.password)}@`;
  const url = `${certificates === null ? 'redis' : 'rediss'}://${user}${started.host}:${port}`;
  const stop = async () => {
    await started.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const version = await answering(url, certificates, started.log);
    return announce({
      url,
      version,
      describe: `Redis ${version}, ${started.how}`,
      certificates,
      stop,
      kill9: started.kill9,
      restart: async () => {
        await started.start();
        await answering(url, certificates, started.log);
      },
    });
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(options: OwnRedis, tls: Certificates | null, port: number, folder: string): Promise<Started> {
  if (await hasContainerEngine()) {
    const container = await startRedisContainer(options, tls, port);
    return { ...container, how: 'in a container', log: () => '' };
  }
  const program = redisProgram();
  const files = join(folder, 'files');
  await mkdir(files);
  const args = ['--bind', '127.0.0.1', '--dir', files, '--daemonize', 'no', ...redisArguments(options, tls, port)];
  let server = startRedisServer(program, args);
  return {
    host: '127.0.0.1',
    how: `${program} on a free port`,
    log: () => server.log(),
    start: async () => {
      await server.stop();
      server = startRedisServer(program, args);
    },
    kill9: () => server.kill9(),
    stop: () => server.stop(),
  };
}

async function givenRedis(url: string): Promise<TestRedis> {
  const version = await answering(url, null, () => '');
  const notOurs = () => Promise.reject(new Error('This Redis was given by REDIS_URL: tests do not stop it.'));
  return {
    url,
    version,
    describe: `Redis ${version}, from REDIS_URL`,
    certificates: null,
    stop: () => Promise.resolve(),
    kill9: notOurs,
    restart: notOurs,
  };
}

/** Waits until Redis answers and gives its version. */
async function answering(url: string, certificates: Certificates | null, log: () => string): Promise<string> {
  let last: unknown;
  for (const end = Date.now() + 15_000; Date.now() < end; await pause(20)) {
    const redis = new Redis(url, {
      lazyConnect: true,
      retryStrategy: () => null,
      disconnectTimeout: 300,
      ...(certificates && { tls: { ...certificates, checkServerIdentity: () => undefined } }),
    });
    redis.on('error', (error: Error) => (last = error));
    try {
      await redis.connect();
      const version = /^redis_version:(\S+)/m.exec(await redis.info('server'))?.[1];
      if (version !== undefined) return version;
    } catch (error) {
      last ??= error;
    } finally {
      redis.disconnect();
    }
  }
  const reason = last instanceof Error ? last.message : String(last);
  throw new Error(`Redis did not answer at ${url.replace(/:[^:@/]*@/, ':***@')}: ${reason}\n${log()}`);
}

let announced = false;

function announce(redis: TestRedis): TestRedis {
  if (!announced) process.stderr.write(`${redis.describe}\n`);
  announced = true;
  return redis;
}
