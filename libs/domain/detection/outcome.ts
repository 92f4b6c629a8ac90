import type { Rule } from '../rule/rule';

/** How an evaluation can end. */
export type Outcome = 'hit' | 'no-hit' | 'not-applicable' | 'suppressed' | 'error';

/** Every reason that an evaluation ends with, and the outcome it belongs to. Closed: metrics carry both as labels. */
export const evaluationReasons = {
  'threshold-met': 'hit',
  'threshold-not-met': 'no-hit',
  'not-governed': 'not-applicable',
  'conditions-not-met': 'not-applicable',
  'not-a-trigger': 'not-applicable',
  'group-missing': 'not-applicable',
  'field-missing': 'not-applicable',
  'nothing-measured': 'not-applicable',
  'limit-missing': 'not-applicable',
  late: 'not-applicable',
  'not-crossing': 'suppressed',
  'cooling-down': 'suppressed',
  'no-rate': 'error',
  'not-exact': 'error',
  'out-of-range': 'error',
} as const satisfies Record<string, Outcome>;

/** Why an evaluation ended as it did. */
export type EvaluationReason = keyof typeof evaluationReasons;

/** How often evaluations of one rule ended with one reason. */
export interface Tallied {
  readonly rule: string;
  readonly outcome: Outcome;
  readonly reason: EvaluationReason;
  readonly times: number;
}

/** Counts how evaluations end, one count for each fact and rule (measuring again is not counted). */
export class Tally {
  private counts = new Map<Rule, Map<EvaluationReason, number>>();

  add(rule: Rule, reason: EvaluationReason): void {
    let ofRule = this.counts.get(rule);
    if (ofRule === undefined) this.counts.set(rule, (ofRule = new Map<EvaluationReason, number>()));
    ofRule.set(reason, (ofRule.get(reason) ?? 0) + 1);
  }

  /** What was counted since the last call. */
  take(): readonly Tallied[] {
    const taken = [...this.counts].flatMap(([{ id }, reasons]) =>
      [...reasons].map(([reason, times]) => ({ rule: id, outcome: evaluationReasons[reason], reason, times })),
    );
    this.counts = new Map();
    return taken;
  }
}
