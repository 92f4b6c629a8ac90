/** An exact decimal: `units / 10^scale`, `units` a safe integer, `scale` from 0 to 9. */
export interface Decimal {
  readonly units: number;
  readonly scale: number;
}

/** An exact decimal of any size, as facts may carry it: `units / 10^scale`, `units` a bigint where it is no safe integer. */
export interface WideDecimal {
  readonly units: number | bigint;
  readonly scale: number;
}

const shape = /^(-?)(\d{1,16})(?:\.(\d{1,20}))?$/;
/** Most decimals of a `Decimal`. */
export const widestScale = 9;
const powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9] as const;

/** 10^exponent for 0 to 9. */
export function powerOfTen(exponent: number): number {
  const power = powers[exponent];
  if (power === undefined) throw new RangeError(`No power of ten for ${exponent}.`);
  return power;
}

/**
 * Reads a plain decimal (`-12.50`; no exponent, no plus, no separators), or a number by its shortest form. Zeros at the
 * end of the fraction are dropped. Undefined where the value is none, has more than nine decimals or leaves the exact
 * integers.
 */
export function parseDecimal(value: string | number): Decimal | undefined {
  const found = shape.exec(String(value));
  if (found === null) return undefined;
  const fraction = (found[3] ?? '').replace(/0+$/, '');
  if (fraction.length > widestScale) return undefined;
  const units = Number((found[2] ?? '') + fraction);
  if (!Number.isSafeInteger(units)) return undefined;
  return { units: found[1] === '-' && units !== 0 ? -units : units, scale: fraction.length };
}

/** What `parseDecimal` does not read in a value that it gives nothing for, as a sentence about it. */
export function decimalRefusal(value: string | number): string {
  const written = String(value).slice(0, 60);
  const found = wideShape.exec(String(value));
  if (found === null || (found[4] !== undefined && typeof value === 'string'))
    return `"${written}" is not a plain decimal; write e.g. "10000.00".`;
  if ((found[3] ?? '').replace(/0+$/, '').length > widestScale || Number(found[4] ?? '0') < 0)
    return `"${written}" has more than ${widestScale} decimals.`;
  return `"${written}" is too large to be counted exactly: its digits without the point may not exceed ${Number.MAX_SAFE_INTEGER} (2^53 - 1).`;
}

/** Longest decimal text that is read: that of the smallest and the largest JSON number, written out, is shorter. */
const longestWide = 400;
const wideShape = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/**
 * Reads a plain decimal of any precision, or any number by its shortest form (0.1 + 0.2 is 0.30000000000000004, exactly
 * as JSON shows it). Undefined where the value is none, or a text of more than 400 characters.
 */
export function parseWideDecimal(value: string | number): WideDecimal | undefined {
  const narrow = parseDecimal(value);
  if (narrow !== undefined) return narrow;
  const text = String(value);
  const found = text.length > longestWide ? null : wideShape.exec(text);
  // Only a number is ever written with an exponent; in a text it is no plain decimal.
  if (found === null || (found[4] !== undefined && typeof value === 'string')) return undefined;
  const fraction = (found[3] ?? '').replace(/0+$/, '');
  const scale = fraction.length - Number(found[4] ?? '0');
  const digits = BigInt((found[2] ?? '') + fraction) * 10n ** BigInt(Math.max(0, -scale));
  const units = found[1] === '-' ? -digits : digits;
  const safe = Number.isSafeInteger(Number(units));
  return { units: safe ? Number(units) : units, scale: Math.max(0, scale) };
}

/** Units of a decimal at a scale of at most 9; undefined where it has more decimals than that, or leaves the exact integers. */
export function unitsAt(decimal: WideDecimal, scale: number): number | undefined {
  if (decimal.scale > scale || typeof decimal.units === 'bigint') return undefined;
  const units = decimal.units * powerOfTen(scale - decimal.scale);
  return Number.isSafeInteger(units) ? units : undefined;
}

/** Negative, zero or positive as a stands to b; exact for all decimals. */
export function compareDecimals(a: WideDecimal, b: WideDecimal): number {
  const scale = Math.max(a.scale, b.scale);
  if (scale <= widestScale) {
    const [x, y] = [unitsAt(a, scale), unitsAt(b, scale)];
    if (x !== undefined && y !== undefined) return x - y;
  }
  const wide = (d: WideDecimal): bigint => BigInt(d.units) * 10n ** BigInt(scale - d.scale);
  const difference = wide(a) - wide(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Writes units at a scale with exactly that many decimals: (123450, 2) is "1234.50". */
export function formatUnits(units: number | bigint, scale: number): string {
  const digits = String(units < 0 ? -units : units).padStart(scale + 1, '0');
  const sign = units < 0 ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The same without zeros at the end of the fraction. */
export function formatPlain(units: number | bigint, scale: number): string {
  const text = formatUnits(units, scale);
  return scale === 0 ? text : text.replace(/\.?0+$/, '');
}
