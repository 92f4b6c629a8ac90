import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { until } from './until';
import { cleanEnvironment, root, weirProgram } from './weir-command';

/** The services that there are, and how each is started. */
const programs = {
  weir: [weirProgram, 'start', '--no-demo', '--log-stdout'],
  'weir-with-demo': [weirProgram, 'start', '--log-stdout'],
  intake: [join(root, 'apps/intake/dist/main.js')],
  detector: [join(root, 'apps/detector/dist/main.js')],
  desk: [join(root, 'apps/desk/dist/main.js')],
} as const;
export type ServiceName = keyof typeof programs;

/** The token that services under test are given. */
export const testToken = 'a-token-for-tests-of-at-least-32-characters';

/** A service that runs as a process of its own. */
export class RunningService {
  private constructor(
    readonly name: ServiceName,
    readonly url: string,
    readonly process: ChildProcess,
    private readonly written: string[],
  ) {}

  /** Starts a service on a free port and waits until it is ready. @throws Error with what it printed */
  static async start(name: ServiceName, env: NodeJS.ProcessEnv): Promise<RunningService> {
    const port = await freePort();
    const child = spawn(process.execPath, programs[name], {
      cwd: root,
      env: { ...cleanEnvironment, WEIR_HTTP_PORT: String(port), WEIR_TOKEN: testToken, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const service = new RunningService(name, `http://127.0.0.1:${port}`, child, []);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => service.written.push(chunk.toString('utf8')));
    }
    try {
      await service.ready();
    } catch (error) {
      await service.kill9();
      throw new Error(`${name} did not become ready: ${String(error)}\n${service.output()}`);
    }
    return service;
  }

  /** Resolves when `/health/ready` says so. */
  async ready(withinMs = 60_000): Promise<void> {
    await until(
      `${this.name} to be ready`,
      async () => {
        if (this.process.exitCode !== null) throw new Error(`it ended with ${this.process.exitCode}`);
        const answer = await fetch(`${this.url}/health/ready`);
        if (!answer.ok) throw new Error(await answer.text());
        return true;
      },
      withinMs,
    );
  }

  /** An answer of its API, parsed. @throws Error where it is none */
  async get<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${testToken}` } });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  /** All that it printed. */
  output(): string {
    return this.written.join('');
  }

  /** Stops it in its tracks, as where its machine sleeps; it knows nothing of it. */
  pause(): void {
    this.process.kill('SIGSTOP');
  }

  /** Lets it go on. */
  goOn(): void {
    this.process.kill('SIGCONT');
  }

  /** Ends it as an operator does. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** Ends it as a power failure does. */
  async kill9(): Promise<void> {
    await this.end('SIGKILL');
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (this.process.exitCode !== null || this.process.signalCode !== null) return this.process.exitCode;
    const ended = once(this.process, 'exit');
    this.process.kill(signal);
    await ended;
    return this.process.exitCode;
  }
}

/** A port on loopback that nobody uses now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
