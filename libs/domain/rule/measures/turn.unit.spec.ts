import type { Fact } from '../../fact/fact';
import { compiled, entered, fact, grouped, measuredAt } from './given.spec';
import { turn } from './turn';

describe('turns of one thing', () => {
  const measure = compiled(turn, { turn: 'attributes.bond', ...grouped });
  const leg = (bond: string | null, direction?: 'in' | 'out'): Fact =>
    fact({ attributes: { bond }, ...(direction === undefined ? {} : { direction }) });

  it('are the smaller of how often it went in and out', () => {
    const facts = [leg('x', 'in'), leg('x', 'in'), leg('x', 'out'), leg('x', 'out'), leg('x', 'out')];

    expect(facts.map((_, index) => measuredAt(measure, ...facts.slice(0, index + 1)))).toEqual([
      '0',
      '0',
      '1',
      '2',
      '2',
    ]);
  });

  it('do not mix things', () => {
    expect(measuredAt(measure, leg('x', 'in'), leg('y', 'out'))).toBe('0');
    expect(measuredAt(measure, leg('x', 'out'), leg('y', 'out'), leg('x', 'in'))).toBe('1');
    expect(entered(measure, leg('x', 'in')).measured('z', false)).toBe(0);
  });

  it('count no fact without thing or direction; without a thing there is no value', () => {
    expect([measure.contribution(leg('x')), measure.contribution(leg(null, 'in'))]).toEqual([null, null]);
    expect([measure.own(leg(null)), measure.own(leg('x'))]).toEqual([null, 'x']);
  });

  it('forget what has left', () => {
    const aggregate = entered(measure, leg('x', 'in'), leg('x', 'out'), leg('x', 'in'));
    const told = (): unknown[] => [aggregate.measured('x', true), aggregate.shown('x', true)];

    expect(told()).toEqual([1, 3]);
    aggregate.leave({ thing: 'x', direction: 'in' });
    expect(told()).toEqual([1, 2]);
    aggregate.leave({ thing: 'x', direction: 'out' });
    expect(told()).toEqual([0, 1]);
    aggregate.leave({ thing: 'x', direction: 'in' });
    expect(told()).toEqual([0, 0]);
  });

  it('show the facts of the thing', () => {
    const one = { thing: 'x', direction: 'in' };
    expect([measure.shows(one, 'x'), measure.shows(one, 'y'), measure.showsTrigger]).toEqual([true, false, false]);
  });

  it('have no currency', () => {
    expect(() => compiled(turn, { turn: 'type', ...grouped }, 'CNY')).toThrow('leave threshold.currency out');
    expect(() => compiled(turn, { turn: 'shoe', ...grouped })).toThrow('no field "shoe"');
  });
});
