import type { Fact } from '../../fact/fact';
import type { Place } from '../rule-error';
import type { Unit } from '../unit';

/** Why an evaluation ended in an error. Closed: metrics carry it as a label. */
export type EvaluationError = 'no-rate' | 'not-exact' | 'out-of-range';

/** What one fact adds to a measure: whole units, nothing (it does not count), or an error that spoils the window. */
export type Contribution = number | 'absent' | EvaluationError;

/** A measured value in whole units of the measure's unit, or why there is none. */
export type Measured = number | EvaluationError;

/**
 * What a measure keeps while a window moves: facts enter at its newer end and leave at its older end. Only facts whose
 * contribution is not absent enter.
 */
export interface Aggregate {
  enter(contribution: number | EvaluationError): void;
  leave(contribution: number | EvaluationError): void;
  /** How many facts are in the window. */
  readonly count: number;
  /** The value over the facts in the window. */
  measured(): Measured;
}

/** A measure of a rule, compiled. */
export interface Measure {
  /** The unit of the measured value, in which the threshold is read. */
  readonly unit: Unit;
  /** What one fact contributes. O(1). */
  contribution(fact: Fact): Contribution;
  /** An empty window. */
  aggregate(): Aggregate;
}

/** How a verb of the rule language becomes a measure. */
export interface MeasureKind {
  /** The verb: the one key of a measure that is not `by`, `window` or `where`. */
  readonly verb: string;
  /** True where the measure looks at the fact alone and takes no window. */
  readonly ofOneFact: boolean;
  /**
   * @param subject what stands behind the verb
   * @param currency the threshold's currency, where it has one
   * @throws RuleError
   */
  compile(subject: string, currency: string | undefined, place: Place): Measure;
}
