import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Path of a program on the PATH, or null. */
export function onPath(program: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, program)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us: either way it is not the program that is looked for.
    return false;
  }
}

/**
 * The program `redis-server`: from the PATH, else installed with apt-get where this process may (root on Debian).
 * @throws Error that names what is missing and what provides it
 */
export function redisProgram(): string {
  const found = onPath('redis-server');
  if (found !== null) return found;
  if (process.getuid?.() === 0 && existsSync('/etc/debian_version') && onPath('apt-get') !== null) {
    process.stderr.write('redis-server is missing: installing it with apt-get install redis-server\n');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync('apt-get', ['update', '-q'], { env, stdio: ['ignore', 2, 2] });
    execFileSync('apt-get', ['install', '-q', '-y', '--no-install-recommends', 'redis-server'], {
      env,
      stdio: ['ignore', 2, 2],
    });
    const installed = onPath('redis-server');
    if (installed !== null) return installed;
  }
  throw new Error(
    'Tests need Redis, and there is none: redis-server is not on the PATH, no container engine answers and REDIS_URL is ' +
      'not set. Install it (Debian and Ubuntu: apt-get install redis-server; macOS: brew install redis), start a ' +
      'container engine, or set REDIS_URL to one that tests may write to.',
  );
}
