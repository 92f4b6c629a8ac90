import { decideAlert, evolveAlert, placeHit, toldBy } from '@weir/domain';
import type { Alert, AlertCommand, AlertEvent, AlertSeverity, KnownHit, Placement } from '@weir/domain';
import type { ReadState } from './read-states';

/** An alert as stored, as far as the batch needs it. */
export interface StoredAlert {
  readonly alert: Alert;
  /** Version of its stream that `alert` was made from. */
  readonly streamVersion: number;
  /** Version that its row in the database names; differs where events were added by others. */
  readonly rowVersion: number;
  /** True for the one alert of its rule and group that the next hit tries to join. */
  readonly takesHits: boolean;
}

/** What was known before the batch. */
export interface Known {
  readonly hits: ReadonlyMap<string, KnownHit>;
  readonly alerts: ReadonlyMap<string, StoredAlert>;
}

/** An alert that the batch changed. */
export interface ChangedAlert {
  readonly alert: Alert;
  readonly takesHits: boolean;
  /** Stream and row as they were; null: the alert is new. */
  readonly before: { readonly streamVersion: number; readonly rowVersion: number } | null;
  /** To be appended to its stream, in this order; none where only `takesHits` changed. */
  readonly events: readonly AlertEvent[];
}

/** What became of a state. */
export type StateOutcome = 'raised' | 'joined' | 'recorded' | 'noted' | 'not-newer' | 'foreign-position' | 'repeated';

/** A state and what became of it. */
export interface SettledState {
  readonly state: ReadState;
  readonly outcome: StateOutcome;
  /** Severity of the alert it raised. */
  readonly raised?: AlertSeverity;
}

/** What a batch came to: all that is to be stored, in one transaction. */
export interface Settled {
  readonly hits: ReadonlyMap<string, KnownHit>;
  readonly alerts: readonly ChangedAlert[];
  readonly states: readonly SettledState[];
}

const outcomes = { raise: 'raised', join: 'joined', record: 'recorded', note: 'noted' } as const;

/**
 * Settles states of hits one after another, each on what the ones before it left. Pure.
 * @param at when the alerts are raised, ms since 1970
 */
export function settleStates(states: readonly ReadState[], known: Known, at: number): Settled {
  const desk = new Desk(known);
  const settled = states.map((state): SettledState => {
    const placement = placeHit(state.hit, desk.hit(state.hit.hitId), desk.takingHits(state.groupKey));
    if (placement.kind === 'ignore') return { state, outcome: placement.reason };
    desk.settle(state, placement, at);
    const raised = placement.kind === 'raise' ? { raised: state.hit.severity } : {};
    return { state, outcome: outcomes[placement.kind], ...raised };
  });
  return { hits: desk.changedHits, alerts: desk.changedAlerts(), states: settled };
}

/** Hits and alerts in the middle of a batch. */
class Desk {
  readonly changedHits = new Map<string, KnownHit>();
  private readonly alerts = new Map<string, ChangedAlert>();
  private readonly takers = new Map<string, string>();

  constructor(private readonly known: Known) {
    for (const { alert, takesHits } of known.alerts.values()) {
      if (takesHits) this.takers.set(alert.groupKey, alert.id);
    }
  }

  hit(hitId: string): KnownHit | undefined {
    return this.changedHits.get(hitId) ?? this.known.hits.get(hitId);
  }

  takingHits(groupKey: string): Alert | undefined {
    const alertId = this.takers.get(groupKey);
    return alertId === undefined ? undefined : this.alert(alertId).alert;
  }

  changedAlerts(): readonly ChangedAlert[] {
    return [...this.alerts.values()];
  }

  settle(state: ReadState, placement: Exclude<Placement, { kind: 'ignore' }>, at: number): void {
    const { hit } = state;
    const alertId = placement.kind === 'note' ? null : this.command(commandOf(state, placement, at), placement);
    this.changedHits.set(hit.hitId, { alertId, status: hit.status, asOf: hit.asOf, told: toldBy(hit) });
    if (placement.kind === 'raise' && alertId !== null) this.take(state.groupKey, alertId);
  }

  /** Decides the command on its alert; gives the alert's id. */
  private command(command: AlertCommand, placement: Placement): string {
    const before = 'alertId' in placement ? this.alert(placement.alertId) : null;
    const decision = decideAlert(command, before?.alert ?? null);
    if (!decision.ok) {
      // Placed by the same rules that decide: a refusal means that the tables contradict each other.
      throw new Error(
        `Hit ${command.hit.hitId} was placed for ${command.type}, which is refused: ${decision.refusal}.`,
      );
    }
    const alert = decision.events.reduce(evolveAlert, before?.alert ?? null);
    if (alert === null) throw new Error(`${command.type} of hit ${command.hit.hitId} left no alert.`);
    this.alerts.set(alert.id, {
      alert,
      takesHits: before?.takesHits ?? true,
      before: before?.before ?? null,
      events: [...(before?.events ?? []), ...decision.events],
    });
    return alert.id;
  }

  /** From now on this alert takes the group's hits, and the one that took them does not. */
  private take(groupKey: string, alertId: string): void {
    const last = this.takers.get(groupKey);
    if (last !== undefined) this.alerts.set(last, { ...this.alert(last), takesHits: false });
    this.takers.set(groupKey, alertId);
  }

  private alert(alertId: string): ChangedAlert {
    const changed = this.alerts.get(alertId);
    if (changed !== undefined) return changed;
    const stored = this.known.alerts.get(alertId);
    if (stored === undefined) throw new Error(`Alert ${alertId} is named by a hit, but is not stored.`);
    const { alert, takesHits, streamVersion, rowVersion } = stored;
    return { alert, takesHits, before: { streamVersion, rowVersion }, events: [] };
  }
}

function commandOf(
  state: ReadState,
  placement: Exclude<Placement, { kind: 'ignore' | 'note' }>,
  at: number,
): AlertCommand {
  const { hit, rule, group, title, confirmWithCustomer, due } = state;
  switch (placement.kind) {
    case 'record':
      return { type: 'record-hit', hit, at };
    case 'join':
      return { type: 'join-hit', rule, group, hit, at };
    case 'raise':
      return {
        type: 'raise-alert',
        rule,
        group,
        title,
        confirmWithCustomer,
        due,
        linkedTo: placement.linkedTo,
        hit,
        at,
      };
  }
}
