import type { Fact } from '../fact/fact';
import { Spoilt } from '../rule/measures/measure';
import type { Rule } from '../rule/rule';
import { lowestColumn, mostColumns } from './bits';
import { groupValues } from './dimension';
import type { Measurement } from './evidence';
import { FusedRules } from './fused-rules';
import type { HitStates } from './hit-states';
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

/** At most 26 rules of single facts, looked at together. */
export class SingleRules {
  readonly tally: Tally;
  private readonly fused: FusedRules;

  constructor(private readonly rules: readonly Rule[]) {
    this.tally = new Tally(rules);
    this.fused = new FusedRules(rules);
  }

  /** Adds the states of hits that a fact is. */
  accept(fact: Fact, states: HitStates): void {
    this.fused.look(fact);
    this.fused.tallyOthers(this.tally);
    for (let { triggers } = this.fused; triggers !== 0; triggers &= triggers - 1) {
      const column = lowestColumn(triggers);
      const rule = this.rules[column];
      if (rule === undefined) break;
      const evaluation = judgeSingle(rule, fact);
      if (typeof evaluation === 'string') {
        this.tally.add(column, evaluation);
      } else {
        this.tally.add(column, 'threshold-met');
        states.add('raised', rule, evaluation.values, fact, evaluation.measurement);
      }
    }
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
