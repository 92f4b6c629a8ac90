import type { Fact } from '../fact/fact';
import { formatMinor } from '../money/amount';
import type { Rule } from '../rule/rule';
import type { WindowBounds } from '../window/window';
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

/** What was measured at a fact: units (null where the rule has no measure), over which facts. */
export interface Measurement {
  readonly units: number | null;
  readonly window: WindowBounds | null;
  readonly count: number;
  /** The newest measured facts, in their order, at most `maxEvidenceFacts`. */
  readonly facts: readonly Fact[];
  readonly incomplete: boolean;
}

/** Writes the evidence of a measurement. */
export function evidenceOf(rule: Rule, { units, window, count, facts, incomplete }: Measurement): Evidence {
  return {
    measured: units === null || rule.measure === null ? null : rule.measure.unit.format(units),
    limit: rule.threshold?.limit ?? null,
    comparison: rule.threshold?.comparison ?? null,
    currency: rule.measure?.unit.currency ?? null,
    window,
    count,
    facts: facts.map(evidenceFact),
    incomplete,
  };
}

function evidenceFact({ source, id, occurredAt, amount, currency }: Fact): EvidenceFact {
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
    severity: rule.severity,
    review: rule.review,
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
    evidence: evidenceOf(rule, measurement),
  };
}
