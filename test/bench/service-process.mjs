/** A service of the product as a process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { token } from './http-servers.mjs';
import { until } from './until.mjs';

/** Variables of this process that must not reach the product. */
const cleanEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(WEIR_|KAFKA_|REDIS_URL|DATABASE_URL|NODE_OPTIONS)/.test(name)),
);

/** Options of Node for the services, e.g. `BENCH_NODE_OPTIONS='--cpu-prof --cpu-prof-dir=/tmp/profiles'` to see where the time goes. */
const nodeOptions = process.env.BENCH_NODE_OPTIONS?.split(' ') ?? [];

export class ServiceProcess {
  #said = '';

  constructor(name, port, env, options) {
    this.name = name;
    this.url = `http://127.0.0.1:${port}`;
    const program = fileURLToPath(new URL(`../../apps/${name}/dist/main.js`, import.meta.url));
    this.child = spawn(process.execPath, [...nodeOptions, ...options, program], {
      env: { ...cleanEnvironment, WEIR_TOKEN: token, WEIR_LOG_LEVEL: 'warn', ...env, WEIR_HTTP_PORT: String(port) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on('data', (chunk) => (this.#said = (this.#said + chunk.toString('utf8')).slice(-20_000)));
    }
  }

  /**
   * @param name of a folder in apps/
   * @param options of Node
   */
  static async start(name, env, options = []) {
    const service = new ServiceProcess(name, await freePort(), env, options);
    try {
      await until(`${name} to be ready`, async () => {
        if (service.child.exitCode !== null) throw new Error(`it ended with ${service.child.exitCode}`);
        return (await fetch(`${service.url}/health/ready`)).ok;
      });
    } catch (error) {
      await service.stop();
      throw new Error(`${error.message}\n${service.#said}`, { cause: error });
    }
    return service;
  }

  /** Sum of a metric's samples whose labels hold `label` somewhere. */
  async metric(name, label = '') {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    let sum = 0;
    for (const line of text.split('\n')) {
      const sample = new RegExp(`^${name}(\\{.*\\})? ([^ ]+)$`).exec(line);
      if (sample !== null && (sample[1] ?? '').includes(label)) sum += Number(sample[2]);
    }
    return sum;
  }

  /** Seconds of CPU that it has used since it began. */
  cpuSeconds() {
    return this.metric('process_cpu_seconds_total');
  }

  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

async function freePort() {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
