import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { ROLE } from './cluster';

/**
 * Finds the PostgreSQL that another process has started on a data folder (`startEmbeddedPostgres`), for commands that
 * run beside it. It changes nothing.
 * @returns its connection string (with the password: not for logs); null where none answers there
 * @throws Error where its files may not be read: they belong to the user that Weir runs as
 */
export async function findRunningPostgres(dataDir: string): Promise<string | null> {
  // 1. What its files say: where it is, its port, the password.
  const home = join(dataDir, 'postgres');
  const pointer = readIfThere(join(home, 'location.json'));
  const folder = pointer === null ? home : (JSON.parse(pointer) as { readonly folder: string }).folder;
  const lines = readIfThere(join(folder, 'data', 'postmaster.pid'))?.split('\n');
  const password = readIfThere(join(home, 'password'))?.trim();
  const [port, state] = [Number(lines?.[3]), lines?.[7]?.trim()];
  if (password === undefined || !Number.isInteger(port) || state !== 'ready') return null;

  // 2. Whether it answers: the files may be left of one that was killed.
  const address = `postgresql://${ROLE}:${encodeURIComponent(password)}@127.0.0.1:${port}/${ROLE}`;
  const client = new Client({ connectionString: address, connectionTimeoutMillis: 5_000 });
  // It may end the connection while that is being closed; whether it answered is what counts.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return address;
  } catch {
    return null;
  } finally {
    await client.end();
  }
}

const readIfThere = (file: string): string | null => (existsSync(file) ? readFileSync(file, 'utf8') : null);
