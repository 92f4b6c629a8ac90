import { silentLogger, type RecordLogLogger } from '../log-events';
import type { BackOffTimes } from '../back-off';

/** Settings of the record log in PostgreSQL; all times in milliseconds. */
export interface PostgresRecordLogOptions {
  readonly logger?: RecordLogLogger;
  /** Largest number of records in a batch (1,000). */
  readonly batchRecords?: number;
  /** Largest sum of keys and values in a batch in bytes (1 MiB); a larger record comes alone. */
  readonly batchBytes?: number;
  /** How long a member's partitions stay its own without a sign of life (5 s): then others take them over. */
  readonly leaseMs?: number;
  /** How often a member gives a sign of life (1 s); must lie well below the lease. */
  readonly heartbeatMs?: number;
  /** How often partitions are looked at where no notification came (1 s). */
  readonly pollMs?: number;
  /** Age after which records that every group has committed are removed; left out: records stay for ever. */
  readonly retentionMs?: number;
  /**
   * How long the retention waits for a group that has no member any more (7 days, as long as Kafka remembers the offsets of
   * one): after that, records go which only this group has not committed.
   */
  readonly groupMemoryMs?: number;
  /** How often the retention is applied (10 min). */
  readonly retentionEveryMs?: number;
  /** Waiting times before a partition that failed is assigned anew (0.2 s doubling to 10 s). */
  readonly backOff?: BackOffTimes;
}

/** The settings with every gap filled. */
export type PostgresRecordLogSettings = Required<Omit<PostgresRecordLogOptions, 'retentionMs'>> & {
  readonly retentionMs: number | null;
};

/** @throws {RangeError} where a setting makes no sense, naming it */
export function completeSettings(options: PostgresRecordLogOptions): PostgresRecordLogSettings {
  const settings = {
    logger: options.logger ?? silentLogger,
    batchRecords: options.batchRecords ?? 1_000,
    batchBytes: options.batchBytes ?? 1_048_576,
    leaseMs: options.leaseMs ?? 5_000,
    heartbeatMs: options.heartbeatMs ?? 1_000,
    pollMs: options.pollMs ?? 1_000,
    retentionMs: options.retentionMs ?? null,
    groupMemoryMs: options.groupMemoryMs ?? 7 * 86_400_000,
    retentionEveryMs: options.retentionEveryMs ?? 600_000,
    backOff: options.backOff ?? { initialMs: 200, maxMs: 10_000 },
  };
  for (const [name, value] of Object.entries(settings)) {
    if (typeof value === 'number' && !(value > 0)) {
      throw new RangeError(`PostgresRecordLog: ${name} must be above 0, not ${value}.`);
    }
  }
  if (settings.heartbeatMs * 2 > settings.leaseMs) {
    throw new RangeError(
      `PostgresRecordLog: heartbeatMs (${settings.heartbeatMs}) must be at most half of leaseMs (${settings.leaseMs}).`,
    );
  }
  return settings;
}
