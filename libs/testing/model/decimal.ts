import type { Json } from '@weir/domain';

/** An exact decimal: `units` × 10^−`scale`. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

/** A plain decimal such as "-12.50"; undefined for any other text. */
export function decimalOfText(text: string): Decimal | undefined {
  if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined;
  const [whole = '', fraction = ''] = text.split('.');
  return { units: BigInt(whole + fraction), scale: fraction.length };
}

/** The decimal that JavaScript prints for the number, 1e21 and 1e-7 included; undefined for what is not finite. */
export function decimalOfNumber(value: number): Decimal | undefined {
  if (!Number.isFinite(value)) return undefined;
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  const plain = decimalOfText(mantissa);
  if (plain === undefined) return undefined;
  const scale = plain.scale - Number(exponent);
  return scale >= 0 ? { units: plain.units, scale } : { units: plain.units * 10n ** BigInt(-scale), scale: 0 };
}

/** A number or a decimal string as an exact decimal; undefined for everything else. */
export function decimalOf(value: Json | undefined): Decimal | undefined {
  if (typeof value === 'number') return decimalOfNumber(value);
  if (typeof value === 'string') return decimalOfText(value);
  return undefined;
}

/** The units of a decimal at a given scale; undefined where that scale is too coarse for it. */
export function unitsAt(value: Decimal, scale: number): bigint | undefined {
  const factor = 10n ** BigInt(Math.abs(scale - value.scale));
  if (scale >= value.scale) return value.units * factor;
  return value.units % factor === 0n ? value.units / factor : undefined;
}

/** Negative, zero or positive as `a` is below, equal to or above `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const left = a.units * 10n ** BigInt(b.scale);
  const right = b.units * 10n ** BigInt(a.scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The decimal with at least `decimals` digits behind the point, and no more zeros than that at its end. */
export function formatDecimal(value: Decimal, decimals: number): string {
  const sign = value.units < 0n ? '-' : '';
  const digits = String(value.units < 0n ? -value.units : value.units).padStart(value.scale + 1, '0');
  const whole = digits.slice(0, digits.length - value.scale);
  let fraction = digits.slice(digits.length - value.scale).padEnd(decimals, '0');
  while (fraction.length > decimals && fraction.endsWith('0')) fraction = fraction.slice(0, -1);
  return sign + whole + (fraction === '' ? '' : `.${fraction}`);
}
