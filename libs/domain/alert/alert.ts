import type { AlertEvent, AlertHitRecorded } from './alert-events';
import { graver, positionAgainst, stands } from './alert-hit';
import type { AlertGroup, AlertHit, AlertSeverity, HitPosition, HitStanding } from './alert-hit';
import { alertGroupKey, alertIdOf } from './alert-id';

/** How many hits an alert takes, the withdrawn included. */
export const maxHitsOfAlert = 1_000;
/** How long an alert takes hits: from its first hit's event time, in milliseconds (30 days). */
export const maxAgeOfAlert = 30 * 24 * 60 * 60 * 1_000;

/** What an alert remembers of one of its hits. */
export interface HitOnAlert {
  readonly status: HitStanding;
  readonly asOf: HitPosition;
}

/** An alert as its events made it; times in milliseconds since 1970. */
export interface Alert {
  readonly id: string;
  readonly rule: string;
  /** See `alertGroupKey`. */
  readonly groupKey: string;
  /** The gravest severity that any of its hits has had: it does not fall by itself. */
  readonly severity: AlertSeverity;
  /** Event time of the hit that raised it. */
  readonly openedAt: number;
  readonly raisedAt: number;
  readonly dueAt: number;
  readonly linkedTo: string | null;
  /** How many hits joined it, the withdrawn included. */
  readonly hits: number;
  /** How many of them stand. 0: all were withdrawn; the alert stays for a person to close. */
  readonly standingHits: number;
  /**
   * Its hits by id. Who works on few hits of a large alert may hold only those here; the two counts above are of all.
   */
  readonly hitsById: ReadonlyMap<string, HitOnAlert>;
}

/** Null: not raised yet. */
export type AlertState = Alert | null;

/** Before the first event. */
export const initialAlertState: AlertState = null;

/** What may be asked of an alert; times are data, in milliseconds since 1970. */
export type AlertCommand =
  | {
      readonly type: 'raise-alert';
      readonly rule: string;
      readonly title: { readonly en: string; readonly zh: string };
      readonly group: AlertGroup;
      readonly confirmWithCustomer: boolean;
      /** How long it may take to decide the alert, ms. */
      readonly due: number;
      readonly linkedTo: string | null;
      readonly hit: AlertHit;
      readonly at: number;
    }
  | {
      readonly type: 'join-hit';
      readonly rule: string;
      readonly group: AlertGroup;
      readonly hit: AlertHit;
      readonly at: number;
    }
  | { readonly type: 'record-hit'; readonly hit: AlertHit; readonly at: number };

/** Why an alert refuses a command. */
export type AlertRefusal =
  | 'already-raised'
  | 'not-raised'
  | 'does-not-stand' // a withdrawn hit raises nothing and joins nothing
  | 'other-group' // the hit belongs to another rule or group
  | 'hit-known' // the hit is on the alert already: its states are recorded, it does not join again
  | 'hit-unknown' // the hit never joined this alert
  | 'not-newer'
  | 'foreign-position'
  | 'full' // 1,000 hits
  | 'too-old'; // 30 days

/** Events that follow from a command, or why there are none. */
export type AlertDecision =
  | { readonly ok: true; readonly events: readonly AlertEvent[] }
  | { readonly ok: false; readonly refusal: AlertRefusal };

const refuse = (refusal: AlertRefusal): AlertDecision => ({ ok: false, refusal });
const accept = (event: AlertEvent): AlertDecision => ({ ok: true, events: [event] });

/**
 * Why an alert takes no further hit, or null where it takes this one. Age is event time: the hit lies 30 days or more
 * after the hit that raised the alert. So history published today splits into the same alerts as it did when it happened.
 */
export function closedToHit(alert: Alert, occurredAt: number): 'full' | 'too-old' | null {
  if (alert.hits >= maxHitsOfAlert) return 'full';
  if (occurredAt - alert.openedAt >= maxAgeOfAlert) return 'too-old';
  return null;
}

/** Decides a command on an alert. Pure: the same command on the same state gives the same events. */
export function decideAlert(command: AlertCommand, state: AlertState): AlertDecision {
  switch (command.type) {
    case 'raise-alert':
      return raiseAlert(command, state);
    case 'join-hit':
      return joinHit(command, state);
    case 'record-hit':
      return recordHit(command, state);
  }
}

function raiseAlert(command: Extract<AlertCommand, { type: 'raise-alert' }>, state: AlertState): AlertDecision {
  if (state !== null) return refuse('already-raised');
  if (!stands(command.hit.status)) return refuse('does-not-stand');
  return accept({
    type: 'alert-raised',
    body: {
      alertId: alertIdOf(command.hit.hitId),
      rule: command.rule,
      title: command.title,
      group: command.group,
      confirmWithCustomer: command.confirmWithCustomer,
      raisedAt: command.at,
      dueAt: command.at + command.due,
      linkedTo: command.linkedTo,
      hit: command.hit,
    },
  });
}

function joinHit(command: Extract<AlertCommand, { type: 'join-hit' }>, state: AlertState): AlertDecision {
  const { hit, at } = command;
  if (state === null) return refuse('not-raised');
  if (state.groupKey !== alertGroupKey(command.rule, command.group)) return refuse('other-group');
  if (state.hitsById.has(hit.hitId)) return refuse('hit-known');
  if (!stands(hit.status)) return refuse('does-not-stand');
  const closed = closedToHit(state, hit.fact.occurredAt);
  if (closed !== null) return refuse(closed);
  return accept({ type: 'hit-joined', body: { alertId: state.id, at, hit } });
}

function recordHit(command: Extract<AlertCommand, { type: 'record-hit' }>, state: AlertState): AlertDecision {
  const { hit, at } = command;
  if (state === null) return refuse('not-raised');
  const known = state.hitsById.get(hit.hitId);
  if (known === undefined) return refuse('hit-unknown');
  const against = positionAgainst(hit.asOf, known.asOf);
  if (against === 'foreign') return refuse('foreign-position');
  if (against === 'not-newer') return refuse('not-newer');
  return accept({ type: transition(known.status, hit.status), body: { alertId: state.id, at, hit } });
}

/** Named by what changed for the reader, which also holds where a state between the two was never seen. */
function transition(from: HitStanding, to: HitStanding): AlertHitRecorded['type'] {
  if (!stands(to)) return 'hit-withdrawn';
  return stands(from) ? 'hit-revised' : 'hit-reinstated';
}

/** The state after one more event. Pure; O(hits held in `hitsById`). */
export function evolveAlert(state: AlertState, event: AlertEvent): AlertState {
  if (event.type === 'alert-raised') {
    const { body } = event;
    return {
      id: body.alertId,
      rule: body.rule,
      groupKey: alertGroupKey(body.rule, body.group),
      severity: body.hit.severity,
      openedAt: body.hit.fact.occurredAt,
      raisedAt: body.raisedAt,
      dueAt: body.dueAt,
      linkedTo: body.linkedTo,
      hits: 1,
      standingHits: stands(body.hit.status) ? 1 : 0,
      hitsById: new Map([[body.hit.hitId, { status: body.hit.status, asOf: body.hit.asOf }]]),
    };
  }
  if (state === null) throw new Error(`An alert cannot begin with ${event.type}: its stream lacks alert-raised.`);
  return withHit(state, event);
}

function withHit(alert: Alert, event: AlertHitRecorded): Alert {
  const { hit } = event.body;
  const hitsById = new Map(alert.hitsById).set(hit.hitId, { status: hit.status, asOf: hit.asOf });
  const severity = graver(alert.severity, hit.severity);
  switch (event.type) {
    case 'hit-joined':
      return { ...alert, severity, hitsById, hits: alert.hits + 1, standingHits: alert.standingHits + 1 };
    case 'hit-revised':
      return { ...alert, severity, hitsById };
    case 'hit-reinstated':
      return { ...alert, severity, hitsById, standingHits: alert.standingHits + 1 };
    case 'hit-withdrawn': {
      // Withdrawn twice (a state between the two was never seen) counts once, where the first is known.
      const before = alert.hitsById.get(hit.hitId);
      const stood = before === undefined || stands(before.status);
      return { ...alert, hitsById, standingHits: alert.standingHits - (stood ? 1 : 0) };
    }
  }
}
