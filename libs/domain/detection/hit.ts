import { createHash } from 'node:crypto';
import type { Fact } from '../fact/fact';
import { canonicalJson } from '../fact/canonical';
import type { Comparison } from '../rule/comparison';
import type { Recommendation } from '../rule/recommendation';
import type { ReviewSpec, Severity, Title } from '../rule/rule-spec';
import type { WindowBounds } from '../window/window';

/** States that a hit goes through under one id. */
export type HitStatus = 'raised' | 'revised' | 'withdrawn' | 'reinstated';

/** Where in the log a state was made; `step` counts changes of the rules after the fact at the offset. */
export interface AsOf {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly step: number;
}

/** What a hit rests on. Numbers are decimals in major units; times are milliseconds since 1970. */
export interface Evidence {
  readonly measured: string | null;
  readonly limit: string | null;
  readonly comparison: Comparison | null;
  readonly currency: string | null;
  readonly window: WindowBounds | null;
  readonly count: number;
  readonly facts: readonly EvidenceFact[];
  readonly incomplete: boolean;
}

export interface EvidenceFact {
  readonly source: string;
  readonly id: string;
  readonly occurredAt: number;
  readonly amount: string | null;
  readonly currency: string | null;
}

export interface FactName {
  readonly source: string;
  readonly id: string;
}

/** One state of a hit. */
export interface HitState {
  readonly hitId: string;
  readonly status: HitStatus;
  readonly rule: string;
  readonly version: number;
  readonly title: Title;
  readonly severity: Severity;
  readonly review: ReviewSpec;
  readonly recommend: Recommendation | null;
  readonly group: readonly { readonly field: string; readonly value: string }[];
  readonly fact: FactName & {
    readonly occurredAt: number;
    readonly accountId: string | null;
    readonly customerId: string | null;
    readonly branchId: string | null;
  };
  readonly cause: FactName | null;
  readonly asOf: AsOf;
  readonly evidence: Evidence;
}

/** Hex SHA-256 of the canonical JSON array `[rule, version, [group values], source, fact id]`. */
export function hitId(
  rule: string,
  version: number,
  values: readonly string[],
  fact: Pick<Fact, 'source' | 'id'>,
): string {
  return createHash('sha256')
    .update(canonicalJson([rule, version, values, fact.source, fact.id]))
    .digest('hex');
}
