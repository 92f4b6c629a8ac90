import { createHash, type Hash } from 'node:crypto';
import { keptBytesOfTooLarge } from '@weir/contracts';

/** A line of a file, or several where a quoted cell holds line breaks. */
export interface RawRecord {
  /** Of its first line, from 1. */
  readonly line: number;
  /** Its bytes without the line break, or the first 64 KiB where it is over the limit. */
  readonly bytes: Buffer;
  readonly oversized?: Oversized;
}

/** What is known of a record that is not kept whole. */
export interface Oversized {
  readonly length: number;
  /** Hex SHA-256 of all its bytes. */
  readonly sha256: string;
}

/** Finds where records end. It may keep state between chunks, which it is given in their order. */
export interface RecordEnds {
  /** Position of the line break that ends the record, from `from` on; −1 where the chunk ends first. */
  next(chunk: Buffer, from: number): number;
  /** Line breaks seen inside the record that `next` ended. */
  readonly breaksInside: number;
  /** Called for a record over the limit: its end is then the next line break, whatever quotes say. */
  giveUpQuotes(): void;
}

const lineBreak = 0x0a;
const carriageReturn = 0x0d;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

/** Every line break ends a record. */
export const everyLine: RecordEnds = {
  next: (chunk, from) => chunk.indexOf(lineBreak, from),
  breaksInside: 0,
  giveUpQuotes: () => undefined,
};

/**
 * Splits a file into its records, a few at a time. Memory is bounded by `limit` and the size of a chunk, however long a
 * record is: of a longer one the first 64 KiB, the length and the hash are kept. A byte order mark at the beginning
 * goes; so does a carriage return before a line break.
 * @param limit longest record in bytes that is kept whole
 */
export async function* splitRecords(
  chunks: AsyncIterable<Buffer>,
  limit: number,
  ends: RecordEnds = everyLine,
): AsyncGenerator<RawRecord[]> {
  const pending = new PendingRecord(limit);
  let line = 1;
  for await (const chunk of withoutMark(chunks)) {
    const records: RawRecord[] = [];
    let from = 0;
    for (let end = ends.next(chunk, 0); end !== -1; end = ends.next(chunk, from)) {
      records.push({ line, ...pending.end(chunk.subarray(from, end)) });
      line += 1 + ends.breaksInside;
      from = end + 1;
    }
    if (from < chunk.length) pending.add(chunk.subarray(from));
    if (pending.overLimit) ends.giveUpQuotes();
    if (records.length > 0) yield records;
  }
  if (!pending.empty) yield [{ line, ...pending.end(Buffer.alloc(0)) }];
}

/** The record that is being read. */
class PendingRecord {
  private parts: Buffer[] = [];
  private length = 0;
  private hash: Hash | undefined;

  constructor(private readonly limit: number) {}

  get empty(): boolean {
    return this.length === 0;
  }

  get overLimit(): boolean {
    return this.hash !== undefined;
  }

  add(bytes: Buffer): void {
    this.length += bytes.length;
    if (this.hash !== undefined) {
      this.hash.update(bytes);
      return;
    }
    this.parts.push(bytes);
    if (this.length <= this.limit) return;
    const all = Buffer.concat(this.parts);
    this.hash = createHash('sha256').update(all);
    this.parts = [Buffer.from(all.subarray(0, keptBytesOfTooLarge))];
  }

  end(rest: Buffer): { readonly bytes: Buffer; readonly oversized?: Oversized } {
    if (rest.length > 0 || this.empty) this.add(rest);
    const { parts, hash, length } = this;
    const [first = Buffer.alloc(0)] = parts;
    [this.parts, this.hash, this.length] = [[], undefined, 0];
    if (hash !== undefined) return { bytes: first, oversized: { length, sha256: hash.digest('hex') } };
    const bytes = parts.length === 1 ? first : Buffer.concat(parts);
    return { bytes: bytes.at(-1) === carriageReturn ? bytes.subarray(0, -1) : bytes };
  }
}

async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of chunks) {
    if (head === undefined) {
      yield chunk;
      continue;
    }
    head = Buffer.concat([head, chunk]);
    if (head.length < byteOrderMark.length) continue;
    yield head.subarray(0, 3).equals(byteOrderMark) ? head.subarray(3) : head;
    head = undefined;
  }
  if (head !== undefined && head.length > 0) yield head;
}
