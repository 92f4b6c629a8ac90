import type { Decimal } from './decimal';

/** An exact number: `over` ÷ `under`; `under` is above 0. */
export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

/** `over` ÷ `under`, with the sign above the line. Throws where `under` is 0. */
export function fraction(over: bigint, under: bigint): Fraction {
  if (under === 0n) throw new Error('Nothing can be divided by 0');
  return under < 0n ? { over: -over, under: -under } : { over, under };
}

/** A decimal as a fraction. */
export function fractionOf(decimal: Decimal): Fraction {
  return { over: decimal.units, under: 10n ** BigInt(decimal.scale) };
}

/** Negative, zero or positive as `a` is below, equal to or above `b`. */
export function compareFractions(a: Fraction, b: Fraction): number {
  const [left, right] = [a.over * b.under, b.over * a.under];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The nearest decimal of that scale; of two that are equally near the one with even units. */
export function roundHalfEven(value: Fraction, scale: number): Decimal {
  const scaled = value.over * 10n ** BigInt(scale);
  // Division of bigints cuts towards zero; what remains is made to count from below.
  const cut = scaled / value.under - (scaled % value.under < 0n ? 1n : 0n);
  const twiceRest = 2n * (scaled - cut * value.under);
  const up = twiceRest > value.under || (twiceRest === value.under && cut % 2n !== 0n);
  return { units: up ? cut + 1n : cut, scale };
}
