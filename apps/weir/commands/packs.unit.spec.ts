import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReferenceDocument, RuleDocument } from '@weir/contracts';
import { formatMistake, readRuleFiles } from '@weir/detection';
import type { comparisons } from '@weir/domain';
import { compareFacts, compileRules, Detection, type Fact, type HitState } from '@weir/domain';
import { readFact } from '@weir/intake';
import { simulate } from '../simulation/simulate';
import { checkRules } from '../rules/check-rules';

const packs = join(__dirname, '../../rulebook/packs');
const names = [
  'personal-ebanking',
  'treasury-bonds',
  'large-value-reporting',
  'abnormal-transactions',
  'branch-operations',
];

/** The fact as the product reads it. */
function read(message: unknown): Fact {
  const outcome = readFact.run(Buffer.from(JSON.stringify(message)), {
    settings: { partitions: 1, maxFutureMs: Number.MAX_SAFE_INTEGER },
    arrivedAt: 0,
  });
  if ('reason' in outcome) throw new Error(outcome.message);
  return outcome.fact;
}

/** Which facts of a rule's examples are hits in the end, and how grave. */
function outcomeOf(rule: RuleDocument, references: readonly ReferenceDocument[]): readonly string[] {
  const rules = compileRules([rule], references);
  return (rule.examples ?? []).flatMap(({ facts }, example) => {
    const detection = Detection.begin(rules);
    const standing = new Map<string, HitState>();
    for (const [offset, fact] of facts.map(read).sort(compareFacts).entries()) {
      const accepted = detection.accept(fact, { topic: 'examples', partition: 0, offset });
      if (accepted.outcome !== 'accepted') throw new Error(`${fact.id} was ${accepted.outcome}`);
      for (const state of accepted.states) standing.set(state.hitId, state);
    }
    const hits = [...standing.values()].filter(({ status }) => status !== 'withdrawn');
    return hits.map(({ fact: { id }, severity }) => `${example} ${id} ${severity}`).sort();
  });
}

describe.each(names)('the pack %s', (name) => {
  it('has no mistake by itself, and every example comes out as it says', async () => {
    const { mistakes, rules, examples } = await checkRules(join(packs, name));

    expect(mistakes.map(formatMistake)).toEqual([]);
    expect(examples).toBeGreaterThanOrEqual(2 * rules.length);
  });

  it('has rules whose file carries their name, that speak both languages and name their source', async () => {
    const { rules, references } = await readRuleFiles(join(packs, name));

    for (const { rule, file } of rules) {
      expect(file).toBe(join(packs, name, `${rule.id}.yaml`));
      expect(rule.title.en).toMatch(/^[\x20-\x7e]+$/);
      expect(rule.title.zh).toMatch(/\p{Script=Han}{4}/u);
      expect(rule.description?.en).toMatch(/^[\x20-\x7e]+$/);
      expect(rule.description?.zh).toMatch(/\p{Script=Han}{6}/u);
      expect(rule.source).toMatch(/clause \d|article \d|\p{Script=Han}{6}/u);
    }
    for (const { reference, file } of references) {
      expect(file).toContain(join(packs, name, 'reference'));
      expect(reference.title?.zh).toMatch(/\p{Script=Han}{4}/u);
      expect(reference.source).toMatch(/starting values|article 7/i);
    }
  });

  it('has rules with examples that hit and examples that do not', async () => {
    const { rules } = await checkRules(join(packs, name));

    for (const { id, examples = [] } of rules) {
      expect([id, examples.some(({ hits }) => hits.length > 0)]).toEqual([id, true]);
      expect([id, examples.some(({ hits, facts }) => hits.length < facts.length)]).toEqual([id, true]);
    }
  });

  it('measures money only in a currency that its facts have, or that there are rates into', async () => {
    const { rules, references } = await checkRules(join(packs, name));

    for (const { id, threshold, when } of rules) {
      const currency = threshold?.currency;
      if (currency === undefined) continue;
      const only = when.some((one) => 'field' in one && one.field === 'currency' && one.in?.join() === currency);
      const rated = references.some((one) => 'rates' in one && one.rates === currency);
      expect([id, only || rated]).toEqual([id, true]);
    }
  });

  it('has examples that notice when a limit is moved by the smallest step, or what is just beside it', async () => {
    const { rules, references } = await checkRules(join(packs, name));

    for (const rule of rules) {
      const outcome = outcomeOf(rule, references);
      for (const changed of changesOf(rule)) {
        expect([changed.threshold, outcomeOf(changed, references)]).not.toEqual([changed.threshold, outcome]);
      }
    }
  });

  it('has examples that notice when what a rule looks up is moved by the smallest step', async () => {
    const { rules, references } = await checkRules(join(packs, name));

    for (const table of references.filter((one) => 'table' in one)) {
      for (const [key, value] of Object.entries(table.values)) {
        for (const by of [-1, 1]) {
          const moved = { ...table, values: { ...table.values, [key]: stepped(String(value), by, true) } };
          const others = references.filter((one) => one !== table);
          const noticed = rules.some(
            (rule) => outcomeOf(rule, [...others, moved]).join() !== outcomeOf(rule, references).join(),
          );
          expect([key, by, noticed]).toEqual([key, by, true]);
        }
      }
    }
  });
});

type Level = Pick<NonNullable<RuleDocument['threshold']>, (typeof comparisons)[number]>;

/**
 * The rule with each of its constant limits moved by the smallest step, down and up, and with the other comparison at the same
 * limit. A limit of one counted fact is as low as a limit can be.
 */
function changesOf(rule: RuleDocument): RuleDocument[] {
  const { threshold } = rule;
  if (threshold === undefined) return [];
  const money = threshold.currency !== undefined && !('timesUsual' in (rule.measure ?? {}));
  const { tiers, currency } = threshold;
  const rest = currency === undefined ? {} : { currency };
  const levels = tiers ?? [threshold];
  return levels.flatMap((level, index) =>
    changedLevels(level, money, 'count' in (rule.measure ?? {})).map((changed): RuleDocument => ({
      ...rule,
      threshold:
        tiers === undefined
          ? { ...changed, ...rest }
          : { tiers: tiers.map((one, at) => (at === index ? { ...changed, severity: one.severity } : one)), ...rest },
    })),
  );
}

function changedLevels(level: Level, money: boolean, counts: boolean): Level[] {
  const comparison = level.above === undefined ? 'atLeast' : 'above';
  const limit = level[comparison];
  if (limit === undefined) throw new Error('A level compares in a way that this test does not know.');
  const other = comparison === 'above' ? 'atLeast' : 'above';
  if (typeof limit === 'object') return [{ [other]: limit }];
  if (counts && String(limit) === '1') return [{ [comparison]: '2' }, { [other]: limit }];
  return [
    { [comparison]: stepped(String(limit), 1, money) },
    { [comparison]: stepped(String(limit), -1, money) },
    { [other]: limit },
  ];
}

/** The decimal, a minor unit or one higher or lower. */
function stepped(limit: string, by: number, money: boolean): string {
  const units = Math.round(Number(limit) * (money ? 100 : 1)) + by;
  return money ? `${Math.floor(units / 100)}.${String(units % 100).padStart(2, '0')}` : String(units);
}

describe('the packs together', () => {
  it('have no mistake, and give every rule and every reference one name', async () => {
    const { rules, references, mistakes } = await checkRules(packs);

    expect(mistakes.map(formatMistake)).toEqual([]);
    expect(rules.length).toBeGreaterThanOrEqual(49);
    expect(references.map((one) => ('list' in one ? one.list : 'table' in one ? one.table : one.rates)).sort()).toEqual(
      [
        'CNY',
        'USD',
        'dual-custody-operations',
        'large-value-exempt-parties',
        'large-value-exempt-types',
        'teller-authority',
      ],
    );
  });

  it('recommend a freeze where the e-banking rules say so, and nowhere else', async () => {
    const { rules } = await checkRules(packs);

    expect(
      rules.filter(({ recommend }) => recommend !== undefined).map(({ id, recommend }) => [id, recommend]),
    ).toEqual(
      ['ebank-failed-checks-passbook', 'ebank-failed-checks'].map((id) => [id, { freeze: { until: 'nextDay' } }]),
    );
  });
});

describe('the descriptions of the packs', () => {
  const rulebook = join(packs, '..');

  it('name every rule of a pack, and no other', async () => {
    for (const name of names) {
      const { rules } = await readRuleFiles(join(packs, name));
      const page = await readFile(join(packs, name, 'README.md'), 'utf8');
      const rows = [...page.matchAll(/^\| `([a-z0-9-]+)` +\|/gm)].map(([, id]) => id);

      expect([name, rows]).toEqual([name, rules.map(({ rule }) => rule.id)]);
      expect(await readFile(join(rulebook, 'README.md'), 'utf8')).toMatch(
        new RegExp(`\\(packs/${name}/README\\.md\\).*\\| ${rules.length} +\\|`),
      );
    }
  });

  it('list every field, type, channel and attribute that rules read or the simulated bank sends', async () => {
    const page = (await readFile(join(rulebook, 'README.md'), 'utf8')).replace(/^```[\s\S]*?^```$/gm, '');
    const told = new Set([...page.matchAll(/`([^`]+)`/g)].map(([, word]) => word));
    const { rules, references } = await checkRules(packs);
    const used = new Set<string>();
    for (const { when, trigger, measure, threshold } of rules) wordsIn({ when, trigger, measure, threshold }, used);
    for (const reference of references) {
      if ('list' in reference) for (const value of reference.values) used.add(String(value));
      if ('table' in reference) for (const key of Object.keys(reference.values)) used.add(key);
    }
    for (const { fact } of simulate({ seed: 3, accounts: 300, from: Date.UTC(2026, 2, 15), days: 10 })) {
      for (const word of [fact.kind, fact.type, fact.channel]) if (typeof word === 'string') used.add(word);
      for (const name of Object.keys(fact.attributes ?? {})) used.add(`attributes.${name}`);
    }

    expect(used.size).toBeGreaterThan(60);
    expect([...used].filter((word) => !told.has(word)).sort()).toEqual([]);
  });
});

/** Keys of a rule whose value is the name of a field. */
const fieldKeys = ['field', 'sameAs', 'value', 'sum', 'distinct', 'turn', 'timesUsual', 'key', 'by'];

/** Every field that a part of a rule names, and every word that it compares a type or a channel with. */
function wordsIn(part: unknown, words: Set<string>): void {
  if (typeof part !== 'object' || part === null) return;
  for (const [key, value] of Object.entries(part)) {
    if (fieldKeys.includes(key)) for (const name of [value].flat()) words.add(String(name));
    wordsIn(value, words);
  }
  if ('field' in part && (part.field === 'type' || part.field === 'channel')) {
    const compared = [Reflect.get(part, 'in') ?? [], Reflect.get(part, 'equals') ?? []].flat() as unknown[];
    for (const word of compared) words.add(String(word));
  }
}
