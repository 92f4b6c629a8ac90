import { compiled, entered, fact, grouped, measuredAt, shown } from './given.spec';
import { idle } from './idle';

const day = 86_400_000;
const at = (occurredAt: number) => fact({ occurredAt });

describe('the time that nothing happened', () => {
  const measure = compiled(idle, { idle: 'days', ...grouped });

  it('is that since the fact before, in days, hours or minutes', () => {
    expect(measuredAt(measure, at(0), at(day / 2), at(2 * day))).toBe('1.5');
    expect(measuredAt(compiled(idle, { idle: 'hours', ...grouped }), at(0), at(day))).toBe('24');
    expect(measuredAt(compiled(idle, { idle: 'minutes', ...grouped }), at(0), at(1))).toBe('0.000017');
    expect(measuredAt(measure, at(5), at(5))).toBe('0');
  });

  it('is none where there is no fact before', () => {
    expect(measuredAt(measure, at(0))).toBe('nothing-measured');
    expect(shown(measure, entered(measure), at(0), false)).toBe('nothing-measured');
  });

  it('of a fact that does not count is that since the newest that does', () => {
    expect(shown(measure, entered(measure, at(0)), at(day), false)).toBe('1');
    expect(shown(measure, entered(measure, at(0), at(day)), at(3 * day), false)).toBe('2');
  });

  it('knows nothing of what has left', () => {
    const aggregate = entered(measure, at(0), at(day));
    aggregate.leave(0);

    expect(shown(measure, aggregate, at(day), true)).toBe('nothing-measured');
    expect(shown(measure, aggregate, at(2 * day), false)).toBe('1');
  });

  it('shows the fact before and the triggering one', () => {
    expect(entered(measure, at(0), at(1), at(2)).shown(2, true)).toBe(2);
    expect([measure.shows(0, 1), measure.showsTrigger]).toEqual([true, true]);
  });

  it('has no currency', () => {
    expect(() => compiled(idle, { idle: 'days', ...grouped }, 'CNY')).toThrow('leave threshold.currency out');
  });
});
