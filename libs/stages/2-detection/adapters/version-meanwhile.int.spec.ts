import type { Fact } from '@weir/domain';
import { Detecting, type Reader } from '../detecting.spec';
import { factOf, hour, minute, partitions, ruleOf, time0, wantedOf } from '../given.spec';
import type { DetectionConsumer } from './detection-consumer';
import type { LaneConsumer } from './lane-consumer';
import { publishedAhead } from './rule-topic';

jest.setTimeout(120_000);

/** When the second versions begin to govern, ms. */
const begins = time0 + 12 * hour;
const effectiveFrom = new Date(begins).toISOString();

/** Every fact meets every version, so that the hits say which version governed it. */
const everyFact = { above: '0.00', currency: 'CNY' };
const first = [
  ruleOf({ id: 'own', measure: { value: 'amount', by: ['accountId'] }, threshold: everyFact }),
  ruleOf({ id: 'total', threshold: everyFact }),
  ruleOf({
    id: 'customer',
    measure: { sum: 'amount', by: ['customerId'], window: { sliding: 'PT20M' } },
    threshold: everyFact,
  }),
];
const second = [
  { ...first[0], version: 2, effectiveFrom },
  { ...first[1], version: 2, effectiveFrom, raise: { on: 'every' as const, severity: 'high' as const } },
  {
    ...first[2],
    version: 2,
    effectiveFrom,
    measure: { count: 'facts' as const, by: ['customerId'], window: { sliding: 'PT40M' } },
    threshold: { atLeast: 1 },
  },
].map((rule) => ruleOf(rule as ReturnType<typeof ruleOf>));

/** Facts for half a lateness on each side, so that none is late whatever the order; three at the very border. */
const facts: readonly Fact[] = [
  ...Array.from({ length: 57 }, (_, index) => begins + (index - 28) * minute),
  ...[begins - 1, begins, begins + 1],
].map((occurredAt, index) => {
  const account = index % 5;
  return factOf(`F${index}`, `A${account}`, 0, { occurredAt, amount: 100 + index, customerId: `C${account % 2}` });
});

/** Orders of arrival, and how many facts have come when the second versions are published. */
const courses = [
  { order: 'in order', of: (some: readonly Fact[]) => [...some].sort((a, b) => a.occurredAt - b.occurredAt) },
  { order: 'backwards', of: (some: readonly Fact[]) => [...some].sort((a, b) => b.occurredAt - a.occurredAt) },
  { order: 'from both sides in turn', of: (some: readonly Fact[]) => some.map((_, at) => bothSides(some, at)) },
].flatMap((course) => [25, facts.length].map((published) => ({ ...course, published })));

const bothSides = (some: readonly Fact[], at: number): Fact => {
  const fact = some[at % 2 === 0 ? at / 2 : some.length - (at + 1) / 2];
  if (fact === undefined) throw new Error('There is no such fact.');
  return fact;
};

describe('a rule version that is published while facts flow', () => {
  let world: Detecting;
  afterEach(() => world.end());

  it.each(courses)(
    'governs exactly the facts from its beginning on: facts $order, published after $published of them',
    async ({ of, published }) => {
      world = await Detecting.begin(...first);
      world.now = begins - publishedAhead;
      const source: Reader<DetectionConsumer> = world.detector();
      const lane: Reader<LaneConsumer> = await world.lane('customerId');
      await source.open();
      await lane.open();
      const arriving = of(facts);
      // In batches of five, so that what was measured before is there to be measured again.
      for (let sent = 0; sent <= arriving.length; sent += 5) {
        if (sent >= published && sent - 5 < published) await world.publish(...second);
        await world.write(arriving.slice(sent, sent + 5));
        await source.read();
        await lane.read();
      }
      // Facts and news of the rules are read to their end.
      for (let round = 0; round < 2; round++) {
        for (const reader of [source, lane]) {
          for (let partition = 0; partition < partitions; partition++) await reader.tend(partition);
          await reader.read();
        }
      }

      const standing = await world.standing();
      const governed = [...standing.values()].map((hit) => {
        const { rule, version, fact } = hit as { rule: string; version: number; fact: { id: string } };
        return `${rule}@${version} ${fact.id}`;
      });
      const wanted = first.flatMap(({ id: rule }) =>
        facts.map(({ id, occurredAt }) => `${rule}@${occurredAt < begins ? 1 : 2} ${id}`),
      );
      expect(governed.sort()).toEqual(wanted.sort());
      expect(standing).toEqual(wantedOf([...first, ...second], facts));
    },
  );
});
