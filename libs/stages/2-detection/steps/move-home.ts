import { headers, type RefusalReason } from '@weir/contracts';
import type { NewRecord } from '@weir/platform/record-log';
import type { ReadFact } from './fact-source';
import type { PartitionState } from './partition-state';

/**
 * Tells facts that live here from those that another partitioner put here. The latter go home with their origin and
 * with whether they were late here, since lateness is a matter of the partition that upstream wrote to. Other headers stay behind: they are
 * upstream's, may be of any size, and whoever asks for them finds the record by its origin.
 */
export function moveHome({ fact, record, origin, homeKey, home }: ReadFact, state: PartitionState): NewRecord {
  return {
    key: Buffer.from(homeKey, 'utf8'),
    value: record.value,
    partition: home,
    headers: { [headers.origin]: origin, [headers.late]: state.passOn(fact) ? '1' : '0' },
  };
}

/**
 * The dead letter of a fact that its home does not take, as the topic's limit is lower than Weir's own: with its place and lateness it has
 * become longer than it was. It keeps all its bytes, and can be sent again once there is room.
 * @param bytes of the record that was too large
 */
export function unmovable(
  { key, value, headers: said, partition }: NewRecord,
  topic: string,
  bytes: number,
): NewRecord {
  const reason: RefusalReason = 'too-large';
  return {
    key,
    value,
    headers: {
      [headers.origin]: said?.[headers.origin] ?? '',
      [headers.reason]: reason,
      [headers.message]:
        `It lives in partition ${partition ?? 0} of "${topic}" and cannot be moved there: with its key and its place it has ${bytes} bytes, ` +
        `which the topic does not take. Raise max.message.bytes of the topic and send it again, or publish it to its own partition.`,
    },
  };
}
