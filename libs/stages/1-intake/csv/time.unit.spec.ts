import { parseInstant } from '@weir/domain';
import fc from 'fast-check';
import { TimePattern } from './time-pattern';
import { WallTime } from './wall-time';

const utc = (text: string): number => {
  const parsed = parseInstant(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.value;
};

describe('time patterns', () => {
  it.each([
    ['yyyyMMdd HHmmss', '20261122 081530', '2026-11-22T08:15:30Z'],
    ['dd/MM/yyyy', '22/11/2026', '2026-11-22T00:00:00Z'],
    ['d.M.yyyy H:mm', '2.1.2026 8:05', '2026-01-02T08:05:00Z'],
    ["yyyy-MM-dd'T'HH:mm:ss.SSSSSS", '2026-11-22T08:15:30.123999', '2026-11-22T08:15:30.123Z'],
    ['yyyy年MM月dd日', '2026年11月22日', '2026-11-22T00:00:00Z'],
  ])('given %s, reads %s', (pattern, text, instant) => {
    expect(TimePattern.of(pattern).read(text)).toBe(utc(instant));
  });

  it.each(['20260229', '20261301', '20261132', '2026112', '202611222', '', '２０２６１１２２'])(
    'given yyyyMMdd, %j is no time',
    (text) => expect(TimePattern.of('yyyyMMdd').read(text)).toBeUndefined(),
  );

  it.each([
    ['yyyy-mm-dd', 'names no month'],
    ['yyyyMMdd yyyy', 'names the year twice'],
    ['yyyy-MM-dd hh:mm', 'has "hh"'],
    ['yy-MM-dd', 'has "yy"'],
  ])('given the pattern %s, says that it %s', (pattern, message) => {
    expect(() => TimePattern.of(pattern)).toThrow(message);
  });
});

describe('times that clocks show', () => {
  it.each([
    ['Asia/Shanghai', '2026-11-22T08:15:30Z', '2026-11-22T00:15:30Z'],
    ['Asia/Kolkata', '2026-11-22T00:00:00Z', '2026-11-21T18:30:00Z'],
    ['Europe/Berlin', '2026-07-01T12:00:00Z', '2026-07-01T10:00:00Z'],
    ['Europe/Berlin', '2026-10-25T02:30:00Z', '2026-10-25T00:30:00Z'],
    ['Asia/Shanghai', '1990-07-01T12:00:00Z', '1990-07-01T03:00:00Z'],
    ['Australia/Lord_Howe', '2026-04-05T01:45:00Z', '2026-04-04T14:45:00Z'],
  ])('given %s at %s, finds the instant, the first where there are two', (zone, local, instant) => {
    expect(new WallTime(zone).instantOf(utc(local))).toBe(utc(instant));
  });

  it('given a time that clocks skip, finds none', () => {
    expect(new WallTime('Europe/Berlin').instantOf(utc('2026-03-29T02:30:00Z'))).toBeUndefined();
  });

  it('given any instant, what its clocks show leads back to it or to the hour before', () => {
    const zones = fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Pacific/Apia', 'Asia/Kathmandu');
    fc.assert(
      fc.property(
        zones,
        fc.integer({ min: utc('1990-01-01T00:00:00Z'), max: utc('2040-01-01T00:00:00Z') }),
        (zone, at) => {
          const second = Math.floor(at / 1000) * 1000;
          const shown = new Date(second).toLocaleString('sv-SE', { timeZone: zone }).replace(' ', 'T');
          const found = new WallTime(zone).instantOf(utc(`${shown}Z`));
          expect([0, 3_600_000]).toContain(second - (found ?? NaN));
        },
      ),
      { numRuns: 300 },
    );
  });
});
