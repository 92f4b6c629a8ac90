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
export function readBody(stream: Readable, form: BodyForm, limit: number): Promise<RawBody> {
  return new Promise((resolve, reject) => {
    const body = new BodyInHand(form, limit);
    const end = (): void => {
      stream.off('data', take).off('end', whole).off('close', cut).off('error', fail);
    };
    const take = (chunk: Buffer): void => {
      if (body.take(chunk)) return;
      end();
      // Left alive: destroying the stream would take the connection away from the answer.
      stream.pause();
      resolve(body.given());
    };
    const whole = (): void => {
      end();
      resolve(body.given());
    };
    const fail = (error: Error): void => {
      end();
      reject(error);
    };
    const cut = (): void => fail(new Error('The sender went away before the body had ended.'));
    stream.on('data', take).on('end', whole).on('close', cut).on('error', fail);
  });
}

/** What has been read of a body. */
class BodyInHand {
  private chunks: Buffer[] = [];
  private length = 0;
  private oversized: { readonly head: Buffer; readonly hash: ReturnType<typeof createHash> } | undefined;

  constructor(
    private readonly form: BodyForm,
    private readonly limit: number,
  ) {}

  /** False where no more is wanted. */
  take(chunk: Buffer): boolean {
    this.length += chunk.length;
    if (this.oversized !== undefined) {
      if (this.length > mostBytesHashed) return false;
      this.oversized.hash.update(chunk);
      return true;
    }
    this.chunks.push(chunk);
    if (this.length > this.limit) {
      const read = Buffer.concat(this.chunks);
      const head = Buffer.from(read.subarray(0, keptBytesOfTooLarge));
      this.oversized = { head, hash: createHash('sha256').update(read) };
      this.chunks = [];
    }
    return true;
  }

  given(): RawBody {
    const { form, length, oversized, chunks } = this;
    const [only] = chunks;
    if (oversized === undefined) {
      return { form, bytes: only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks) };
    }
    const { head, hash } = oversized;
    return { head, length, sha256: length > mostBytesHashed ? undefined : hash.digest('hex') };
  }
}
