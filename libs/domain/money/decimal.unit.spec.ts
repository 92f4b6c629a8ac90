import fc from 'fast-check';
import {
  compareDecimals,
  decimalRefusal,
  formatPlain,
  formatUnits,
  parseDecimal,
  parseWideDecimal,
  powerOfTen,
  unitsAt,
} from './decimal';

describe('why a decimal is not read', () => {
  it.each<[string | number, string]>([
    ['much', 'not a plain decimal'],
    ['1e5', 'not a plain decimal'],
    ['1.0000000001', 'more than 9 decimals'],
    [1e-10, 'more than 9 decimals'],
    ['9007199254740992', 'too large to be counted exactly'],
    ['999999999999999.99', 'too large to be counted exactly'],
    [1e21, 'too large to be counted exactly'],
  ])('%s: %s', (value, why) => {
    expect(parseDecimal(value)).toBeUndefined();
    expect(decimalRefusal(value)).toContain(why);
  });
});

describe('parseDecimal', () => {
  it.each<[string | number, number, number]>([
    ['10000.00', 10_000, 0],
    ['-12.50', -125, 1],
    ['0.000001', 1, 6],
    ['0.123456789', 123_456_789, 9],
    ['1.100000000000', 11, 1],
    [0.1, 1, 1],
    [-3, -3, 0],
    [5000, 5000, 0],
    ['9007199254740991', 9_007_199_254_740_991, 0],
  ])('reads %s as %d at scale %d', (value, units, scale) => {
    expect(parseDecimal(value)).toEqual({ units, scale });
  });

  it('knows one zero only', () => {
    expect(Object.is(parseDecimal('-0.00')?.units, 0)).toBe(true);
  });

  it.each([
    '',
    '-',
    '+1',
    '1.',
    '.5',
    '1e5',
    ' 1',
    '1 ',
    '1,0',
    'NaN',
    '0x1',
    '9007199254740992',
    '0.0000000001',
    '1\n',
  ])('refuses "%s"', (value) => {
    expect(parseDecimal(value)).toBeUndefined();
  });

  it.each([NaN, Infinity, -Infinity])('refuses %d', (value) => {
    expect(parseDecimal(value)).toBeUndefined();
  });
});

describe('parseWideDecimal', () => {
  it.each<[string | number, number | bigint, number]>([
    ['12.50', 125, 1],
    [0.1 + 0.2, 30_000_000_000_000_004n, 17],
    [1e-7, 1, 7],
    [-1.5e-10, -15, 11],
    [1e21, 1_000_000_000_000_000_000_000n, 0],
    [-1.5e21, -1_500_000_000_000_000_000_000n, 0],
    ['0.30000000000000000001', 30_000_000_000_000_000_001n, 20],
    ['-9007199254740993', -9_007_199_254_740_993n, 0],
    [`1.${'0'.repeat(50)}`, 1, 0],
    [`1.${'0'.repeat(398)}`, 1, 0],
    [`${'0'.repeat(50)}7.5`, 75, 1],
  ])('reads %s as %s at scale %d', (value, units, scale) => {
    expect(parseWideDecimal(value)).toEqual({ units, scale });
  });

  it.each(['', '1e5', '1e-7', '1E5', '.5', '1.', '+1', ' 1', '1\n', '0x1', 'Infinity', 'NaN', '1'.repeat(401)])(
    'refuses "%s"',
    (value) => {
      expect(parseWideDecimal(value)).toBeUndefined();
    },
  );

  it.each([NaN, Infinity, -Infinity])('refuses %d', (value) => {
    expect(parseWideDecimal(value)).toBeUndefined();
  });

  it('orders numbers as they are ordered, and finds each equal to its own text', () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const read = (value: number): NonNullable<ReturnType<typeof parseWideDecimal>> => {
      const decimal = parseWideDecimal(value);
      if (decimal === undefined) throw new Error(`${value} was not read`);
      return decimal;
    };
    fc.assert(
      fc.property(number, number, (a, b) => {
        expect(Math.sign(compareDecimals(read(a), read(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
      }),
      { numRuns: 500 },
    );
  });

  it('has no whole units where it is too wide', () => {
    expect(unitsAt({ units: 30_000_000_000_000_004n, scale: 17 }, 6)).toBeUndefined();
    expect(unitsAt({ units: 10_000_000_000_000_000_000n, scale: 0 }, 0)).toBeUndefined();
  });
});

describe('decimals', () => {
  it('change their scale only where nothing is lost', () => {
    expect(unitsAt({ units: 125, scale: 1 }, 2)).toBe(1250);
    expect(unitsAt({ units: 125, scale: 1 }, 1)).toBe(125);
    expect(unitsAt({ units: 125, scale: 1 }, 0)).toBeUndefined();
    expect(unitsAt({ units: 9_007_199_254_740_991, scale: 0 }, 1)).toBeUndefined();
    expect(() => powerOfTen(10)).toThrow(RangeError);
    expect(() => powerOfTen(-1)).toThrow(RangeError);
    expect([0, 3, 9].map(powerOfTen)).toEqual([1, 1000, 1_000_000_000]);
  });

  it('compare as exact numbers, also where a common scale leaves the exact integers', () => {
    const units = fc.oneof(fc.maxSafeInteger(), fc.integer({ min: -20, max: 20 }));
    const decimal = fc.record({ units, scale: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const [x, y] = [BigInt(a.units) * 10n ** BigInt(b.scale), BigInt(b.units) * 10n ** BigInt(a.scale)];
        expect(Math.sign(compareDecimals(a, b))).toBe(x < y ? -1 : x > y ? 1 : 0);
      }),
      { numRuns: 1000 },
    );
    expect(
      compareDecimals({ units: 9_007_199_254_740_991, scale: 0 }, { units: 9_007_199_254_740_991, scale: 1 }),
    ).toBeGreaterThan(0);
  });

  it.each<[number, number, string, string]>([
    [123_450, 2, '1234.50', '1234.5'],
    [-5, 2, '-0.05', '-0.05'],
    [100, 0, '100', '100'],
    [100_000_000, 6, '100.000000', '100'],
    [0, 6, '0.000000', '0'],
    [10, 0, '10', '10'],
    [1, 3, '0.001', '0.001'],
  ])('%d at scale %d is written %s, and %s without zeros at the end', (units, scale, fixed, plain) => {
    expect(formatUnits(units, scale)).toBe(fixed);
    expect(formatPlain(units, scale)).toBe(plain);
  });
});
