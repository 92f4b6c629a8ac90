import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findRunningPostgres, startEmbeddedPostgres } from '@weir/platform/sql';
import { Client } from 'pg';
import { holdFolder } from '../postgres';

jest.setTimeout(120_000);

let top: string;
let dataDir: string;

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'weir-test-running-'));
  chmodSync(top, 0o711);
  dataDir = join(top, 'data');
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

describe('the PostgreSQL that another process has started on a data folder', () => {
  it('is found while it runs, and takes whoever comes by the address', async () => {
    expect(await findRunningPostgres(dataDir)).toBeNull();
    const holder = await holdFolder('postgres', dataDir);

    const found = await findRunningPostgres(dataDir);

    expect(found).toBe(holder.connectionString);
    const client = new Client({ connectionString: found ?? '' });
    await client.connect();
    expect((await client.query<{ answer: number }>('select 1 as answer')).rows).toEqual([{ answer: 1 }]);
    await client.end();
    await holder.end();
    expect(await findRunningPostgres(dataDir)).toBeNull();
  });

  it('is found where its data lies outside of the folder', async () => {
    // Closed to the user that PostgreSQL runs as where this is root; for anybody else it lies in the folder.
    mkdirSync(dataDir, { mode: 0o700 });
    const postgres = await startEmbeddedPostgres({ dataDir, shelter: join(top, 'shelter') });
    try {
      if (process.getuid?.() === 0) expect(postgres.location).toContain('shelter');
      expect(await findRunningPostgres(dataDir)).toBe(postgres.connectionString);
    } finally {
      await postgres.stop();
    }
  });

  it('is not taken to run where only its files are left', async () => {
    const postgres = await startEmbeddedPostgres({ dataDir });
    process.kill(postgres.pid, 'SIGKILL');
    await postgres.crashed;
    expect(await findRunningPostgres(dataDir)).toBeNull();
    await postgres.stop();
  });
});
