import fc from 'fast-check';
import { formatInstant, parseInstant, type InstantRefusal } from './instant';

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

  it('reads back what formatInstant writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.parse('9999-12-31T23:59:59.999Z') }), (t) => {
        expect(parseInstant(formatInstant(t))).toEqual({ ok: true, value: t });
      }),
    );
  });
});
