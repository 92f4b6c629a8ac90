import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { errorCode, startEmbeddedPostgres } from '@weir/platform/sql';
import { makeDatabase } from './databases';
import type { PostgresServer } from './postgres-server';

/**
 * The PostgreSQL that comes with Weir, in a folder of its own that goes when the server is stopped or this process ends.
 * @param note a file that goes with it
 */
export async function embeddedPostgres(note = ''): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-test-postgres-'));
  // Open to user postgres, as whom it runs where the tests run as root.
  chmodSync(folder, 0o711);
  const clean = cleanAfterUs(folder, note);
  let server;
  try {
    server = await startEmbeddedPostgres({ dataDir: folder });
  } catch (error) {
    await clean();
    throw error;
  }
  const { connectionString, version, port } = server;
  let running = server;
  return {
    connectionString,
    version,
    describe: `PostgreSQL ${version}, embedded, started for the tests`,
    createDatabase: () => makeDatabase(connectionString),
    stop: async () => {
      await running.stop();
      await clean();
    },
    kill9: async () => {
      // Its own processes too, as a power cut would: left alone they can still finish what they are at.
      const children = childrenOf(running.pid);
      for (const pid of [running.pid, ...children]) endAtOnce(pid);
      await running.crashed;
    },
    restart: async () => {
      await running.stop();
      running = await startEmbeddedPostgres({ dataDir: folder, port });
    },
  };
}

function childrenOf(pid: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (child !== undefined && parent === pid ? [child] : []));
}

function endAtOnce(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    // It has ended by itself meanwhile.
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

/**
 * Test workers are ended without ceremony, so a shell waits for the end of this process (of the pipe to it) and then stops the
 * server and removes folder and note. Gives a function that makes it do so now.
 */
function cleanAfterUs(folder: string, note: string): () => Promise<void> {
  const script = `cat > /dev/null
    pid=$(head -n 1 "$0/postgres/data/postmaster.pid" 2> /dev/null) && kill -QUIT "$pid" 2> /dev/null
    while [ -n "$pid" ] && kill -0 "$pid" 2> /dev/null; do sleep 0.1; done
    rm -rf "$0" "$1"`;
  const shell = spawn('/bin/sh', ['-c', script, folder, note], {
    detached: true,
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  const ended = new Promise<void>((resolve) => shell.once('exit', () => resolve()));
  return () => {
    shell.ref();
    shell.stdin.end();
    return ended;
  };
}
