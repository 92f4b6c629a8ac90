import type { Fact } from '../fact/fact';
import { Spoilt } from '../rule/measures/measure';
import type { Rule } from '../rule/rule';
import { groupValues } from './dimension';
import { hitState, type Measurement, type Occasion } from './evidence';
import type { HitState, HitStatus } from './hit';
import type { EvaluationReason } from './outcome';

/** How the evaluation of a fact by a rule of single facts ended: a hit with its measurement, or why it is none. */
export type SingleEvaluation =
  { readonly values: readonly string[]; readonly measurement: Measurement } | EvaluationReason;

/** Evaluates a rule whose hits depend on no other fact. */
export function evaluateSingle(rule: Rule, fact: Fact): SingleEvaluation {
  if (!rule.appliesTo(fact)) return 'conditions-not-met';
  if (fact.occurredAt < rule.effectiveFrom || fact.occurredAt >= rule.effectiveUntil) return 'not-governed';
  if (!rule.mayTrigger(fact)) return 'not-a-trigger';
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
