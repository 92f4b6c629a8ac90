import { compiled, entered, grouped, measuredAt, shown, yuan } from './given.spec';
import { timesUsual } from './times-usual';

const largest = Number.MAX_SAFE_INTEGER;

describe('a multiple of the usual', () => {
  const measure = compiled(timesUsual, { timesUsual: 'amount', ...grouped }, 'CNY');

  it('is the own value over the mean of those before', () => {
    expect(measuredAt(measure, yuan(100), yuan(300), yuan(500))).toBe('2.5');
    expect(measuredAt(measure, yuan(300), yuan(100))).toBe('0.333333');
  });

  it('of a fact that does not count is over all that do', () => {
    expect(shown(measure, entered(measure, yuan(100), yuan(300)), yuan(500), false)).toBe('2.5');
  });

  it('is none without facts before, or where their mean is not above 0', () => {
    expect(measuredAt(measure, yuan(100))).toBe('nothing-measured');
    expect(measuredAt(measure, yuan(0), yuan(100))).toBe('nothing-measured');
    expect(shown(measure, entered(measure), yuan(100), false)).toBe('nothing-measured');
  });

  it('is none before there is enough history', () => {
    const known = compiled(timesUsual, { timesUsual: 'amount', history: 2, ...grouped }, 'CNY');

    expect(measuredAt(known, yuan(1), yuan(5))).toBe('nothing-measured');
    expect(measuredAt(known, yuan(1), yuan(1), yuan(5))).toBe('5');
  });

  it('is exact where the product leaves the exact integers, an error where the total does', () => {
    expect(measuredAt(measure, yuan(1), yuan(1), yuan(largest))).toBe(`${largest}`);
    expect(measuredAt(measure, yuan(largest), yuan(1), yuan(1))).toBe('out-of-range');
    expect(measuredAt(measure, yuan(1), yuan(largest))).toBe(`${largest}`);
  });

  it('forgets what has left', () => {
    const aggregate = entered(measure, yuan(900), yuan(100), yuan(200));
    aggregate.leave(900);

    expect(shown(measure, aggregate, yuan(200), true)).toBe('2');
    expect([aggregate.shown(200, true), aggregate.shown(200, false)]).toEqual([2, 3]);
  });

  it('shows those before and itself', () => {
    expect([measure.shows(1, 1), measure.showsTrigger]).toEqual([true, true]);
  });
});
