import type { Fact } from '../../fact/fact';
import { compiled, emptyWindow, entered, fact, grouped } from './given.spec';
import { run } from './run';

const type = (name: string): Fact => fact({ type: name });
const failed = [{ field: 'type', equals: 'failed' }];

describe('a run', () => {
  const measure = compiled(run, { run: 'facts', where: failed, ...grouped });
  const lengths = (measured: typeof measure, facts: string): number[] => {
    const aggregate = emptyWindow(measured);
    return [...facts].map((one) => {
      const contribution = measured.contribution(type({ f: 'failed', o: 'login', x: 'other' }[one] ?? one));
      if (contribution !== null) aggregate.enter(contribution);
      return Number(aggregate.measured(1, true));
    });
  };

  it('grows with each fact of its sort and ends with any other', () => {
    expect(lengths(measure, 'ffoffxf')).toEqual([1, 2, 0, 1, 2, 0, 1]);
  });

  it('with until ends only with facts of that sort', () => {
    const until = compiled(run, {
      run: 'facts',
      where: failed,
      until: [{ field: 'type', equals: 'login' }],
      ...grouped,
    });

    expect(lengths(until, 'ffxfof')).toEqual([1, 2, 2, 3, 0, 1]);
    expect(until.contribution(type('other'))).toBeNull();
  });

  it('goes on with a fact of its sort even where until holds for it too', () => {
    const both = compiled(run, { run: 'facts', where: failed, until: failed, ...grouped });

    expect(lengths(both, 'ff')).toEqual([1, 2]);
  });

  it('gets shorter as its first facts leave, and not by what left before it', () => {
    const aggregate = entered(measure, type('failed'), type('login'), type('failed'), type('failed'));
    const left = (part: string): unknown[] => {
      aggregate.leave(part);
      return [aggregate.measured(1, true), aggregate.shown(1, true)];
    };

    expect([left('counts'), left('ends'), left('counts'), left('counts')]).toEqual([
      [2, 2],
      [2, 2],
      [1, 1],
      [0, 0],
    ]);
  });

  it('counts what left right also after several ends', () => {
    const aggregate = entered(measure, ...['failed', 'login', 'login', 'failed'].map(type));
    for (const part of ['counts', 'ends', 'ends']) aggregate.leave(part);

    expect(aggregate.measured(1, true)).toBe(1);
  });

  it('shows its own facts', () => {
    expect([measure.shows('counts', 1), measure.shows('ends', 1), measure.showsTrigger]).toEqual([true, false, false]);
  });

  it('has no currency', () => {
    expect(() => compiled(run, { run: 'facts', where: failed, ...grouped }, 'CNY')).toThrow(
      'leave threshold.currency out',
    );
  });
});
