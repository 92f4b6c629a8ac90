import fc from 'fast-check';
import type { Fact } from '../../fact/fact';
import { count } from './count';
import type { Aggregate, EvaluationError, Measure, MeasureKind } from './measure';
import { measureKinds, registryOf } from './registry';
import { sum } from './sum';
import { value } from './value';

const place = { rule: 'r', path: [] };
const fact = (given: Partial<Fact> = {}): Fact => ({
  source: 'default',
  id: 'a',
  kind: 'transaction',
  occurredAt: 0,
  attributes: {},
  ...given,
});
const largest = Number.MAX_SAFE_INTEGER;
const after = (measure: Measure, ...entered: (number | EvaluationError)[]): Aggregate => {
  const aggregate = measure.aggregate();
  for (const one of entered) aggregate.enter(one);
  return aggregate;
};

describe.each([
  ['sum', sum],
  ['value', value],
])('what a fact contributes to a %s', (_verb, kind: MeasureKind) => {
  it('of money: minor units of the currency; nothing where there is no amount; an error in another currency', () => {
    const { contribution, unit } = kind.compile('amount', 'CNY', place);

    expect(contribution(fact({ amount: 150, currency: 'CNY' }))).toBe(150);
    expect(contribution(fact({ amount: 0, currency: 'CNY' }))).toBe(0);
    expect(contribution(fact())).toBe('absent');
    expect(contribution(fact({ amount: 150, currency: 'USD' }))).toBe('no-rate');
    expect(contribution(fact({ amount: 150 }))).toBe('no-rate');
    expect([unit.scale, unit.currency, unit.format(150)]).toEqual([2, 'CNY', '1.50']);
  });

  it('of a plain number: millionths; nothing where it is missing; an error where it is finer or no number', () => {
    const { contribution, unit } = kind.compile('attributes.score', undefined, place);
    const of = (score: Fact['attributes'][string]) => contribution(fact({ attributes: { score } }));

    expect([of(1.5), of('-2'), of(0.000001), of(0)]).toEqual([1_500_000, -2_000_000, 1, 0]);
    expect([contribution(fact()), of(null)]).toEqual(['absent', 'absent']);
    expect([of(0.0000001), of('many'), of(true), of(1e15)]).toEqual(Array.from({ length: 4 }, () => 'not-exact'));
    expect([unit.scale, unit.currency, unit.format(1_500_000)]).toEqual([6, null, '1.5']);
  });
});

describe('a sum', () => {
  const measure = sum.compile('amount', 'CNY', place);

  it('of nothing is 0', () => {
    expect([after(measure).measured(), after(measure).count]).toEqual([0, 0]);
  });

  it('is exact up to the largest exact integer, and an error beyond', () => {
    expect(after(measure, largest).measured()).toBe(largest);
    expect(after(measure, largest - 1, 1).measured()).toBe(largest);
    expect(after(measure, largest, 1).measured()).toBe('out-of-range');
    expect(after(measure, -largest, -1).measured()).toBe('out-of-range');
  });

  it('is exact again when what led beyond has left', () => {
    const aggregate = after(measure, largest, largest, 3);
    aggregate.leave(largest);
    aggregate.leave(largest);

    expect([aggregate.measured(), aggregate.count]).toEqual([3, 1]);
  });

  it('is an error for as long as a fact is in the window that cannot be read', () => {
    const aggregate = after(measure, 5, 'no-rate', 'no-rate');

    expect([aggregate.measured(), aggregate.count]).toEqual(['no-rate', 3]);
    aggregate.leave('no-rate');
    expect(aggregate.measured()).toBe('no-rate');
    aggregate.leave('no-rate');
    expect([aggregate.measured(), aggregate.count]).toEqual([5, 1]);
  });

  it('does not depend on what passed through the window', () => {
    const units = fc.integer({ min: -largest, max: largest });
    fc.assert(
      fc.property(fc.array(units), fc.array(units), (passing, staying) => {
        const aggregate = after(measure, ...passing, ...staying);
        for (const one of passing) aggregate.leave(one);

        const exact = staying.reduce((total, one) => total + BigInt(one), 0n);
        const safe = exact >= BigInt(-largest) && exact <= BigInt(largest);
        expect(aggregate.measured()).toBe(safe ? Number(exact) + 0 : 'out-of-range');
      }),
    );
  });
});

describe('a count', () => {
  it('is how many facts are in the window, whatever they are', () => {
    const measure = count.compile('facts', undefined, place);
    const aggregate = after(measure, 1, 1, 1);
    aggregate.leave(1);

    expect(measure.contribution(fact())).toBe(1);
    expect([aggregate.measured(), aggregate.count]).toEqual([2, 2]);
    expect([measure.unit.scale, measure.unit.currency, measure.unit.format(1200)]).toEqual([0, null, '1200']);
  });
});

describe('the own value of a fact', () => {
  it('is what entered last', () => {
    const aggregate = after(value.compile('amount', 'CNY', place), 7, 'no-rate', 9);

    expect([aggregate.measured(), aggregate.count]).toEqual([9, 3]);
    aggregate.leave(7);
    expect([aggregate.measured(), aggregate.count]).toEqual([9, 2]);
  });
});

describe('the measures', () => {
  it('are known by their verbs; only the own value looks at one fact', () => {
    expect([...measureKinds].map(([verb, { ofOneFact }]) => [verb, ofOneFact])).toEqual([
      ['value', true],
      ['count', false],
      ['sum', false],
    ]);
  });

  it('cannot share a verb', () => {
    expect(() => registryOf([sum, count, sum])).toThrow('"sum"');
  });
});
