import type { LogRecord } from '../record-log';

/** What records of one batch have in common, as kafkajs asks for it where it leaves out aborted and control records. */
export interface BatchContext {
  readonly isControl: boolean;
  readonly inTransaction: boolean;
  readonly producerId: string;
}

/** Most records have none. */
const none: Readonly<Record<string, string>> = Object.freeze({});

/**
 * A record where it lies in the answer of a broker. A fetch brings thousands, which wait for their turn: key, value and headers are
 * made when they are asked for, so that next to nothing of a waiting record is moved about by the garbage collector.
 */
export class FetchedRecord implements LogRecord {
  /**
   * @param timestamp ms since 1970
   * @param keyAt where the key begins in `bytes`; a length of -1 says that there is none
   * @param headersAt where the number of headers stands
   */
  constructor(
    readonly offset: number,
    readonly timestamp: number,
    readonly batchContext: BatchContext,
    private readonly bytes: Buffer,
    private readonly keyAt: number,
    private readonly keyLength: number,
    private readonly valueAt: number,
    private readonly valueLength: number,
    private readonly headersAt: number,
  ) {}

  get key(): Buffer | null {
    return this.keyLength < 0 ? null : this.bytes.subarray(this.keyAt, this.keyAt + this.keyLength);
  }

  get value(): Buffer | null {
    return this.valueLength < 0 ? null : this.bytes.subarray(this.valueAt, this.valueAt + this.valueLength);
  }

  /** Headers as text; of a name that comes several times the last one counts, one without a value is left out. */
  get headers(): Readonly<Record<string, string>> {
    const { bytes, headersAt } = this;
    return bytes[headersAt] === 0 ? none : readHeaders(bytes, headersAt);
  }

  /** Asked by kafkajs: control records end transactions and are nobody else's business. */
  get isControlRecord(): boolean {
    return this.batchContext.isControl;
  }
}

function readHeaders(bytes: Buffer, from: number): Readonly<Record<string, string>> {
  const reader = new VarintReader(bytes, from);
  const headers: Record<string, string> = {};
  for (let left = reader.varint(); left > 0; left--) {
    const name = reader.text();
    const value = reader.text();
    if (name !== null && value !== null) headers[name] = value;
  }
  return headers;
}

/** Reads what stands in a record of Kafka's format, which writes most numbers as zigzag varints. */
export class VarintReader {
  constructor(
    private readonly bytes: Buffer,
    public at: number,
  ) {}

  /** A whole number of 32 bits. */
  varint(): number {
    let byte = this.bytes[this.at++] ?? 0;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = this.bytes[this.at++] ?? 0;
      value |= (byte & 0x7f) << shift;
    }
    return (value >>> 1) ^ -(value & 1);
  }

  /** A whole number of up to 53 bits. */
  varlong(): number {
    let byte = this.bytes[this.at++] ?? 0;
    let value = byte & 0x7f;
    for (let factor = 128; byte >= 0x80; factor *= 128) {
      byte = this.bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * factor;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A length and UTF-8 bytes; null where the length is negative. */
  text(): string | null {
    const length = this.varint();
    if (length < 0) return null;
    this.at += length;
    return this.bytes.toString('utf8', this.at - length, this.at);
  }
}
