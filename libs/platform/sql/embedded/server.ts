import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readSync, renameSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { Log } from '../log';
import { errorCode, errorMessage } from '../error-code';
import { asAccount } from './account';
import type { Binaries } from './binaries';
import { ROLE } from './cluster';
import { EmbeddedPostgresFailed, useYourOwn } from './failure';
import type { Location } from './location';

/** A running PostgreSQL that this process started. */
export interface Server {
  readonly port: number;
  readonly pid: number;
  /** Resolves when it has ended, with how. */
  readonly ended: Promise<string>;
  readonly process: ChildProcess;
  /** The end of what it logged since it was started. */
  logTail(): string;
}

/** Longest wait for a first answer, ms. */
const FIRST_ANSWER = 60_000;
/** Longest wait while it says that it is starting up: recovery after a crash reads all that was written since a checkpoint. */
const RECOVERY = 30 * 60_000;
/** How long what a killed PostgreSQL left in memory may take to go, ms. */
const LEFTOVERS = 15_000;
const LOG_LIMIT = 16 * 1024 * 1024;

/**
 * Starts PostgreSQL on 127.0.0.1 and resolves once it answers.
 * @param port null: any free one
 */
export async function startServer(
  location: Location,
  binaries: Binaries,
  password: string,
  port: number | null,
  log: Log,
): Promise<Server> {
  const begun = Date.now();
  for (let attempt = 1; ; attempt += 1) {
    const server = launch(location, binaries, port ?? (await freePort()));
    const end = await answered(server, location, password, log);
    if (end === null) return server;
    const tail = server.logTail();
    // Between finding a free port and using it, another program may have taken it.
    if (port === null && attempt < 5 && tail.includes('Address already in use')) continue;
    // The processes of a server that was killed end a moment after it.
    if (/shared memory block|"postmaster\.pid" already exists/.test(tail) && Date.now() - begun < LEFTOVERS) {
      await pause(100);
      continue;
    }
    throw new EmbeddedPostgresFailed(
      'did-not-start',
      `PostgreSQL did not start: ${end}. The end of its log (${logFile(location)}):\n${tail}\n` +
        `Mend what it names and start again; the data in ${location.cluster} is left as it is. ${useYourOwn}`,
    );
  }
}

function launch(location: Location, binaries: Binaries, port: number): Server {
  const file = logFile(location);
  if (existsSync(file) && statSync(file).size > LOG_LIMIT) renameSync(file, `${file}.1`);
  const output = openSync(file, 'a', 0o600);
  const logStart = statSync(file).size;
  const settings: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    // Stated, so that no configuration file can take durability away.
    fsync: 'on',
    full_page_writes: 'on',
    synchronous_commit: 'on',
    log_destination: 'stderr',
    logging_collector: 'off',
    log_line_prefix: '%m [%p] ',
    log_timezone: 'UTC',
    timezone: 'UTC',
    cluster_name: 'weir',
  };
  const child = spawn(
    binaries.postgres,
    ['-D', location.cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
    {
      ...asAccount(location.account),
      // A group of its own: Ctrl-C in the terminal is for Weir, which still needs the database while it stops.
      detached: true,
      stdio: ['ignore', output, output],
    },
  );
  closeSync(output);
  const ended = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(code === null ? `ended by ${String(signal)}` : `exit code ${code}`));
  });
  return { port, pid: child.pid ?? 0, ended, process: child, logTail: () => tail(file, logStart) };
}

/** Null once it answers; else why it will not. */
async function answered(server: Server, location: Location, password: string, log: Log): Promise<string | null> {
  let end: string | null = null;
  void server.ended.then((how) => (end = how));
  const begun = Date.now();
  let recovering = false;
  for (;;) {
    const refusal = await tryToConnect(server.port, password);
    // Read after the attempt: an answer on this port while our server has ended is somebody else's.
    if (end !== null) return end;
    if (refusal === null && isReady(location)) return null;
    const startingUp = refusal?.code === '57P03';
    if (startingUp && !recovering && Date.now() - begun > 2_000) {
      recovering = true;
      log.info('PostgreSQL is restoring what was in flight when it was last ended; this may take a while.');
    }
    if (refusal?.code?.startsWith('28') === true && isReady(location)) {
      await quit(server);
      return `it does not accept the password in ${join(location.home, 'password')} (${refusal.message})`;
    }
    const waited = Date.now() - begun;
    if (waited > (startingUp ? RECOVERY : FIRST_ANSWER)) {
      await quit(server);
      return `no answer within ${Math.round(waited / 1000)} s (${refusal?.message ?? 'not ready'})`;
    }
    await pause(20);
  }
}

async function quit(server: Server): Promise<void> {
  server.process.kill('SIGQUIT');
  await server.ended;
}

async function tryToConnect(port: number, password: string): Promise<{ code?: string; message: string } | null> {
  const client = new Client({
    host: '127.0.0.1',
    port,
    user: ROLE,
    password,
    database: 'postgres',
    connectionTimeoutMillis: 5_000,
  });
  // The server may end the connection while it is being closed; the attempt's own outcome is what counts.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return null;
  } catch (error) {
    const code = errorCode(error);
    return { ...(code === undefined ? {} : { code }), message: errorMessage(error) };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** What PostgreSQL itself writes about its state, in the eighth line of its lock file. */
function isReady({ cluster }: Location): boolean {
  const file = join(cluster, 'postmaster.pid');
  return existsSync(file) && readFileSync(file, 'utf8').split('\n')[7]?.trim() === 'ready';
}

export function logFile({ folder }: Location): string {
  return join(folder, 'postgres.log');
}

/** The last lines of a file, of what was written after `start`. */
function tail(file: string, start: number): string {
  const size = statSync(file).size;
  const from = Math.max(start, size - 4_000);
  const buffer = Buffer.alloc(Math.max(0, size - from));
  const descriptor = openSync(file, 'r');
  const read = readSync(descriptor, buffer, 0, buffer.length, from);
  closeSync(descriptor);
  return buffer.toString('utf8', 0, read).trimEnd().split('\n').slice(-15).join('\n');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close((error) => {
        if (error || address === null || typeof address === 'string') reject(error ?? new Error('No free port.'));
        else resolve(address.port);
      });
    });
  });
}
