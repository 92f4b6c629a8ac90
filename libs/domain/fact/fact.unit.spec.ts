import fc from 'fast-check';
import { canonicalFact, canonicalJson } from './canonical';
import type { Fact, Json } from './fact';
import { homeKeyOf, homePartition, murmur2 } from './home';
import { compareFacts, factName } from './order';

const fact: Fact = { source: 'core', id: 'T1', kind: 'transaction', occurredAt: 1000, attributes: {} };

describe('compareFacts', () => {
  const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');
  const sign = (n: number): number => Math.sign(n);

  it('orders by time first, then source, then id', () => {
    const early = { occurredAt: 1, source: 'z', id: 'z' };
    const first = { occurredAt: 2, source: 'a', id: 'z' };
    const second = { occurredAt: 2, source: 'b', id: 'a' };
    const third = { occurredAt: 2, source: 'b', id: 'b' };

    expect([third, second, early, first].sort(compareFacts)).toEqual([early, first, second, third]);
    expect(compareFacts(third, { ...third })).toBe(0);
  });

  it.each([
    ['10', '9'],
    ['B', 'a'],
    ['', 'a'],
    ['a', 'ab'],
    ['z', 'é'],
    ['\u{FFFF}', '\u{10000}'],
    ['\uFF5E', '\u{1F600}'],
    ['\u{1F600}', '\u{1F601}'],
    ['\uE000', '\u{10FFFF}'],
    ['\u{10000}', '\u{103FF}'],
  ])('id "%s" stands before "%s"', (before, after) => {
    expect(compareFacts({ ...fact, id: before }, { ...fact, id: after })).toBeLessThan(0);
    expect(compareFacts({ ...fact, id: after }, { ...fact, id: before })).toBeGreaterThan(0);
    expect(compareFacts({ ...fact, source: after }, { ...fact, source: before })).toBeGreaterThan(0);
  });

  it('is the order of UTF-8 bytes for every text', () => {
    // Few symbols, from every range, so that texts share beginnings.
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\uFF5E', '\uE000', '\u{10000}', '\u{1F600}') });
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(sign(compareFacts({ ...fact, id: a }, { ...fact, id: b }))).toBe(
          sign(Buffer.compare(bytes(a), bytes(b))),
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('factName', () => {
  it('tells apart what joins to the same text', () => {
    expect(factName({ source: 'a', id: 'bc' })).not.toBe(factName({ source: 'ab', id: 'c' }));
    expect(factName({ source: '1', id: ':x' })).not.toBe(factName({ source: '1:', id: 'x' }));
  });

  it('is the same exactly for the same source and id', () => {
    const text = fc.string({ unit: fc.constantFrom('1', ':', 'a'), maxLength: 4 });
    fc.assert(
      fc.property(text, text, text, text, (s1, i1, s2, i2) => {
        expect(factName({ source: s1, id: i1 }) === factName({ source: s2, id: i2 })).toBe(s1 === s2 && i1 === i2);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('canonicalFact', () => {
  it('is the same whatever the order of names, and leaves out what is absent', () => {
    const one: Fact = { ...fact, accountId: 'A', attributes: { b: { y: [1, { q: 1, p: 2 }], x: null }, a: 'é' } };
    const other: Fact = {
      attributes: { a: 'é', b: { x: null, y: [1, { p: 2, q: 1 }] } },
      accountId: 'A',
      occurredAt: 1000,
      kind: 'transaction',
      id: 'T1',
      source: 'core',
    };

    expect(canonicalFact(one)).toBe(canonicalFact(other));
    expect(canonicalFact(one)).toBe(
      '{"accountId":"A","attributes":{"a":"é","b":{"x":null,"y":[1,{"p":2,"q":1}]}},"id":"T1","kind":"transaction","occurredAt":1000,"source":"core"}',
    );
    const absent: Fact = { ...fact, ...({ channel: undefined } as Partial<Fact>) };
    expect(canonicalFact(absent)).toBe(canonicalFact(fact));
  });

  it.each<[string, Partial<Fact>]>([
    ['amount', { amount: 1 }],
    ['time', { occurredAt: 1001 }],
    ['kind', { kind: 'operation' }],
    ['a word', { channel: '' }],
    ['an attribute', { attributes: { a: 1 } }],
    ['a null attribute', { attributes: { a: null } }],
    ['another type of value', { attributes: { a: '1' } }],
  ])('differs by %s', (_what, change) => {
    const texts = [fact, { ...fact, attributes: { a: 1 } }, { ...fact, ...change }].map(canonicalFact);
    expect(texts[2]).not.toBe(texts[0]);
    if (_what === 'another type of value') expect(texts[2]).not.toBe(texts[1]);
  });

  it('keeps an attribute named __proto__ like any other', () => {
    const attributes = JSON.parse('{"__proto__":{"x":1}}') as Fact['attributes'];

    expect(canonicalFact({ ...fact, attributes })).toContain('"__proto__":{"x":1}');
  });

  it('of JSON is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = canonicalJson(value as Json);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
      }),
    );
  });
});

describe('where a fact lives', () => {
  it('is its account, else customer, else teller, else branch, else id', () => {
    const all = { id: 'I', branchId: 'B', tellerId: 'T', customerId: 'C', accountId: 'A' };
    const { accountId: _a, ...withoutAccount } = all;
    const { customerId: _c, ...withoutCustomer } = withoutAccount;
    const { tellerId: _t, ...withoutTeller } = withoutCustomer;

    expect([all, withoutAccount, withoutCustomer, withoutTeller, { id: 'I' }].map(homeKeyOf)).toEqual([
      'A',
      'C',
      'T',
      'B',
      'I',
    ]);
  });

  // From Apache Kafka's own UtilsTest.testMurmur2: what its Java clients compute.
  it.each<[string, number]>([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('murmur2 of "%s" is %d, as Kafka’s clients have it', (text, hash) => {
    expect(murmur2(Buffer.from(text, 'utf8'))).toBe(hash);
  });

  it('is the positive hash modulo the number of partitions, over UTF-8 bytes', () => {
    expect(homePartition('foobar', 12)).toBe((-790332482 & 0x7fffffff) % 12);
    expect(homePartition('账户', 12)).toBe((murmur2(Buffer.from('账户', 'utf8')) & 0x7fffffff) % 12);
  });

  it('is always a partition that exists', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 100 }), (key, partitions) => {
        const partition = homePartition(key, partitions);
        expect(Number.isInteger(partition) && partition >= 0 && partition < partitions).toBe(true);
      }),
    );
  });
});
