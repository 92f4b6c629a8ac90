import { alertRecordSchema } from '@weir/contracts';
import { alertStreamOf, evolveAlert } from '@weir/domain';
import type { Alert, AlertEvent } from '@weir/domain';
import type { EventStore, StoredEvent } from '@weir/platform/event-store';
import type { Known, StoredAlert } from './settle-states';

/** Newer states of alerts than their rows show: others (people at the desk) added events. */
export type Fresher = ReadonlyMap<string, Pick<StoredAlert, 'alert' | 'streamVersion'>>;

/** An event of an alert, read back from the event store. @throws Error where it is none */
export function alertEventOf(event: StoredEvent): AlertEvent {
  const result = alertRecordSchema.safeParse({ type: event.type, body: event.body });
  if (result.success) return result.data;
  throw new Error(
    `Event ${event.position} (${event.type} of ${event.stream}) is no event of an alert: ${result.error.message}`,
  );
}

/** Reads what the streams of these alerts hold beyond what is known here. */
export async function catchUp(events: Pick<EventStore, 'readStream'>, known: Known): Promise<Fresher> {
  const fresher = new Map<string, Pick<StoredAlert, 'alert' | 'streamVersion'>>();
  for (const { alert, streamVersion } of known.alerts.values()) {
    const tail = await events.readStream(alertStreamOf(alert.id), streamVersion + 1);
    const newer = tail.filter(({ version }) => version > streamVersion);
    if (newer.length === 0) continue;
    fresher.set(alert.id, {
      alert: newer.map(alertEventOf).reduce<Alert>((state, event) => evolveAlert(state, event) ?? state, alert),
      streamVersion: streamVersion + newer.length,
    });
  }
  return fresher;
}

/** What is known, with the fresher states in the place of those of the rows. */
export function freshened(known: Known, fresher: Fresher): Known {
  if (fresher.size === 0) return known;
  const alerts = new Map(known.alerts);
  for (const [id, newer] of fresher) {
    const stored = alerts.get(id);
    if (stored !== undefined && newer.streamVersion > stored.streamVersion) alerts.set(id, { ...stored, ...newer });
  }
  return { ...known, alerts };
}
