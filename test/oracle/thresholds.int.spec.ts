import type { FactMessage, ReferenceDocument, RuleDocument, RuleInput } from '@weir/contracts';
import { aReference, anOperation, aRule, aTransaction, score } from './given';
import { useOracle, words } from './use-oracle';

const { hitsOf, wordsOf, failedOf } = useOracle();
const by = ['accountId'];
const hour = { sliding: 'PT1H' } as const;

describe('money', () => {
  const rates = (
    version: number,
    effectiveFrom: string,
    rate: string,
    from = '2026-01-01T00:00:00Z',
  ): ReferenceDocument =>
    aReference({ rates: 'CNY', version, effectiveFrom, values: [{ currency: 'USD', from, rate }] });
  const sum = aRule({ measure: { sum: 'amount', by, window: hour }, threshold: { above: '0.00', currency: 'CNY' } });

  it('is converted fact by fact at the rate of its time, half to even', async () => {
    const references = [
      aReference({
        rates: 'CNY',
        values: [
          { currency: 'USD', from: '2026-01-05T10:00:01+08:00', rate: '2.5' },
          { currency: 'USD', from: '2026-01-05T10:00:00+08:00', rate: '0.5' },
        ],
      }),
    ];
    const facts = [
      aTransaction('a', '10:00:00', '0.01 USD'),
      aTransaction('b', '10:00:00.999', '0.03 USD'),
      aTransaction('c', '10:00:01', '0.01 USD'),
      aTransaction('d', '10:00:02', '0.01 CNY'),
    ];
    // 0.5, 1.5 and 2.5 fen: 0, 2 and 2.
    expect(await wordsOf([sum], facts, references)).toEqual([
      'b 0.02 of 0.00 [a b]',
      'c 0.04 of 0.00 [a b c]',
      'd 0.05 of 0.00 [a b c d]',
    ]);
  });

  it('has no rate before the first, without a governing version, and in the other direction', async () => {
    const references = [
      rates(1, '2026-01-05T10:00:01+08:00', '7'),
      rates(2, '2026-01-05T10:00:03+08:00', '8', '2026-01-05T10:00:04+08:00'),
      aReference({ rates: 'USD', values: [{ currency: 'CNY', from: '2020-01-01T00:00:00Z', rate: '0.14' }] }),
    ];
    const own = aRule({ measure: { value: 'amount' }, threshold: { above: '0.00', currency: 'CNY' } });
    const facts = ['10:00:00.999', '10:00:01', '10:00:03', '10:00:04'].map((at, n) =>
      aTransaction(`f${n}`, at, '1.00 USD'),
    );
    expect(await wordsOf([own], facts, references)).toEqual(['f1 7.00 of 0.00 [f1]', 'f3 8.00 of 0.00 [f3]']);
    expect(await failedOf([own], facts, references)).toEqual(['f0 no-rate', 'f2 no-rate']);
  });

  it('without decimals or with three is measured in its own', async () => {
    const yen = aRule({ measure: { sum: 'amount', by, window: hour }, threshold: { above: '0', currency: 'JPY' } });
    const references = [
      aReference({ rates: 'JPY', values: [{ currency: 'KWD', from: '2020-01-01T00:00:00Z', rate: '500' }] }),
    ];
    const facts = [aTransaction('a', '10:00:00', '0.001 KWD'), aTransaction('b', '10:00:01', '0.003 KWD')];
    // 0.5 and 1.5 yen.
    expect(await wordsOf([yen], facts, references)).toEqual(['b 2 of 0 [a b]']);
  });
});

describe('thresholds', () => {
  const points = (threshold: RuleInput['threshold'], raise?: RuleInput['raise']): RuleDocument =>
    aRule({ measure: { value: 'attributes.points', by }, threshold, ...(raise === undefined ? {} : { raise }) });
  const withLimit = (id: string, at: string, value: number, limit: unknown): FactMessage =>
    anOperation(id, at, { attributes: { points: value, limit } });

  it('by a field: missing is no limit, no decimal an error', async () => {
    const facts = [
      withLimit('a', '10:00:00', 5, '4.999999'),
      withLimit('b', '10:00:01', 5, 5),
      withLimit('c', '10:00:02', 5, null),
      withLimit('d', '10:00:03', 5, 'low'),
      withLimit('e', '10:00:04', 5, '0.0000001'),
    ];
    expect(await wordsOf([points({ above: { field: 'attributes.limit' } })], facts)).toEqual(['a 5 of 4.999999 [a]']);
    expect(await failedOf([points({ above: { field: 'attributes.limit' } })], facts)).toEqual([
      'd not-exact',
      'e not-exact',
    ]);
  });

  it('by the amount: converted as what is measured is', async () => {
    const rule = aRule({
      measure: { sum: 'amount', by, window: hour },
      threshold: { above: { field: 'amount' }, currency: 'CNY' },
    });
    const usd = aReference({ rates: 'CNY', values: [{ currency: 'USD', from: '2020-01-01T00:00:00Z', rate: '7' }] });
    const facts = [
      aTransaction('a', '10:00:00', '1.00 USD'),
      aTransaction('b', '10:00:01', '1.00 USD'),
      aTransaction('c', '10:00:02', '20.00 CNY'),
    ];
    expect(await wordsOf([rule], facts, [usd])).toEqual(['b 14.00 of 7.00 [a b]', 'c 34.00 of 20.00 [a b c]']);
  });

  it('by a table in the version of the time, else by `else`', async () => {
    const tables = [
      aReference({ table: 'grades', values: { junior: '5', '2': '1' } }),
      aReference({ table: 'grades', version: 2, effectiveFrom: '2026-01-05T10:00:03+08:00', values: { junior: 6 } }),
    ];
    const rules = [
      { ...points({ atLeast: { table: 'grades', key: 'attributes.limit' } }), id: 'strict' },
      { ...points({ atLeast: { table: 'grades', key: 'attributes.limit', else: '3' } }), id: 'else' },
    ];
    const facts = [
      withLimit('a', '10:00:00', 5, 'junior'),
      withLimit('b', '10:00:01', 2, 2),
      withLimit('c', '10:00:02', 3, 'senior'),
      withLimit('d', '10:00:03', 5, 'junior'),
      withLimit('e', '10:00:04', 3, null),
    ];
    const hits = await hitsOf(rules, facts, tables);
    expect(hits.map((hit) => `${hit.rule} ${words(hit)}`)).toEqual([
      'strict a 5 of 5 [a]',
      'strict b 2 of 1 [b]',
      'else a 5 of 5 [a]',
      'else b 2 of 1 [b]',
      'else c 3 of 3 [c]',
      'else e 3 of 3 [e]',
    ]);
  });

  it('by tiers: the gravest that is met; one whose limit is missing is passed over; an error of one is the error of all', async () => {
    const rule = points(
      {
        tiers: [
          { atLeast: '5', severity: 'low' },
          { atLeast: { field: 'attributes.limit' }, severity: 'high' },
          { between: ['20', '30'], severity: 'critical' },
        ],
      },
      { on: 'every' },
    );
    const facts = [
      withLimit('a', '10:00:00', 5, 10),
      withLimit('b', '10:00:01', 10, 10),
      withLimit('c', '10:00:02', 31, 10),
      withLimit('d', '10:00:03', 30, 10),
      withLimit('e', '10:00:04', 10, null),
      withLimit('f', '10:00:05', 10, 'none'),
    ];
    const hits = await hitsOf([rule], facts);
    expect(hits.map((hit) => `${words(hit)} ${hit.evidence.comparison} ${hit.severity}`)).toEqual([
      'a 5 of 5 [a] atLeast low',
      'b 10 of 10 [b] atLeast high',
      'c 31 of 10 [c] atLeast high',
      'd 30 of 20..30 [d] between critical',
      'e 10 of 5 [e] atLeast low',
    ]);
  });

  it('between: with one end missing it is missing, whatever the other', async () => {
    const [bad, gone] = [{ field: 'attributes.limit' }, { field: 'attributes.other' }];
    const both: [typeof bad, typeof gone][] = [
      [bad, gone],
      [gone, bad],
    ];
    const rules = both.map((between, n) => ({
      ...points(
        {
          tiers: [
            { between, severity: 'high' },
            { above: '0', severity: 'critical' },
          ],
        },
        { on: 'every' },
      ),
      id: `rule-${n}`,
    }));
    expect(await wordsOf(rules, [withLimit('a', '10:00:00', 5, 'none')])).toEqual(['a 5 of 0 [a]', 'a 5 of 0 [a]']);
    expect(await failedOf(rules, [withLimit('a', '10:00:00', 5, 'none')])).toEqual([]);
  });

  it('crossing of tiers: raised where a graver tier is met than before', async () => {
    const tiers = [
      { atLeast: '5', severity: 'low' as const },
      { atLeast: '10', severity: 'high' as const },
    ];
    const rule = points({ tiers }, { on: 'crossing' });
    const facts = [5, 6, 10, 11, 7, 10, 4, 5].map((value, n) => score(`f${n}`, `10:00:0${n}`, value));
    expect((await hitsOf([rule], facts)).map((hit) => `${hit.fact.id} ${hit.severity}`)).toEqual([
      'f0 low',
      'f2 high',
      'f5 high',
      'f7 low',
    ]);
  });
});
