import type { Fact } from '../fact/fact';
import { compareUnits, type Fraction } from '../money/fraction';
import { comparisons, meets, type Comparison } from './comparison';
import { limitFor, limitOf, type Limit, type LimitInputs } from './limit';
import { evaluationErrors, type EvaluationError } from './measures/measure';
import { below, mistake, type Place } from './rule-error';
import type { LevelSpec, Severity, ThresholdSpec } from './rule-spec';

/** How far a measured value reaches: 0: not met; else the number of the gravest level that is met; or why nobody knows. */
export type Reached = number | EvaluationError | 'limit-missing';

/** A limit as evidence shows it: a decimal, or two joined by `..`. */
export interface ShownLimit {
  readonly limit: string;
  readonly comparison: Comparison;
}

/** When a measured value is a hit. Levels are numbered from 1, the least grave first; without tiers there is one. */
export interface Threshold {
  /** A whole number up to which no measured value reaches a level, whatever the fact; null where there is none. */
  readonly unmetUpTo: number | null;
  reached(measured: number | Fraction, fact: Fact): Reached;
  /** The limit of a level for a fact; null where it cannot be read for that fact. */
  shown(level: number, fact: Fact): ShownLimit | null;
  /** Severity of a level; null where the rule gives one for all. */
  severityOf(level: number): Severity | null;
}

/**
 * @throws RuleError `no-comparison`, `several-comparisons`, `invalid-number`, `unknown-field`, `limit-is-money`, `tiers-not-rising`
 */
export function thresholdOf(spec: ThresholdSpec, inputs: LimitInputs, place: Place): Threshold {
  const at = below(place, 'threshold');
  const single = comparisons.filter((comparison) => spec[comparison] !== undefined);
  if (spec.tiers === undefined) return new Levels([levelOf(spec, inputs, at)], [null], inputs);
  if (single[0] !== undefined) {
    throw mistake(
      below(at, single[0]),
      'several-comparisons',
      `Give ${single[0]} or tiers, not both: a tier carries its own comparison.`,
    );
  }
  const severities = spec.tiers.map(({ severity }) => severity);
  for (const [index, severity] of severities.entries()) {
    const before = severities[index - 1];
    if (before === undefined || rank(severity) > rank(before)) continue;
    throw mistake(
      below(at, 'tiers', index, 'severity'),
      'tiers-not-rising',
      `Tiers rise in severity: "${severity}" cannot follow "${before}".`,
    );
  }
  return new Levels(
    spec.tiers.map((tier, index) => levelOf(tier, inputs, below(at, 'tiers', index))),
    severities,
    inputs,
  );
}

const rising: readonly Severity[] = ['low', 'medium', 'high', 'critical'];
const rank = (severity: Severity): number => rising.indexOf(severity);

interface Level {
  readonly comparison: Comparison;
  /** Whether a value meets it, where its limits are the same for every fact; null where they are looked up. */
  readonly isMet: ((measured: number | Fraction) => boolean) | null;
  readonly low: Limit;
  /** The upper limit of `between`. */
  readonly high: Limit | null;
}

function levelOf(spec: LevelSpec, inputs: LimitInputs, place: Place): Level {
  const [comparison, second] = comparisons.filter((one) => spec[one] !== undefined);
  if (comparison === undefined) {
    throw mistake(
      place,
      'no-comparison',
      'The threshold compares with nothing; give above, atLeast, below, atMost or between.',
    );
  }
  if (second !== undefined) {
    throw mistake(place, 'several-comparisons', `Give one comparison, not both ${comparison} and ${second}.`);
  }
  const at = below(place, comparison);
  const written = comparison === 'between' ? spec.between : spec[comparison];
  if (!isPair(written)) {
    const limit = limitOf(written ?? 0, inputs, at);
    return { comparison, low: limit, high: null, isMet: constantTest(comparison, limit, limit) };
  }
  const [low, high] = [limitOf(written[0], inputs, below(at, 0)), limitOf(written[1], inputs, below(at, 1))];
  if (typeof low === 'number' && typeof high === 'number' && low > high) {
    throw mistake(at, 'invalid-number', 'The lower end of between is above the upper.');
  }
  return { comparison, low, high, isMet: constantTest(comparison, low, high) };
}

function constantTest(comparison: Comparison, low: Limit, high: Limit): Level['isMet'] {
  if (typeof low !== 'number' || typeof high !== 'number') return null;
  switch (comparison) {
    case 'above':
      return (measured) => compareUnits(measured, low) > 0;
    case 'atLeast':
      return (measured) => compareUnits(measured, low) >= 0;
    case 'below':
      return (measured) => compareUnits(measured, low) < 0;
    case 'atMost':
      return (measured) => compareUnits(measured, low) <= 0;
    case 'between':
      return (measured) => compareUnits(measured, low) >= 0 && compareUnits(measured, high) <= 0;
  }
}

const isPair = <T>(value: T | readonly [T, T] | undefined): value is readonly [T, T] => Array.isArray(value);

class Levels implements Threshold {
  readonly unmetUpTo: number | null;

  constructor(
    private readonly levels: readonly Level[],
    private readonly severities: readonly (Severity | null)[],
    private readonly inputs: LimitInputs,
  ) {
    const limits = levels.map(unmetUpTo);
    this.unmetUpTo = limits.every((limit) => limit !== null) ? Math.min(...limits) : null;
  }

  reached(measured: number | Fraction, fact: Fact): Reached {
    let gravest = 0;
    let missing = 0;
    let error: EvaluationError | null = null;
    for (let index = 0; index < this.levels.length; index++) {
      const met = isMet(this.levels[index], measured, fact);
      if (met === true) gravest = index + 1;
      else if (met === 'limit-missing') missing++;
      else if (met !== false) error = firstError(error, met);
    }
    if (error !== null) return error;
    return missing === this.levels.length ? 'limit-missing' : gravest;
  }

  shown(level: number, fact: Fact): ShownLimit | null {
    const shown = this.levels[level - 1];
    if (shown === undefined) throw new RangeError(`The threshold has no level ${level}.`);
    const limits = [shown.low, ...(shown.high === null ? [] : [shown.high])].map((limit) => limitFor(limit, fact));
    const texts = limits.map((units) => (typeof units === 'number' ? this.inputs.unit.format(units) : null));
    return texts.includes(null) ? null : { comparison: shown.comparison, limit: texts.join('..') };
  }

  severityOf(level: number): Severity | null {
    return this.severities[level - 1] ?? null;
  }
}

/** The greatest whole number below and at which a level is surely not met; null where there is none. */
function unmetUpTo({ comparison, low }: Level): number | null {
  if (typeof low !== 'number') return null;
  return comparison === 'above' ? low : comparison === 'atLeast' || comparison === 'between' ? low - 1 : null;
}

function isMet(
  level: Level | undefined,
  measured: number | Fraction,
  fact: Fact,
): boolean | EvaluationError | 'limit-missing' {
  if (level === undefined) return false;
  if (level.isMet !== null) return level.isMet(measured);
  const low = limitFor(level.low, fact);
  const high = level.high === null ? 0 : limitFor(level.high, fact);
  if (typeof low === 'number' && typeof high === 'number') {
    return meets(level.comparison, compareUnits(measured, low), level.high === null ? 0 : compareUnits(measured, high));
  }
  if (low === 'limit-missing' || high === 'limit-missing') return 'limit-missing';
  return typeof low === 'string' ? low : typeof high === 'string' ? high : false;
}

/** The error that is told where there are two. */
function firstError(a: EvaluationError | null, b: EvaluationError): EvaluationError {
  return a !== null && evaluationErrors.indexOf(a) <= evaluationErrors.indexOf(b) ? a : b;
}
