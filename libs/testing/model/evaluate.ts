import type { RuleDocument } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import { allHold } from './condition';
import { formatDecimal } from './decimal';
import { roundHalfEven } from './fraction';
import { measure } from './measures';
import type { Look, Measured } from './measures/look';
import { NoValue, type NoValueReason } from './no-value';
import type { References } from './references';
import { reach, severityOf, type Reached } from './threshold';
import { windowOfFact } from './window';

/** What evaluating one triggering fact came to. */
export type Evaluation =
  | { readonly outcome: 'not-applicable' | 'error'; readonly reason: NoValueReason }
  | (Reached & {
      readonly outcome: 'measured';
      /** As evidence shows it: rounded half to even, money with its currency's decimals; null without a measure. */
      readonly measured: string | null;
      /** In which the value is measured; null where that is no money. */
      readonly currency: string | null;
      readonly facts: readonly Fact[];
    });

function look(rule: RuleDocument, fact: Fact, seen: readonly Fact[], references: References): Look {
  const { measure: document, threshold } = rule;
  const where = document !== undefined && 'where' in document ? document.where : undefined;
  const inWindow =
    document !== undefined && 'window' in document ? windowOfFact(rule, document, fact, seen, references) : [];
  const windowFacts = inWindow.filter((other) => allHold(where, other, references));
  return { fact, inWindow, windowFacts, currency: threshold?.currency, references };
}

/** A measured value as evidence shows it. */
export function shown({ value, unit }: Measured): string {
  return formatDecimal(roundHalfEven(value, unit.scale), unit.shown);
}

/** Measures a triggering fact by looking at all facts, in their order, and compares it with the threshold. */
export function evaluate(rule: RuleDocument, fact: Fact, seen: readonly Fact[], references: References): Evaluation {
  if (rule.measure === undefined) {
    const severity = severityOf(rule, rule.raise.severity);
    return {
      outcome: 'measured',
      level: 1,
      severity,
      comparison: null,
      limit: null,
      measured: null,
      currency: null,
      facts: [fact],
    };
  }
  try {
    const measured = measure(rule.measure, look(rule, fact, seen, references));
    const reached = reach(rule, measured, fact, references);
    return {
      outcome: 'measured',
      ...reached,
      measured: shown(measured),
      currency: measured.unit.currency ?? null,
      facts: measured.facts,
    };
  } catch (error) {
    if (!(error instanceof NoValue)) throw error;
    return { outcome: error.outcome, reason: error.code };
  }
}
