import { alertRecordSchema } from '@weir/contracts';
import type { AlertRecord } from '@weir/contracts';
import type { StoredEvent } from '@weir/platform/event-store';

/** An event of an alert and where it stands in the alert's stream. */
export interface AlertStep {
  readonly version: number;
  readonly event: AlertRecord;
}

/** Streams of alerts are named `alert-<id>`. */
const alertStream = /^alert-[0-9a-f]{32}$/;

/**
 * The events of alerts among those of all streams, in their order.
 * @throws Error for one that this version of Weir does not know: skipping it would show a wrong queue
 */
export function readEvents(events: readonly StoredEvent[]): readonly AlertStep[] {
  return events
    .filter(({ stream }) => alertStream.test(stream))
    .map((stored) => {
      const result = alertRecordSchema.safeParse({ type: stored.type, body: stored.body });
      if (result.success) return { version: stored.version, event: result.data };
      throw new Error(
        `Event ${stored.position} (${stored.type} of ${stored.stream}) is none that this version knows: ${result.error.message}`,
      );
    });
}
