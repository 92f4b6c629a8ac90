import { createHash } from 'node:crypto';
import type { RuleDocument, Severity } from '@weir/contracts';
import type { Evidence, Fact } from '@weir/domain';
import { formatDecimal } from './decimal';
import type { Evaluation } from './evaluate';
import { amountOf } from './field';
import { recommendationOf, type Recommendation } from './recommend';
import { groupFields, groupOf, windowBounds, windowOf } from './window';

/** A hit that stands, as the model says. */
export interface ModelHit {
  readonly hitId: string;
  readonly rule: string;
  readonly version: number;
  readonly title: RuleDocument['title'];
  readonly severity: Severity;
  readonly review: RuleDocument['review'];
  readonly recommend: Recommendation;
  readonly group: readonly { readonly field: string; readonly value: string }[];
  readonly fact: {
    readonly source: string;
    readonly id: string;
    readonly occurredAt: number;
    readonly accountId: string | null;
    readonly customerId: string | null;
    readonly branchId: string | null;
  };
  readonly evidence: Evidence;
}

/** The id of a hit (SEMANTICS 13), computed with nothing but SHA-256 and JSON. */
export function hitIdOf(
  rule: string,
  version: number,
  group: readonly string[],
  fact: Pick<Fact, 'source' | 'id'>,
): string {
  const canonical = JSON.stringify([rule, version, group, fact.source, fact.id]);
  return createHash('sha256').update(canonical, 'utf8').digest('hex');
}

function evidenceFact(fact: Fact): Evidence['facts'][number] {
  const amount = amountOf(fact);
  return {
    source: fact.source,
    id: fact.id,
    occurredAt: fact.occurredAt,
    amount: amount === undefined ? null : formatDecimal(amount, amount.scale),
    currency: fact.currency ?? null,
  };
}

/** The hit that a raised fact is. Throws where it was not measured. */
export function modelHit(rule: RuleDocument, fact: Fact, evaluation: Evaluation | undefined): ModelHit {
  if (evaluation?.outcome !== 'measured') throw new Error('A hit was not measured');
  const { measured, severity, limit, comparison, currency, facts } = evaluation;
  const group = groupOf(rule, fact) ?? [];
  return {
    hitId: hitIdOf(rule.id, rule.version, group, fact),
    rule: rule.id,
    version: rule.version,
    title: rule.title,
    severity,
    review: rule.review,
    recommend: recommendationOf(rule, fact),
    group: groupFields(rule).map((field, at) => ({ field, value: group[at] ?? '' })),
    fact: {
      source: fact.source,
      id: fact.id,
      occurredAt: fact.occurredAt,
      accountId: fact.accountId ?? null,
      customerId: fact.customerId ?? null,
      branchId: fact.branchId ?? null,
    },
    evidence: {
      measured,
      limit,
      comparison,
      currency,
      window: windowBounds(windowOf(rule), fact),
      count: facts.length,
      facts: facts.slice(-100).map(evidenceFact),
      incomplete: false,
    },
  };
}
