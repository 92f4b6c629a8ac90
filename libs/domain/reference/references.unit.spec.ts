import { RuleError } from '../rule/rule-error';
import type { RatesSpec, ReferenceSpec } from './reference-spec';
import { References } from './references';

const at = (text: string): number => Date.parse(text);
const list = (version: number, effectiveFrom: string, values: readonly string[]): ReferenceSpec => ({
  list: 'watched',
  version,
  effectiveFrom,
  values,
});
const rates = (values: RatesSpec['values'], given: Partial<RatesSpec> = {}): RatesSpec => ({
  rates: 'CNY',
  version: 1,
  effectiveFrom: '1970-01-01T00:00:00Z',
  values,
  ...given,
});
const march = (day: number, rate: string, currency = 'USD') => ({
  currency,
  from: `2026-03-0${day}T00:00:00+08:00`,
  rate,
});

describe('versions of reference data', () => {
  const references = new References([
    list(2, '2026-03-02T00:00:00Z', ['b']),
    list(1, '2026-03-01T00:00:00Z', ['a']),
    list(3, '2026-03-02T00:00:00Z', ['c']),
  ]);

  it('govern from their beginning until a later one begins', () => {
    const read = (t: string) => [...(references.list('watched')(at(t)) ?? ['none'])];

    expect(read('2026-02-28T23:59:59.999Z')).toEqual(['none']);
    expect(read('2026-03-01T00:00:00Z')).toEqual(['a']);
    expect(read('2026-03-01T23:59:59.999Z')).toEqual(['a']);
    expect(read('2026-03-02T00:00:00Z')).toEqual(['c']);
  });

  it('of unknown names hold nothing', () => {
    expect(references.list('other')(0)).toBeUndefined();
    expect(references.table('watched')(0)).toBeUndefined();
    expect(references.ratesInto('CNY')(0)).toBeUndefined();
  });

  it('differ from when on the first new or missing version begins', () => {
    const more = new References([...references.documents, list(4, '2026-04-01T00:00:00Z', ['d'])]);

    expect(more.differFrom(references, 'list:watched')).toBe(at('2026-04-01T00:00:00Z'));
    expect(references.differFrom(more, 'list:watched')).toBe(at('2026-04-01T00:00:00Z'));
    expect(references.differFrom(new References(references.documents), 'list:watched')).toBe(Infinity);
    expect(references.differFrom(more, 'list:other')).toBe(Infinity);
    const copied = JSON.parse(JSON.stringify(references.documents)) as ReferenceSpec[];
    expect(new References(copied).differFrom(references, 'list:watched')).toBe(Infinity);
    const changed = [list(1, '2026-03-01T00:00:00Z', ['other']), ...references.documents.slice(0, 1)];
    expect(new References(changed).differFrom(references, 'list:watched')).toBe(at('2026-03-01T00:00:00Z'));
  });

  it('differ also where only the beginning or the number is another', () => {
    const one = new References([list(1, '2026-03-01T00:00:00Z', ['a'])]);

    expect(new References([list(1, '2026-02-01T00:00:00Z', ['a'])]).differFrom(one, 'list:watched')).toBe(
      at('2026-02-01T00:00:00Z'),
    );
    expect(new References([list(2, '2026-03-01T00:00:00Z', ['a'])]).differFrom(one, 'list:watched')).toBe(
      at('2026-03-01T00:00:00Z'),
    );
  });
});

describe('a table', () => {
  it('gives decimals by text', () => {
    const values = { gold: '50000.00', tin: 1 };
    const table = new References([{ table: 't', version: 1, effectiveFrom: '1970-01-01T00:00:00Z', values }]).table(
      't',
    );

    expect(table(0)?.get('gold')).toEqual({ units: 50_000, scale: 0 });
    expect(table(0)?.get('tin')).toEqual({ units: 1, scale: 0 });
    expect(table(0)?.get('lead')).toBeUndefined();
  });
});

describe('rates', () => {
  const into = (values: RatesSpec['values'], currency = 'CNY') => {
    const found = new References([rates(values, { rates: currency })]).ratesInto(currency)(at('2026-03-05T00:00:00Z'));
    if (found === undefined) throw new Error('The rates govern.');
    return found;
  };

  it('are those valid at the time', () => {
    const dollars = into([march(3, '7.2'), march(2, '7.1')]);
    const worth = (t: string) => dollars.convert(100, 'USD', at(t));

    expect(worth('2026-03-01T23:59:59.999+08:00')).toBe('no-rate');
    expect(worth('2026-03-02T00:00:00+08:00')).toBe(710);
    expect(worth('2026-03-02T23:59:59.999+08:00')).toBe(710);
    expect(worth('2026-03-03T00:00:00+08:00')).toBe(720);
    expect(worth('2027-03-03T00:00:00+08:00')).toBe(720);
    expect(dollars.convert(100, 'EUR', at('2026-03-03T00:00:00+08:00'))).toBe('no-rate');
  });

  const now = at('2026-03-05T00:00:00Z');

  it.each<[string, string, string, number, string, number]>([
    ['half to even, down', 'CNY', '0.5', 25, 'USD', 12],
    ['half to even, up', 'CNY', '0.5', 27, 'USD', 14],
    ['more than half up', 'CNY', '0.501', 25, 'USD', 13],
    ['from a currency without decimals', 'CNY', '0.05', 100, 'JPY', 500],
    ['into a currency without decimals', 'JPY', '20.5', 100, 'CNY', 20],
    ['from three decimals to two', 'CNY', '23', 1, 'KWD', 2],
    ['with nine decimals', 'CNY', '0.000000001', 5_000_000_000, 'USD', 5],
  ])('round %s', (_what, target, rate, minor, currency, wanted) => {
    expect(into([{ ...march(1, rate, currency) }], target).convert(minor, currency, now)).toBe(wanted);
  });

  it('say so where the result leaves the exact integers', () => {
    expect(into([march(1, '999999999')]).convert(Number.MAX_SAFE_INTEGER, 'USD', now)).toBe('out-of-range');
    expect(into([march(1, '1')]).convert(Number.MAX_SAFE_INTEGER, 'USD', now)).toBe(Number.MAX_SAFE_INTEGER);
  });
});

describe('reference data that cannot be used is refused with name and place', () => {
  const refusal = (...documents: readonly ReferenceSpec[]): string => {
    try {
      return `${new References(documents).documents.length} documents`;
    } catch (error) {
      if (!(error instanceof RuleError)) throw error;
      return `${error.rule}: ${error.code} ${error.path.join('.')}`;
    }
  };

  it.each<[string, string, readonly ReferenceSpec[]]>([
    [
      'a version twice',
      'list:watched: duplicate-version version',
      [list(1, '2026-01-01T00:00:00Z', []), list(1, '2026-02-01T00:00:00Z', [])],
    ],
    ['a time that is none', 'list:watched: invalid-time effectiveFrom', [list(1, '2026-01-01', [])]],
    [
      'a limit that is no decimal',
      'table:t: invalid-number values.a',
      [{ table: 't', version: 1, effectiveFrom: '1970-01-01T00:00:00Z', values: { a: '1e3' } }],
    ],
    ['rates into no currency', 'rates:XXX: unknown-currency rates', [rates([], { rates: 'XXX' })]],
    ['rates of no currency', 'rates:CNY: unknown-currency values.0.currency', [rates([march(1, '7', 'XXX')])]],
    ['rates of the currency itself', 'rates:CNY: unknown-currency values.0.currency', [rates([march(1, '1', 'CNY')])]],
    ['a rate of nothing', 'rates:CNY: invalid-number values.0.rate', [rates([march(1, '0')])]],
    ['a rate that is no decimal', 'rates:CNY: invalid-number values.0.rate', [rates([march(1, 'seven')])]],
    [
      'a rate from no time',
      'rates:CNY: invalid-time values.0.from',
      [rates([{ currency: 'USD', from: 'x', rate: '7' }])],
    ],
    ['two rates of one time', 'rates:CNY: duplicate-version values.1.from', [rates([march(1, '7'), march(1, '8')])]],
  ])('%s', (_what, expected, documents) => {
    expect(refusal(...documents)).toBe(expected);
  });

  it('but one name may be a list, a table and rates', () => {
    const table: ReferenceSpec = { table: 'watched', version: 1, effectiveFrom: '1970-01-01T00:00:00Z', values: {} };
    expect(refusal(list(1, '2026-01-01T00:00:00Z', []), table)).toBe('2 documents');
  });
});
