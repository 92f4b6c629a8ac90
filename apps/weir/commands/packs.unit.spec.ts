import { join } from 'node:path';
import type { RuleDocument } from '@weir/contracts';
import { formatMistake, readRuleFiles, runExamples } from '@weir/detection';
import { compileRules, Detector, type Fact, type HitState, homeKeyOf } from '@weir/domain';
import { readFact } from '@weir/intake';
import { behaviours } from '../simulation/behaviours';
import { type PlantedBehaviour, simulate } from '../simulation/simulate';
import { checkRules } from './rules-check';

const packs = join(__dirname, '../../rulebook/packs');
const names = ['personal-ebanking', 'abnormal-transactions'];

/** The fact as the product reads it. */
function read(message: unknown): Fact {
  const outcome = readFact.run(Buffer.from(JSON.stringify(message)), {
    settings: { partitions: 1, maxFutureMs: Number.MAX_SAFE_INTEGER },
    arrivedAt: 0,
  });
  if ('reason' in outcome) throw new Error(outcome.message);
  return outcome.fact;
}

describe.each(names)('the pack %s', (name) => {
  it('has no mistake, and every example comes out as it says', async () => {
    const { mistakes, examples } = await checkRules(join(packs, name));

    expect(mistakes.map(formatMistake)).toEqual([]);
    expect(examples).toBeGreaterThan(20);
  });

  it('has rules whose file carries their name, that speak both languages and name their source', async () => {
    const { rules } = await readRuleFiles(join(packs, name));

    for (const { rule, file } of rules) {
      expect(file).toBe(join(packs, name, `${rule.id}.yaml`));
      expect(rule.title.en).toMatch(/^[\x20-\x7e]+$/);
      expect(rule.title.zh).toMatch(/\p{Script=Han}{4}/u);
      expect(rule.description?.en).toMatch(/Not covered yet|own accounts|apart from/);
      expect(rule.description?.zh).toMatch(/\p{Script=Han}{10}/u);
      expect(rule.source).toMatch(/clause \d|article \d/);
    }
  });

  it('has rules with examples that hit and examples that do not, and money only in a currency', async () => {
    const { rules } = await checkRules(join(packs, name));

    for (const rule of rules) {
      const examples = rule.examples ?? [];
      expect(examples.some(({ hits }) => hits.length > 0)).toBe(true);
      expect(examples.some(({ hits }) => hits.length === 0)).toBe(true);
      if (rule.threshold?.currency !== undefined) {
        expect(rule.when).toContainEqual({ field: 'currency', in: [rule.threshold.currency] });
      }
    }
  });

  it('has examples that notice when a limit is moved, or what is just beside it', async () => {
    const { rules } = await readRuleFiles(join(packs, name));

    for (const { rule } of rules) {
      for (const changed of changesOf(rule)) expect(runExamples(changed, read, [])).not.toEqual([]);
    }
  });
});

/** The rule with its limit moved by the smallest step, down and up, and with the other comparison at the same limit. */
function changesOf(rule: RuleDocument): RuleDocument[] {
  const { threshold } = rule;
  const comparison = threshold?.above === undefined ? 'atLeast' : 'above';
  const limit = String(threshold?.[comparison]);
  const money = threshold?.currency !== undefined;
  const moved = (by: number): string => {
    const units = Math.round(Number(limit) * (money ? 100 : 1)) + by;
    return money ? `${Math.floor(units / 100)}.${String(units % 100).padStart(2, '0')}` : String(units);
  };
  const currency = money ? { currency: threshold?.currency } : {};
  return [
    { ...rule, threshold: { [comparison]: moved(1), ...currency } },
    { ...rule, threshold: { [comparison]: moved(-1), ...currency } },
    { ...rule, threshold: { [comparison === 'above' ? 'atLeast' : 'above']: limit, ...currency } },
  ];
}

describe('the packs on a simulated month', () => {
  const facts: Fact[] = [];
  const planted: PlantedBehaviour[] = [];
  let hits: HitState[] = [];

  beforeAll(async () => {
    const { rules } = await readRuleFiles(packs);
    const detector = new Detector(compileRules(rules.map(({ rule }) => rule)));
    const standing = new Map<string, HitState>();
    for (const simulated of simulate({ seed: 11, accounts: 1_000, from: Date.UTC(2026, 1, 28, 16), days: 31 })) {
      const fact = read(simulated.fact);
      facts.push(fact);
      if (simulated.planted !== undefined) planted.push(simulated.planted);
      const accepted = detector.accept(fact, { topic: 'facts', partition: 0, offset: facts.length });
      if (accepted.outcome !== 'accepted') throw new Error(`${fact.id} was ${accepted.outcome}`);
      for (const state of accepted.states) standing.set(state.hitId, state);
    }
    hits = [...standing.values()].filter(({ status }) => status !== 'withdrawn');
  });

  const foundBy = (one: PlantedBehaviour): HitState[] =>
    hits.filter(
      ({ rule, fact, evidence }) =>
        rule === one.rule &&
        fact.accountId === one.accountId &&
        evidence.facts.some(({ id }) => one.facts.includes(id)),
    );

  it('find every planted behaviour that a rule is meant to find', () => {
    const meant = planted.filter(({ rule }) => rule !== null);

    expect(new Set(meant.map(({ rule }) => rule)).size).toBe(16);
    expect(meant.filter((one) => foundBy(one).length === 0)).toEqual([]);
  });

  it('name only rules that ship', async () => {
    const { rules } = await readRuleFiles(packs);
    const shipped = rules.map(({ rule }) => rule.id);

    expect(behaviours.flatMap(({ rule }) => rule ?? []).filter((id) => !shipped.includes(id))).toEqual([]);
  });

  it('raise few hits on accounts where nothing was planted', () => {
    const accounts = new Set(planted.map(({ accountId }) => accountId));
    const beside = hits.filter(({ fact }) => !accounts.has(fact.accountId ?? ''));
    const perRule = new Map<string, number>();
    for (const { rule } of beside) perRule.set(rule, (perRule.get(rule) ?? 0) + 1);

    expect(facts.length).toBeGreaterThan(30_000);
    expect(new Set(facts.map(homeKeyOf)).size).toBeGreaterThan(900);
    expect(beside.length).toBeLessThan(hits.length / 10);
    expect(Math.max(0, ...perRule.values())).toBeLessThan(facts.length / 2_000);
  });
});
