import type { Fact } from '../fact/fact';
import type { Rule } from '../rule/rule';
import { hitState, type Measurement, type Occasion } from './evidence';
import type { AsOf, FactName, HitState, HitStatus } from './hit';
import type { Held } from './raising-past';

const noStates: readonly HitState[] = [];

/** The states of hits that one occasion makes, in their order: a fact that came in, or a change of the rules. */
export class HitStates {
  /** Made with the first: most facts make none. */
  private made: HitState[] | null = null;
  private occasion: Occasion | null = null;

  constructor(
    /** The fact that came in; null where the rules changed. */
    private readonly cause: FactName | null,
    private readonly at: Omit<AsOf, 'step'>,
    private readonly step: number,
    /** What is not held. */
    readonly held: Held,
  ) {}

  add(status: HitStatus, rule: Rule, values: readonly string[], fact: Fact, measurement: Measurement): void {
    this.occasion ??= this.asOccasion();
    (this.made ??= []).push(hitState(status, rule, values, fact, measurement, this.occasion));
  }

  /** What was made. */
  all(): readonly HitState[] {
    return this.made ?? noStates;
  }

  private asOccasion(): Occasion {
    const { cause, step } = this;
    const { topic, partition, offset } = this.at;
    return {
      cause: cause === null ? null : { source: cause.source, id: cause.id },
      asOf: { topic, partition, offset, step },
    };
  }
}
