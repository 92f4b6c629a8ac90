import { spawnSync } from 'node:child_process';
import type { Log } from '../log';
import { EmbeddedPostgresFailed, useYourOwn } from './failure';

/** The user that PostgreSQL runs as. Null in its place: the user that Weir itself runs as. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** Where the programs of an administrator lie, which a plain PATH may leave out. */
const PATH = `${process.env['PATH'] ?? ''}:/usr/sbin:/usr/bin:/sbin:/bin`;

/**
 * PostgreSQL refuses to run as root: root runs it as user `name`, who is made where missing. Anyone else runs it
 * as themselves.
 */
export function serverAccount(name: string, log: Log): Account | null {
  if (process.getuid?.() !== 0) return null;
  const known = find(name);
  if (known) return known;
  log.info(`PostgreSQL does not run as root: making the system user ${name} for it.`);
  const attempts = [
    [
      'useradd',
      '--system',
      '--user-group',
      '--no-create-home',
      '--home-dir',
      '/nonexistent',
      '--shell',
      '/bin/false',
      name,
    ],
    // Alpine and other BusyBox systems.
    ['adduser', '-S', '-D', '-H', '-s', '/bin/false', name],
  ];
  const failures: string[] = [];
  for (const [program = '', ...args] of attempts) {
    const made = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, PATH } });
    const account = find(name);
    if (account) return account;
    failures.push(`${program}: ${(made.error?.message ?? made.stderr).trim()}`);
  }
  throw new EmbeddedPostgresFailed(
    'account-missing',
    `PostgreSQL does not run as root, and the user ${name} that it would run as could not be made (${failures.join('; ')}). ` +
      `Make it (useradd --system ${name}), or run Weir as a user other than root. ${useYourOwn}`,
  );
}

function find(name: string): Account | null {
  const [uid, gid] = ['-u', '-g'].map((flag) => {
    const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8', env: { ...process.env, PATH } });
    return status === 0 && /^\d+\s*$/.test(stdout) ? Number(stdout) : undefined;
  });
  return uid === undefined || gid === undefined ? null : { uid, gid };
}

/** What `spawn` needs to run a program as that account, away from a working directory that is closed to it. */
export function asAccount(account: Account | null): {
  cwd: string;
  env: NodeJS.ProcessEnv;
  uid?: number;
  gid?: number;
} {
  // Nothing else of Weir's environment: it may hold secrets, and PostgreSQL would read the PG… variables in it.
  return { cwd: '/', env: { PATH, LC_ALL: 'C', TZ: 'UTC' }, ...(account ?? {}) };
}

/**
 * Whether the account can enter a folder, every folder above it included. Tried by entering it: permission bits alone would
 * leave out access lists and mount options.
 */
export function canEnter(account: Account | null, folder: string): boolean {
  const tried = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...asAccount(account), stdio: 'ignore' });
  if (tried.error)
    throw new EmbeddedPostgresFailed(
      'account-missing',
      `Weir runs as root but may not run PostgreSQL as another user (${tried.error.message}). Run Weir as a user other than root. ${useYourOwn}`,
      tried.error,
    );
  return tried.status === 0;
}
