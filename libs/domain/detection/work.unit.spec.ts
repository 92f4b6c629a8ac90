import type { Fact } from '../fact/fact';
import { compileRules } from '../rule/compile';
import type { RuleSpec } from '../rule/rule-spec';
import { Detector } from './detector';
import { fact, feed, noon, perHour, statesOf, words } from './given.spec';
import { GroupLog } from './group-log';

/** How often an entry of a group's log is looked at while a detector takes facts in, and what it made of them. */
function looksAt(
  rule: RuleSpec,
  facts: readonly Fact[],
): { readonly looks: number; readonly states: readonly string[] } {
  let looks = 0;
  const counted = <Args extends unknown[], R>(method: (...args: Args) => R) =>
    function (this: GroupLog, ...args: Args): R {
      looks++;
      return method.apply(this, args);
    };
  const { timeAt, markAt, contributionAt } = GroupLog.prototype;
  const spies = [
    jest.spyOn(GroupLog.prototype, 'timeAt').mockImplementation(counted(timeAt)),
    jest.spyOn(GroupLog.prototype, 'markAt').mockImplementation(counted(markAt)),
    jest.spyOn(GroupLog.prototype, 'contributionAt').mockImplementation(counted(contributionAt)),
  ];
  const states = statesOf(feed(new Detector(compileRules([rule])), facts)).map(words);
  for (const spy of spies) spy.mockRestore();
  return { looks, states };
}

/** By how much the looks grow where there are four times as many facts: 4 where each costs the same, 16 where each costs all before. */
function growthOf(rule: RuleSpec, factsOf: (count: number) => readonly Fact[]): number {
  const [few, many] = [500, 2_000].map((count) => looksAt(rule, factsOf(count)).looks);
  return (many ?? Infinity) / (few ?? 1);
}

const inOrder = (count: number): readonly Fact[] => Array.from({ length: count }, (_, n) => fact(`f${n}`, noon + n));
const cooling = perHour('cooling', { raise: { on: { cooldown: 'PT30M' }, severity: 'low' } });

describe('the work that facts of one key make', () => {
  it('grows with the facts, not with their square, while a rule cools down', () => {
    expect(growthOf(cooling, inOrder)).toBeLessThan(6);
  });

  it('so with a rule on crossings, and one that raises every time', () => {
    expect(growthOf(perHour('crossing', { raise: { on: 'crossing', severity: 'low' } }), inOrder)).toBeLessThan(6);
    expect(growthOf(perHour('every', { threshold: { atLeast: 5_000 } }), inOrder)).toBeLessThan(6);
  });
});

describe('the work of one late fact among many hits that stand', () => {
  it.each(['max', 'min'] as const)('grows with the hits, not with hits by windows (%s)', (extreme) => {
    const rule = perHour('extreme', {
      measure: {
        ...(extreme === 'max' ? { max: 'amount' } : { min: 'amount' }),
        by: ['accountId'],
        window: { sliding: 'PT1H' },
      },
      threshold: { atLeast: '0.50', currency: 'CNY' },
    });
    const late = (count: number): readonly Fact[] => [
      ...Array.from({ length: count }, (_, n) => fact(`f${n}`, noon + n, { amount: 100 + ((n * 7) % 50) })),
      fact('late', noon - 1, { amount: 120 }),
    ];
    expect(growthOf(rule, late)).toBeLessThan(6);
  });
});

describe('hits of a rule that cools down, in a group with many facts', () => {
  const minutes = (n: number): number => noon + n * 60_000;
  // Ten facts a minute over two hours and a half: hits lie far apart among them.
  const many = Array.from({ length: 1_500 }, (_, n) => fact(`f${String(n).padStart(4, '0')}`, noon + n * 6_000));

  it('lie the length apart, also where one comes late, of the same time, or before all others', () => {
    const detector = new Detector(compileRules([cooling]));
    expect(statesOf(feed(detector, many)).map(({ fact: { occurredAt } }) => (occurredAt - noon) / 6_000)).toEqual([
      1, 301, 601, 901, 1_201,
    ]);
    const late = statesOf(feed(detector, [fact('g', minutes(120))], many.length));
    // One more in their window changes what the hits behind it say, and raises nothing.
    expect(late.map(({ status, fact: { id } }) => [status, id])).toEqual([['revised', 'f1201']]);
    const before = statesOf(feed(detector, [fact('a', minutes(100) + 1)], many.length + 1));
    expect(before.map(({ status, fact: { id } }) => [status, id])).toEqual([['revised', 'f1201']]);
  });

  it('are those of the facts in their order, whatever the order in which they came', () => {
    const standing = (facts: readonly Fact[]): readonly string[] => {
      const stands = new Map<string, string>();
      for (const state of statesOf(feed(new Detector(compileRules([{ ...cooling, lateness: 'P1D' }])), facts))) {
        if (state.status === 'withdrawn') stands.delete(state.fact.id);
        else stands.set(state.fact.id, `${state.fact.id} ${state.evidence.measured}`);
      }
      return [...stands.values()].sort();
    };
    const some = many.filter((_, n) => n % 3 === 0);
    const shuffled = [...some].sort(
      (a, b) => ((Number(a.id.slice(1)) * 7919) % 1_501) - ((Number(b.id.slice(1)) * 7919) % 1_501),
    );
    expect(standing(shuffled)).toEqual(standing(some));
  });
});
