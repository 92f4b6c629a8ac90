import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Log } from '../log';
import { EmbeddedPostgresFailed } from './failure';
import type { Location } from './location';
import { errorCode } from '../error-code';

/** Longest wait for a fast shutdown (its checkpoint may have much to write), and then for an immediate one, ms. */
const FAST = 60_000;
const IMMEDIATE = 15_000;

/**
 * Ends the PostgreSQL that a Weir left running on this cluster when it was killed. It is stopped, not taken over: it may run
 * programs or settings of an earlier version, and a server that is our own child can be watched and ended for certain.
 * The caller holds the lock on the folder, so no living Weir uses that server.
 */
export async function stopOrphan({ cluster }: Location, log: Log): Promise<void> {
  const pidFile = join(cluster, 'postmaster.pid');
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8').split('\n')[0]) : 0;
  if (!Number.isInteger(pid) || pid <= 1) return;
  if (!isServerOf(cluster, pid)) {
    // The process id may be another program's by now. PostgreSQL would refuse to start for as long as that one lives.
    rmSync(pidFile, { force: true });
    return;
  }
  log.warn(`A PostgreSQL (process ${pid}) that an earlier Weir left running is being stopped before a new start.`);
  if (await ends(cluster, pid, 'SIGINT', FAST)) return;
  log.warn(`It did not stop within ${FAST / 1000} s: ending it at once; it recovers at the next start.`);
  if (await ends(cluster, pid, 'SIGQUIT', IMMEDIATE)) return;
  throw new EmbeddedPostgresFailed(
    'did-not-stop',
    `The PostgreSQL on ${cluster} (process ${pid}), left running by an earlier Weir, does not stop. ` +
      `End it (kill -QUIT ${pid}) and start again.`,
  );
}

async function ends(cluster: string, pid: number, signal: NodeJS.Signals, within: number): Promise<boolean> {
  process.kill(pid, signal);
  for (const deadline = Date.now() + within; Date.now() < deadline; await pause(20)) {
    if (!isServerOf(cluster, pid)) return true;
  }
  return false;
}

/** Whether the process is a PostgreSQL on this cluster: PostgreSQL works in its data directory. A dead one is none. */
function isServerOf(cluster: string, pid: number): boolean {
  if (process.platform === 'linux') {
    try {
      return readlinkSync(`/proc/${pid}/cwd`) === cluster;
    } catch (error) {
      // No such process, one that has ended and not been collected, or one of another user: not ours in any case.
      const code = errorCode(error);
      if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES' || code === 'EPERM') return false;
      throw error;
    }
  }
  const { stdout } = spawnSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.includes(`-D ${cluster}`);
}
