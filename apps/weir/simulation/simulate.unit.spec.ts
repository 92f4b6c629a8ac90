import { createHash } from 'node:crypto';
import { factSchema } from '@weir/contracts';
import { parseAmount, parseInstant } from '@weir/domain';
import { behaviours } from './abnormal';
import type { SimulatedFact, SimulationSettings } from './simulate';
import { simulate } from './simulate';

const day = 86_400_000;
const march = Date.UTC(2026, 1, 28, 16);
const settings: SimulationSettings = { seed: 7, accounts: 300, from: march, days: 31 };

const written = (facts: Iterable<SimulatedFact>): string =>
  [...facts].map(({ fact }) => JSON.stringify(fact)).join('\n');

describe('simulate', () => {
  const facts = [...simulate(settings)];

  it('gives the same bytes for the same seed, on every machine', () => {
    const hash = createHash('sha256').update(written(facts)).digest('hex');

    expect(hash).toBe('033a5475b8a267e7d1ac74f6aa86570f180fa4c981b27a3a529e2235ca167363');
  });

  it('gives other facts for another seed, under other ids', () => {
    const others = [...simulate({ ...settings, seed: 8, days: 1 })];
    const known = new Set(facts.map(({ fact }) => fact.id));

    expect(others.length).toBeGreaterThan(100);
    expect(others.filter(({ fact }) => known.has(fact.id))).toEqual([]);
  });

  it('writes facts that the contract, the money and the time of the product take', () => {
    const wrong = facts.filter(({ fact, occurredAt }) => {
      const time = parseInstant(fact.occurredAt);
      const amount = fact.kind === 'operation' ? undefined : parseAmount(fact.amount ?? '', fact.currency ?? '');
      return (
        !factSchema.safeParse(fact).success ||
        !(time.ok && time.value === occurredAt) ||
        (fact.kind === 'transaction' && fact.accountId === undefined) ||
        (amount !== undefined && !(amount.ok && amount.value > 0))
      );
    });

    expect(wrong).toEqual([]);
  });

  it('writes them in the order of facts, each under its own id, within the time asked for', () => {
    const keys = facts.map(
      ({ fact, occurredAt }) => `${String(occurredAt).padStart(15, '0')} ${fact.source} ${fact.id}`,
    );

    expect(keys).toEqual([...keys].sort());
    expect(new Set(facts.map(({ fact }) => fact.id)).size).toBe(facts.length);
    expect(facts[0]?.occurredAt).toBeGreaterThanOrEqual(march);
    expect(facts.at(-1)?.occurredAt).toBeLessThan(march + 31 * day);
  });

  it('begins anywhere in the middle with the same facts', () => {
    const from = march + 3 * day + 11 * 3_600_000;
    const part = [...simulate({ ...settings, from, days: 2 })];
    const same = facts.filter(({ occurredAt }) => occurredAt >= from && occurredAt < from + 2 * day);

    expect(written(part)).toBe(written(same));
  });

  it('plants every behaviour, and says which facts it is made of', () => {
    const byId = new Map(facts.map(({ fact }) => [fact.id, fact]));
    const planted = facts.flatMap(({ planted: one }) => one ?? []);

    expect(new Set(planted.map(({ behaviour }) => behaviour))).toEqual(new Set(behaviours.map(({ name }) => name)));
    for (const { behaviour, rules, about, facts: ids, occurredAt } of planted) {
      const known = behaviours.find(({ name }) => name === behaviour);
      const last = byId.get(ids.at(-1) ?? '');
      expect(rules).toEqual(known?.rules);
      expect(about).toEqual(known === undefined ? {} : { [known.about]: last?.[known.about] });
      expect(Object.values(about)).toEqual([expect.any(String)]);
      expect(last?.occurredAt).toBe(occurredAt);
      for (const id of ids) expect(byId.has(id)).toBe(true);
    }
  });

  it('names no behaviour whose beginning was not asked for', () => {
    const part = [...simulate({ ...settings, from: march + 10 * day + 43_200_000, days: 2 })];
    const known = new Set(part.map(({ fact }) => fact.id));

    for (const { planted } of part) {
      for (const id of planted?.facts ?? []) expect(known.has(id)).toBe(true);
    }
  });

  it('is quiet at night, pays wages on paydays, and closes the counter on Sundays', () => {
    const hourOf = (occurredAt: string): number => Number(occurredAt.slice(11, 13));
    const night = facts.filter(({ fact }) => hourOf(fact.occurredAt) < 6).length / facts.length;
    expect(night).toBeGreaterThan(0.003);
    expect(night).toBeLessThan(0.05);

    const salaries = facts.filter(({ fact }) => fact.type === 'salary');
    const paydays = new Set(salaries.map(({ fact }) => fact.occurredAt.slice(8, 10)));
    // In March 2026 the 15th is a Sunday: wages come on Friday the 13th.
    expect([...paydays].sort()).toEqual(['05', '10', '13', '20', '25']);

    const sundays = facts.filter(({ occurredAt }) => new Date(occurredAt + 8 * 3_600_000).getUTCDay() === 0);
    expect(sundays.length).toBeGreaterThan(0);
    expect(sundays.filter(({ fact }) => fact.channel === 'counter' && fact.kind === 'operation')).toEqual([]);
    const opening = facts.filter(({ fact }) => fact.channel === 'counter').map(({ fact }) => hourOf(fact.occurredAt));
    expect(Math.min(...opening)).toBeGreaterThanOrEqual(9);
    expect(Math.max(...opening)).toBeLessThan(17);
  });

  it('knows foreign currencies, several branches, tellers, machines and both kinds of facts', () => {
    const distinct = (of: (fact: SimulatedFact['fact']) => unknown): number =>
      new Set(facts.map(({ fact }) => of(fact)).filter((value) => value !== undefined)).size;

    expect(distinct(({ currency }) => currency)).toBeGreaterThanOrEqual(3);
    expect(distinct(({ branchId }) => branchId)).toBeGreaterThanOrEqual(3);
    expect(distinct(({ tellerId }) => tellerId)).toBeGreaterThanOrEqual(12);
    expect(distinct(({ deviceId }) => deviceId)).toBeGreaterThanOrEqual(100);
    expect(distinct(({ kind }) => kind)).toBe(2);
    expect(distinct(({ attributes }) => attributes?.edition)).toBe(3);
  });

  it.each([
    [{ seed: -1 }, 'seed'],
    [{ accounts: 0 }, 'accounts'],
    [{ days: 0 }, 'days'],
    [{ from: 0 }, '1992'],
  ])('refuses %p', (wrong, named) => {
    expect(() => simulate({ ...settings, ...wrong }).next()).toThrow(named);
  });

  it('runs with a single account', () => {
    expect(() => [...simulate({ ...settings, accounts: 1, days: 3 })]).not.toThrow();
  });
});
