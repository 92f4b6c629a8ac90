import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mustWeir, root, weir } from '../harness/weir-command';

const packs = join(root, 'apps/rulebook/packs');

describe('weir replay', () => {
  let folder: string;
  let lines: readonly string[];
  const file = (name: string): string => join(folder, name);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-replay-'));
    await mustWeir(['simulate', '--seed', '11', '--accounts', '800', '--days', '14', '--out', file('facts.jsonl')]);
    lines = (await readFile(file('facts.jsonl'), 'utf8')).trimEnd().split('\n');
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true }));

  const replay = async (facts: string, out: string): Promise<string> => {
    await mustWeir(['replay', '--rules', packs, '--facts', file(facts), '--out', file(out)]);
    return readFile(file(out), 'utf8');
  };

  it('gives byte-identical CSV for a file, the file shuffled within ten minutes, and the file with 5 % duplicates', async () => {
    const random = randomOf(4711);
    const time = (line: string): number => Date.parse((JSON.parse(line) as { occurredAt: string }).occurredAt);
    const shuffled = lines
      .map((line) => ({ line, at: time(line) + random() * 600_000 }))
      .sort((a, b) => a.at - b.at)
      .map(({ line }) => line);
    const repeated = lines.flatMap((line, index) => {
      const earlier = lines[Math.max(0, index - Math.floor(random() * 200))] ?? line;
      return random() < 0.05 ? [line, earlier] : [line];
    });
    expect(shuffled).not.toEqual(lines);
    expect(repeated.length).toBeGreaterThan(lines.length * 1.03);
    await writeFile(file('shuffled.jsonl'), `${shuffled.join('\n')}\n`);
    await writeFile(file('repeated.jsonl'), `${repeated.join('\n')}\n`);

    const wanted = await replay('facts.jsonl', 'hits.csv');

    expect(wanted.split('\n').length).toBeGreaterThan(20);
    expect(await replay('shuffled.jsonl', 'shuffled.csv')).toBe(wanted);
    expect(await replay('repeated.jsonl', 'repeated.csv')).toBe(wanted);
  }, 120_000);

  it('reads packed facts from standard input and writes to standard output', async () => {
    await mustWeir(['simulate', '--seed', '11', '--accounts', '800', '--days', '14', '--out', file('facts.jsonl.gz')]);
    const packed = await readFile(file('facts.jsonl.gz'));
    const { code, stdout, stderr } = await weir(['replay', '--rules', packs, '--facts', '-'], {}, packed);
    expect([code, stdout]).toEqual([0, await readFile(file('hits.csv'), 'utf8')]);
    expect(stderr).toContain(`${lines.length} facts: ${lines.length} accepted`);
  }, 60_000);

  it.each([
    [['replay', '--facts', 'x.jsonl'], /--rules/],
    [['replay', '--rules', '/nowhere', '--facts', 'x.jsonl'], /\/nowhere/],
    [['replay', '--rules', packs, '--facts', '/nowhere.jsonl'], /\/nowhere\.jsonl/],
    [['replay', '--rules', packs, '--facts', '-', '--now', '2026-01-01T00:00:00'], /zone/],
    [['replay', '--rules', packs, '--facts', '-', '--map', '/nowhere.yaml'], /\/nowhere\.yaml/],
    [['reply'], /unknown command 'reply'/],
  ])('given %j, says what is wrong and ends with 1', async (args, message) => {
    const { code, stdout, stderr } = await weir(args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/ at .*\.js:\d+/);
  });
});

/** Small generator of numbers in [0, 1), the same for one seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
