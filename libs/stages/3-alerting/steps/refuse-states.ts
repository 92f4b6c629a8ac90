import { createHash } from 'node:crypto';
import { headers, keptBytesOfTooLarge } from '@weir/contracts';
import type { NewRecord } from '@weir/platform/record-log';
import type { RefusedState } from './read-states';

/** Dead letters of records that are no states of hits: the original bytes, with origin, reason and message in headers. */
export function deadLettersOf(
  topic: string,
  partition: number,
  refused: readonly RefusedState[],
): readonly NewRecord[] {
  return refused.map(({ record, reason, message }) => {
    const original = record.value ?? Buffer.alloc(0);
    const cut = reason === 'too-large';
    return {
      key: record.key ?? Buffer.from(`${topic}/${partition}`),
      value: cut ? original.subarray(0, keptBytesOfTooLarge) : original,
      headers: {
        [headers.origin]: `${topic}/${partition}/${record.offset}`,
        [headers.reason]: reason,
        [headers.message]: message,
        ...(cut
          ? {
              [headers.sha256]: createHash('sha256').update(original).digest('hex'),
              [headers.length]: String(original.length),
            }
          : {}),
      },
    };
  });
}
