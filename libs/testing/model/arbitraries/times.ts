import fc from 'fast-check';

/** Zones, each with an instant around which its clock or calendar does something worth looking at. */
export const places: readonly (readonly [zone: string, around: string])[] = [
  ['Asia/Shanghai', '2026-01-31T16:00:00Z'],
  ['Asia/Shanghai', '2026-01-04T16:00:00Z'],
  ['Europe/Berlin', '2026-03-28T23:00:00Z'],
  ['Europe/Berlin', '2026-10-25T23:00:00Z'],
  ['America/New_York', '2026-03-08T05:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['America/Sao_Paulo', '2018-11-04T03:00:00Z'],
  ['America/Sao_Paulo', '2018-02-18T02:00:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
  ['Pacific/Apia', '2011-12-30T10:00:00Z'],
  ['America/St_Johns', '2010-11-07T02:31:00Z'],
  ['Africa/Casablanca', '2026-02-15T02:00:00Z'],
];

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
const units = [1, second, minute, 30 * minute, hour, 12 * hour, 24 * hour, 10 * 24 * hour];

/** A handful of instants around one, near to each other or far apart, some off by a millisecond. */
export function instants(around: number): fc.Arbitrary<number[]> {
  return fc.tuple(fc.constantFrom(...units), fc.constantFrom(...units)).chain(([one, other]) => {
    const instant = fc
      .tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -1, max: 1 }), fc.constantFrom(0, 0, 0, 0, -1, 1))
      .map(([times, otherTimes, off]) => around + one * times + other * otherTimes + off);
    return fc.array(instant, { minLength: 2, maxLength: 8 });
  });
}

/** An instant as documents write it. */
export const iso = (t: number): string => new Date(t).toISOString();
/** When everything has begun. */
export const epoch = '1970-01-01T00:00:00Z';
