import { headers } from '@weir/contracts';
import type { NewRecord } from '@weir/platform/record-log';
import type { ReadFact } from './fact-source';
import type { PartitionState } from './partition-state';

/**
 * Tells facts that live here from those that another partitioner put here. The latter go home with their origin and
 * with whether they were late here, since lateness is a matter of the partition that upstream wrote to.
 */
export function moveHome({ fact, record, origin, homeKey, home }: ReadFact, state: PartitionState): NewRecord {
  return {
    key: Buffer.from(homeKey, 'utf8'),
    value: record.value,
    partition: home,
    headers: { ...record.headers, [headers.origin]: origin, [headers.late]: state.passOn(fact) ? '1' : '0' },
  };
}
