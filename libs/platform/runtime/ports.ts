import type { Pool } from 'pg';
import type { EventStore } from '../event-store';
import type { FactsArchive } from '../facts-archive';
import type { RecordLog } from '../record-log';
import type { WindowStore } from '../window-store';

/** What the stages stand on, as one process opened it. Null: this process did not ask for it. */
export interface Ports {
  readonly pool: Pool | null;
  readonly log: RecordLog;
  readonly store: WindowStore | null;
  readonly events: EventStore | null;
  readonly archive: FactsArchive | null;
  /** What each port turned out to be, for people: `record log: PostgreSQL 18.4 (embedded)`. */
  readonly described: readonly string[];
  /** Rejects if something that was started with this process ends by itself: the process must then end too. */
  readonly lost: Promise<never>;
  /** Closes everything in the reverse of the order in which it was opened. */
  close(): Promise<void>;
}

/** A port that not every service needs. The record log is always opened. */
export type OptionalPort = 'window-store' | 'event-store' | 'facts-archive';
