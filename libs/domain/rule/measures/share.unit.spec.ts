import type { Fact } from '../../fact/fact';
import { compiled, entered, fact, grouped, measuredAt, shown, yuan } from './given.spec';
import { Spoilt } from './measure';
import { share } from './share';

describe('the share of a value', () => {
  const byAmount = compiled(share, { share: 'attributes.product', of: 'amount', ...grouped }, 'CNY');
  const byFacts = compiled(share, { share: 'attributes.product', ...grouped });
  const of = (product: string | null, amount = 0): Fact => yuan(amount, { attributes: { product } });

  it('is its part of the total, or of the facts', () => {
    const facts = [of('a', 600), of('b', 300), of('a', 100)];

    expect(measuredAt(byAmount, ...facts)).toBe('0.7');
    expect(measuredAt(byFacts, ...facts)).toBe('0.666667');
    expect(measuredAt(byAmount, of('a', 100), of('b', 200))).toBe('0.666667');
  });

  it('is that of the triggering fact, whether or not it counts', () => {
    const aggregate = entered(byAmount, of('a', 600), of('b', 200));

    expect([of('a'), of('b'), of('c')].map((trigger) => shown(byAmount, aggregate, trigger, false))).toEqual([
      '0.75',
      '0.25',
      '0',
    ]);
    expect([aggregate.shown('a', false), aggregate.shown('c', false)]).toEqual([1, 0]);
  });

  it('is none where the trigger lacks the field, or the whole is not above 0', () => {
    expect([byAmount.own(fact()), byAmount.own(of(null)), byAmount.own(of('a'))]).toEqual([null, null, 'a']);
    expect(entered(byAmount, of('a', 0)).measured('a', true)).toBe('nothing-measured');
    expect(entered(byAmount).measured('a', false)).toBe('nothing-measured');
  });

  it('takes no fact that lacks a field, and is spoilt by an amount that cannot be read', () => {
    expect(byAmount.contribution(of(null, 5))).toBeNull();
    expect(byAmount.contribution(fact({ attributes: { product: 'a' } }))).toBeNull();
    expect(byAmount.contribution(fact({ attributes: { product: 'a' }, amount: 1, currency: 'EUR' }))).toBe(
      Spoilt.noRate,
    );
    expect(byFacts.contribution(fact({ attributes: { product: 'a' } }))).toEqual({ value: 'a', weight: 1 });
  });

  it('forgets what has left', () => {
    const aggregate = entered(byAmount, of('a', 600), of('b', 200), of('a', 200));
    aggregate.leave({ value: 'a', weight: 600 });

    expect(aggregate.measured('a', true)).toEqual({ dividend: 200, divisor: 400, shift: 6 });
    aggregate.leave({ value: 'b', weight: 200 });
    expect([aggregate.measured('b', true), aggregate.shown('b', true), aggregate.shown('a', true)]).toEqual([
      { dividend: 0, divisor: 200, shift: 6 },
      0,
      1,
    ]);
  });

  it('is an error beyond the exact integers', () => {
    const largest = Number.MAX_SAFE_INTEGER;

    expect(entered(byAmount, of('a', largest), of('b', 1)).measured('b', true)).toBe('out-of-range');
    expect(entered(byAmount, of('a', largest)).measured('a', true)).toEqual({
      dividend: largest,
      divisor: largest,
      shift: 6,
    });
  });

  it('shows the facts of the value', () => {
    expect([byAmount.shows({ value: 'a', weight: 1 }, 'a'), byAmount.shows({ value: 'b', weight: 1 }, 'a')]).toEqual([
      true,
      false,
    ]);
    expect(byAmount.showsTrigger).toBe(false);
  });

  it('needs a currency exactly where amounts are added', () => {
    expect(() => compiled(share, { share: 'type', of: 'amount', ...grouped })).toThrow('give threshold.currency');
    expect(() => compiled(share, { share: 'type', ...grouped }, 'CNY')).toThrow('leave threshold.currency out');
    expect(() => compiled(share, { share: 'shoe', ...grouped })).toThrow('no field "shoe"');
    expect(() => compiled(share, { share: 'type', of: 'shoe', ...grouped })).toThrow('no field "shoe"');
  });
});
