import type { RuleInput } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import { aFact, aReference, aRule, type FactInput } from './builders';
import { evaluate } from './evaluate';
import { standingHits } from './standing-hits';

const paid = (rest: Partial<FactInput>): Fact =>
  aFact({ id: 'a', at: '2026-01-05T10:00:00Z', amount: '100.00', ...rest });
const references = [
  aReference({ table: 'authority', values: { junior: '50.00', senior: 200, 1: '100.00', odd: '1.001' } }),
  aReference({ table: 'coming', effectiveFrom: '2026-01-06T00:00:00Z', values: { junior: '50.00' } }),
  aReference({ table: 'by-amount', values: { '100.00 CNY': '99.99' } }),
];

/** How one fact stands to a threshold: "met above 50.00", "below"; or why it cannot be compared. */
function words(threshold: Omit<NonNullable<RuleInput['threshold']>, 'currency'>, fact: Fact): string {
  const severity = threshold.tiers === undefined ? 'medium' : undefined;
  const rule = aRule({
    id: 'rule',
    measure: { value: 'amount' },
    threshold: { ...threshold, currency: 'CNY' },
    raise: { on: 'every', severity },
  });
  const evaluation = evaluate(rule, fact, [fact], references);
  if (evaluation.outcome !== 'measured') return evaluation.reason;
  const { level, comparison, limit } = evaluation;
  return `${level === 0 ? 'not met' : evaluation.severity} ${comparison ?? ''} ${limit ?? ''}`;
}

describe('one limit', () => {
  it('may be a constant', () => {
    expect(words({ above: '100' }, paid({}))).toBe('not met above 100.00');
    expect(words({ atLeast: 100 }, paid({}))).toBe('medium atLeast 100.00');
    expect(words({ below: '100.01' }, paid({}))).toBe('medium below 100.01');
    expect(words({ atMost: '99.99' }, paid({}))).toBe('not met atMost 99.99');
    expect(words({ between: ['100', '100.00'] }, paid({}))).toBe('medium between 100.00..100.00');
    expect(words({ between: ['100.01', '200'] }, paid({}))).toBe('not met between 100.01..200.00');
  });

  it('may be a field of the fact', () => {
    const limit = (of: Fact['attributes'][string]): string =>
      words({ above: { field: 'attributes.of' } }, paid({ attributes: { of } }));
    expect([99.9, '99.99', '100.000'].map(limit)).toEqual([
      'medium above 99.90',
      'medium above 99.99',
      'not met above 100.00',
    ]);
    expect([null, 'much', true, '1.001', [1]].map(limit)).toEqual([
      'limit-missing',
      'not-exact',
      'not-exact',
      'not-exact',
      'not-exact',
    ]);
    expect(words({ atLeast: { field: 'amount' } }, paid({}))).toBe('medium atLeast 100.00');
  });

  it('may stand in a table', () => {
    const graded = (grade: Fact['attributes'][string], rest: { else?: string } = {}): string =>
      words({ above: { table: 'authority', key: 'attributes.grade', ...rest } }, paid({ attributes: { grade } }));
    expect(['junior', 'senior', '1', 1, 'odd'].map((grade) => graded(grade))).toEqual([
      'medium above 50.00',
      'not met above 200.00',
      'not met above 100.00',
      'not met above 100.00',
      'not-exact',
    ]);
    expect([graded('none'), graded(null), graded('toString')]).toEqual(Array(3).fill('limit-missing'));
    expect([graded('none', { else: '0' }), graded(null, { else: '0' })]).toEqual(Array(2).fill('medium above 0.00'));
    expect(
      words({ above: { table: 'coming', key: 'attributes.grade' } }, paid({ attributes: { grade: 'junior' } })),
    ).toBe('limit-missing');
    expect(words({ above: { table: 'by-amount', key: 'amount' } }, paid({}))).toBe('medium above 99.99');
  });

  it('may be missing at one end', () => {
    expect(words({ between: [{ field: 'attributes.of' }, '100.00'] }, paid({}))).toBe('limit-missing');
    const otherOdd: [{ field: string }, { field: string }] = [{ field: 'attributes.of' }, { field: 'id' }];
    expect(words({ between: otherOdd }, paid({}))).toBe('limit-missing');
    expect(words({ between: otherOdd }, paid({ attributes: { of: '3' } }))).toBe('not-exact');
    expect(words({ between: [{ field: 'attributes.of' }, '100.00'] }, paid({ attributes: { of: '3' } }))).toBe(
      'medium between 3.00..100.00',
    );
  });
});

describe('tiers', () => {
  const tiers = [
    { above: '50.00', severity: 'low' as const },
    { above: { field: 'attributes.of' }, severity: 'high' as const },
    { atLeast: '200', severity: 'critical' as const },
  ];

  it('give the gravest that is met, whatever lies between', () => {
    expect(words({ tiers }, paid({ amount: '50.00' }))).toBe('not met above 50.00');
    expect(words({ tiers }, paid({}))).toBe('low above 50.00');
    expect(words({ tiers }, paid({ attributes: { of: '99.99' } }))).toBe('high above 99.99');
    expect(words({ tiers }, paid({ attributes: { of: '500' }, amount: '200.00' }))).toBe('critical atLeast 200.00');
  });

  it('pass over a missing limit, but not over an error', () => {
    expect(words({ tiers: tiers.slice(1, 2) }, paid({}))).toBe('limit-missing');
    expect(words({ tiers }, paid({ amount: '200.00' }))).toBe('critical atLeast 200.00');
    expect(words({ tiers }, paid({ amount: '200.00', attributes: { of: 'much' } }))).toBe('not-exact');
  });
});

describe('comparing', () => {
  it('is exact, and only evidence is rounded', () => {
    const scored = (id: string, score: number): Fact => paid({ id, attributes: { score } });
    const facts = [scored('a', 0), scored('b', 5), scored('c', 5)];
    const reached = (threshold: RuleInput['threshold']): unknown => {
      const measure = { average: 'attributes.score', by: ['accountId'], window: { sliding: 'PT1H' } };
      const rule = aRule({ id: 'r', measure, threshold });
      return standingHits([rule], facts).map(({ fact, evidence }) => [fact.id, evidence.measured, evidence.limit]);
    };

    expect(reached({ above: '3.333333' })).toEqual([['c', '3.333333', '3.333333']]);
    expect(reached({ atMost: '3.333333' })).toEqual([
      ['a', '0', '3.333333'],
      ['b', '2.5', '3.333333'],
    ]);
    expect(reached({ above: '3.333334' })).toEqual([]);
  });
});
