import { aFact, aReference, aRule } from './builders';
import { holds } from './condition';
import { evaluate } from './evaluate';
import { listAt, rateAt, tableAt } from './references';

const begin = Date.parse('2026-01-05T00:00:00Z');
const next = Date.parse('2026-01-06T00:00:00Z');
const after = '2026-01-06T00:00:00Z';

describe('reference data of the model', () => {
  it('is what the version says that governs the instant', () => {
    const references = [
      aReference({ list: 'names', values: ['old'] }),
      aReference({ list: 'names', version: 2, effectiveFrom: after, values: ['new'] }),
      aReference({ list: 'others', effectiveFrom: after, values: ['later'] }),
      aReference({ table: 'names', values: { a: '1.00', 3: 3 } }),
      aReference({ table: 'names', version: 2, effectiveFrom: after, values: { a: '2.00' } }),
    ];

    expect([begin, next - 1, next].map((t) => listAt(references, 'names', t))).toEqual([['old'], ['old'], ['new']]);
    expect([next - 1, next].map((t) => listAt(references, 'others', t))).toEqual([[], ['later']]);
    expect(listAt(references, 'unknown', next)).toEqual([]);
    expect([next - 1, next].map((t) => tableAt(references, 'names', 'a', t))).toEqual(['1.00', '2.00']);
    expect([next - 1, next].map((t) => tableAt(references, 'names', '3', t))).toEqual([3, undefined]);
    expect(tableAt(references, 'names', 'toString', next)).toBeUndefined();
  });

  it('knows the rate that is valid, neither inverted nor chained', () => {
    const references = [
      aReference({
        rates: 'USD',
        values: [
          { currency: 'EUR', from: '2026-01-05T12:00:00Z', rate: '1.2' },
          { currency: 'EUR', from: '2026-01-05T08:00:00+08:00', rate: '1.1' },
          { currency: 'CNY', from: '2026-01-05T00:00:00Z', rate: '0.14' },
        ],
      }),
      aReference({ rates: 'USD', version: 2, effectiveFrom: after, values: [] }),
    ];
    const noon = Date.parse('2026-01-05T12:00:00Z');

    expect([begin - 1, begin, noon - 1, noon, next].map((t) => rateAt(references, 'EUR', 'USD', t))).toEqual([
      undefined,
      { units: 11n, scale: 1 },
      { units: 11n, scale: 1 },
      { units: 12n, scale: 1 },
      undefined,
    ]);
    expect(rateAt(references, 'USD', 'EUR', noon)).toBeUndefined();
    expect(rateAt(references, 'CNY', 'EUR', noon)).toBeUndefined();
  });
});

describe('conversion of the model', () => {
  const rates = (from: string, into: string, rate: string) =>
    aReference({ rates: into, values: [{ currency: from, from: '2026-01-05T00:00:00Z', rate }] });
  const measured = (amount: string, currency: string, into: string, rate: string): string | null => {
    const rule = aRule({ id: 'r', measure: { value: 'amount' }, threshold: { atLeast: '0', currency: into } });
    const fact = aFact({ id: 'a', at: '2026-01-05T10:00:00Z', amount, currency });
    const evaluation = evaluate(rule, fact, [fact], [rates(currency, into, rate)]);
    return evaluation.outcome === 'measured' ? evaluation.measured : evaluation.reason;
  };

  it('rounds half to even to the minor unit', () => {
    expect(measured('1.00', 'USD', 'CNY', '7.1234')).toBe('7.12');
    expect(measured('1.00', 'USD', 'CNY', '7.125')).toBe('7.12');
    expect(measured('1.00', 'USD', 'CNY', '7.135')).toBe('7.14');
    expect(measured('1.00', 'USD', 'CNY', '7.125000001')).toBe('7.13');
    expect(measured('10.00', 'USD', 'JPY', '155.25')).toBe('1552');
    expect(measured('10.00', 'USD', 'JPY', '155.35')).toBe('1554');
    expect(measured('1', 'JPY', 'KWD', '0.0025')).toBe('0.002');
    expect(measured('9007199254740991', 'JPY', 'CNY', '1')).toBe('out-of-range');
  });

  it('takes for each fact the rate of its own time', () => {
    const references = [
      aReference({
        rates: 'CNY',
        values: [
          { currency: 'USD', from: '2026-01-05T09:30:00Z', rate: '7.005' },
          { currency: 'USD', from: '2026-01-05T10:00:00Z', rate: '8' },
        ],
      }),
    ];
    const rule = aRule({
      id: 'r',
      measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
      threshold: { atLeast: '0', currency: 'CNY' },
    });
    const paid = (id: string, at: string) => aFact({ id, at, amount: '1.00', currency: 'USD' });
    const facts = [paid('a', '2026-01-05T09:30:00Z'), paid('b', '2026-01-05T09:59:59.999Z'), paid('c', after)];
    const [a, b, c] = [facts.slice(0, 1), facts.slice(0, 2), facts].map((some) =>
      evaluate(rule, some.at(-1) ?? paid('z', after), some, references),
    );

    expect(a).toMatchObject({ measured: '7.00' });
    expect(b).toMatchObject({ measured: '14.00' });
    expect(c).toMatchObject({ measured: '8.00' });
    const early = paid('early', '2026-01-05T09:29:59.999Z');
    expect(evaluate(rule, facts[0] ?? early, [early, ...facts.slice(0, 1)], references)).toEqual({
      outcome: 'error',
      reason: 'no-rate',
    });
  });
});

describe('conditions of the model on lists and other fields', () => {
  const references = [
    aReference({ list: 'watched', values: ['A9', 1, true, '5'] }),
    aReference({ list: 'later', effectiveFrom: after, values: ['A9'] }),
  ];
  const fact = aFact({
    id: 'a',
    at: '2026-01-05T10:00:00Z',
    amount: '5.00',
    tellerId: 'T1',
    counterpartyId: 'A9',
    attributes: { second: 'T1', one: 1, text: '1', gone: null, pair: [{ a: 1, b: 2 }], riap: [{ b: 2, a: 1 }] },
  });

  it('hold as written', () => {
    const yes = [
      { field: 'counterpartyId', inList: 'watched' },
      { field: 'attributes.one', inList: 'watched' },
      { field: 'attributes.text', notInList: 'watched' },
      { field: 'counterpartyId', notInList: 'later' },
      { field: 'tellerId', sameAs: 'attributes.second' },
      { field: 'tellerId', differsFrom: 'counterpartyId' },
      { field: 'attributes.one', differsFrom: 'attributes.text' },
      { field: 'attributes.pair', sameAs: 'attributes.riap' },
      { not: { field: 'attributes.gone', notInList: 'watched' } },
    ];
    const no = [
      { field: 'attributes.text', inList: 'watched' },
      { field: 'counterpartyId', inList: 'later' },
      { field: 'attributes.gone', inList: 'watched' },
      { field: 'attributes.gone', notInList: 'watched' },
      { field: 'tellerId', differsFrom: 'attributes.second' },
      { field: 'tellerId', differsFrom: 'attributes.gone' },
      { field: 'attributes.gone', differsFrom: 'tellerId' },
      { field: 'attributes.gone', sameAs: 'attributes.gone' },
      { field: 'attributes.one', sameAs: 'attributes.text' },
      { field: 'attributes.pair', differsFrom: 'attributes.riap' },
      { field: 'counterpartyId', inList: 'watched', equals: 'A8' },
    ];

    expect(yes.filter((condition) => !holds(condition, fact, references))).toEqual([]);
    expect(no.filter((condition) => holds(condition, fact, references))).toEqual([]);
  });
});
