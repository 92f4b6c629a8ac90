import { asciiBytes, putAscii } from '../text/ascii';
import type { Fact } from './fact';

/** The key that a fact lives under: its account, else customer, else teller, else branch, else id. */
export function homeKeyOf(fact: Pick<Fact, 'accountId' | 'customerId' | 'tellerId' | 'branchId' | 'id'>): string {
  return fact.accountId ?? fact.customerId ?? fact.tellerId ?? fact.branchId ?? fact.id;
}

/** Partition of a key: murmur2 over its UTF-8 bytes, as Apache Kafka's own clients place keyed records. */
export function homePartition(key: string, partitions: number): number {
  const hash = putAscii(key) ? murmur2(asciiBytes, key.length) : murmur2(Buffer.from(key, 'utf8'));
  return (hash & 0x7fffffff) % partitions;
}

/** 32-bit murmur2 of the first `length` bytes, with the seed that org.apache.kafka.common.utils.Utils.murmur2 uses. */
export function murmur2(bytes: Uint8Array, length = bytes.length): number {
  const m = 0x5bd1e995;
  let h = 0x9747b28c ^ length;
  const whole = length & ~3;
  for (let i = 0; i < whole; i += 4) {
    let k =
      byteAt(bytes, i) | (byteAt(bytes, i + 1) << 8) | (byteAt(bytes, i + 2) << 16) | (byteAt(bytes, i + 3) << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    k = Math.imul(k, m);
    h = Math.imul(h, m) ^ k;
  }
  const rest = length - whole;
  if (rest > 2) h ^= byteAt(bytes, whole + 2) << 16;
  if (rest > 1) h ^= byteAt(bytes, whole + 1) << 8;
  if (rest > 0) h = Math.imul(h ^ byteAt(bytes, whole), m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}

/** Of bytes that are there. A function of its own: one that stood in `murmur2` would be made anew for every key. */
const byteAt = (bytes: Uint8Array, index: number): number => bytes[index] as number;
