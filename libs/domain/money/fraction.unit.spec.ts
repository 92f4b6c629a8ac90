import fc from 'fast-check';
import { compareUnits, divideHalfEven, wholeUnits } from './fraction';

const largest = Number.MAX_SAFE_INTEGER;

describe('A fraction of units', () => {
  it('is compared exactly: 10 / 3 in millionths lies between 3.333333 and 3.333334', () => {
    const third = { dividend: 10, divisor: 3, shift: 6 };

    expect(compareUnits(third, 3_333_333)).toBeGreaterThan(0);
    expect(compareUnits(third, 3_333_334)).toBeLessThan(0);
    expect(compareUnits({ dividend: 9, divisor: 3, shift: 0 }, 3)).toBe(0);
    expect([compareUnits(5, 4), compareUnits(4, 4), compareUnits(3, 4)]).toEqual([1, 0, -1]);
  });

  it('is compared exactly far beyond the exact integers', () => {
    const whole = fc.bigInt({ min: -(2n ** 100n), max: 2n ** 100n });
    const divisor = fc.integer({ min: 1, max: largest });
    const units = fc.integer({ min: -largest, max: largest });
    fc.assert(
      fc.property(whole, divisor, fc.constantFrom(0, 6), units, (dividend, by, shift, limit) => {
        const wanted = dividend * 10n ** BigInt(shift) - BigInt(limit) * BigInt(by);
        const sign = wanted < 0n ? -1 : wanted > 0n ? 1 : 0;

        expect(Math.sign(compareUnits({ dividend, divisor: by, shift }, limit))).toBe(sign);
        const narrow = Number(dividend);
        if (Number.isSafeInteger(narrow))
          expect(Math.sign(compareUnits({ dividend: narrow, divisor: by, shift }, limit))).toBe(sign);
      }),
    );
  });

  it.each<[number, number, number]>([
    [5, 2, 2],
    [7, 2, 4],
    [-5, 2, -2],
    [-7, 2, -4],
    [8, 3, 3],
    [7, 3, 2],
    [-8, 3, -3],
    [0, 7, 0],
  ])('%d / %d is shown as %d: halves go to the even neighbour', (dividend, divisor, shown) => {
    expect(wholeUnits({ dividend, divisor, shift: 0 })).toBe(shown + 0);
    expect(divideHalfEven(BigInt(dividend), BigInt(divisor))).toBe(BigInt(shown));
  });

  it('is shown in the scale it is shifted to, also where that leaves the exact integers', () => {
    expect(wholeUnits({ dividend: 2, divisor: 3, shift: 6 })).toBe(666_667);
    expect(wholeUnits({ dividend: largest, divisor: 1, shift: 6 })).toBe(BigInt(largest) * 1_000_000n);
    expect(wholeUnits(12)).toBe(12);
  });
});
