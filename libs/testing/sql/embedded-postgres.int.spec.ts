/* Long for one reason: each case starts, breaks or stops a PostgreSQL, and they share how that is done. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { holdFolder } from '../postgres';
import { Client } from 'pg';
import { DataFolderInUse, silentLog, startEmbeddedPostgres } from '@weir/platform/sql';
import type { EmbeddedPostgres, Log } from '@weir/platform/sql';
import { serverAccount } from '../../platform/sql/embedded/account';
import { usableBinaries } from '../../platform/sql/embedded/binaries';

// Setting up a database takes a second, and more on a busy machine.
jest.setTimeout(120_000);

const asRoot = process.getuid?.() === 0;
/** Whom a process may be run as that is neither root nor PostgreSQL's own user. */
const nobody = { uid: 65534, gid: 65534 };

let top: string;
let dataDir: string;
const running: EmbeddedPostgres[] = [];

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'weir-test-embedded-'));
  chmodSync(top, 0o711);
  dataDir = join(top, 'data');
});
afterEach(async () => {
  for (const postgres of running.splice(0)) await postgres.stop();
  rmSync(top, { recursive: true, force: true });
});

async function start(options: Partial<Parameters<typeof startEmbeddedPostgres>[0]> = {}): Promise<EmbeddedPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, ...options });
  running.push(postgres);
  return postgres;
}

async function query(connectionString: string | undefined, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows.flatMap((row) => Object.values(row));
  } finally {
    await client.end();
  }
}

const isAlive = (pid: number | undefined): boolean =>
  existsSync(`/proc/${pid}/exe`) || spawnSync('ps', ['-p', `${pid}`]).status === 0;
const until = async (condition: () => boolean): Promise<void> => {
  for (const deadline = Date.now() + 20_000; !condition(); await setImmediate())
    if (Date.now() > deadline) throw new Error('It never came true.');
};

describe('startEmbeddedPostgres', () => {
  it('keeps the data over a stop and a start', async () => {
    const first = await start();
    await query(first.connectionString, 'create table kept as select 7 as n');
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await start();

    expect(await query(second.connectionString, 'select n from kept')).toEqual([7]);
    expect(second.location).toBe(first.location);
    expect(second.version).toMatch(/^18\./);
  });

  it('is durable, and closed to everybody but who knows the password, which nobody is told', async () => {
    const said: string[] = [];
    const log: Log = {
      info: (message) => said.push(message),
      warn: (message) => said.push(message),
      error: (message) => said.push(message),
    };
    const { connectionString, port, location } = await start({ log });

    const settings = `select setting from pg_settings
      where name in ('fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'password_encryption') order by name`;
    expect(await query(connectionString, settings)).toEqual(['on', 'on', 'on', 'scram-sha-256', 'on']);

    const { password } = new URL(connectionString);
    expect(password.length).toBeGreaterThan(30);
    await expect(query(connectionString.replace(password, 'guess'), 'select 1')).rejects.toMatchObject({
      code: '28P01',
    });
    expect([...said, readFileSync(join(dataDir, 'postgres', 'postgres.log'), 'utf8')].join('\n')).not.toContain(
      password,
    );
    expect(said.join('\n')).toContain(location);
    expect(statSync(join(dataDir, 'postgres', 'password')).mode & 0o777).toBe(0o600);

    const outside = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address?.internal === false && address.family === 'IPv4');
    for (const address of outside)
      await expect(
        query(connectionString.replace('127.0.0.1', address?.address ?? ''), 'select 1'),
      ).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(
      await query(connectionString, `select current_setting('listen_addresses') || ':' || current_setting('port')`),
    ).toEqual([`127.0.0.1:${port}`]);
  });

  it('sorts by code points, whatever the locale of the system', async () => {
    const { connectionString } = await start();
    const sorted = await query(
      connectionString,
      `select x from unnest(array['é', 'z', 'B', 'a', '中']) as t (x) order by x`,
    );
    expect(sorted).toEqual(['B', 'a', 'z', 'é', '中']);
  });

  it('refuses a second process on the same folder, naming the first', async () => {
    await start();

    const second = await holdFolder('postgres', dataDir);

    expect(second.refused).toContain(`is in use by process ${process.pid} `);
    await second.end();
    await expect(start()).rejects.toThrow(DataFolderInUse);
  });

  it('stops what a killed process left running, and keeps what was committed', async () => {
    const killed = await holdFolder('postgres', dataDir);
    await query(killed.connectionString, 'create table kept as select 7 as n');
    const lingering = new Client({ connectionString: killed.connectionString });
    lingering.on('error', () => undefined);
    await lingering.connect();
    await killed.kill9();
    expect(isAlive(killed.postgres)).toBe(true);

    const next = await start();

    expect(next.pid).not.toBe(killed.postgres);
    expect(await query(next.connectionString, 'select n from kept')).toEqual([7]);
    await lingering.end();
  });

  it('recovers what was committed where both were killed', async () => {
    const killed = await holdFolder('postgres', dataDir);
    await query(killed.connectionString, 'create table kept as select 7 as n');
    process.kill(killed.postgres ?? 0, 'SIGKILL');
    await killed.kill9();

    const next = await start();

    expect(await query(next.connectionString, 'select n from kept')).toEqual([7]);
  });

  it('takes PostgreSQL along where the process ends without stopping it', async () => {
    const left = await holdFolder('leave', dataDir);
    await left.end();
    await until(() => !existsSync(join(dataDir, 'postgres', 'data', 'postmaster.pid')));
    const log = readFileSync(join(dataDir, 'postgres', 'postgres.log'), 'utf8');
    expect(log).toContain('received fast shutdown request');
  });

  it('says so where PostgreSQL ends by itself, with the end of its log', async () => {
    const postgres = await start();
    process.kill(postgres.pid, 'SIGKILL');
    const crash = await postgres.crashed;
    expect(crash.message).toContain('PostgreSQL ended by itself (ended by SIGKILL)');
    expect(crash.message).toContain('ready to accept connections');
  });

  it('starts although the process id in its lock file is another program’s now', async () => {
    const first = await start();
    await first.stop();
    // PostgreSQL itself refuses to start where the process has the user that it runs as.
    const owner = statSync(first.location);
    const other = spawn('sleep', ['1000'], { uid: owner.uid, gid: owner.gid, stdio: 'ignore' });
    writeFileSync(join(first.location, 'postmaster.pid'), `${other.pid}\n${first.location}\n0\n1\n\n127.0.0.1\n\n`);

    const second = await start();

    expect(await query(second.connectionString, 'select 1')).toEqual([1]);
    expect(isAlive(other.pid)).toBe(true);
    other.kill();
    await once(other, 'exit');
  });

  it('explains a port that is taken, with PostgreSQL’s own words, and lets go of the folder', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;

    await expect(start({ port })).rejects.toMatchObject({
      code: 'did-not-start',
      message: expect.stringMatching(/Address already in use[^]*start again/) as string,
    });

    taken.close();
    await start();
  });

  it('explains a broken configuration, a lost password, a wrong one, and data of another version', async () => {
    const { location, stop } = await start();
    await stop();
    const home = join(dataDir, 'postgres');
    const changed = async (file: string, content: string | null, code: string, message: string): Promise<void> => {
      const before = readFileSync(file);
      if (content === null) rmSync(file);
      else writeFileSync(file, content);
      await expect(start()).rejects.toMatchObject({ code, message: expect.stringContaining(message) as string });
      writeFileSync(file, before);
    };

    await changed(
      join(location, 'postgresql.conf'),
      'max_connections = many\n',
      'did-not-start',
      'invalid value for parameter "max_connections"',
    );
    await changed(join(home, 'password'), null, 'password-missing', join(home, 'password'));
    await changed(
      join(home, 'password'),
      'guess\n',
      'did-not-start',
      `does not accept the password in ${join(home, 'password')}`,
    );
    await changed(join(location, 'PG_VERSION'), '17\n', 'data-of-another-version', 'made by PostgreSQL 17');
    await start();
  });

  it('begins anew after a set-up that was interrupted', async () => {
    const draft = join(dataDir, 'postgres', 'data.draft');
    mkdirSync(draft, { recursive: true });
    writeFileSync(join(draft, 'PG_VERSION'), '18\n');
    writeFileSync(join(dataDir, 'postgres', 'password'), 'torn');
    if (asRoot) for (const folder of [dataDir, join(dataDir, 'postgres')]) chmodSync(folder, 0o711);

    const { connectionString } = await start();

    expect(await query(connectionString, 'select 1')).toEqual([1]);
  });
});

describe('the programs', () => {
  const packageFolder = dirname(dirname(dirname(usableBinaries(null, '/nowhere', silentLog).postgres)));
  /** The package as npm lays it down where install scripts are off: without its symbolic links. */
  const withoutLinks = (folder: string): void => {
    cpSync(packageFolder, folder, { recursive: true, verbatimSymlinks: true });
    const links = JSON.parse(readFileSync(join(folder, 'native', 'pg-symlinks.json'), 'utf8')) as { target: string }[];
    for (const { target } of links) rmSync(join(folder, target));
  };

  it('get their missing symbolic links', () => {
    const folder = join(top, 'package');
    withoutLinks(folder);
    expect(spawnSync(join(folder, 'native/bin/initdb'), ['--version']).status).not.toBe(0);

    const binaries = usableBinaries(null, join(top, 'copies'), silentLog, folder);

    expect(binaries.postgres).toBe(join(folder, 'native/bin/postgres'));
    expect(spawnSync(binaries.initdb, ['--version']).status).toBe(0);
    expect(existsSync(join(top, 'copies'))).toBe(false);
  });

  it('say what is wrong where they cannot be made to run', () => {
    const folder = join(top, 'package');
    withoutLinks(folder);
    writeFileSync(join(folder, 'native/bin/postgres'), 'torn');
    expect(() => usableBinaries(null, join(top, 'copies'), silentLog, folder)).toThrow(
      /do not run on this system.*npm ci again/,
    );
  });

  it('are copied once where the user they run as cannot enter their folder', () => {
    // As anyone but root they run as oneself, for whom a folder that cannot be read stands in for a closed one.
    const account = asRoot ? nobody : null;
    const folder = join(top, 'package');
    withoutLinks(folder);
    chmodSync(asRoot ? folder : join(folder, 'native', 'bin', 'postgres'), asRoot ? 0o700 : 0o600);
    const copies = join(top, 'copies');

    const first = usableBinaries(account, copies, silentLog, folder);
    const madeAt = statSync(first.postgres).ctimeMs;
    const second = usableBinaries(account, copies, silentLog, folder);

    expect(first.postgres).toBe(join(copies, `postgresql-${first.version}`, 'bin', 'postgres'));
    expect(second).toEqual(first);
    expect(statSync(second.postgres).ctimeMs).toBe(madeAt);
  });
});

if (asRoot)
  describe('as root', () => {
    const user = 'weir-test-user';
    const shelter = (): string => join(top, 'shelter');
    const closed = (): string => {
      const folder = join(top, 'closed');
      mkdirSync(folder, { mode: 0o700 });
      return join(folder, 'data');
    };
    const forget = (): unknown => spawnSync('userdel', [user]);
    beforeEach(forget);
    afterAll(forget);

    it('runs as another user, who is made where missing, in a shelter where the folder is closed to them', async () => {
      dataDir = closed();
      const first = await start({ user, shelter: shelter() });
      const uid = Number(spawnSync('id', ['-u', user], { encoding: 'utf8' }).stdout);
      expect(uid).toBeGreaterThan(0);
      expect(statSync(first.location).uid).toBe(uid);
      expect(statSync(`/proc/${first.pid}`).uid).toBe(uid);
      expect(first.location.startsWith(shelter())).toBe(true);
      expect(JSON.parse(readFileSync(join(dataDir, 'postgres', 'location.json'), 'utf8'))).toEqual({
        folder: dirname(first.location),
      });
      expect(existsSync(join(dataDir, 'postgres', 'password'))).toBe(true);
      await query(first.connectionString, 'create table kept as select 7 as n');
      await first.stop();

      const second = await start({ user, shelter: shelter() });

      expect(second.location).toBe(first.location);
      expect(await query(second.connectionString, 'select n from kept')).toEqual([7]);
      const third = await holdFolder('postgres', dataDir);
      expect(third.refused).toContain(`in use by process ${process.pid}`);
      await third.end();
    });

    it('does not take what a removed data folder left in the shelter for its own', async () => {
      dataDir = closed();
      const first = await start({ shelter: shelter() });
      await first.stop();
      rmSync(dataDir, { recursive: true });

      const second = await start({ shelter: shelter() });

      expect(second.location).not.toBe(first.location);
      expect(existsSync(first.location)).toBe(true);
    });

    it('explains a database in the shelter that is gone', async () => {
      dataDir = closed();
      const first = await start({ shelter: shelter() });
      await first.stop();
      rmSync(shelter(), { recursive: true });

      await expect(start({ shelter: shelter() })).rejects.toMatchObject({ code: 'data-missing' });
    });

    it('explains a shelter that is closed, too', async () => {
      dataDir = closed();
      await expect(start({ shelter: join(dirname(dataDir), 'shelter') })).rejects.toMatchObject({
        code: 'data-closed',
        message: expect.stringContaining('who can enter neither') as string,
      });
    });

    it('explains a data folder that was closed after its database was made', async () => {
      const first = await start();
      await first.stop();
      chmodSync(dataDir, 0o700);

      await expect(start()).rejects.toMatchObject({
        code: 'data-closed',
        message: expect.stringContaining('chmod o+x') as string,
      });

      chmodSync(dataDir, 0o711);
      await start();
    });

    it('goes on as the user whose database it is, and refuses one of somebody else where it is not root', async () => {
      const account = serverAccount(user, silentLog);
      const first = await start({ user });
      await first.stop();
      const second = await start({ user: 'postgres' });
      expect(statSync(`/proc/${second.pid}`).uid).toBe(account?.uid);
      await second.stop();

      for (const folder of [dataDir, join(dataDir, 'postgres')]) chownSync(folder, nobody.uid, nobody.gid);
      const other = await holdFolder('postgres', dataDir, nobody);
      expect(other.refused).toContain(`belongs to the user with id ${account?.uid}`);
      await other.end();
    });

    it('is not needed: anybody runs it as themselves', async () => {
      mkdirSync(dataDir);
      chownSync(dataDir, nobody.uid, nobody.gid);

      const holder = await holdFolder('postgres', dataDir, nobody);

      expect(holder.refused).toBeUndefined();
      expect(statSync(`/proc/${holder.postgres}`).uid).toBe(nobody.uid);
      expect(await query(holder.connectionString, 'select 1')).toEqual([1]);
      expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(0o700);
      await holder.end();
      expect(isAlive(holder.postgres)).toBe(false);
    });
  });
