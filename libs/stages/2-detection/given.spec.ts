import { ruleSchema, type HitState, type RuleInput } from '@weir/contracts';
import { compareFacts, compileRules, Detection, homeKeyOf, homePartition, type Fact } from '@weir/domain';

/** Partitions of every topic. */
export const partitions = 3;
export const factsTopic = 'facts';
/** When most tests happen, and when the facts of most tests begin to occur, ms. */
export const now0 = 1_800_000_000_000;
export const time0 = Date.UTC(2026, 10, 1);
export const minute = 60_000;
export const hour = 60 * minute;
export const day = 24 * hour;

/** A rule with what most rules of the tests have in common. */
export const ruleOf = (more: Partial<RuleInput> & Pick<RuleInput, 'id'>): ReturnType<typeof ruleSchema.parse> =>
  ruleSchema.parse({
    title: { en: 'a total', zh: '累计' },
    source: 'a test',
    on: 'transaction',
    measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
    threshold: { above: '10.00', currency: 'CNY' },
    raise: { on: 'every', severity: 'low' },
    ...more,
  } satisfies RuleInput);

/** A payment of 7.00 out of an account at a minute after `time0`. */
export const factOf = (id: string, accountId: string, minutes: number, more: Partial<Fact> = {}): Fact => ({
  source: 'default',
  id,
  kind: 'transaction',
  occurredAt: time0 + minutes * minute,
  accountId,
  amount: 700,
  currency: 'CNY',
  attributes: {},
  ...more,
});

/** The partition in which a fact lives. */
export const homeOf = (fact: Fact): number => homePartition(homeKeyOf(fact), partitions);

/** The hits that stand where all facts are in one place and come in their order. */
export function wantedOf(
  rules: readonly ReturnType<typeof ruleOf>[],
  facts: readonly Fact[],
): ReadonlyMap<string, unknown> {
  const detection = Detection.begin(compileRules(rules));
  const newest = new Map<string, HitState>();
  for (const [offset, fact] of [...facts].sort(compareFacts).entries()) {
    const acceptance = detection.accept(fact, { topic: 'file', partition: 0, offset });
    if (acceptance.outcome !== 'accepted') throw new Error(`${fact.id} is a ${acceptance.outcome}.`);
    for (const state of acceptance.states) newest.set(state.hitId, state as HitState);
  }
  return standingOf([...newest.values()]);
}

/** What is compared of hits that stand, by their ids. */
export function standingOf(states: readonly HitState[]): ReadonlyMap<string, unknown> {
  const standing = states.filter(({ status }) => status !== 'withdrawn');
  return new Map(
    standing
      .map(
        ({ hitId, rule, version, fact, group, evidence }) => [hitId, { rule, version, fact, group, evidence }] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** Rules in every kind of grouping; their lanes are `manyLanes`. */
export const manyRules = [
  ruleOf({ id: 'account', measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT72H' } } }),
  ruleOf({
    id: 'customer',
    measure: { sum: 'amount', by: ['customerId'], window: { calendar: 'day', timezone: 'Asia/Shanghai' } },
    threshold: { above: '40.00', currency: 'CNY' },
    raise: { on: 'crossing', severity: 'high' },
  }),
  ruleOf({
    id: 'customer-direction',
    measure: { count: 'facts', by: ['customerId', 'direction'], window: { sliding: 'PT48H' } },
    threshold: { atLeast: 6 },
    raise: { on: { cooldown: 'PT24H' }, severity: 'medium' },
  }),
  ruleOf({
    id: 'counterparty',
    measure: { distinct: 'customerId', by: ['counterpartyId'], window: { calendar: 'week', timezone: 'UTC' } },
    threshold: { atLeast: 5 },
  }),
  ruleOf({
    id: 'teller',
    measure: { max: 'amount', by: ['tellerId'], window: { sliding: 'PT12H' } },
    threshold: { above: '19.00', currency: 'CNY' },
    raise: { on: 'crossing', severity: 'low' },
  }),
  ruleOf({
    id: 'device',
    measure: { distinct: 'accountId', by: ['deviceId'], window: { sliding: 'PT24H' } },
    threshold: { atLeast: 4 },
  }),
  ruleOf({
    id: 'branch',
    measure: { average: 'amount', by: ['branchId', 'tellerId'], window: { sliding: 'PT24H' } },
    threshold: { above: '12.00', currency: 'CNY' },
  }),
  ruleOf({
    id: 'bond',
    measure: { count: 'facts', by: ['attributes.债券'], window: { calendar: 'month', timezone: 'Asia/Shanghai' } },
    threshold: { atLeast: 30 },
  }),
  ruleOf({
    id: 'single',
    measure: { value: 'amount', by: ['customerId'] },
    threshold: { above: '19.90', currency: 'CNY' },
  }),
];
export const manyLanes = [
  'attributes.债券',
  'branchId',
  'counterpartyId',
  'customerId',
  'deviceId',
  'tellerId',
] as const;

/** Payments of a month among few, so that every group has many; in the order of their time, the same each time. */
export function monthOf(count: number, days = 30): readonly Fact[] {
  let seed = 20261101;
  const below = (n: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * n);
  };
  const facts = Array.from({ length: count }, (_, index): Fact => {
    const account = below(12);
    return factOf(`M${index}`, `A${account}`, below(days * 24 * 60), {
      amount: below(2_000),
      customerId: `C${account % 6}`,
      direction: below(2) === 0 ? 'in' : 'out',
      ...(below(4) > 0 && { counterpartyId: `P${below(4)}` }),
      ...(below(3) > 0 && { tellerId: `T${below(3)}`, branchId: `B${below(2)}` }),
      ...(below(3) > 0 && { deviceId: `D${below(5)}` }),
      ...(below(5) === 0 && { attributes: { 债券: `国债${below(2)}` } }),
    });
  });
  return facts.sort(compareFacts);
}
