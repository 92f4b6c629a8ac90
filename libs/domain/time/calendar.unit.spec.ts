import fc from 'fast-check';
import { calendarFrom, calendarKey, type CalendarSpan } from './calendar';
import { isZone } from './zone';

const day = 86_400_000;
const ms = (text: string): number => Date.parse(text);

/** The local date, told by Intl alone. */
function dateIn(zone: string, t: number): string {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
    .formatToParts(t)
    .filter((part) => part.type !== 'literal');
  return parts.map((part) => part.value).join('-');
}

describe('calendar windows', () => {
  // Each row: span, zone, first instant, last instant. Taken from the zones' published changes, not from this code.
  it.each<[CalendarSpan, string, string, string]>([
    ['day', 'UTC', '2026-01-05T00:00:00Z', '2026-01-05T23:59:59.999Z'],
    ['day', 'Asia/Shanghai', '2026-01-04T16:00:00Z', '2026-01-05T15:59:59.999Z'],
    ['day', 'Asia/Kathmandu', '2026-01-04T18:15:00Z', '2026-01-05T18:14:59.999Z'],
    ['day', 'Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29T21:59:59.999Z'],
    ['day', 'Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T22:59:59.999Z'],
    ['day', 'America/New_York', '2026-03-08T05:00:00Z', '2026-03-09T03:59:59.999Z'],
    ['day', 'America/New_York', '2026-11-01T04:00:00Z', '2026-11-02T04:59:59.999Z'],
    ['day', 'America/Sao_Paulo', '2018-11-04T03:00:00Z', '2018-11-05T01:59:59.999Z'],
    ['day', 'America/Sao_Paulo', '2018-02-17T02:00:00Z', '2018-02-18T02:59:59.999Z'],
    ['day', 'Australia/Lord_Howe', '2026-04-04T13:00:00Z', '2026-04-05T13:29:59.999Z'],
    ['day', 'Pacific/Apia', '2011-12-29T10:00:00Z', '2011-12-30T09:59:59.999Z'],
    ['day', 'Pacific/Apia', '2011-12-30T10:00:00Z', '2011-12-31T09:59:59.999Z'],
    ['day', 'Asia/Shanghai', '1986-05-03T16:00:00Z', '1986-05-04T14:59:59.999Z'],
    ['week', 'Asia/Shanghai', '2025-12-28T16:00:00Z', '2026-01-04T15:59:59.999Z'],
    ['week', 'Europe/Berlin', '2026-03-22T23:00:00Z', '2026-03-29T21:59:59.999Z'],
    ['week', 'Pacific/Apia', '2011-12-26T10:00:00Z', '2012-01-01T09:59:59.999Z'],
    ['month', 'Asia/Shanghai', '2026-01-31T16:00:00Z', '2026-02-28T15:59:59.999Z'],
    ['month', 'Asia/Shanghai', '2028-01-31T16:00:00Z', '2028-02-29T15:59:59.999Z'],
    ['month', 'Asia/Shanghai', '2025-12-31T16:00:00Z', '2026-01-31T15:59:59.999Z'],
    ['month', 'Europe/Berlin', '2026-02-28T23:00:00Z', '2026-03-31T21:59:59.999Z'],
  ])('a %s in %s runs from %s to %s', (span, zone, from, to) => {
    const key = calendarKey(span, zone, ms(from));

    expect(calendarKey(span, zone, ms(to))).toBe(key);
    expect(calendarKey(span, zone, ms(from) - 1)).toBeLessThan(key);
    expect(calendarKey(span, zone, ms(to) + 1)).toBeGreaterThan(key);
    expect(calendarFrom(span, zone, key)).toBe(ms(from));
  });

  it('neighbouring days, weeks and months have neighbouring numbers', () => {
    expect(calendarKey('day', 'UTC', 0)).toBe(0);
    expect(calendarKey('week', 'UTC', ms('1970-01-05T00:00:00Z')) - calendarKey('week', 'UTC', 0)).toBe(1);
    expect(calendarKey('month', 'UTC', ms('1971-01-01T00:00:00Z')) - calendarKey('month', 'UTC', 0)).toBe(12);
  });

  it('before 1970 the numbers go on downwards', () => {
    expect(calendarFrom('month', 'UTC', -1)).toBe(ms('1969-12-01T00:00:00Z'));
    expect(calendarFrom('month', 'UTC', -13)).toBe(ms('1968-12-01T00:00:00Z'));
    expect(calendarKey('month', 'UTC', ms('1968-12-31T23:59:59Z'))).toBe(-13);
  });

  it('a day in two pieces is one day and begins with its first piece (St. John’s, 2010)', () => {
    const zone = 'America/St_Johns';
    const sixth = calendarKey('day', zone, ms('2010-11-07T02:29:59.999Z'));

    expect(calendarKey('day', zone, ms('2010-11-07T02:30:30Z'))).toBe(sixth + 1);
    expect(calendarKey('day', zone, ms('2010-11-07T02:31:00Z'))).toBe(sixth);
    expect(calendarKey('day', zone, ms('2010-11-07T03:30:00Z'))).toBe(sixth + 1);
    expect(calendarFrom('day', zone, sixth + 1)).toBe(ms('2010-11-07T02:30:00Z'));
  });

  it('a day that never was gives the day after it (Samoa, 30 December 2011)', () => {
    const zone = 'Pacific/Apia';
    const last = calendarKey('day', zone, ms('2011-12-30T09:59:59Z'));

    expect(calendarKey('day', zone, ms('2011-12-30T10:00:00Z'))).toBe(last + 2);
    expect(calendarFrom('day', zone, last + 1)).toBe(ms('2011-12-30T10:00:00Z'));
  });

  it('two instants share a number exactly when Intl gives them one local date', () => {
    const zones = [
      'Asia/Shanghai',
      'Europe/Berlin',
      'America/New_York',
      'America/Sao_Paulo',
      'Australia/Lord_Howe',
      'Pacific/Apia',
      'America/St_Johns',
      'Africa/Casablanca',
      'Asia/Tehran',
      'Africa/Cairo',
    ];
    const instant = fc.oneof(
      fc.integer({ min: ms('1970-01-03T00:00:00Z'), max: ms('2037-12-31T00:00:00Z') }),
      fc.integer({ min: ms('2010-03-01T00:00:00Z'), max: ms('2011-12-31T00:00:00Z') }),
    );
    const near = fc.constantFrom(0, 1, 60_000, 3_600_000, 3_599_999, day, day - 1, 25 * 3_600_000);
    fc.assert(
      fc.property(fc.constantFrom(...zones), instant, near, (zone, t, distance) => {
        const same = dateIn(zone, t) === dateIn(zone, t + distance);
        const [first, second] = [calendarKey('day', zone, t), calendarKey('day', zone, t + distance)];
        expect(first === second).toBe(same);
        expect(first).toBe(ms(`${dateIn(zone, t)}T00:00:00Z`) / day);
      }),
      { numRuns: 1000 },
    );
  });

  it('a span begins with its first instant: the one before belongs to another', () => {
    const spans = fc.constantFrom<CalendarSpan>('day', 'week', 'month');
    const zones = fc.constantFrom('Asia/Shanghai', 'Europe/Berlin', 'America/Sao_Paulo', 'Africa/Casablanca');
    const instant = fc.integer({ min: ms('1971-01-01T00:00:00Z'), max: ms('2037-12-31T00:00:00Z') });
    fc.assert(
      fc.property(spans, zones, instant, (span, zone, t) => {
        const key = calendarKey(span, zone, t);
        const from = calendarFrom(span, zone, key);
        expect(from).toBeLessThanOrEqual(t);
        expect(calendarKey(span, zone, from)).toBe(key);
        expect(calendarKey(span, zone, from - 1)).toBeLessThan(key);
      }),
      { numRuns: 500 },
    );
  });
});

describe('isZone', () => {
  it.each(['Asia/Shanghai', 'UTC', 'America/Argentina/Buenos_Aires'])('knows %s', (zone) => {
    expect(isZone(zone)).toBe(true);
  });

  it.each(['', 'Asia/Peking2', 'Mars/Olympus', 'GMT+8h', '../etc'])('does not know "%s"', (zone) => {
    expect(isZone(zone)).toBe(false);
  });

  it('a window of an unknown zone throws instead of falling back to any other', () => {
    expect(() => calendarKey('day', 'Mars/Olympus', 0)).toThrow(RangeError);
  });
});
