/**
 * An exact quotient in whole units: `dividend × 10^shift / divisor`. The divisor is above 0; both are whole, the dividend a
 * bigint where it leaves the exact integers.
 */
export interface Fraction {
  readonly dividend: number | bigint;
  readonly divisor: number;
  readonly shift: number;
}

/** Negative, zero or positive as a quantity (whole units, or a fraction of them) stands to a whole number of units. Exact. */
export function compareUnits(quantity: number | Fraction, units: number): number {
  if (typeof quantity === 'number') return quantity - units;
  const { dividend, divisor, shift } = quantity;
  if (typeof dividend === 'number') {
    const [left, right] = [dividend * 10 ** shift, units * divisor];
    if (Number.isSafeInteger(left) && Number.isSafeInteger(right)) return left - right;
  }
  const difference = scaled(quantity) - BigInt(units) * BigInt(divisor);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** A quantity as whole units, rounded half to even. */
export function wholeUnits(quantity: number | Fraction): number | bigint {
  if (typeof quantity === 'number') return quantity;
  const units = divideHalfEven(scaled(quantity), BigInt(quantity.divisor));
  return units >= BigInt(Number.MIN_SAFE_INTEGER) && units <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(units) : units;
}

/** `dividend / divisor` rounded half to even; the divisor is above 0. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  let quotient = dividend / divisor;
  let rest = dividend % divisor;
  // BigInt divides towards 0: the quotient is to be the whole number below.
  if (rest < 0n) {
    quotient -= 1n;
    rest += divisor;
  }
  const twice = rest * 2n;
  const up = twice > divisor || (twice === divisor && (quotient & 1n) === 1n);
  return up ? quotient + 1n : quotient;
}

const scaled = ({ dividend, shift }: Fraction): bigint => BigInt(dividend) * 10n ** BigInt(shift);
