import fc from 'fast-check';
import { ExactSum } from './exact-sum';

const largest = Number.MAX_SAFE_INTEGER;
const sumOf = (...units: number[]): ExactSum => {
  const sum = new ExactSum();
  for (const one of units) sum.add(one);
  return sum;
};

describe('An exact sum', () => {
  it('of nothing is 0', () => {
    expect(new ExactSum().value()).toBe(0);
  });

  it('is exact up to the largest exact integer, and none beyond', () => {
    expect(sumOf(largest).value()).toBe(largest);
    expect(sumOf(largest - 1, 1).value()).toBe(largest);
    expect(sumOf(largest, 1).value()).toBeUndefined();
    expect(sumOf(-largest, -1).value()).toBeUndefined();
  });

  it('does not depend on what was added and subtracted again', () => {
    const units = fc.integer({ min: -largest, max: largest });
    fc.assert(
      fc.property(fc.array(units), fc.array(units), (passing, staying) => {
        const sum = sumOf(...passing, ...staying);
        for (const one of passing) sum.subtract(one);

        const exact = staying.reduce((total, one) => total + BigInt(one), 0n);
        const safe = exact >= BigInt(-largest) && exact <= BigInt(largest);
        expect(sum.value()).toBe(safe ? Number(exact) + 0 : undefined);
      }),
    );
  });
});
