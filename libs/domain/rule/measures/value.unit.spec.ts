import { compiled, entered, yuan } from './given.spec';
import { value } from './value';

describe('the own value of a fact', () => {
  const measure = compiled(value, { value: 'amount' }, 'CNY');

  it('is its own, whatever else there is', () => {
    const aggregate = entered(measure, yuan(7), yuan(9));
    aggregate.leave(7);

    expect([aggregate.measured(5, false), aggregate.shown(5, false)]).toEqual([5, 1]);
    expect(measure.own(yuan(12))).toBe(12);
    expect([measure.shows(9, 9), measure.showsTrigger]).toEqual([true, true]);
  });
});
