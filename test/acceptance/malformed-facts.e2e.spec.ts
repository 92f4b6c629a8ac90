import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keptBytesOfTooLarge, type DeadLetter } from '@weir/contracts';
import { malformedFactsArriveAt, malformedFactsAsLines } from '../fixtures/malformed-facts/malformed-facts';
import { root, weir } from '../harness/weir-command';

describe('a file of malformed facts through weir replay', () => {
  const { file, cases } = malformedFactsAsLines();
  let folder: string;
  let stderr: string;
  let letters: ReadonlyMap<number, DeadLetter>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-malformed-'));
    const [facts, out] = [join(folder, 'facts.jsonl'), join(folder, 'dead-letters.jsonl')];
    await writeFile(facts, file);
    const rules = join(root, 'apps/rulebook/packs');
    const now = new Date(malformedFactsArriveAt).toISOString();
    const result = await weir(['replay', '--rules', rules, '--facts', facts, '--dead-letters', out, '--now', now]);
    expect(result.code).toBe(0);
    stderr = result.stderr;
    const lines = (await readFile(out, 'utf8')).trimEnd().split('\n');
    letters = new Map(lines.map((line) => JSON.parse(line) as DeadLetter).map((letter) => [letter.line ?? 0, letter]));
    expect(letters.size).toBe(lines.length);
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true }));

  it('has at least 60 of them', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
  });

  it.each(cases.map((one, index) => [one.name, one, index + 1] as const))('%s', (_name, one, line) => {
    const wanted = one.engine === 'conflicting-id' ? 'conflicting-id' : one.expect;
    const letter = letters.get(line);
    if (wanted === 'accepted') {
      expect(letter).toBeUndefined();
      return;
    }
    expect(letter?.reason).toBe(wanted);
    expect(letter?.message).toMatch(/\w.{10,}/);
    expect(letter?.original).toBe(one.bytes.subarray(0, keptBytesOfTooLarge).toString('base64'));
    if (wanted === 'too-large') expect([letter?.length, letter?.sha256?.length]).toEqual([one.bytes.length, 64]);
  });

  it('ends with accepted + duplicates + refused = sent', () => {
    const counts = /(\d+) facts: (\d+) accepted \(\d+ of them late\), (\d+) duplicates, (\d+) refused/.exec(stderr);
    const [sent, accepted, duplicates, refused] = (counts ?? []).slice(1).map(Number);
    expect(sent).toBe(cases.length);
    expect(refused).toBe(letters.size);
    expect((accepted ?? 0) + (duplicates ?? 0) + (refused ?? 0)).toBe(sent);
    expect(duplicates).toBe(cases.filter(({ engine }) => engine === 'duplicate').length);
  });
});
