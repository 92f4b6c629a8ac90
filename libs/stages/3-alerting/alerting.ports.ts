import type { Clock } from '@weir/platform/clock';
import type { EventStore } from '@weir/platform/event-store';
import type { LogRecord, RecordLog } from '@weir/platform/record-log';
import type { Pool } from 'pg';

/** What alerting stands on. */
export interface AlertingPorts {
  readonly pool: Pool;
  readonly events: Pick<EventStore, 'append' | 'readStream'>;
  readonly log: Pick<RecordLog, 'send'>;
  readonly clock: Clock;
}

/** Records of one partition, read with the position at `from`; what follows them is at `to`. */
export interface HitBatch {
  readonly topic: string;
  readonly partition: number;
  readonly from: number;
  readonly to: number;
  readonly records: readonly LogRecord[];
}
