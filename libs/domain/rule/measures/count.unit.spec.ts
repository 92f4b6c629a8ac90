import { count } from './count';
import { compiled, entered, fact, grouped, measuredAt } from './given.spec';

describe('a count', () => {
  const measure = compiled(count, { count: 'facts', ...grouped });

  it('is how many facts are in the window, whatever they are', () => {
    const aggregate = entered(measure, fact(), fact(), fact());
    aggregate.leave(1);

    expect([aggregate.measured(1, true), aggregate.shown(1, true)]).toEqual([2, 2]);
    expect(measuredAt(measure, fact(), fact())).toBe('2');
    expect([measure.unit.scale, measure.unit.currency, measure.unit.format(1200)]).toEqual([0, null, '1200']);
    expect([measure.shows(1, 1), measure.showsTrigger]).toEqual([true, false]);
  });

  it('has no currency', () => {
    expect(() => compiled(count, { count: 'facts', ...grouped }, 'CNY')).toThrow('leave threshold.currency out');
  });
});
