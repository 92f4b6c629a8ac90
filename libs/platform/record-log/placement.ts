import { partitionOf } from './murmur2';
import type { NewRecord } from './record-log';

/** Partition of a record. @throws {RangeError} where neither key nor partition says it, or the topic has no such one */
export function placeOf(record: NewRecord, topic: { readonly name: string; readonly partitions: number }): number {
  const partition = record.partition ?? (record.key === null ? null : partitionOf(record.key, topic.partitions));
  if (partition === null) {
    throw new RangeError(`A record without a key needs a partition (topic "${topic.name}").`);
  }
  if (!Number.isInteger(partition) || partition < 0 || partition >= topic.partitions) {
    throw new RangeError(`The topic "${topic.name}" has ${topic.partitions} partitions, no partition ${partition}.`);
  }
  return partition;
}

/** Bytes that a record takes: key, value, headers. */
export function sizeOf(record: NewRecord): number {
  let bytes = (record.key?.length ?? 0) + (record.value?.length ?? 0);
  for (const [name, value] of Object.entries(record.headers ?? {})) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  }
  return bytes;
}
