import { compareDecimals, parseDecimal, type Decimal } from '../money/decimal';
import { below, mistake, type Place } from './rule-error';
import type { ComparisonSpec, DecimalSpec } from './rule-spec';

/** The comparisons of the rule language; `between` includes both ends. */
export const comparisons = ['above', 'atLeast', 'below', 'atMost', 'between'] as const;
export type Comparison = (typeof comparisons)[number];

/** One comparison with its constants. */
export interface Limit {
  readonly comparison: Comparison;
  /** The limit; for `between` the lower one. */
  readonly low: Decimal;
  /** The upper limit of `between`. */
  readonly high: Decimal | null;
}

/** Every comparison written in a document, in the order of `comparisons`. @throws RuleError `invalid-number` */
export function limitsOf(spec: ComparisonSpec, place: Place): readonly Limit[] {
  return comparisons.flatMap((comparison): Limit[] => {
    const written = spec[comparison];
    if (written === undefined) return [];
    const at = below(place, comparison);
    if (typeof written === 'string' || typeof written === 'number') {
      return [{ comparison, low: constant(written, at), high: null }];
    }
    const [low, high] = [constant(written[0], below(at, 0)), constant(written[1], below(at, 1))];
    if (compareDecimals(low, high) > 0)
      throw mistake(at, 'invalid-number', 'The lower end of between is above the upper.');
    return [{ comparison, low, high }];
  });
}

function constant(written: DecimalSpec, place: Place): Decimal {
  const decimal = parseDecimal(written);
  if (decimal !== undefined) return decimal;
  throw mistake(
    place,
    'invalid-number',
    `"${written}" is not a plain decimal of at most 15 digits and 9 decimals; write e.g. "10000.00".`,
  );
}

/** Whether a value meets a limit, given how it compares (negative, 0, positive) to the lower and to the upper one. */
export function meets(comparison: Comparison, toLow: number, toHigh: () => number): boolean {
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
      return toLow >= 0 && toHigh() <= 0;
  }
}
