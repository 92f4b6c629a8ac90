import { logLevel, type LogEntry, type logCreator } from 'kafkajs';
import type { RecordLogLogger } from '../log-events';

/**
 * What kafkajs logs at ERROR or WARN although it heals by itself within moments: coordinators that still load or have
 * just moved (every first group on a fresh broker), rebalances, topics whose leader is being elected.
 */
const HEALS_BY_ITSELF = [
  /coordinator is (loading|not available)/i,
  /not the correct coordinator/i,
  /group is rebalancing/i,
  /in the process of loading/i,
  /There is no leader for this topic-partition/i,
  /leadership election/i,
  /not the leader for/i,
  /Error when calling eachBatch/,
  /does not host this topic-partition/i,
];

/** Lets kafkajs write into a logger of the house, its noise at debug. */
export function kafkaLogCreator(logger: RecordLogLogger): logCreator {
  return () => (entry) => write(logger, entry);
}

function write(logger: RecordLogLogger, { level, namespace, log }: LogEntry): void {
  const { message, timestamp: _timestamp, logger: _name, stack: _stack, ...extra } = log;
  const fields = { ...extra, component: `kafkajs ${namespace}` };
  const reason = `${message} ${typeof extra['error'] === 'string' ? extra['error'] : ''}`;
  if (level === logLevel.DEBUG || level === logLevel.NOTHING || HEALS_BY_ITSELF.some((noise) => noise.test(reason))) {
    logger.debug(fields, message);
  } else if (level === logLevel.INFO) {
    // What kafkajs tells of itself is of no interest to who runs Weir; the record log says what is.
    logger.debug(fields, message);
  } else {
    // Faults of a connection reach their caller as errors, are retried there and reported there if they last.
    logger.warn(fields, message);
  }
}
