import { compiled, entered, fact, grouped, measuredAt, yuan } from './given.spec';
import { sum } from './sum';

const largest = Number.MAX_SAFE_INTEGER;

describe('a sum', () => {
  const measure = compiled(sum, { sum: 'amount', ...grouped }, 'CNY');

  it('of nothing is 0', () => {
    expect([entered(measure).measured(1, false), entered(measure).shown(1, false)]).toEqual([0, 0]);
  });

  it('is the total of what is in the window', () => {
    const aggregate = entered(measure, yuan(100), yuan(20), yuan(3));
    aggregate.leave(100);

    expect([aggregate.measured(1, true), aggregate.shown(1, true)]).toEqual([23, 2]);
    expect(measuredAt(measure, yuan(100), yuan(20))).toBe('1.20');
  });

  it('is an error beyond the exact integers, and exact again when what led there has left', () => {
    const aggregate = entered(measure, yuan(largest), yuan(1));

    expect(aggregate.measured(1, true)).toBe('out-of-range');
    aggregate.leave(largest);
    expect(aggregate.measured(1, true)).toBe(1);
  });

  it('shows what counts', () => {
    expect([measure.shows(1, 1), measure.showsTrigger, measure.own(fact())]).toEqual([true, false, 1]);
  });
});
