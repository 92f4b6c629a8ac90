import { unitsAt } from '../money/decimal';
import { limitsOf, meets, type Comparison } from './comparison';
import { below, mistake, type Place } from './rule-error';
import type { ThresholdSpec } from './rule-spec';
import type { Unit } from './unit';

/** When a measured value is a hit. Limits are whole units of the measure. */
export interface Threshold {
  readonly comparison: Comparison;
  /** As evidence shows it: a decimal, or two joined by `..`. */
  readonly limit: string;
  isMetBy(units: number): boolean;
}

/** @throws RuleError `no-comparison`, `several-comparisons`, `invalid-number` */
export function thresholdOf(spec: ThresholdSpec, unit: Unit, place: Place): Threshold {
  const at = below(place, 'threshold');
  const [limit, second] = limitsOf(spec, at);
  if (limit === undefined) {
    throw mistake(
      at,
      'no-comparison',
      'The threshold compares with nothing; give above, atLeast, below, atMost or between.',
    );
  }
  if (second !== undefined) {
    throw mistake(
      at,
      'several-comparisons',
      `Give one comparison, not both ${limit.comparison} and ${second.comparison}.`,
    );
  }
  const { comparison } = limit;
  const inUnits = (decimal: typeof limit.low): number => {
    const units = unitsAt(decimal, unit.scale);
    if (units !== undefined) return units;
    throw mistake(
      below(at, comparison),
      'invalid-number',
      unit.scale === 0
        ? 'What is measured is whole here: the limit must be too.'
        : `What is measured has ${unit.scale} decimals: the limit cannot have more, nor be larger than what is counted exactly.`,
    );
  };
  const low = inUnits(limit.low);
  const high = limit.high === null ? null : inUnits(limit.high);
  return {
    comparison,
    limit: high === null ? unit.format(low) : `${unit.format(low)}..${unit.format(high)}`,
    isMetBy: (units) => meets(comparison, units - low, () => (high === null ? 0 : units - high)),
  };
}
