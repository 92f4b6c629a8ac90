import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../log';
import { asAccount } from './account';
import type { Account } from './account';
import type { Binaries } from './binaries';
import { EmbeddedPostgresFailed, useYourOwn } from './failure';
import { isCluster, recordLocation } from './location';
import type { Location } from './location';

/** The database role that Weir is, with a password known to nobody else. */
export const ROLE = 'weir';

/**
 * Makes the cluster where there is none, with a new random password, and gives the password. A start that was interrupted
 * leaves nothing that a later one would take for a cluster.
 */
export async function prepareCluster(location: Location, binaries: Binaries, log: Log): Promise<string> {
  const passwordFile = join(location.home, 'password');
  if (isCluster(location.cluster)) {
    refuseOtherVersion(location, binaries);
    return readPassword(passwordFile);
  }
  log.info(`Setting up a PostgreSQL ${binaries.version.split('-')[0] ?? ''} database in ${location.cluster}.`);
  const password = randomBytes(24).toString('base64url');
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flush: true });
  await initialise(location, binaries, password);
  syncFolder(location.home);
  recordLocation(location);
  return password;
}

async function initialise(location: Location, binaries: Binaries, password: string): Promise<void> {
  const draft = `${location.cluster}.draft`;
  const forInitdb = `${location.cluster}.password`;
  rmSync(draft, { recursive: true, force: true });
  rmSync(forInitdb, { force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(forInitdb, `${password}\n`, { mode: 0o600 });
  give(location.account, draft, forInitdb);
  try {
    await run(
      binaries.initdb,
      [
        `--pgdata=${draft}`,
        `--username=${ROLE}`,
        `--pwfile=${forInitdb}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        // Sorts by code point and does not depend on the system's locales, whose updates silently break indexes.
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-instructions',
      ],
      location.account,
    );
    renameSync(draft, location.cluster);
    syncFolder(location.folder);
  } finally {
    rmSync(forInitdb, { force: true });
    rmSync(draft, { recursive: true, force: true });
  }
}

function give(account: Account | null, ...paths: readonly string[]): void {
  if (account) for (const path of paths) chownSync(path, account.uid, account.gid);
}

/** A rename is durable once its folder is. */
function syncFolder(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function run(program: string, args: readonly string[], account: Account | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...asAccount(account), stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (code === 0) return resolve();
      reject(
        new EmbeddedPostgresFailed(
          'initdb-failed',
          `PostgreSQL could not set up its database (${program} ended with ${String(code ?? signal)}):\n${said.trim()}\n` +
            `Check that the disk has room (60 MB) and keeps Unix permissions, then start again. ${useYourOwn}`,
        ),
      );
    });
  });
}

function readPassword(file: string): string {
  const password = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  if (password !== '') return password;
  throw new EmbeddedPostgresFailed(
    'password-missing',
    `${file} holds the password of the embedded database and is missing or empty. Restore it from a backup of the data folder; ` +
      `without it the database cannot be opened.`,
  );
}

/** A cluster is read by the major version that made it, and by no other. */
function refuseOtherVersion({ cluster, home }: Location, binaries: Binaries): void {
  const has = readFileSync(join(cluster, 'PG_VERSION'), 'utf8').trim();
  const needs = binaries.version.split('.')[0];
  if (has === needs) return;
  throw new EmbeddedPostgresFailed(
    'data-of-another-version',
    `The database in ${cluster} was made by PostgreSQL ${has}, and this Weir brings PostgreSQL ${needs ?? '?'}. Start the Weir that made ` +
      `it, dump the database (pg_dump), move ${home} away, and load the dump into the new one.`,
  );
}
