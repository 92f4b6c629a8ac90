import { randomBytes } from 'node:crypto';

/**
 * A new id of a Kafka cluster: 22 characters of base64url. One that begins with a dash would be read as an option
 * by `StorageTool`, which is why Kafka's own generator leaves those out too.
 * @param draw 16 random bytes at each call
 */
export function newClusterId(draw: () => Buffer = () => randomBytes(16)): string {
  for (;;) {
    const id = draw().toString('base64url');
    if (!id.startsWith('-')) return id;
  }
}
