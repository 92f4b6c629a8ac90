import { lockDataFolder, startEmbeddedPostgres } from '@weir/platform/sql';

/*
 * A process for tests to watch, refuse and kill. Arguments: what to do (`lock`, `postgres`, or `leave`, which ends at
 * once without stopping what it started) and the data folder. Says one line of JSON when it holds the folder, or why it
 * does not; lets go and ends when its standard input ends.
 */
async function main(): Promise<void> {
  const [what, dataDir = ''] = process.argv.slice(2);
  const say = (line: Record<string, unknown>): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
  const release = await hold(what, dataDir, say).catch((error: Error) => {
    say({ refused: error.message });
    return () => Promise.resolve();
  });
  if (what === 'leave') process.exit(0);
  process.stdin.resume();
  process.stdin.once('end', () => void release());
}

async function hold(
  what: string | undefined,
  dataDir: string,
  say: (line: Record<string, unknown>) => void,
): Promise<() => Promise<void>> {
  if (what === 'lock') {
    const lock = await lockDataFolder(dataDir);
    say({ held: true });
    return () => lock.release();
  }
  const { connectionString, pid, stop } = await startEmbeddedPostgres({ dataDir });
  say({ held: true, connectionString, postgres: pid });
  return stop;
}

void main();
