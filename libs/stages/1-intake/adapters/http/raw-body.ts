import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { keptBytesOfTooLarge } from '@weir/contracts';

/** Bytes of a body over the limit that are read for its hash before the connection is given up. */
export const mostBytesHashed = 64 * 1024 * 1024;

/** How the facts in a body are told apart. */
export type BodyForm = 'json' | 'ndjson';

/** A body as it was sent. */
export interface WholeBody {
  readonly form: BodyForm;
  readonly bytes: Buffer;
}

/** What is kept of a body over the size limit. */
export interface OversizedBody {
  /** The first 64 KiB. */
  readonly head: Buffer;
  /** Bytes that were read. */
  readonly length: number;
  /** Hex SHA-256 of all of it; undefined where it was so long that not all of it was read. */
  readonly sha256: string | undefined;
}

export type RawBody = WholeBody | OversizedBody;

/**
 * Reads a body in memory bounded by `limit`. One that is longer is read on, only to hash it, up to 64 MiB.
 * @param limit bytes
 * @throws what the stream throws: the sender went away
 */
export async function readBody(stream: Readable, form: BodyForm, limit: number): Promise<RawBody> {
  const chunks: Buffer[] = [];
  let length = 0;
  let oversized: { readonly head: Buffer; readonly hash: ReturnType<typeof createHash> } | undefined;
  // Left alive when it is given up: destroying the stream would take the connection away from the answer.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (oversized !== undefined) {
      if (length > mostBytesHashed) return { head: oversized.head, length, sha256: undefined };
      oversized.hash.update(chunk);
    } else {
      chunks.push(chunk);
      if (length > limit) {
        const read = Buffer.concat(chunks);
        oversized = {
          head: Buffer.from(read.subarray(0, keptBytesOfTooLarge)),
          hash: createHash('sha256').update(read),
        };
        chunks.length = 0;
      }
    }
  }
  if (oversized === undefined) return { form, bytes: Buffer.concat(chunks) };
  return { head: oversized.head, length, sha256: oversized.hash.digest('hex') };
}
