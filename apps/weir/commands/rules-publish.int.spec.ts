import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordLogMigrations } from '@weir/platform/record-log';
import { migrate, openPool } from '@weir/platform/sql';
import { sharedPostgres, type SharedDatabase } from '@weir/testing';
import { rulesPublishCommand } from './rules-publish';

jest.setTimeout(60_000);

const rule = (id: string, version: number, effectiveFrom: string, severity = 'low'): string => `id: ${id}
version: ${version}
effectiveFrom: '${effectiveFrom}'
title: {en: Any operation, zh: 任何操作}
source: a test
on: operation
raise: {on: every, severity: ${severity}}
`;
const past = '2020-01-01T00:00:00Z';

describe('weir rules publish', () => {
  const before = process.env;
  let database: SharedDatabase;
  let folder: string;
  let [stdout, stderr] = ['', ''];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-rules-publish-'));
    database = await sharedPostgres();
    const pool = openPool({ connectionString: database.connectionString });
    await migrate(pool, recordLogMigrations);
    await pool.end();
    process.env = { DATABASE_URL: database.connectionString };
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => ((stdout += String(text)), true));
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => ((stderr += String(text)), true));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    process.env = before;
    process.exitCode = undefined;
    await database.stop();
    await rm(folder, { recursive: true });
  });

  async function publish(rules: readonly string[], ...options: readonly string[]): Promise<number> {
    [stdout, stderr] = ['', ''];
    process.exitCode = 0;
    await writeFile(join(folder, 'rules.yaml'), rules.join('---\n'));
    await rulesPublishCommand().parseAsync([join(folder, 'rules.yaml'), ...options], { from: 'user' });
    return Number(process.exitCode);
  }

  it('tells how many versions it published and how many stood already', async () => {
    expect(await publish([rule('one', 1, past)])).toBe(0);
    expect(stdout).toBe('weir.rules.v1: 1 published, 0 stood already, 0 refused\n');
    expect(await publish([rule('one', 1, past), rule('two', 1, past)])).toBe(0);
    expect(stdout).toBe('weir.rules.v1: 1 published, 1 stood already, 0 refused\n');
    expect(stderr).toBe('');
  });

  it('ends with 1 where versions are refused, and says of each why', async () => {
    await publish([rule('one', 1, past), rule('two', 1, past)]);
    const changed = [rule('one', 1, past, 'high'), rule('two', 1, past), rule('two', 2, '2021-01-01T00:00:00Z')];
    expect(await publish(changed)).toBe(1);
    expect(stdout).toBe('weir.rules.v1: 0 published, 1 stood already, 2 refused\n');
    expect(stderr.split('\n')).toEqual([
      expect.stringContaining('Rule "one" version 1 is published with other content, which stays in force'),
      expect.stringContaining('Rule "two" version 2 was not published: it begins at 2021-01-01T00:00:00Z'),
      '',
    ]);
    expect(await publish(changed, '--allow-refused')).toBe(0);
    expect(stderr).toContain('Rule "one" version 1 is published with other content');
  });
});
