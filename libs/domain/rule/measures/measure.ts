import type { Fact } from '../../fact/fact';
import type { Fraction } from '../../money/fraction';
import type { References } from '../../reference/references';
import type { Place } from '../rule-error';
import type { ConditionSpec, MeasureSpec } from '../rule-spec';
import type { Unit } from '../unit';

/** Why an evaluation ended in an error, the first told where a window holds several. Closed: metrics carry it as a label. */
export const evaluationErrors = ['not-exact', 'no-rate', 'out-of-range'] as const;
export type EvaluationError = (typeof evaluationErrors)[number];

/** A contribution that cannot be read: it spoils every window that holds it. */
export class Spoilt {
  private constructor(readonly error: EvaluationError) {}

  static readonly notExact = new Spoilt('not-exact');
  static readonly noRate = new Spoilt('no-rate');
  static readonly outOfRange = new Spoilt('out-of-range');
}

/** What one fact adds to a measure; null: nothing, it does not count. */
export type Contribution<C> = C | Spoilt | null;

/** A measured value in whole units of the measure's unit or an exact fraction of them, or why there is none. */
export type Measured = number | Fraction | EvaluationError | 'nothing-measured';

/**
 * What a measure keeps while a window moves: contributions enter at its newer end and leave at its older end, in the order
 * of the facts. Spoilt ones are kept apart and never enter.
 */
export interface Aggregate<C, O> {
  enter(contribution: C): void;
  leave(contribution: C): void;
  /**
   * The value over the window of a triggering fact.
   * @param own what `Measure.own` reads from that fact
   * @param entered whether that fact's contribution is the newest that entered
   */
  measured(own: O, entered: boolean): Measured;
  /** How many facts the evidence is about, for the same window; only asked where there is a value. */
  shown(own: O, entered: boolean): number;
}

/** Number and exact sum of what is in a window. */
export interface Total {
  readonly facts: number;
  /** The sum of what contributes numbers, `without` that many units; undefined where it is no safe integer. */
  sum(without?: number): number | undefined;
}

/** How a measure looks at a window: at the number and the sum of what entered, or at what it keeps itself. */
export type Looking<C, O> = TotalLooking<O> | { readonly kind: 'aggregate'; begin(): Aggregate<C, O> };

/** See `Aggregate` for `measured` and `shown`. */
export interface TotalLooking<O> {
  readonly kind: 'total';
  /** Where what is measured is the number or the sum itself, whatever the triggering fact: which. */
  readonly value: 'facts' | 'sum' | null;
  measured(total: Total, own: O, entered: boolean): Measured;
  shown(total: Total, own: O, entered: boolean): number;
}

/** What facts contribute: always 1; numbers (whole, and exact) or what is spoilt; or anything. Tells how it is kept. */
export type Contributions = 'ones' | 'numbers' | 'objects';

/** A measure of a rule, compiled. C: what facts contribute; O: what is read from the triggering fact. */
export interface Measure<C, O> {
  /** The unit of the measured value, in which the threshold is read. */
  readonly unit: Unit;
  /** Tells measures whose facts contribute the same: what several rules read alike is read and kept once. */
  readonly input: string;
  /**
   * True where the order of what entered makes no difference: then a fact may also leave at the newer end and enter at the older, which
   * lets a window move back.
   */
  readonly orderFree: boolean;
  readonly contributes: Contributions;
  /** What one fact contributes. O(1). */
  readonly contribution: (fact: Fact) => Contribution<C>;
  /** What is read from the triggering fact itself, whether or not it counts; null: there is no value. */
  own(fact: Fact): Contribution<O>;
  readonly looking: Looking<C, O>;
  /** Whether evidence shows a fact of the window. */
  shows(contribution: C, own: O): boolean;
  /** True where evidence ends with the triggering fact, whether or not it counts. */
  readonly showsTrigger: boolean;
}

/** A measure as the engine holds it: what C and O are is known only to the measure. */
export type AnyMeasure = Measure<unknown, unknown>;

/** What a measure is compiled from. */
export interface MeasureInputs {
  /** The threshold's currency, where it has one. */
  readonly currency: string | undefined;
  readonly references: References;
  /** The measure's place in the document. */
  readonly place: Place;
  /** Compiles conditions that stand at a key of the measure. @throws RuleError */
  readonly conditions: (specs: readonly ConditionSpec[], key: string) => (fact: Fact) => boolean;
}

type Verb<S> = S extends unknown ? Extract<keyof S, MeasureVerb> : never;
/** Every verb of the rule language. */
export type MeasureVerb = Exclude<
  MeasureSpec extends infer S ? (S extends unknown ? keyof S : never) : never,
  'by' | 'window' | 'where' | 'of' | 'until' | 'history'
>;
/** The form of one verb's measure. */
export type SpecOf<V extends MeasureVerb> = MeasureSpec extends infer S
  ? S extends unknown
    ? Verb<S> extends V
      ? S
      : never
    : never
  : never;

/** How a verb of the rule language becomes a measure. */
export interface MeasureKind {
  /** The verb: the key of a measure that tells which it is. */
  readonly verb: MeasureVerb;
  /** True where the measure looks at the fact alone and takes no window. */
  readonly ofOneFact: boolean;
  /** True where the measure reads `where` itself; else the engine lets only facts of `where` count. */
  readonly readsWhere: boolean;
  /** @throws RuleError */
  compile(spec: MeasureSpec, inputs: MeasureInputs): AnyMeasure;
}

/** A kind of measure from its form: for files that hold one measure each. */
export function measureKind<V extends MeasureVerb, C, O>(
  verb: V,
  compile: (spec: SpecOf<V>, inputs: MeasureInputs) => Measure<C, O>,
  { ofOneFact = false, readsWhere = false } = {},
): MeasureKind {
  return {
    verb,
    ofOneFact,
    readsWhere,
    // The registry finds a kind by the verb that the document has: its form is that verb's.
    compile: (spec, inputs) => compile(spec as SpecOf<V>, inputs),
  };
}
