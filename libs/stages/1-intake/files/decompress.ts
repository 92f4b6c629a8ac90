import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';

/** A file of facts that cannot be read on: nothing of it says where the next record would begin. */
export class FactFileError extends Error {
  constructor(
    /** Stable. */
    readonly code: 'gzip-damaged' | 'csv-header',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'FactFileError';
  }
}

/**
 * The bytes of a file, unpacked where they are gzip, which is told by their first two bytes and not by a name.
 * @throws FactFileError `gzip-damaged`
 */
export async function* decompressed(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const source = chunks[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < 2) {
    const next = await source.next();
    if (next.done === true) break;
    head = Buffer.concat([head, next.value]);
  }
  const whole = withHead(head, source);
  if (head[0] !== 0x1f || head[1] !== 0x8b) {
    yield* whole;
    return;
  }
  const unpacked = createGunzip();
  // What goes wrong on the way destroys `unpacked`, whose reader below is told.
  pipeline(Readable.from(whole, { objectMode: false }), unpacked, () => undefined);
  try {
    for await (const chunk of unpacked) yield chunk as Buffer;
  } catch (error) {
    if (!isZlibError(error)) throw error;
    throw new FactFileError(
      'gzip-damaged',
      `The gzip file is damaged or was cut off (${error.message}); fetch it again. What stood before the damage was read.`,
      { cause: error },
    );
  }
}

async function* withHead(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  try {
    if (head.length > 0) yield head;
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
  } finally {
    await rest.return?.();
  }
}

const isZlibError = (error: unknown): error is { readonly code: string; readonly message: string } =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  typeof error.code === 'string' &&
  error.code.startsWith('Z_');
