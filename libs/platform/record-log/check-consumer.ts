import type { RunningConsumer } from './record-log';

/**
 * Readiness of a consumer: resolves where it reads, rejects with what is wrong where it does not, or where one of its
 * partitions is stopped by an alarm.
 * @param running null before it has started
 */
export function checkConsumer(running: RunningConsumer | null): Promise<void> {
  if (running === null) return Promise.reject(new Error('It has not started to read.'));
  const { ok, reason, stopped } = running.health();
  const [first] = stopped;
  if (first !== undefined) {
    const { topic, partition, code, message } = first;
    return Promise.reject(new Error(`${topic}/${partition} is stopped (${code}): ${message}`));
  }
  return ok ? Promise.resolve() : Promise.reject(new Error(reason ?? 'The consumer is not running.'));
}
