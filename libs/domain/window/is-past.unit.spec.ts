import fc from 'fast-check';
import { boundsOf, isPast, spanOf, type Window } from './window';

const minute = 60_000;
const hour = 60 * minute;
const sliding: Window = { kind: 'sliding', length: hour };
const windows: readonly Window[] = [
  sliding,
  ...(['day', 'week', 'month'] as const).flatMap((span) =>
    // In St. John's clocks went back at a minute past midnight.
    ['UTC', 'Asia/Shanghai', 'America/St_Johns', 'America/Havana'].map((zone): Window => ({
      kind: 'calendar',
      span,
      zone,
    })),
  ),
];
const holds = (window: Window, t: number, later: number): boolean =>
  window.kind === 'sliding' ? t > boundsOf(window, later).from : spanOf(window, t) === spanOf(window, later);

describe('a fact is past', () => {
  it('to the millisecond where windows slide', () => {
    expect([hour - 1, hour, hour + 1].map((later) => isPast(sliding, 0, later))).toEqual([false, true, true]);
  });

  it('only where no window of a later fact holds it, also where a day comes in two pieces', () => {
    const changes = Date.parse('2010-11-07T02:31:00Z');
    const t = fc.oneof(
      fc.integer({ min: changes - 4 * hour, max: changes + 4 * hour }),
      fc.integer({ min: 0, max: 1_600_000_000_000 }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...windows),
        t,
        fc.nat(3 * 24 * 60),
        fc.nat(3 * 24 * 60),
        (window, from, behind, further) => {
          const later = from + 1 + behind * minute;
          if (isPast(window, from, later)) expect(holds(window, from, later + further * minute)).toBe(false);
        },
      ),
      { numRuns: 5_000 },
    );
  });

  it('a few hours behind the end of a calendar span', () => {
    for (const window of windows.slice(1)) {
      const t = Date.parse('2010-11-07T03:00:00Z');
      expect(isPast(window, t, t + 33 * 24 * hour)).toBe(true);
    }
  });
});

describe('a day in two pieces', () => {
  it('is not past between them: clocks in St John’s went back from 00:01 to 23:01', () => {
    const day: Window = { kind: 'calendar', span: 'day', zone: 'America/St_Johns' };
    const evening = Date.parse('2010-11-06T23:30:00-02:30');

    expect(isPast(day, evening, Date.parse('2010-11-07T00:00:30-02:30'))).toBe(false);
    expect(isPast(day, evening, Date.parse('2010-11-06T23:30:00-03:30'))).toBe(false);
    expect(isPast(day, evening, Date.parse('2010-11-07T12:00:00-03:30'))).toBe(true);
  });
});
