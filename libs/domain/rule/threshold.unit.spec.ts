import type { Fact } from '../fact/fact';
import { References } from '../reference/references';
import type { ReferenceSpec } from '../reference/reference-spec';
import type { ThresholdSpec } from './rule-spec';
import { thresholdOf } from './threshold';
import { countUnit, unitsOf } from './unit';
import { fieldOf } from './field';

const place = { rule: 'r', path: [] };
const fact = (given: Partial<Fact> = {}): Fact => ({
  source: 'default',
  id: 'a',
  kind: 'transaction',
  occurredAt: 0,
  attributes: {},
  ...given,
});
const of = (attributes: Fact['attributes'], given: Partial<Fact> = {}): Fact => fact({ attributes, ...given });
const inYuan = (spec: ThresholdSpec, data: readonly ReferenceSpec[] = []) => {
  const references = new References(data);
  const { unit } = unitsOf(fieldOf('amount', place), 'CNY', references, place);
  return thresholdOf(spec, { unit, references }, place);
};
const version = { version: 1, effectiveFrom: '1970-01-01T00:00:00Z' };

describe('a limit that is a field of the fact', () => {
  const threshold = inYuan({ above: { field: 'attributes.limit' } });

  it('is read in major units, per fact', () => {
    expect(threshold.reached(10_001, of({ limit: '100.00' }))).toBe(1);
    expect(threshold.reached(10_000, of({ limit: '100.00' }))).toBe(0);
    expect(threshold.reached(10_000, of({ limit: 99.99 }))).toBe(1);
    expect(threshold.shown(1, of({ limit: 99.9 }))).toEqual({ limit: '99.90', comparison: 'above' });
  });

  it('has no answer where the field is missing, an error where it cannot be read in the unit', () => {
    expect([of({}), of({ limit: null })].map((one) => threshold.reached(1, one))).toEqual([
      'limit-missing',
      'limit-missing',
    ]);
    expect(
      [of({ limit: 'much' }), of({ limit: '0.001' }), of({ limit: true })].map((one) => threshold.reached(1, one)),
    ).toEqual(['not-exact', 'not-exact', 'not-exact']);
    expect(threshold.shown(1, of({}))).toBeNull();
  });

  it('that is the amount is converted like any money', () => {
    const rates: ReferenceSpec = {
      rates: 'CNY',
      ...version,
      values: [{ currency: 'USD', from: '1970-01-01T00:00:00Z', rate: '7' }],
    };
    const byAmount = inYuan({ above: { field: 'amount' } }, [rates]);

    expect(byAmount.reached(700, fact({ amount: 100, currency: 'USD' }))).toBe(0);
    expect(byAmount.reached(701, fact({ amount: 100, currency: 'USD' }))).toBe(1);
    expect(byAmount.reached(701, fact({ amount: 100, currency: 'EUR' }))).toBe('no-rate');
    expect(byAmount.reached(701, fact())).toBe('limit-missing');
  });

  it('must be whole where facts are counted', () => {
    const counted = thresholdOf(
      { atLeast: { field: 'attributes.limit' } },
      { unit: countUnit, references: new References([]) },
      place,
    );

    expect([of({ limit: 2 }), of({ limit: 2.5 })].map((one) => counted.reached(2, one))).toEqual([1, 'not-exact']);
  });
});

describe('a limit that is an entry of a table', () => {
  const table = (from: string, number: number, values: Record<string, string>): ReferenceSpec => ({
    table: 'authority',
    version: number,
    effectiveFrom: from,
    values,
  });
  const data = [
    table('1970-01-01T00:00:00Z', 1, { junior: '100.00', fine: '1.001' }),
    table('1970-01-02T00:00:00Z', 2, { junior: '50.00' }),
  ];
  const limit = { table: 'authority', key: 'attributes.grade' };

  it('is that of the version that governs the fact', () => {
    const threshold = inYuan({ above: limit }, data);
    const junior = (occurredAt: number): Fact => of({ grade: 'junior' }, { occurredAt });

    expect([junior(86_399_999), junior(86_400_000)].map((one) => threshold.reached(6_000, one))).toEqual([0, 1]);
    expect(threshold.shown(1, junior(86_400_000))).toEqual({ limit: '50.00', comparison: 'above' });
  });

  it('has no answer where nothing is listed, unless there is an else', () => {
    const threshold = inYuan({ above: limit }, data);
    const otherwise = inYuan({ above: { ...limit, else: '10.00' } }, data);
    const unlisted = [of({ grade: 'senior' }), of({}), of({ grade: 'junior' }, { occurredAt: -1 })];

    expect(unlisted.map((one) => threshold.reached(1_001, one))).toEqual(
      Array.from({ length: 3 }, () => 'limit-missing'),
    );
    expect(unlisted.map((one) => otherwise.reached(1_001, one))).toEqual([1, 1, 1]);
    expect(unlisted.map((one) => otherwise.reached(1_000, one))).toEqual([0, 0, 0]);
    expect(threshold.reached(1, of({ grade: 'fine' }))).toBe('not-exact');
  });
});

describe('tiers whose limits cannot all be read', () => {
  const tiers = (...fields: string[]): ThresholdSpec => ({
    tiers: fields.map((field, index) => ({
      above: { field: `attributes.${field}` },
      severity: (['low', 'medium', 'high', 'critical'] as const)[index] ?? 'critical',
    })),
  });

  it('pass over those that are missing; all missing is no answer', () => {
    expect(inYuan(tiers('a', 'b')).reached(200, of({ a: 1 }))).toBe(1);
    expect(inYuan(tiers('a', 'b')).reached(200, of({ b: 1 }))).toBe(2);
    expect(inYuan(tiers('a', 'b')).reached(200, of({}))).toBe('limit-missing');
  });

  it('end in the error of any, whatever the others say', () => {
    expect(inYuan(tiers('a', 'b')).reached(200, of({ a: 1, b: 'x' }))).toBe('not-exact');
    expect(inYuan(tiers('a', 'b')).reached(200, of({ a: 'x' }))).toBe('not-exact');
  });
});

describe('between two limits of any form', () => {
  const threshold = inYuan({ between: ['1.00', { field: 'attributes.most' }] });

  it('includes both ends', () => {
    expect([99, 100, 200, 201].map((units) => threshold.reached(units, of({ most: 2 })))).toEqual([0, 1, 1, 0]);
    expect(threshold.shown(1, of({ most: 2 }))).toEqual({ limit: '1.00..2.00', comparison: 'between' });
  });

  it('has no answer, or an error, where one of them has', () => {
    expect(threshold.reached(100, of({}))).toBe('limit-missing');
    expect(threshold.reached(100, of({ most: 'x' }))).toBe('not-exact');
  });

  it('is met by no value where the ends are the wrong way round', () => {
    expect([99, 100, 50].map((units) => threshold.reached(units, of({ most: 0.5 })))).toEqual([0, 0, 0]);
  });
});

describe('a fraction', () => {
  it('is compared exactly, not as it is shown', () => {
    const threshold = inYuan({ above: '3.33' });

    expect(threshold.reached({ dividend: 1000, divisor: 3, shift: 0 }, fact())).toBe(1);
    expect(threshold.reached({ dividend: 999, divisor: 3, shift: 0 }, fact())).toBe(0);
  });
});
