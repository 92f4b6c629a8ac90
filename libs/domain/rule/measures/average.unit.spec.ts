import { average } from './average';
import { compiled, entered, grouped, measuredAt, yuan } from './given.spec';

describe('an average', () => {
  const measure = compiled(average, { average: 'amount', ...grouped }, 'CNY');

  it('is the total over how many count, exactly', () => {
    expect(entered(measure, yuan(100), yuan(101), yuan(0)).measured(1, true)).toEqual({
      dividend: 201,
      divisor: 3,
      shift: 0,
    });
  });

  it.each<[number[], string]>([
    [[1, 2], '0.02'],
    [[2, 3], '0.02'],
    [[3, 4], '0.04'],
    [[1, 1, 2], '0.01'],
    [[1, 2, 2], '0.02'],
  ])('of %j minor units is shown as %s', (amounts, shown) => {
    expect(measuredAt(measure, ...amounts.map((amount) => yuan(amount)))).toBe(shown);
  });

  it('of nothing is none; of more than can be added an error', () => {
    expect(entered(measure).measured(1, false)).toBe('nothing-measured');
    expect(entered(measure, yuan(Number.MAX_SAFE_INTEGER), yuan(1)).measured(1, true)).toBe('out-of-range');
  });

  it('forgets what has left', () => {
    const aggregate = entered(measure, yuan(100), yuan(7));
    aggregate.leave(100);

    expect([aggregate.measured(1, true), aggregate.shown(1, true)]).toEqual([{ dividend: 7, divisor: 1, shift: 0 }, 1]);
  });
});
