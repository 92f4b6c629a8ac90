import type { Fact } from '../fact/fact';
import { formatMinor } from '../money/amount';
import { wholeUnits, type Fraction } from '../money/fraction';
import type { Rule } from '../rule/rule';
import type { WindowBounds } from '../window/window';
import type { NamedFact } from './held/fact-bytes';
import {
  hitId,
  type AsOf,
  type Evidence,
  type EvidenceFact,
  type FactName,
  type HitState,
  type HitStatus,
} from './hit';

/** How many facts evidence names at most, the newest. */
export const maxEvidenceFacts = 100;

/** What was measured at a fact (null where the rule has no measure), over which facts. */
export interface Measurement {
  readonly quantity: number | Fraction | null;
  /** The level of the threshold that was reached; 0: none, which only a withdrawn hit shows. */
  readonly level: number;
  readonly window: WindowBounds | null;
  readonly count: number;
  /** The newest facts that evidence shows, in their order, at most `maxEvidenceFacts`. */
  readonly facts: readonly NamedFact[];
  readonly incomplete: boolean;
}

/** Writes the evidence of a measurement at a fact. */
export function evidenceOf(rule: Rule, fact: Fact, measurement: Measurement): Evidence {
  const { quantity, level, window, count, facts, incomplete } = measurement;
  const { measure, threshold } = rule;
  const shown = threshold === null ? null : threshold.shown(Math.max(1, level), fact);
  return {
    measured: quantity === null || measure === null ? null : measure.unit.format(wholeUnits(quantity)),
    limit: shown?.limit ?? null,
    comparison: shown?.comparison ?? null,
    currency: measure?.unit.currency ?? null,
    window,
    count,
    facts: facts.map(evidenceFact),
    incomplete,
  };
}

function evidenceFact({ source, id, occurredAt, amount, currency }: NamedFact): EvidenceFact {
  return amount === undefined || currency === undefined
    ? { source, id, occurredAt, amount: null, currency: null }
    : { source, id, occurredAt, amount: formatMinor(amount, currency), currency };
}

/** Why a state is made: the fact that arrived (null where the rules changed) and where in the log that was. */
export interface Occasion {
  readonly cause: FactName | null;
  readonly asOf: AsOf;
}

/** Writes one state of a hit. */
export function hitState(
  status: HitStatus,
  rule: Rule,
  values: readonly string[],
  fact: Fact,
  measurement: Measurement,
  { cause, asOf }: Occasion,
): HitState {
  return {
    hitId: hitId(rule.id, rule.version, values, fact),
    status,
    rule: rule.id,
    version: rule.version,
    title: rule.title,
    severity: rule.severityOf(Math.max(1, measurement.level)),
    review: rule.review,
    recommend: rule.recommends?.(fact.occurredAt) ?? null,
    group: rule.by.map(({ name }, index) => ({ field: name, value: values[index] ?? '' })),
    fact: {
      source: fact.source,
      id: fact.id,
      occurredAt: fact.occurredAt,
      accountId: fact.accountId ?? null,
      customerId: fact.customerId ?? null,
      branchId: fact.branchId ?? null,
    },
    cause,
    asOf,
    evidence: evidenceOf(rule, fact, measurement),
  };
}
