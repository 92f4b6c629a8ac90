import { topics } from '@weir/contracts';
import type { StoredEvent } from '@weir/platform/event-store';
import type { RecordLog } from '@weir/platform/record-log';
import type { PoolClient } from 'pg';
import type { announceAlerts } from '../steps/announce-alerts';
import type { readEvents } from '../steps/read-events';
import type { EventReader } from './event-follower';

/**
 * Sends what others may want to know to `weir.alerts.v1`. Its checkpoint moves after the log has acknowledged, so a crash
 * between the two sends again: at least once, in the order of the events.
 */
export class AlertsOutbox implements EventReader {
  readonly name = 'alerts-outbox';

  constructor(
    private readonly path: { readonly read: typeof readEvents; readonly announce: typeof announceAlerts },
    private readonly log: Pick<RecordLog, 'send'>,
  ) {}

  async apply(_tx: PoolClient, events: readonly StoredEvent[]): Promise<void> {
    const messages = this.path.announce(this.path.read(events)); // 1 read, 2 announce
    if (messages.length > 0) await this.log.send(topics.alerts, messages); // 3 send, before the checkpoint
  }
}
