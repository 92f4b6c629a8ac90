import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { Command } from 'commander';
import type { PlantedBehaviour } from '../simulation/simulate';
import { simulateCommand } from './simulate';

describe('weir simulate', () => {
  let folder: string;
  let told: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-simulate-'));
    told = '';
    jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
      told += String(text);
      return true;
    });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await rm(folder, { recursive: true });
  });

  /** What `weir simulate …` would do, with an exit turned into an error. */
  async function run(...args: string[]): Promise<void> {
    const command = simulateCommand();
    const strict = (one: Command): Command =>
      one.exitOverride().configureOutput({ writeErr: (text) => (told += text) });
    await strict(new Command('weir'))
      .addCommand(strict(command))
      .parseAsync(['simulate', ...args], { from: 'user' });
  }

  const settings = ['--seed', '7', '--accounts', '100', '--days', '3'];

  it('writes facts and, apart, what was planted, the same bytes every time, and says how much', async () => {
    const files = ['a', 'b'].map((name) => ({
      out: join(folder, `${name}.jsonl`),
      planted: join(folder, `${name}-p.jsonl`),
    }));
    for (const { out, planted } of files) await run(...settings, '--out', out, '--planted', planted);

    const [a, b] = await Promise.all(files.map(({ out }) => readFile(out, 'utf8')));
    const planted = await Promise.all(files.map((one) => readFile(one.planted, 'utf8')));
    expect(a).toBe(b);
    expect(planted[0]).toBe(planted[1]);
    const lines = (a ?? '').trimEnd().split('\n');
    const behaviours = (planted[0] ?? '').trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(200);
    const first = JSON.parse(behaviours[0] ?? '') as PlantedBehaviour;
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(
      expect.arrayContaining([...first.facts]),
    );
    expect(told).toContain(`${lines.length} facts, ${behaviours.length} planted behaviours`);
  });

  it('compresses where the name says so', async () => {
    await run(...settings, '--out', join(folder, 'a.jsonl'));
    await run(...settings, '--out', join(folder, 'a.jsonl.gz'));

    const packed = await readFile(join(folder, 'a.jsonl.gz'));
    expect(gunzipSync(packed)).toEqual(await readFile(join(folder, 'a.jsonl')));
  });

  it('begins when it is told to', async () => {
    const out = join(folder, 'a.jsonl');
    await run(...settings, '--from', '2026-05-04T12:00:00Z', '--out', out);

    const [first] = (await readFile(out, 'utf8')).split('\n');
    expect((JSON.parse(first ?? '') as { occurredAt: string }).occurredAt).toMatch(/^2026-05-04T2[0-3].*\+08:00$/);
  });

  it.each([
    [['--seed', '-1', '--accounts', '10', '--days', '1'], 'whole number'],
    [['--seed', '1', '--accounts', '1e9', '--days', '1'], 'whole number'],
    [['--seed', '1', '--accounts', '10'], '--days'],
    [['--seed', '1', '--accounts', '10', '--days', '1', '--from', '2026-01-01T00:00:00'], 'has no zone'],
    [['--seed', '1', '--accounts', '10', '--days', '1', '--from', '1980-01-01T00:00:00Z'], '1992'],
  ])('refuses %j', async (args, reason) => {
    await expect(run(...args, '--out', join(folder, 'x.jsonl'))).rejects.toThrow();
    expect(told).toContain(reason);
  });

  it('fails where it cannot write', async () => {
    await expect(run(...settings, '--out', join(folder, 'none', 'x.jsonl'))).rejects.toThrow('ENOENT');
  });
});
