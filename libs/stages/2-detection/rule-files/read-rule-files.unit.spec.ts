import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { formatMistake } from './mistake';
import { maxRuleFileBytes } from './list-rule-files';
import { readRuleFiles } from './read-rule-files';

const rule = (id: string, more = ''): string =>
  `id: ${id}\ntitle: {en: A rule, zh: 规则}\nsource: a decision\non: any\nraise: {on: every, severity: low}\n${more}`;

describe('readRuleFiles', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-rules-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function given(files: Record<string, string | Uint8Array>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
  }
  const told = async (path = folder): Promise<string[]> =>
    (await readRuleFiles(path)).mistakes.map((mistake) => formatMistake(mistake).replaceAll(folder, ''));

  it('reads all rule files of a folder and those in it by name, and nothing else', async () => {
    await given({
      'b.yml': rule('b'),
      'a.yaml': rule('a'),
      'in/c.json':
        '{"id": "c", "title": {"en": "A", "zh": "规"}, "source": "s", "on": "any", "raise": {"on": "every", "severity": "low"}}',
      'readme.md': '# no rule',
      '.hidden/d.yaml': 'broken: [',
      'node_modules/e.yaml': 'broken: [',
    });

    const { rules, mistakes, files } = await readRuleFiles(folder);

    expect(mistakes).toEqual([]);
    expect(rules.map(({ rule: { id } }) => id)).toEqual(['a', 'b', 'c']);
    expect(files).toEqual(['a.yaml', 'b.yml', 'in/c.json'].map((name) => join(folder, name)));
  });

  it('reads a single file, whatever it is called and wherever it begins with a byte order mark', async () => {
    await given({ 'rules.txt': `\ufeff${rule('a').replaceAll('\n', '\r\n')}` });

    expect((await readRuleFiles(join(folder, 'rules.txt'))).rules.map(({ rule: { id } }) => id)).toEqual(['a']);
  });

  it('tells a rule that stands in two files, with both places', async () => {
    await given({ 'a.yaml': rule('same'), 'b.yaml': `---\n${rule('same', 'version: 2\n')}` });

    expect(await told()).toEqual([
      '/b.yaml:2:5 id: The rule "same" stands in another file too: /a.yaml:1:1 (keep all versions of a rule in one file, or give this one another id)',
    ]);
    expect((await readRuleFiles(folder)).rules).toHaveLength(1);
  });

  it('tells a version that is given twice, and one that begins too early', async () => {
    const from = (version: number, day: string): string =>
      rule('a', `version: ${version}\neffectiveFrom: 2026-01-${day}T00:00:00Z\n---\n`);
    await given({ 'a.yaml': from(1, '01') + from(1, '05') + from(2, '03') + from(3, '03') });

    expect(await told()).toEqual([
      '/a.yaml:14:10 version: Version 1 of "a" is given twice; it stands already at /a.yaml:1:1 (give each version its own number)',
      '/a.yaml:23:16 effectiveFrom: Version 2 must begin after version 1, which begins 2026-01-05T00:00:00.000Z.',
      '/a.yaml:31:16 effectiveFrom: Version 3 must begin after version 1, which begins 2026-01-05T00:00:00.000Z.',
    ]);
  });

  it('tells a further version that does not say from when it governs', async () => {
    await given({ 'a.yaml': `${rule('a')}---\n${rule('a', 'version: 2\n')}`, 'b.yaml': rule('b', 'version: 2\n') });

    const message =
      'effectiveFrom: Version 2 does not say from when it governs: only the first version may leave "effectiveFrom" out ' +
      '(give a time that is in the future when the version is published)';
    const found = await told();
    expect(found.map((one) => one.replace(/:\d+:\d+/, ''))).toEqual([`/a.yaml ${message}`, `/b.yaml ${message}`]);
  });

  it('tells what cannot be read', async () => {
    await given({
      'a.yaml': new Uint8Array([0x69, 0x64, 0x3a, 0x20, 0xff]),
      'b.yaml': '#'.repeat(maxRuleFileBytes + 1),
      'empty/readme.md': '',
    });

    expect(await told()).toEqual([
      '/a.yaml:1:1: The file is not UTF-8 text (save it as UTF-8)',
      `/b.yaml:1:1: The file has ${maxRuleFileBytes + 1} bytes; a rule file may have ${maxRuleFileBytes} (split it)`,
    ]);
    expect(await told(join(folder, 'none'))).toEqual(['/none:1:1: There is no such file or folder.']);
    expect(await told(join(folder, 'empty'))).toEqual([
      '/empty:1:1: The folder holds no rule file (rule files end in .yaml, .yml, .json)',
    ]);
  });

  it('is not led round in circles by a link', async () => {
    await given({ 'a.yaml': rule('a') });
    await symlink(folder, join(folder, 'again'));

    expect((await readRuleFiles(folder)).rules).toHaveLength(1);
  });
});
