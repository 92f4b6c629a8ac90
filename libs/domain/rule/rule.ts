import type { Fact } from '../fact/fact';
import type { Window } from '../window/window';
import type { Field } from './field';
import type { Measure } from './measures/measure';
import type { ReviewSpec, RuleSpec, Severity, Title } from './rule-spec';
import type { Threshold } from './threshold';

/** When a fact that meets the threshold is a hit. */
export type Raising =
  { readonly on: 'every' } | { readonly on: 'crossing' } | { readonly on: 'cooldown'; readonly length: number };

/** One version of a rule, ready to run. Times and lengths in milliseconds. */
export interface Rule {
  readonly id: string;
  readonly version: number;
  readonly title: Title;
  readonly severity: Severity;
  readonly review: ReviewSpec;
  /** It governs facts that occurred in `[effectiveFrom, effectiveUntil)`. */
  readonly effectiveFrom: number;
  readonly effectiveUntil: number;
  readonly lateness: number;
  /** Group fields; empty where the rule looks at single facts without grouping. */
  readonly by: readonly Field[];
  /** `on` and `when`: must hold to trigger and to be measured. */
  appliesTo(fact: Fact): boolean;
  /** `trigger`: must hold to trigger. */
  mayTrigger(fact: Fact): boolean;
  /** `measure.where`: must hold to be measured. */
  mayMeasure(fact: Fact): boolean;
  readonly measure: Measure | null;
  /** Null where the measure, if any, looks at the fact alone. */
  readonly window: Window | null;
  readonly threshold: Threshold | null;
  readonly raising: Raising;
  /** True where a hit depends on no other fact: such a rule sees late facts too. */
  readonly ofSingleFacts: boolean;
  /** The document it was compiled from. */
  readonly document: RuleSpec;
}

/** All rule versions that a detector runs. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  /** The largest lateness of the rules in milliseconds; one hour without rules. */
  readonly lateness: number;
}
