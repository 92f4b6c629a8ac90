import { createHash } from 'node:crypto';
import { headers, keptBytesOfTooLarge, maxFactBytes, type RefusalReason } from '@weir/contracts';
import type { LogRecord, NewRecord } from '@weir/platform/record-log';

/** The dead letter of a record that cannot be read: its bytes (of a very large one the beginning), origin, reason and message. */
export function deadLetterOf(
  { topic, partition, record }: { readonly topic: string; readonly partition: number; readonly record: LogRecord },
  { reason, message }: { readonly reason: RefusalReason; readonly message: string },
): NewRecord {
  const original = record.value ?? Buffer.alloc(0);
  const cut = original.length > maxFactBytes;
  return {
    key: record.key ?? Buffer.from(`${topic}/${partition}`, 'utf8'),
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
}
