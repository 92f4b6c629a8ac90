import type { RecordLog } from '@weir/platform/record-log';
import { AlertsOutbox } from './adapters/alerts-outbox';
import type { EventReader } from './adapters/event-follower';
import { QueueProjection } from './adapters/queue-projection';
import { announceAlerts } from './steps/announce-alerts';
import { projectQueue } from './steps/project-queue';
import { readEvents } from './steps/read-events';

/** The queue: 1 read events of alerts, 2 load their lines, 3 project, 4 store: tables that the routes read. */
export const queuePath = { read: readEvents, project: projectQueue };

/** The outbox: 1 read events of alerts, 2 announce, 3 send to `weir.alerts.v1`. */
export const outboxPath = { read: readEvents, announce: announceAlerts };

/**
 * Every event of the store, in the one global order, goes to each of these readers, each at its own pace and with its own
 * checkpoint. What people do at the desk comes back as events and goes the same way.
 */
export function reviewPipeline(log: Pick<RecordLog, 'send'>): readonly EventReader[] {
  return [new QueueProjection(queuePath), new AlertsOutbox(outboxPath, log)];
}
