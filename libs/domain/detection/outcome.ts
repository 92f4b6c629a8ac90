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

const reasons = Object.keys(evaluationReasons) as EvaluationReason[];
const numbers = Object.fromEntries(reasons.map((reason, number) => [reason, number])) as Record<
  EvaluationReason,
  number
>;

/** Counts how evaluations end, one count for each fact and rule (measuring again is not counted). */
export class Tally {
  private readonly times: Float64Array;

  constructor(private readonly rules: readonly Rule[]) {
    this.times = new Float64Array(rules.length * reasons.length);
  }

  /** One more evaluation of the rule in a column has ended. */
  add(column: number, reason: EvaluationReason): void {
    const at = column * reasons.length + numbers[reason];
    this.times[at] = (this.times[at] ?? 0) + 1;
  }

  /** One evaluation of each rule has ended alike. */
  addAll(reason: EvaluationReason): void {
    for (let column = 0; column < this.rules.length; column++) this.add(column, reason);
  }

  /** What was counted since the last call. */
  take(): readonly Tallied[] {
    const taken = this.rules.flatMap(({ id }, column) =>
      reasons.flatMap((reason, number): readonly Tallied[] => {
        const times = this.times[column * reasons.length + number] ?? 0;
        return times === 0 ? [] : [{ rule: id, outcome: evaluationReasons[reason], reason, times }];
      }),
    );
    this.times.fill(0);
    return taken;
  }
}
