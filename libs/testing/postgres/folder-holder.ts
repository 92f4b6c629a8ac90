import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { heldBy } from './open-checkout';

/** What a process that was to hold a data folder said. */
export interface FolderHolder {
  readonly pid: number;
  /** Why it does not hold the folder, where it does not. */
  readonly refused?: string;
  readonly connectionString?: string;
  /** Process id of its PostgreSQL. */
  readonly postgres?: number;
  /** Ends it without warning (SIGKILL). */
  kill9(): Promise<void>;
  /** Lets go and ends. */
  end(): Promise<void>;
}

/**
 * Starts a process of its own that holds a data folder: locks it, or runs PostgreSQL on it; `leave` does the latter and ends at
 * once, without stopping it.
 * @param user to run it as, where the tests run as root
 */
export async function holdFolder(
  what: 'lock' | 'postgres' | 'leave',
  dataDir: string,
  user: { uid?: number; gid?: number } = {},
): Promise<FolderHolder> {
  const child = spawn(process.execPath, [...heldBy(user), what, dataDir], {
    ...user,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    ended.then(([code]) => {
      throw new Error(`The process ended with ${String(code)} and said nothing.`);
    }),
  ]);
  const said = JSON.parse(String(line[0])) as Pick<FolderHolder, 'refused' | 'connectionString' | 'postgres'>;
  return {
    ...said,
    pid: child.pid ?? 0,
    kill9: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    end: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
