import fc from 'fast-check';
import { parseDuration } from './duration';

describe('parseDuration', () => {
  it.each<[string, number]>([
    ['PT1S', 1000],
    ['PT10M', 600_000],
    ['PT1H', 3_600_000],
    ['P1D', 86_400_000],
    ['P30D', 2_592_000_000],
    ['P1W', 604_800_000],
    ['P10W', 6_048_000_000],
    ['PT90M', 5_400_000],
    ['P1DT1H1M1S', 90_061_000],
    ['PT0H5M', 300_000],
    ['P3660D', 316_224_000_000],
  ])('%s lasts %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    '',
    'P',
    'PT',
    'P1DT',
    'PT0S',
    'P0D',
    '1H',
    'PT1.5H',
    'PT-1H',
    '-PT1H',
    'P1M',
    'P1Y',
    'P1W1D',
    'PT1M1H',
    'pt1h',
    ' PT1H',
    'PT1H ',
    'PT1H\n',
    'P3661D',
    'P999999999999999999999D',
  ])('refuses "%s"', (text) => {
    expect(() => parseDuration(text)).toThrow(RangeError);
  });

  it('tells a text without parts from a duration of nothing', () => {
    expect(() => parseDuration('P')).toThrow('not an ISO 8601 duration');
    expect(() => parseDuration('P0D')).toThrow('a duration of nothing');
  });

  it('adds up its parts', () => {
    const part = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(part, part, part, fc.integer({ min: 1, max: 500 }), (d, h, m, s) => {
        const ms = d * 86_400_000 + h * 3_600_000 + m * 60_000 + s * 1000;
        expect(parseDuration(`P${d}DT${h}H${m}M${s}S`)).toBe(ms);
      }),
    );
  });
});
