import type { Rule } from '../rule/rule';
import { BitCounts } from './bit-counts';
import { bitOf } from './bits';

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
  /** By reason. */
  private readonly byColumn = reasons.map(() => new BitCounts());
  private readonly ofAll = reasons.map(() => 0);

  constructor(private readonly rules: readonly Rule[]) {}

  /** One more evaluation of the rule in a column has ended. */
  add(column: number, reason: EvaluationReason): void {
    this.addBits(bitOf(column), reason);
  }

  /** One more evaluation of each of these rules has ended alike. O(1) in the mean, however many they are. */
  addBits(bits: number, reason: EvaluationReason): void {
    if (bits !== 0) this.byColumn[numbers[reason]]?.add(bits);
  }

  /** One evaluation of each rule has ended alike. */
  addAll(reason: EvaluationReason): void {
    const number = numbers[reason];
    this.ofAll[number] = (this.ofAll[number] ?? 0) + 1;
  }

  /** What was counted since the last call. */
  take(): readonly Tallied[] {
    const taken = this.rules.flatMap(({ id }, column) =>
      reasons.flatMap((reason, number): readonly Tallied[] => {
        const times = (this.byColumn[number]?.of(column) ?? 0) + (this.ofAll[number] ?? 0);
        return times === 0 ? [] : [{ rule: id, outcome: evaluationReasons[reason], reason, times }];
      }),
    );
    for (const counts of this.byColumn) counts.clear();
    this.ofAll.fill(0);
    return taken;
  }
}
