import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ruleSchema, severities } from '@weir/contracts';
import { formatMistake } from '@weir/detection';
import { comparisons, measureKinds, ruleFields } from '@weir/domain';
import { checkRules } from '../rules/check-rules';

const page = join(__dirname, '../../../docs/rules.md');

/** The code blocks of the page whose first line says `kind`. */
async function blocks(kind: string): Promise<string[]> {
  const text = await readFile(page, 'utf8');
  return [...text.matchAll(/^```(.+)\n([\s\S]*?)^```$/gm)].flatMap(([, said, block]) =>
    said === kind ? (block ?? '') : [],
  );
}

/** A small rule with the keys of a block in place of its own. */
function ruleWith(part: string): string {
  const whole: Record<string, string> = {
    id: 'example',
    title: '{ en: An example, zh: 示例 }',
    source: 'the documentation',
    on: 'any',
    raise: '{ on: every, severity: low }',
  };
  const own = new Set([...part.matchAll(/^(\w+):/gm)].map(([, key]) => key));
  const lines = Object.entries(whole).flatMap(([key, value]) => (own.has(key) ? [] : [`${key}: ${value}\n`]));
  return `${lines.join('')}${part}`;
}

describe('docs/rules.md', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'weir-language-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function check(text: string): Promise<{ told: string[]; examples: number }> {
    await writeFile(join(folder, 'rules.yaml'), text);
    const { mistakes, examples } = await checkRules(join(folder, 'rules.yaml'));
    return { told: mistakes.map((mistake) => formatMistake(mistake).slice(folder.length + 1)), examples };
  }

  it('shows whole rules without a mistake, whose examples come out as they say', async () => {
    const whole = await blocks('yaml rule');

    expect(whole).toHaveLength(2);
    for (const rule of whole) expect(await check(rule)).toEqual({ told: [], examples: 1 });
  });

  it('shows parts of rules that are right', async () => {
    const parts = await blocks('yaml part');

    expect(parts.length).toBeGreaterThanOrEqual(18);
    for (const part of parts) expect((await check(ruleWith(part))).told).toEqual([]);
  });

  it('shows what is told of a mistaken rule, word for word', async () => {
    const [mistaken] = await blocks('yaml mistaken');
    const [told] = await blocks('text');

    expect((await check(mistaken ?? '')).told).toEqual((told ?? '').trimEnd().split('\n'));
  });

  it('leaves out no key, field, operator, measure, comparison, mode or severity', async () => {
    const text = await readFile(page, 'utf8');
    const words = [
      ...Object.keys(ruleSchema.shape),
      ...ruleFields,
      ...measureKinds.keys(),
      ...comparisons,
      ...severities,
      ...[
        'equals',
        'in',
        'notIn',
        'exists',
        'matches',
        'any',
        'all',
        'not',
        'every',
        'crossing',
        'cooldown',
        'where',
        'by',
      ],
      ...['inList', 'notInList', 'sameAs', 'differsFrom', 'of', 'until', 'history', 'tiers', 'else', 'key'],
      ...['list', 'table', 'rates', 'rate', 'from', 'freeze', 'nextDay'],
      ...['sliding', 'calendar', 'timezone', 'day', 'week', 'month', 'due', 'confirmWithCustomer'],
    ];

    expect(words.filter((word) => !new RegExp(`\`[^\`]*\\b${word}\\b[^\`]*\``).test(text))).toEqual([]);
  });
});
