import type { Fact } from '../fact/fact';
import { Spoilt } from '../rule/measures/measure';
import type { Rule } from '../rule/rule';
import { lowestColumn, mostColumns } from './bits';
import { groupValues } from './dimension';
import { hitState, type Measurement, type Occasion } from './evidence';
import { FusedRules } from './fused-rules';
import type { HitState, HitStatus } from './hit';
import { Tally, type EvaluationReason } from './outcome';

/** How the evaluation of a fact by a rule of single facts ended: a hit with its measurement, or why it is none. */
export type SingleEvaluation =
  { readonly values: readonly string[]; readonly measurement: Measurement } | EvaluationReason;

/** Evaluates a rule whose hits depend on no other fact. */
export function evaluateSingle(rule: Rule, fact: Fact): SingleEvaluation {
  if (!rule.applies.every(({ holds }) => holds(fact))) return 'conditions-not-met';
  if (fact.occurredAt < rule.effectiveFrom || fact.occurredAt >= rule.effectiveUntil) return 'not-governed';
  if (!rule.trigger.every(({ holds }) => holds(fact))) return 'not-a-trigger';
  return judgeSingle(rule, fact);
}

/** Evaluates a fact that triggers such a rule as far as its conditions go. */
function judgeSingle(rule: Rule, fact: Fact): SingleEvaluation {
  const values = groupValues(rule.by, fact);
  if (values === null) return 'group-missing';
  const own = rule.measure === null ? null : rule.measure.own(fact);
  if (rule.measure !== null && own === null) return 'field-missing';
  if (own instanceof Spoilt) return own.error;
  const quantity = typeof own === 'number' ? own : null;
  const level = quantity === null || rule.threshold === null ? 1 : rule.threshold.reached(quantity, fact);
  if (typeof level === 'string') return level;
  if (level === 0) return 'threshold-not-met';
  return { values, measurement: { quantity, level, window: null, count: 1, facts: [fact], incomplete: false } };
}

/** At most 30 rules of single facts, looked at together. */
export class SingleRules {
  readonly tally: Tally;
  private readonly fused: FusedRules;

  constructor(private readonly rules: readonly Rule[]) {
    this.tally = new Tally(rules);
    this.fused = new FusedRules(rules);
  }

  /** The states of hits that a fact is. */
  accept(fact: Fact, occasion: Occasion): readonly HitState[] {
    this.fused.look(fact);
    this.fused.tallyOthers(this.tally);
    const states: HitState[] = [];
    for (let { triggers } = this.fused; triggers !== 0; triggers &= triggers - 1) {
      const column = lowestColumn(triggers);
      const rule = this.rules[column];
      if (rule === undefined) break;
      const evaluation = judgeSingle(rule, fact);
      this.tally.add(column, typeof evaluation === 'string' ? evaluation : 'threshold-met');
      const state = singleState('raised', rule, fact, evaluation, occasion);
      if (state !== null) states.push(state);
    }
    return states;
  }
}

/** The rules of single facts among some, in parts that are looked at together. */
export function singleRulesOf(rules: readonly Rule[]): readonly SingleRules[] {
  const singles = rules.filter(({ ofSingleFacts }) => ofSingleFacts);
  return Array.from(
    { length: Math.ceil(singles.length / mostColumns) },
    (_, part) => new SingleRules(singles.slice(part * mostColumns, (part + 1) * mostColumns)),
  );
}

/** The state that a hit of a single fact takes, or null where the evaluation is no hit. */
export function singleState(
  status: HitStatus,
  rule: Rule,
  fact: Fact,
  evaluation: SingleEvaluation,
  occasion: Occasion,
): HitState | null {
  if (typeof evaluation === 'string') return null;
  return hitState(status, rule, evaluation.values, fact, evaluation.measurement, occasion);
}
