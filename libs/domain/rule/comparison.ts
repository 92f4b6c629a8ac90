import { compareDecimals, unitsAt, widestScale, type Decimal } from '../money/decimal';
import { decimalOf } from './limit';
import { below, mistake, type Place } from './rule-error';
import type { ComparisonSpec } from './rule-spec';

/** The comparisons of the rule language; `between` includes both ends. */
export const comparisons = ['above', 'atLeast', 'below', 'atMost', 'between'] as const;
export type Comparison = (typeof comparisons)[number];

/** One comparison of a condition with its constants. */
export interface ConstantLimit {
  readonly comparison: Comparison;
  /** The limit; for `between` the lower one. */
  readonly low: Decimal;
  /** The upper limit of `between`. */
  readonly high: Decimal | null;
}

/** Every comparison written in a document, in the order of `comparisons`. @throws RuleError `invalid-number` */
export function limitsOf(spec: ComparisonSpec, place: Place): readonly ConstantLimit[] {
  return comparisons.flatMap((comparison): ConstantLimit[] => {
    const written = spec[comparison];
    if (written === undefined) return [];
    const at = below(place, comparison);
    if (typeof written === 'string' || typeof written === 'number') {
      return [{ comparison, low: decimalOf(written, at), high: null }];
    }
    const [low, high] = [decimalOf(written[0], below(at, 0)), decimalOf(written[1], below(at, 1))];
    if (compareDecimals(low, high) > 0)
      throw mistake(at, 'invalid-number', 'The lower end of between is above the upper.');
    return [{ comparison, low, high }];
  });
}

/** A test of decimals (`units / 10^scale`) against constants, which stand ready in the units of each scale. */
export function decimalTest({
  comparison,
  low,
  high,
}: ConstantLimit): (units: number | bigint, scale: number) => boolean {
  const ready = (limit: Decimal): readonly (number | undefined)[] =>
    Array.from({ length: widestScale + 1 }, (_, scale) => unitsAt(limit, scale));
  const lows = ready(low);
  const highs = high === null ? lows : ready(high);
  return (units, scale) => {
    const lowest = lows[scale];
    const highest = highs[scale];
    if (typeof units === 'number' && lowest !== undefined && highest !== undefined) {
      return meets(comparison, units - lowest, units - highest);
    }
    const value = { units, scale };
    return meets(comparison, compareDecimals(value, low), high === null ? 0 : compareDecimals(value, high));
  };
}

/** Whether a value meets a limit, given how it compares (negative, 0, positive) to the lower and to the upper one. */
export function meets(comparison: Comparison, toLow: number, toHigh: number): boolean {
  switch (comparison) {
    case 'above':
      return toLow > 0;
    case 'atLeast':
      return toLow >= 0;
    case 'below':
      return toLow < 0;
    case 'atMost':
      return toLow <= 0;
    case 'between':
      return toLow >= 0 && toHigh <= 0;
  }
}
