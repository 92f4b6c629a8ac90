import type { AlertGroup, AlertHit } from './alert-hit';

/** What `alert-raised` tells: the alert as it began, with the hit that raised it. Times in milliseconds since 1970. */
export type AlertRaisedBody = {
  readonly alertId: string;
  readonly rule: string;
  readonly title: { readonly en: string; readonly zh: string };
  readonly group: AlertGroup;
  readonly confirmWithCustomer: boolean;
  readonly raisedAt: number;
  readonly dueAt: number;
  /** The alert of the same rule and group before it, where that one could take no more hits. */
  readonly linkedTo: string | null;
  readonly hit: AlertHit;
};

/** What every event about a hit of an existing alert tells: when it was recorded, and the hit's new state. */
export type AlertHitBody = {
  readonly alertId: string;
  readonly at: number;
  readonly hit: AlertHit;
};

/** Raised: an alert began. Body as stored in the event store. */
export interface AlertRaised {
  readonly type: 'alert-raised';
  readonly body: AlertRaisedBody;
}

/** Types of the events that record a state of a hit on an alert that exists. */
export const alertHitEventTypes = ['hit-joined', 'hit-revised', 'hit-withdrawn', 'hit-reinstated'] as const;

/** A state of a hit was recorded on an alert that exists. */
export interface AlertHitRecorded {
  readonly type: (typeof alertHitEventTypes)[number];
  readonly body: AlertHitBody;
}

/** Everything that happens to an alert. */
export type AlertEvent = AlertRaised | AlertHitRecorded;

/** The type of each event of an alert. */
export type AlertEventType = AlertEvent['type'];
