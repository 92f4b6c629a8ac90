const SEED = 0x9747b28c;
const M = 0x5bd1e995;
const R = 24;

/**
 * The 32-bit murmur2 hash as Apache Kafka's clients compute it for record keys
 * (org.apache.kafka.common.utils.Utils.murmur2), as a signed integer. O(length).
 */
export function murmur2(key: Uint8Array): number {
  const length = key.length;
  const view = new DataView(key.buffer, key.byteOffset, length);
  const tail = length & ~3;
  let hash = SEED ^ length;
  for (let at = 0; at < tail; at += 4) {
    let k = Math.imul(view.getInt32(at, true), M);
    k = Math.imul(k ^ (k >>> R), M);
    hash = Math.imul(hash, M) ^ k;
  }
  if (tail < length) {
    for (let at = length - 1; at >= tail; at -= 1) {
      hash ^= view.getUint8(at) << (8 * (at - tail));
    }
    hash = Math.imul(hash, M);
  }
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}

/**
 * The partition that Kafka's own clients give a key: murmur2 without its sign, modulo the partition count.
 * @param key the key's bytes (UTF-8 for text)
 * @param partitions how many partitions the topic has, at least 1
 */
export function partitionOf(key: Uint8Array, partitions: number): number {
  return (murmur2(key) & 0x7fffffff) % partitions;
}
