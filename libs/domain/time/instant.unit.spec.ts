import fc from 'fast-check';
import { formatInstant, parseInstant, type InstantRefusal, type ParsedInstant } from './instant';

describe('parseInstant', () => {
  it.each<[string, string]>([
    ['2026-11-22T08:15:30.123+08:00', '2026-11-22T00:15:30.123Z'],
    ['2026-11-22T08:15:30Z', '2026-11-22T08:15:30.000Z'],
    ['2026-11-22T08:15Z', '2026-11-22T08:15:00.000Z'],
    ['2026-11-22T08:15+05:45', '2026-11-22T02:30:00.000Z'],
    ['2026-11-22T08:15:30.1Z', '2026-11-22T08:15:30.100Z'],
    ['2026-11-22T08:15:30.12Z', '2026-11-22T08:15:30.120Z'],
    ['2026-11-22T23:59:59.999999999Z', '2026-11-22T23:59:59.999Z'],
    ['2026-11-22T08:15:30.1239-03:30', '2026-11-22T11:45:30.123Z'],
    ['2028-02-29T00:00:00-00:00', '2028-02-29T00:00:00.000Z'],
    ['2000-02-29T00:00:00Z', '2000-02-29T00:00:00.000Z'],
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:00.000Z'],
    ['1969-12-31T19:00:00-05:00', '1970-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
    ['2026-01-01T00:00:00+18:00', '2025-12-31T06:00:00.000Z'],
    ['2026-01-01T00:59:00+00:59', '2026-01-01T00:00:00.000Z'],
    ['2026-04-30T23:00:00Z', '2026-04-30T23:00:00.000Z'],
    ['2026-01-31T23:00:00Z', '2026-01-31T23:00:00.000Z'],
  ])('reads %s as %s', (text, utc) => {
    expect(parseInstant(text)).toEqual({ ok: true, value: Date.parse(utc) });
  });

  it.each<[string, InstantRefusal]>([
    ['', 'invalid-time'],
    ['now', 'invalid-time'],
    ['1795306530123', 'invalid-time'],
    ['2026-11-22', 'invalid-time'],
    ['2026-11-22 08:15:30Z', 'invalid-time'],
    ['2026-11-22t08:15:30z', 'invalid-time'],
    ['2026-11-22T08:15:30.Z', 'invalid-time'],
    ['2026-11-22T08:15:30.0123456789Z', 'invalid-time'],
    ['2026-11-22T08:15:30,5Z', 'invalid-time'],
    ['2026-11-22T08:15:30+0800', 'invalid-time'],
    ['2026-11-22T08:15:30+8:00', 'invalid-time'],
    [' 2026-11-22T08:15:30Z', 'invalid-time'],
    ['2026-11-22T08:15:30Z\n', 'invalid-time'],
    ['２０２６-11-22T08:15:30Z', 'invalid-time'],
    ['+012026-11-22T08:15:30Z', 'invalid-time'],
    ['2026-00-22T08:15:30Z', 'invalid-time'],
    ['2026-13-22T08:15:30Z', 'invalid-time'],
    ['2026-11-00T08:15:30Z', 'invalid-time'],
    ['2026-11-31T08:15:30Z', 'invalid-time'],
    ['2026-04-31T08:15:30Z', 'invalid-time'],
    ['2026-06-31T08:15:30Z', 'invalid-time'],
    ['2026-09-31T08:15:30Z', 'invalid-time'],
    ['2026-01-32T08:15:30Z', 'invalid-time'],
    ['2026-02-29T08:15:30Z', 'invalid-time'],
    ['2100-02-29T08:15:30Z', 'invalid-time'],
    ['2028-02-30T08:15:30Z', 'invalid-time'],
    ['2026-11-22T24:00:00Z', 'invalid-time'],
    ['2026-11-22T08:60:30Z', 'invalid-time'],
    ['2026-11-22T08:15:60Z', 'invalid-time'],
    ['2026-11-22T08:15:30+19:00', 'invalid-time'],
    ['2026-11-22T08:15:30+08:60', 'invalid-time'],
    ['2026-11-22T08:15:30', 'time-without-zone'],
    ['2026-11-22T08:15', 'time-without-zone'],
    ['2026-11-22T08:15:30.123', 'time-without-zone'],
    ['0001-01-01T00:00:00Z', 'time-out-of-range'],
    ['0098-01-01T00:00:00Z', 'time-out-of-range'],
    ['1968-12-31T23:59:59Z', 'time-out-of-range'],
    ['1969-12-31T23:59:59.999Z', 'time-out-of-range'],
    ['1970-01-01T00:00:00+00:01', 'time-out-of-range'],
  ])('refuses "%s": %s', (text, reason) => {
    const parsed = parseInstant(text);

    expect(parsed).toMatchObject({ ok: false, reason });
    expect(parsed).toHaveProperty('message', expect.stringMatching(/./));
  });

  it('shows only the beginning of a text that is too long to be a time', () => {
    const parsed = parseInstant('x'.repeat(10_000));

    expect(parsed.ok || parsed.message.length).toBeLessThan(200);
  });

  it('gives the same for a time whatever number of decimals it is written with', () => {
    const two = fc.integer({ min: 0, max: 99 }).map((value) => String(value).padStart(2, '0'));
    const part = (...usual: string[]) =>
      fc.oneof(
        { weight: 9, arbitrary: fc.constantFrom(...usual) },
        { weight: 1, arbitrary: two },
        fc.constantFrom('-1', '1 ', 'x1', '1', '\uff11\uff12'),
      );
    const written = fc.record({
      year: fc.constantFrom('2026', '2028', '1970', '1969', '2000', '2100', '9999', '0026', '20x6'),
      month: part('01', '02', '04', '12'),
      day: part('01', '28', '29', '30', '31'),
      hour: part('00', '08', '23'),
      minute: part('00', '59'),
      second: part('00', '59'),
      ms: fc.constantFrom('', '.000', '.999', '.120', '.12x', ',120'),
      zone: fc.constantFrom(
        'Z',
        '+08:00',
        '-03:30',
        '+18:59',
        '+19:00',
        '+08:60',
        '',
        'z',
        '+0800',
        '+8:00',
        ' Z',
        '+08-00',
        '*08:00',
      ),
    });
    fc.assert(
      fc.property(written, ({ year, month, day, hour, minute, second, ms, zone }) => {
        const upTo = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
        // The common writing is read by the places of its characters, the other by a pattern.
        const common = parseInstant(upTo + ms + zone);
        const longer = parseInstant(`${upTo}${ms === '' ? '.0' : `${ms}000`}${zone}`);
        const told = (parsed: ParsedInstant) => (parsed.ok ? parsed.value : parsed.reason);
        expect(told(common)).toBe(told(longer));
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([4, 7, 10, 13, 16, 19, 26])('refuses another character in place %d', (place) => {
    const text = '2026-11-22T08:15:30.123+08:00';
    for (const other of ['/', '0', ' ', 't', '-', ':'].filter((one) => one !== text[place])) {
      expect(parseInstant(text.slice(0, place) + other + text.slice(place + 1))).toMatchObject({ ok: false });
    }
  });

  it('reads back what formatInstant writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59.999Z') }), (t) => {
        expect(parseInstant(formatInstant(t))).toEqual({ ok: true, value: t });
      }),
    );
  });
});
