import fc from 'fast-check';
import { max, min } from './extreme';
import { compiled, entered, grouped, yuan } from './given.spec';

describe.each([
  ['max', compiled(max, { max: 'amount', ...grouped }, 'CNY'), Math.max] as const,
  ['min', compiled(min, { min: 'amount', ...grouped }, 'CNY'), Math.min] as const,
])('the %s', (_verb, measure, best) => {
  it('of nothing is none', () => {
    const aggregate = entered(measure, yuan(4));
    aggregate.leave(4);

    expect([entered(measure).measured(1, false), aggregate.measured(1, false)]).toEqual([
      'nothing-measured',
      'nothing-measured',
    ]);
  });

  it('is that of what is in the window, however it moves', () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(amounts, fc.integer({ min: 1, max: 50 }), (all, length) => {
        const aggregate = entered(measure);
        all.forEach((amount, index) => {
          aggregate.enter(amount);
          if (index >= length) aggregate.leave(all[index - length]);
          const inside = all.slice(Math.max(0, index + 1 - length), index + 1);

          expect([aggregate.measured(1, true), aggregate.shown(1, true)]).toEqual([best(...inside), inside.length]);
        });
      }),
    );
  });

  it('is right after thousands have passed', () => {
    const aggregate = entered(measure);
    const rising = _verb === 'min';
    for (let n = 0; n < 5_000; n++) {
      aggregate.enter(rising ? n : 5_000 - n);
      if (n >= 1_000) aggregate.leave(rising ? n - 1_000 : 6_000 - n);
    }

    expect(aggregate.measured(1, true)).toBe(rising ? 4_000 : 1_000);
  });
});
