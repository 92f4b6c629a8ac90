import fc from 'fast-check';
import { canonicalFact } from '../../fact/canonical';
import type { Fact, Json } from '../../fact/fact';
import { FactStore } from './fact-store';

const text = fc.oneof(
  fc.stringMatching(/^[0-9]{1,30}$/),
  fc.string({ minLength: 1, maxLength: 30 }),
  fc.string({ minLength: 1, maxLength: 30, unit: 'binary' }),
  // Lone surrogates too: JSON can carry them.
  fc
    .array(fc.integer({ min: 1, max: 0xffff }), { minLength: 1, maxLength: 10 })
    .map((units) => String.fromCharCode(...units)),
);
const fewTexts = fc.constantFrom('a', '转账', 'cash-withdrawal');
const json = fc.jsonValue({ maxDepth: 3 }).map((value): Json => value as Json);
const attributeName = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', 'certificate'));
const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });

const anyFact: fc.Arbitrary<Fact> = fc.record({
  source: fc.oneof(fc.constant('default'), text),
  id: text,
  kind: fc.constantFrom('transaction', 'operation'),
  occurredAt: fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }),
  accountId: optional(text),
  customerId: optional(text),
  counterpartyId: optional(text),
  direction: optional(fc.constantFrom('in', 'out')),
  type: optional(fc.oneof(fewTexts, text)),
  channel: optional(fewTexts),
  amount: optional(fc.oneof(fc.nat(10_000), fc.maxSafeNat())),
  currency: optional(fc.constantFrom('CNY', 'KWD', 'JPY')),
  branchId: optional(fc.oneof(fewTexts, text)),
  tellerId: optional(fewTexts),
  deviceId: optional(text),
  attributes: fc
    .array(fc.tuple(attributeName, json), { maxLength: 4 })
    .map((members): Fact['attributes'] => Object.fromEntries(members)),
});

const plain = (id: string, attributes: Fact['attributes'] = {}): Fact => ({
  source: 'default',
  id,
  kind: 'operation',
  occurredAt: 5,
  attributes,
});

describe('the store of facts', () => {
  it('gives back what was put in', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyFact, fc.boolean()), { minLength: 1, maxLength: 40 }), (facts) => {
        const store = new FactStore();
        const refs = facts.map(([fact, late]) => store.add(fact, late));
        // What was added last is also kept as objects: others push it out, so that the bytes are read.
        for (let n = 0; n < 300; n++) store.add(plain(`other ${n}`), false);

        facts.forEach(([fact, late], n) => {
          const ref = refs[n] ?? -1;
          const { source, id, occurredAt, amount, currency } = fact;
          const found = store.fact(ref);
          expect(found).toEqual(fact);
          expect(Object.keys(found.attributes)).toEqual(Object.keys(fact.attributes));
          expect(canonicalFact(found)).toBe(canonicalFact(fact));
          expect(store.named(ref)).toEqual({ source, id, occurredAt, amount, currency });
          expect([store.timeOf(ref), store.isLate(ref)]).toEqual([occurredAt, late]);
          expect(store.isNamed(ref, fact)).toBe(true);
          expect(store.isNamed(ref, { source, id: `${id}x` })).toBe(false);
          expect(store.isNamed(ref, { source: `${source}x`, id })).toBe(false);
          expect(store.isNamed(ref, { source, id: `${id.slice(1)}x` })).toBe(`${id.slice(1)}x` === id);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('keeps numbers as they are', () => {
    const store = new FactStore();
    const numbers = [0, -0, 1, -1, 2 ** 30 - 1, 2 ** 30, 2 ** 53, 0.1, -1e300, 5e-324];
    const ref = store.add(plain('a', { numbers }), false);
    for (let n = 0; n < 300; n++) store.add(plain(`b${n}`), false);

    expect(store.fact(ref).attributes['numbers']).toEqual(numbers);
  });

  it('writes out the texts that come after the first that are given numbers', () => {
    const store = new FactStore();
    const facts = Array.from({ length: 600 }, (_, n): Fact => ({
      ...plain(`f${n}`),
      type: `type ${n}`,
      tellerId: 'T',
    }));
    const refs = facts.map((fact) => store.add(fact, false));

    expect(refs.map((ref) => store.fact(ref))).toEqual(facts);
  });

  it('holds a fact that is larger than a chunk, between others', () => {
    const store = new FactStore();
    const large = plain('large', { note: 'x'.repeat(1_000_000), more: '汉'.repeat(300_000) });
    const [before, at, after] = [plain('before'), large, plain('after')].map((fact) => store.add(fact, true));
    for (let n = 0; n < 300; n++) store.add(plain(`b${n}`), false);

    expect([before, at, after].map((ref = -1) => store.fact(ref))).toEqual([plain('before'), large, plain('after')]);
  });

  it('gives chunks back whose facts are all gone, and uses their numbers again', () => {
    const store = new FactStore();
    const note = 'x'.repeat(1_000);
    const held: number[] = [];
    let largest = 0;
    for (let n = 0; n < 20_000; n++) {
      held.push(store.add(plain(`f${n}`, { note }), false));
      if (held.length > 1_000) store.drop(held.shift() ?? -1);
      largest = Math.max(largest, store.size.bytes);
    }

    // A thousand facts of a kilobyte, the chunks at both ends, and some that are kept for later.
    expect(largest).toBeLessThan(3_000_000);
    expect(store.size.facts).toBe(1_000);
    expect(held.map((ref) => store.fact(ref).id)).toEqual(Array.from({ length: 1_000 }, (_, n) => `f${n + 19_000}`));
  });

  it('says so where a fact is no longer held', () => {
    const store = new FactStore();
    const first = store.add(plain('a', { note: 'x'.repeat(300_000) }), false);
    store.add(plain('b', { note: 'x'.repeat(300_000) }), false);
    store.drop(first);

    expect(() => store.timeOf(first)).toThrow('no longer held');
  });
});
