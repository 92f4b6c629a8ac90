import type { FactMessage } from '@weir/contracts';
import fc from 'fast-check';
import { currencies, currency, distance, labels, level, limit, points, texts, type Currency } from './vocabulary';

const text = (field: string): fc.Arbitrary<string | null | undefined> => {
  const values = fc.constantFrom(...(texts[field] ?? []));
  return fc.oneof({ weight: 8, arbitrary: values }, { weight: 1, arbitrary: fc.constantFrom(null, undefined) });
};
const maybe = (values: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 6, arbitrary: values }, { weight: 1, arbitrary: fc.constantFrom<unknown>(null, undefined) });
const label = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom<unknown>(...labels.slice(0, 3)) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(...labels) },
);

const amountOf = (code: Currency): fc.Arbitrary<string> => {
  const decimals = currencies[code];
  return fc.oneof(
    {
      weight: 40,
      arbitrary: fc
        .constantFrom(0, 1, 2, 3, 5, 50, 100, 150, 10_000)
        .map((units) => (units / 10 ** decimals).toFixed(decimals)),
    },
    { weight: 4, arbitrary: fc.constantFrom('0', '1', '1.0', '007') },
    { weight: 1, arbitrary: fc.constantFrom(decimals === 2 ? '90071992547409.90' : '9007199254740') },
  );
};

const money = currency.chain((code) => fc.tuple(amountOf(code), fc.constant<string>(code)));

const person = fc.record({
  accountId: text('accountId'),
  customerId: text('customerId'),
  counterpartyId: text('counterpartyId'),
  direction: text('direction') as fc.Arbitrary<'in' | 'out' | null | undefined>,
  type: text('type'),
  channel: text('channel'),
  branchId: text('branchId'),
  tellerId: text('tellerId'),
  deviceId: text('deviceId'),
});
const attributes = fc.record({
  level: maybe(level),
  points: maybe(points),
  limit: maybe(limit),
  product: maybe(label),
  region: maybe(label),
  grade: maybe(label),
});

/** Names that are told apart and ordered by their bytes; seldom twice the same. */
const name = fc.tuple(
  fc.constantFrom(undefined, 'default', 'core', 'ebank'),
  fc.oneof(
    { weight: 5, arbitrary: fc.integer({ min: 0, max: 999 }).map((n) => `f${n}`) },
    { weight: 1, arbitrary: fc.constantFrom('9', '10', 'a', 'B', '"\\\n', '\uff5e', '\u{1f600}') },
  ),
);

/** How much later than it occurred a fact arrives: mostly at once, some within a lateness, some beyond it. */
const delay = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 2, arbitrary: fc.constantFrom(1, 600_000, 3_600_000) },
  { weight: 1, arbitrary: fc.constantFrom(3_600_001, 90_000_000) },
);

const happening = fc.record({
  name,
  distance,
  delay,
  person,
  attributes,
  money,
  operation: fc.nat(3),
  topLevel: fc.nat(9),
});

/** Facts from about the base on, in the order of their arrival; some arrive again, as they were or otherwise. */
export const randomFacts = (base: string, maxLength: number): fc.Arbitrary<readonly FactMessage[]> =>
  fc
    .tuple(
      // Biased, most lists would hold a handful of facts, and windows one or two.
      fc.noBias(fc.array(happening, { minLength: 1, maxLength, size: 'max' })),
      fc.array(fc.tuple(fc.nat(1_000), fc.nat(1_000), fc.boolean()), { maxLength: 3 }),
    )
    .map(([happenings, again]) => {
      let at = Date.parse(base);
      const facts = happenings
        .map((one) => {
          at += one.distance;
          return { message: messageOf(one, at), arrives: at + one.delay };
        })
        .sort((a, b) => a.arrives - b.arrives)
        .map(({ message }) => message);
      for (const [which, where, same] of again) {
        const message = facts[which % facts.length];
        if (message === undefined) continue;
        const other = new Date(Date.parse(message.occurredAt) + 1).toISOString();
        facts.splice(where % (facts.length + 1), 0, same ? message : { ...message, occurredAt: other });
      }
      return facts;
    });

function messageOf(one: typeof happening extends fc.Arbitrary<infer T> ? T : never, at: number): FactMessage {
  const [source, id] = one.name;
  const [amount, code] = one.money;
  const operation = one.operation === 0;
  const { region, ...others } = one.attributes;
  return {
    ...(source === undefined ? {} : { source }),
    id,
    occurredAt: new Date(at).toISOString(),
    ...one.person,
    ...(operation
      ? { kind: 'operation' as const }
      : { kind: 'transaction' as const, accountId: one.person.accountId ?? 'A1', amount, currency: code }),
    // An unknown field at the top is an attribute like the others.
    ...(one.topLevel === 0 ? { region, attributes: others } : { attributes: { region, ...others } }),
  };
}
