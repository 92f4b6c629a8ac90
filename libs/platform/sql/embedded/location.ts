import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../log';
import type { Account } from './account';
import { folderMode } from '../data-folder-lock';
import { canEnter, serverAccount } from './account';
import { EmbeddedPostgresFailed, useYourOwn } from './failure';

/** Where things are, all of them absolute. */
export interface Location {
  /** `<data folder>/postgres`: holds the password and, where the rest is elsewhere, says where. Closed to the account. */
  readonly home: string;
  /** Holds the cluster and PostgreSQL's log: `home` itself, or a folder in the shelter. */
  readonly folder: string;
  /** The cluster: what PostgreSQL calls its data directory. It exists once it is whole. */
  readonly cluster: string;
  /** Who PostgreSQL runs as. */
  readonly account: Account | null;
}

export interface LocationOptions {
  readonly dataDir: string;
  /** User to run as where Weir runs as root. */
  readonly user: string;
  /** Folder for data and programs where that user cannot enter the data folder. */
  readonly shelter: string;
  readonly log: Log;
}

/**
 * Decides where the cluster is or shall be. It is in the data folder, except where Weir runs as root in a folder that is
 * closed to the user that PostgreSQL must run as: then in the shelter, and `location.json` says where.
 */
export function locate(options: LocationOptions): Location {
  mkdirSync(join(options.dataDir, 'postgres'), { recursive: true, mode: folderMode() });
  const home = realpathSync(join(options.dataDir, 'postgres'));

  // 1. Where the pointer points, once there is one.
  const pointer = join(home, 'location.json');
  if (existsSync(pointer)) {
    const { folder } = JSON.parse(readFileSync(pointer, 'utf8')) as { folder: string };
    if (isCluster(join(folder, 'data'))) return existing(home, folder);
    throw new EmbeddedPostgresFailed(
      'data-missing',
      `${pointer} says that the database is in ${folder}, but there is none. Bring that folder back; ` +
        `or remove ${pointer} to begin with an empty database.`,
    );
  }

  // 2. In the data folder, where it is there already.
  if (isCluster(join(home, 'data'))) return existing(home, home);

  // 3. In the data folder, where the account can enter it.
  const account = serverAccount(options.user, options.log);
  if (account) chmodSync(home, 0o711);
  if (account === null || canEnter(account, home)) return { home, folder: home, cluster: join(home, 'data'), account };

  // 4. In the shelter, in a folder that holds no other cluster: one may be left of a data folder that was removed.
  mkdirSync(options.shelter, { recursive: true, mode: 0o755 });
  const name = createHash('sha256').update(home).digest('hex').slice(0, 12);
  const shelter = realpathSync(options.shelter);
  for (let n = 1; ; n += 1) {
    const folder = join(shelter, n === 1 ? name : `${name}-${n}`);
    if (isCluster(join(folder, 'data'))) {
      options.log.warn(`${folder} holds the database of an earlier data folder of the same name; it is left as it is.`);
      continue;
    }
    mkdirSync(folder, { recursive: true, mode: 0o711 });
    if (canEnter(account, folder)) return { home, folder, cluster: join(folder, 'data'), account };
    throw new EmbeddedPostgresFailed(
      'data-closed',
      `PostgreSQL runs as user ${options.user}, who can enter neither ${home} nor ${folder}. Move Weir's data to a folder ` +
        `that others may enter, or run Weir as a user other than root. ${useYourOwn}`,
    );
  }
}

/** Once the cluster is whole, and not before: a pointer to nothing would have to be mended by hand. */
export function recordLocation({ home, folder }: Location): void {
  if (folder !== home) writeFileSync(join(home, 'location.json'), `${JSON.stringify({ folder })}\n`, { mode: 0o600 });
}

/** The folder alone says so: it gets its name once it is whole, and only its owner can look inside. */
export function isCluster(cluster: string): boolean {
  return existsSync(cluster);
}

/** A cluster belongs to a user, and PostgreSQL must run as that one. */
function existing(home: string, folder: string): Location {
  const cluster = join(folder, 'data');
  const owner = statSync(cluster);
  const self = process.getuid?.();
  if (self !== 0) {
    if (self === undefined || owner.uid === self) return { home, folder, cluster, account: null };
    throw new EmbeddedPostgresFailed(
      'data-closed',
      `The database in ${cluster} belongs to the user with id ${owner.uid}, and Weir runs as ${self}. Run Weir as root or ` +
        `as that user, as before; or give the database to this one: chown -R ${self} ${folder} ${home}.`,
    );
  }
  const account = { uid: owner.uid, gid: owner.gid };
  if (canEnter(account, cluster)) return { home, folder, cluster, account };
  throw new EmbeddedPostgresFailed(
    'data-closed',
    `PostgreSQL runs as the owner of ${cluster} (user id ${owner.uid}), who cannot enter that folder any more: one above it has ` +
      `been closed. Open each folder above it (chmod o+x), or move the data folder. ${useYourOwn}`,
  );
}
