import { boundsOf, horizonOf, spanOf, type Window } from './window';

const hour = 3_600_000;
const utc = (text: string): number => Date.parse(text);
const sliding: Window = { kind: 'sliding', length: hour };
const daily: Window = { kind: 'calendar', span: 'day', zone: 'Asia/Shanghai' };

describe('a sliding window (SEMANTICS 5)', () => {
  it('runs from its length before the fact, excluded, to the fact, included', () => {
    expect(boundsOf(sliding, 10 * hour)).toEqual({ from: 9 * hour, to: 10 * hour, fromIncluded: false });
  });

  it('is of one span for ever', () => {
    expect([0, hour, 1_000 * hour].map((t) => spanOf(sliding, t))).toEqual([0, 0, 0]);
  });

  it('needs nothing that is as old as its length, and everything that is a millisecond younger', () => {
    const oldestNeeded = horizonOf(sliding, 10 * hour);

    expect(oldestNeeded).toBe(9 * hour + 1);
    expect(boundsOf(sliding, 10 * hour).from).toBe(oldestNeeded - 1);
  });
});

describe('a calendar window (SEMANTICS 6)', () => {
  const midnight = utc('2026-01-05T00:00:00+08:00');

  it('runs from the beginning of the local day, included, to the fact, included', () => {
    const noon = midnight + 12 * hour;

    expect(boundsOf(daily, noon)).toEqual({ from: midnight, to: noon, fromIncluded: true });
  });

  it('is of another span from local midnight on', () => {
    expect(spanOf(daily, midnight)).toBe(spanOf(daily, midnight + 24 * hour - 1));
    expect(spanOf(daily, midnight)).toBe(spanOf(daily, midnight - 1) + 1);
  });

  it('needs the local day, and the day before while clocks that go back could still enter it again', () => {
    expect(horizonOf(daily, midnight + 23 * hour)).toBe(midnight);
    expect(horizonOf(daily, midnight + 3 * hour)).toBe(midnight);
    expect(horizonOf(daily, midnight + 3 * hour - 1)).toBe(midnight - 24 * hour);
  });

  it('needs the first piece of a day that clocks enter twice, as in St. John’s in 2010', () => {
    const window: Window = { kind: 'calendar', span: 'day', zone: 'America/St_Johns' };
    const inFirstPiece = utc('2010-11-06T20:00:00-02:30');
    const secondPiece = utc('2010-11-07T03:00:00Z'); // the 6th again, 23:30

    expect(spanOf(window, inFirstPiece)).toBe(spanOf(window, secondPiece));
    // The 7th has already begun once, at 02:30Z; what comes at 02:31Z may be followed by facts of the 6th.
    expect(horizonOf(window, utc('2010-11-07T02:30:30Z'))).toBeLessThanOrEqual(inFirstPiece);
  });
});
