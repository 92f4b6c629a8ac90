import fc from 'fast-check';
import type { Fact } from '../fact/fact';
import { compileRules } from '../rule/compile';
import type { RuleSpec } from '../rule/rule-spec';
import { dimensionsOf } from './dimension';
import { fact, hour, minute, rule } from './given.spec';
import { Group } from './group';
import { FactStore } from './held/fact-store';
import { HitStates } from './hit-states';
import { fewFacts } from './running-totals';

const by = ['accountId'];
const counted = (id: string, window: string, given: Partial<RuleSpec> = {}): RuleSpec =>
  rule({
    id,
    measure: { count: 'facts', by, window: { sliding: window } },
    threshold: { above: 2 },
    ...given,
  });
const summed = (id: string, window: string, given: Partial<RuleSpec> = {}): RuleSpec =>
  rule({
    id,
    measure: { sum: 'amount', by, window: { sliding: window } },
    threshold: { above: '10.00', currency: 'CNY' },
    ...given,
  });
const small = { field: 'amount', atMost: '5.00' } as const;

/** A group under rules that look at the same account. */
class Setting {
  readonly group: Group;
  readonly store = new FactStore();
  private offset = 0;

  constructor(documents: readonly RuleSpec[]) {
    const [dimension] = dimensionsOf(compileRules(documents).rules, 'accountId');
    if (dimension === undefined) throw new Error('There is a rule with a window.');
    this.group = new Group(dimension, 'A1', ['A1'], this.store);
  }

  put(one: Fact): void {
    const { dimension } = this.group;
    dimension.fused.look(one);
    const held = { heldSince: -Infinity, lostBefore: -Infinity };
    const at = { topic: 'facts', partition: 0, offset: this.offset++ };
    this.group.accept(one, this.store.add(one, false), new HitStates(one, at, 0, held));
  }

  /** What is kept of the window of the rule in a column. */
  kept(column: number): string | null {
    const standing = this.group.dimension.totals.standing(this.group, column);
    if (standing === null) return null;
    const { head, facts, sum, excess, unread } = standing;
    const all = BigInt(sum) + BigInt(excess) * 2n ** 52n;
    return `from ${head}: ${facts} = ${all}, ${unread?.join(' ') ?? 'all read'}`;
  }

  /** The same by looking at every fact. */
  wanted(column: number): string {
    const { group } = this;
    const { window, measure } = group.dimension.rules[column] ?? {};
    if (window?.kind !== 'sliding') throw new Error('The window slides.');
    const newest = group.timeAt(group.length - 1);
    const all = Array.from({ length: group.length }, (_, index) => index);
    const head = all.find((index) => group.timeAt(index) > newest - window.length) ?? 0;
    const inside = all.filter((index) => index >= head && group.measuresAt(index, 1 << column));
    const contributions = inside.map((index) => measure?.contribution(group.factAt(index)));
    const numbers = contributions.filter((one) => typeof one === 'number');
    const spoilt = contributions.length - numbers.length;
    const sum = numbers.reduce((total, one) => total + BigInt(one), 0n);
    return `from ${head}: ${numbers.length} = ${sum}, ${spoilt === 0 ? 'all read' : `0 ${spoilt} 0`}`;
  }
}

/** Facts that come one after the other, a minute apart. */
const minutes = (howMany: number): readonly Fact[] =>
  Array.from({ length: howMany }, (_, n) => fact(`m${String(n).padStart(3, '0')}`, n * minute));

describe('what a group keeps of windows that slide', () => {
  it('begins once the group has more than a few facts', () => {
    const setting = new Setting([counted('count', 'PT1H')]);
    const all = minutes(fewFacts + 2);

    const kept = all.map((one) => {
      setting.put(one);
      return setting.kept(0);
    });

    expect(kept.slice(fewFacts - 1)).toEqual([null, 'from 0: 9 = 9, all read', 'from 0: 10 = 10, all read']);
  });

  it('is what stands in the windows, whatever comes in whatever order, how large it may be, and what is taken off', () => {
    const documents = [
      counted('count', 'PT5M'),
      summed('sum', 'PT5M'),
      summed('long', 'PT1H'),
      summed('small', 'PT20M', { measure: { sum: 'amount', where: [small], by, window: { sliding: 'PT20M' } } }),
      rule({
        id: 'average',
        measure: { average: 'amount', by, window: { sliding: 'PT20M' } },
        threshold: { above: '10.00', currency: 'CNY' },
      }),
    ];
    const amount = fc.oneof(
      { weight: 8, arbitrary: fc.nat(1_000) },
      { weight: 1, arbitrary: fc.integer({ min: 2 ** 50, max: Number.MAX_SAFE_INTEGER }) },
    );
    const put = fc.record({
      at: fc.integer({ min: 0, max: 90 }),
      amount,
      currency: fc.constantFrom('CNY', 'CNY', 'CNY', 'USD'),
    });
    const step = fc.oneof(
      { weight: 10, arbitrary: put },
      { weight: 1, arbitrary: fc.record({ trim: fc.integer({ min: 0, max: 90 }) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 10, maxLength: 80 }), fc.boolean(), (steps, inOrder) => {
        const setting = new Setting(documents);
        const { group } = setting;
        const sorted = inOrder ? [...steps].sort((a, b) => ('at' in a && 'at' in b ? a.at - b.at : 0)) : steps;
        let trimmedTo = 0;
        sorted.forEach((one, n) => {
          if ('trim' in one) {
            trimmedTo = Math.max(trimmedTo, one.trim);
            group.trim(one.trim * minute);
            return;
          }
          if (one.at < trimmedTo) return;
          setting.put(fact(`f${n}`, one.at * minute, { amount: one.amount, currency: one.currency }));
          const wanted = documents.map((_, column) => (group.totals === null ? null : setting.wanted(column)));
          expect(documents.map((_, column) => setting.kept(column))).toEqual(wanted);
        });
      }),
      { numRuns: 400 },
    );
  });

  it('is numbers alone again once what cannot be read, or was too much for one, has left', () => {
    const setting = new Setting([summed('sum', 'PT1H'), counted('count', 'PT1H')]);
    for (const one of minutes(10)) setting.put(one);
    setting.put(fact('dollars', 10 * minute, { currency: 'USD' }));
    setting.put(fact('much', 11 * minute, { amount: Number.MAX_SAFE_INTEGER }));
    expect([setting.kept(0), setting.kept(1)]).toEqual([
      `from 0: 11 = ${BigInt(Number.MAX_SAFE_INTEGER) + 1_000n}, 0 1 0`,
      'from 0: 12 = 12, all read',
    ]);

    setting.put(fact('later', 3 * hour));

    expect(setting.group.disturbed).toBeNull();
    expect([setting.kept(0), setting.kept(1)]).toEqual(['from 12: 1 = 100, all read', 'from 12: 1 = 1, all read']);
  });

  it('is of no rule whose window is of the calendar, or whose measure takes more than number and sum', () => {
    const setting = new Setting([
      counted('day', 'PT1H', {
        measure: { count: 'facts', by, window: { calendar: 'day', timezone: 'UTC' } },
      }),
      counted('distinct', 'PT1H', { measure: { distinct: 'type', by, window: { sliding: 'PT1H' } } }),
    ]);
    for (const one of minutes(10)) setting.put(one);

    expect([setting.group.dimension.totals.columns, setting.group.totals]).toEqual([0, null]);
  });
});

describe('rules that need not be looked at, since their windows surely do not meet the threshold', () => {
  const sure = (document: RuleSpec, facts: readonly Fact[]): boolean => {
    const setting = new Setting([document]);
    for (const one of facts) setting.put(one);
    return setting.group.dimension.totals.cameIn(setting.group, 1) === 1;
  };
  const tiered = counted('r', 'PT1H', {
    raise: { on: 'every' },
    threshold: {
      tiers: [
        { above: 2, severity: 'low' },
        { above: 9, severity: 'high' },
      ],
    },
  });
  const [two, three] = [minutes(2), minutes(3)];

  it.each([
    ['above, at the limit', counted('r', 'PT1H', { threshold: { above: 3 } }), three, true],
    ['above, beyond it', counted('r', 'PT1H', { threshold: { above: 2 } }), three, false],
    ['at least, below it', counted('r', 'PT1H', { threshold: { atLeast: 3 } }), two, true],
    ['at least, at it', counted('r', 'PT1H', { threshold: { atLeast: 3 } }), three, false],
    ['between, below the lower', counted('r', 'PT1H', { threshold: { between: [3, 4] } }), two, true],
    ['between, above the upper', counted('r', 'PT1H', { threshold: { between: [1, 2] } }), three, false],
    ['below: every smaller value meets it', counted('r', 'PT1H', { threshold: { below: 10 } }), three, false],
    ['tiers, below the least', tiered, two, true],
    ['tiers, above the least', tiered, three, false],
    [
      'a limit that the fact names',
      counted('r', 'PT1H', { threshold: { above: { field: 'attributes.limit' } } }),
      two,
      false,
    ],
    ['a sum at the limit', summed('r', 'PT1H', { threshold: { above: '3.00', currency: 'CNY' } }), three, true],
    ['a sum beyond it', summed('r', 'PT1H', { threshold: { above: '2.99', currency: 'CNY' } }), three, false],
    [
      'a sum with what cannot be read',
      summed('r', 'PT1H', { threshold: { above: '300.00', currency: 'CNY' } }),
      [...two, fact('usd', 2 * minute, { currency: 'USD' })],
      false,
    ],
  ] as const)('%s', (_what, document, facts, wanted) => {
    expect(sure(document, facts)).toBe(wanted);
  });
});
