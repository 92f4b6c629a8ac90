import type { References } from '../reference/references';
import type { Window } from '../window/window';
import type { Predicate } from './condition';
import type { Field } from './field';
import type { AnyMeasure } from './measures/measure';
import type { Recommendation } from './recommendation';
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
  /** How grave a hit is whose measured value reaches a level of the threshold (1 where there is none). */
  severityOf(level: number): Severity;
  readonly review: ReviewSpec;
  /** It governs facts that occurred in `[effectiveFrom, effectiveUntil)`. */
  readonly effectiveFrom: number;
  readonly effectiveUntil: number;
  readonly lateness: number;
  /** Group fields; empty where the rule looks at single facts without grouping. */
  readonly by: readonly Field[];
  /** `on` and `when`: must hold to trigger and to be measured. */
  readonly applies: readonly Predicate[];
  /** Must hold to trigger as well. */
  readonly trigger: readonly Predicate[];
  /** Must hold to be measured: `measure.where`, but for measures that read it themselves. */
  readonly where: readonly Predicate[];
  readonly measure: AnyMeasure | null;
  /** Null where the measure, if any, looks at the fact alone. */
  readonly window: Window | null;
  readonly threshold: Threshold | null;
  readonly raising: Raising;
  /** What a hit at a time (ms) recommends; null: nothing. */
  readonly recommends: ((t: number) => Recommendation) | null;
  /** Names of the reference data that it looks up. */
  readonly uses: readonly string[];
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
  /** What the rules look up. */
  readonly references: References;
}
