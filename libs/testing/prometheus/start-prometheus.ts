import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { callPrometheus, readVector, type Sample } from './prometheus-api';
import { prometheusPrograms } from './prometheus-programs';

/** What a Prometheus for tests is to do. */
export interface PrometheusWishes {
  /** What to scrape each second at `/metrics`: `host:port` addresses by the name of their job. */
  readonly targets: Readonly<Record<string, readonly string[]>>;
  /** Absolute paths of rule files, evaluated each second. */
  readonly rules?: readonly string[];
}

/** A Prometheus for tests. */
export interface TestPrometheus {
  /** Where it listens, e.g. `http://127.0.0.1:39090`. */
  readonly url: string;
  /** E.g. `2.42.0+ds`. */
  readonly version: string;
  /** What was taken, e.g. `Prometheus 2.42.0+ds, /usr/bin/prometheus on a free port`. */
  readonly describe: string;
  /**
   * Evaluates an expression now.
   * @throws Error with what Prometheus says of an expression that it cannot evaluate
   */
  query(promql: string): Promise<readonly Sample[]>;
  /**
   * Calls another part of its HTTP API, e.g. `rules`; gives the answer's `data`.
   * @throws Error with what Prometheus says where it refuses
   */
  get(path: string, parameters?: Readonly<Record<string, string>>): Promise<unknown>;
  /** Ends it and takes its files away. */
  stop(): Promise<void>;
}

/**
 * Starts a Prometheus of its own on a free loopback port, with its files in a new folder; resolves once it answers. It
 * ends at the latest together with this process.
 * @throws Error that names what is missing, or with Prometheus's own words where it does not start
 */
export async function startPrometheus(wishes: PrometheusWishes): Promise<TestPrometheus> {
  const { prometheus, promtool } = prometheusPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'weir-prometheus-'));
  const configuration = join(folder, 'prometheus.yml');
  writeFileSync(configuration, configurationFor(wishes));
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;

  const child = spawn(
    prometheus,
    [
      `--config.file=${configuration}`,
      `--storage.tsdb.path=${join(folder, 'series')}`,
      `--web.listen-address=${address}`,
      '--log.level=warn',
    ],
    { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4_000)));
  child.on('error', (error) => (log += error.message));
  const stop = endWithUs(child, folder);
  try {
    await answering(url, child, () => log);
    // promtool says it to standard output, prometheus to standard error or output, by version.
    const version = /version (\S+)/.exec(execFileSync(promtool, ['--version'], { encoding: 'utf8' }))?.[1] ?? 'unknown';
    const describe = `Prometheus ${version}, ${prometheus} on a free port`;
    process.stderr.write(`${describe}\n`);
    return {
      url,
      version,
      describe,
      query: async (promql) => readVector(await callPrometheus(url, 'query', { query: promql })),
      get: (path, parameters) => callPrometheus(url, path, parameters),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** JSON is YAML. */
function configurationFor({ targets, rules = [] }: PrometheusWishes): string {
  return JSON.stringify({
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: rules,
    scrape_configs: Object.entries(targets).map(([job, addresses]) => ({
      job_name: job,
      static_configs: [{ targets: addresses }],
    })),
  });
}

async function answering(url: string, child: ChildProcess, log: () => string): Promise<void> {
  const ended = () => child.exitCode !== null || child.signalCode !== null || child.pid === undefined;
  for (const end = Date.now() + 20_000; Date.now() < end && !ended(); await pause(20)) {
    const answer = await fetch(`${url}/-/ready`).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok === true) return;
  }
  throw new Error(`Prometheus ${ended() ? 'has ended' : 'did not answer'} at ${url}:\n${log()}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Test workers are ended without ceremony, so a shell waits for the end of this process (of the pipe to it), then ends
 * the server and removes its folder. Gives a function that makes it do so now.
 */
function endWithUs(child: ChildProcess, folder: string): () => Promise<void> {
  const script = `cat > /dev/null
    kill "$1" 2> /dev/null
    while kill -0 "$1" 2> /dev/null; do sleep 0.05; done
    rm -rf "$0"`;
  const shell = spawn('/bin/sh', ['-c', script, folder, String(child.pid ?? '')], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  const ended = new Promise<void>((resolve) => shell.once('exit', () => resolve()));
  return async () => {
    shell.stdin.end();
    await ended;
  };
}
