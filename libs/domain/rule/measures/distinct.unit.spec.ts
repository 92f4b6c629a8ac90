import type { Fact } from '../../fact/fact';
import { distinct } from './distinct';
import { compiled, entered, fact, grouped, yuan } from './given.spec';

describe('how many different values', () => {
  const measure = compiled(distinct, { distinct: 'attributes.x', ...grouped });
  const of = (x: Fact['attributes'][string]): Fact => fact({ attributes: { x } });

  it('counts each once, text by code points, all else as JSON writes it', () => {
    const values = ['a', 'A', 'a', 'é', 'e\u0301', 1, '1', true, [1, 2], [2, 1]];

    expect(entered(measure, ...values.map(of)).measured(1, true)).toBe(8);
  });

  it('tells structured values apart whatever the order of their names', () => {
    const values: Fact['attributes'][string][] = [
      { a: [{ b: 1, c: 2 }], 10: 'x', 9: 'y' },
      { 9: 'y', 10: 'x', a: [{ c: 2, b: 1 }] },
      { a: 1 },
    ];

    expect(values.map((x) => measure.contribution(of(x)))).toEqual([
      '{"10":"x","9":"y","a":[{"b":1,"c":2}]}',
      '{"10":"x","9":"y","a":[{"b":1,"c":2}]}',
      '{"a":1}',
    ]);
  });

  it('ignores what is missing', () => {
    expect([measure.contribution(fact()), measure.contribution(of(null))]).toEqual([null, null]);
  });

  it('forgets a value when the last fact that has it leaves', () => {
    const aggregate = entered(measure, of('a'), of('b'), of('a'));
    const told = (): unknown[] => [aggregate.measured(1, true), aggregate.shown(1, true)];

    aggregate.leave('a');
    expect(told()).toEqual([2, 2]);
    aggregate.leave('b');
    expect(told()).toEqual([1, 1]);
    aggregate.leave('a');
    expect(told()).toEqual([0, 0]);
  });

  it('tells amounts apart by decimal and currency', () => {
    const amounts = compiled(distinct, { distinct: 'amount', ...grouped });
    const dollars = fact({ amount: 100, currency: 'USD' });

    expect(entered(amounts, yuan(100), yuan(100), dollars, yuan(1000)).measured(1, true)).toBe(3);
  });

  it('has no currency', () => {
    expect(() => compiled(distinct, { distinct: 'type', ...grouped }, 'CNY')).toThrow('leave threshold.currency out');
    expect(() => compiled(distinct, { distinct: 'shoe', ...grouped })).toThrow('no field "shoe"');
  });
});
