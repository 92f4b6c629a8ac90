import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdFolder } from '../postgres';
import { DataFolderInUse, lockDataFolder } from '@weir/platform/sql';

// Processes start slowly on a busy machine.
jest.setTimeout(60_000);

describe('lockDataFolder', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'weir-test-lock-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const lockFiles = (): string[] => readdirSync(folder).filter((name) => name.startsWith('weir.lock.'));

  it('makes the folder and refuses it to a second holder until it is released', async () => {
    const dataDir = join(folder, 'new', 'data');
    const lock = await lockDataFolder(dataDir);
    await expect(lockDataFolder(dataDir)).rejects.toThrow(DataFolderInUse);

    await lock.release();
    await lock.release();
    const next = await lockDataFolder(dataDir);
    await next.release();
  });

  it('refuses it to another process, naming the first', async () => {
    const lock = await lockDataFolder(folder);

    const second = await holdFolder('lock', folder);

    expect(second.refused).toContain(`The data folder ${folder} is in use by process ${process.pid} (since 20`);
    await second.end();
    await lock.release();
  });

  it('takes over from a process that was killed, again and again, without leaving files behind', async () => {
    for (let round = 0; round < 3; round += 1) {
      const first = await holdFolder('lock', folder);
      expect(first.refused).toBeUndefined();
      await expect(lockDataFolder(folder)).rejects.toMatchObject({ pid: first.pid });
      await first.kill9();
    }

    const lock = await lockDataFolder(folder);
    expect(lockFiles()).toHaveLength(1);
    expect(readdirSync(folder)).toHaveLength(2);
    await lock.release();
  });

  it('does not refuse because some process has the id of a dead holder', async () => {
    writeFileSync(
      join(folder, 'weir.lock.7'),
      JSON.stringify({ pid: process.pid, since: '2026-01-01T00:00:00.000Z', socket: 'gone.sock' }),
    );

    const lock = await lockDataFolder(folder);

    expect(lockFiles()).toEqual(['weir.lock.8']);
    await lock.release();
  });

  it('lets exactly one of many in, from the dead as well', async () => {
    for (let round = 0; round < 10; round += 1) {
      const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => lockDataFolder(folder)));
      const locks = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      expect(locks).toHaveLength(1);
      for (const outcome of outcomes)
        if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(DataFolderInUse);
      await locks[0]?.release();
    }
  });

  it('works where the path is longer than a socket may have', async () => {
    const dataDir = join(folder, 'x'.repeat(120));
    const lock = await lockDataFolder(dataDir);
    await expect(lockDataFolder(dataDir)).rejects.toThrow(DataFolderInUse);
    await lock.release();
    await (await lockDataFolder(dataDir)).release();
  });

  it('goes with a folder that is renamed', async () => {
    const [before, after] = [join(folder, 'before'), join(folder, 'after')];
    mkdirSync(before);
    const lock = await lockDataFolder(before);
    renameSync(before, after);
    await expect(lockDataFolder(after)).rejects.toThrow(DataFolderInUse);
    await lock.release();
  });

  it('says what to do about a lock file that is none', async () => {
    writeFileSync(join(folder, 'weir.lock.1'), 'rubbish');
    await expect(lockDataFolder(folder)).rejects.toThrow('If no Weir runs on this folder, remove the file.');
  });
});
