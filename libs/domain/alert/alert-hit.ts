/** How grave a hit or an alert is, the least first. */
export const alertSeverities = ['low', 'medium', 'high', 'critical'] as const;
/** How grave a hit or an alert is. */
export type AlertSeverity = (typeof alertSeverities)[number];

/** State of a hit as detection reports it. */
export type HitStanding = 'raised' | 'revised' | 'withdrawn' | 'reinstated';

/** Where in the log a state of a hit was made. `step` counts changes of the rules after the fact at `offset`. */
export interface HitPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly step: number;
}

/** What a hit rests on; money in major units as decimal strings, times in milliseconds since 1970. */
export interface HitEvidence {
  readonly measured: string | null;
  readonly limit: string | null;
  readonly comparison: 'above' | 'atLeast' | 'below' | 'atMost' | 'between' | null;
  readonly currency: string | null;
  readonly window: { readonly from: number; readonly to: number; readonly fromIncluded: boolean } | null;
  readonly count: number;
  readonly facts: readonly {
    readonly source: string;
    readonly id: string;
    readonly occurredAt: number;
    readonly amount: string | null;
    readonly currency: string | null;
  }[];
  readonly incomplete: boolean;
}

/** A group that a rule measures: its fields and their values, in the order of the rule. */
export type AlertGroup = readonly { readonly field: string; readonly value: string }[];

/** One state of a hit as its alert records it. */
export interface AlertHit {
  readonly hitId: string;
  readonly status: HitStanding;
  /** Version of the rule that found it. */
  readonly version: number;
  readonly severity: AlertSeverity;
  readonly fact: {
    readonly source: string;
    readonly id: string;
    readonly occurredAt: number;
    readonly accountId: string | null;
    readonly customerId: string | null;
    readonly branchId: string | null;
  };
  /** The fact whose arrival made this state; null where a change of rules did. */
  readonly cause: { readonly source: string; readonly id: string } | null;
  readonly asOf: HitPosition;
  readonly evidence: HitEvidence;
  /** What upstream is recommended to do: suspend the channel until a time, ms since 1970. */
  readonly recommend?: { readonly freeze: { readonly until: number } } | null | undefined;
}

/** True unless the hit was withdrawn. */
export function stands(status: HitStanding): boolean {
  return status !== 'withdrawn';
}

/**
 * Compares where a state was made with the newest known state of the same hit. A hit is measured in one partition of one
 * topic all its life, so positions of different partitions have no order: `foreign` says that something is wrong upstream.
 */
export function positionAgainst(position: HitPosition, known: HitPosition): 'newer' | 'not-newer' | 'foreign' {
  if (position.topic !== known.topic || position.partition !== known.partition) return 'foreign';
  if (position.offset !== known.offset) return position.offset > known.offset ? 'newer' : 'not-newer';
  return position.step > known.step ? 'newer' : 'not-newer';
}

/** The graver of two severities. */
export function graver(a: AlertSeverity, b: AlertSeverity): AlertSeverity {
  return alertSeverities.indexOf(a) >= alertSeverities.indexOf(b) ? a : b;
}
