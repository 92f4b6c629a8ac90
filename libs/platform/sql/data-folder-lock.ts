import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode } from './error-code';

/*
 * How a second Weir on the same data folder is kept out.
 *
 * A process id in a file is not enough: ids are used again (soon, in a container) and mean nothing across containers
 * that share a volume. A lock inside PostgreSQL comes too late: it is PostgreSQL's own start that needs guarding. Node
 * has no flock. What the kernel does take back at the moment a process dies, however it dies, is a listening socket. So
 * the holder listens on a Unix socket, and whoever wants the lock tries to connect: an answer means alive, also when the
 * holder is paused or busy, since the kernel completes the connection; a refusal means dead, for good.
 *
 * Taking over from the dead must not let two in. Lock files are therefore numbered: the newest number holds. Number n+1 is
 * made by link(2), which is atomic, fails where the name exists, and brings the content with it; the socket listens before.
 * Only the newest is ever looked at, it is never removed, also not on release (its socket falls silent, that is enough), and
 * whoever made n+1 looks again and gives way where there is a higher one. Hence never two holders.
 *
 * It guards one machine. A data folder on a network drive used from two machines is not guarded.
 */

/** A data folder is in use by another process. */
export class DataFolderInUse extends Error {
  readonly code = 'data-folder-in-use';
  constructor(
    readonly folder: string,
    /** Process that holds it. */
    readonly pid: number,
    since: string,
  ) {
    super(
      `The data folder ${folder} is in use by process ${pid} (since ${since}). ` +
        `Stop that Weir first (Ctrl-C, or: kill ${pid}), or give this one a data folder of its own.`,
    );
    this.name = 'DataFolderInUse';
  }
}

/** A held lock. It ends with the process, or before that by `release`. */
export interface DataFolderLock {
  release(): Promise<void>;
}

interface Holder {
  readonly pid: number;
  readonly since: string;
  /** File name of the socket; `socketPath` says where it is, so that a folder that was copied or renamed still means its own. */
  readonly socket: string;
}

/**
 * Takes a data folder (made if missing) for this process. What a process that died left behind is taken over.
 * @throws DataFolderInUse naming the process that holds it
 */
export async function lockDataFolder(dataDir: string): Promise<DataFolderLock> {
  mkdirSync(dataDir, { recursive: true, mode: folderMode() });
  const folder = realpathSync(dataDir);
  const own = `${process.pid}-${randomUUID().slice(0, 8)}`;
  const socket = `weir-lock-${own}.sock`;
  const server = await listen(socketPath(folder, socket));
  const draft = join(folder, `weir-lock-${own}.draft`);
  const holder: Holder = { pid: process.pid, since: new Date().toISOString(), socket };
  writeFileSync(draft, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  try {
    await take(folder, draft);
  } catch (error) {
    await close(server);
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return { release: () => close(server) };
}

/**
 * Mode of a data folder that Weir makes: its own alone; where that is root, others may pass through but not look around,
 * since PostgreSQL, which then runs as another user, has its data in there.
 */
export function folderMode(): number {
  return process.getuid?.() === 0 ? 0o711 : 0o700;
}

async function take(folder: string, draft: string): Promise<void> {
  for (;;) {
    const newest = Math.max(0, ...numbers(folder));
    if (newest > 0) {
      const holder = read(folder, newest);
      if (holder === 'gone') continue;
      if (await answers(socketPath(folder, holder.socket))) throw new DataFolderInUse(folder, holder.pid, holder.since);
    }
    const mine = newest + 1;
    try {
      linkSync(draft, lockFile(folder, mine));
    } catch (error) {
      if (errorCode(error) === 'EEXIST') continue;
      throw error;
    }
    const all = numbers(folder);
    if (Math.max(...all) > mine) {
      rmSync(lockFile(folder, mine), { force: true });
      continue;
    }
    for (const old of all.filter((number) => number < mine)) await discard(folder, old);
    return;
  }
}

function lockFile(folder: string, number: number): string {
  return join(folder, `weir.lock.${number}`);
}

function numbers(folder: string): number[] {
  return readdirSync(folder).flatMap((name) => {
    const match = /^weir\.lock\.(\d+)$/.exec(name);
    return match ? [Number(match[1])] : [];
  });
}

/** `gone`: a newer holder has removed it since it was listed. */
function read(folder: string, number: number): Holder | 'gone' {
  const file = lockFile(folder, number);
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'gone';
    throw new Error(`The lock file ${file} cannot be read. If no Weir runs on this folder, remove the file.`, {
      cause: error,
    });
  }
}

/** Removes what a dead holder left; the socket of one that lives, and is about to give way, stays. */
async function discard(folder: string, number: number): Promise<void> {
  const holder = read(folder, number);
  if (holder === 'gone') return;
  const socket = socketPath(folder, holder.socket);
  if (!(await answers(socket))) rmSync(socket, { force: true });
  rmSync(lockFile(folder, number), { force: true });
}

/** A socket's path may have about 100 bytes only; where the folder's is longer, it goes to the system's folder for such. */
function socketPath(folder: string, name: string): string {
  const inside = join(folder, name);
  return Buffer.byteLength(inside) <= 100 ? inside : join(tmpdir(), name);
}

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((connection) => connection.destroy());
    server.once('error', (error) =>
      reject(new Error(`The data folder cannot be locked: ${error.message}`, { cause: error })),
    );
    server.listen(path, () => {
      // The lock must not keep a process alive that has nothing else to do.
      server.unref();
      resolve(server);
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error && errorCode(error) !== 'ERR_SERVER_NOT_RUNNING' ? reject(error) : resolve()));
  });
}

/** Whether a process listens there. Anything but a clear no counts as yes: better to refuse than to let two in. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = createConnection(path);
    connection.once('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code !== 'ECONNREFUSED' && error.code !== 'ENOENT');
    });
  });
}
