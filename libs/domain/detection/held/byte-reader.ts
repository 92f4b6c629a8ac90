import { textKind } from './byte-writer';
import type { TextCodes } from './text-codes';

const zero = 0x30;

/** Reads what a `ByteWriter` has written, in the same order. */
export class ByteReader {
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;

  /** Begins to read `bytes` at an index. */
  begin(bytes: Buffer, at: number): void {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.bytes[this.at++] ?? 0;
  }

  count(): number {
    let [value, shift] = [0, 0];
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
      shift += 7;
    }
  }

  double(): number {
    this.at += 8;
    return this.bytes.readDoubleLE(this.at - 8);
  }

  number(): number {
    const count = this.count();
    return count === 1 ? this.double() : count / 2;
  }

  /** @param codes the same that wrote the text */
  text(codes: TextCodes | null): string {
    const head = this.count();
    const [kind, length] = [head & 3, Math.floor(head / 4)];
    if (kind === textKind.code) return known(codes).textOf(length);
    const from = this.at;
    if (kind === textKind.digits) return this.digits(length);
    this.at += kind === textKind.utf16 ? length * 2 : length;
    return this.bytes.toString(kind === textKind.utf16 ? 'utf16le' : 'latin1', from, this.at);
  }

  /** Whether the next text is this one; reads past it. */
  isText(text: string, codes: TextCodes | null): boolean {
    const head = this.count();
    const [kind, length] = [head & 3, Math.floor(head / 4)];
    if (kind === textKind.code) return known(codes).textOf(length) === text;
    const from = this.at;
    this.at += bytesOf(kind, length);
    if (length !== text.length) return false;
    for (let i = 0; i < length; i++) if (this.unit(kind, from, i) !== text.charCodeAt(i)) return false;
    return true;
  }

  private unit(kind: number, from: number, i: number): number {
    const at = (index: number): number => this.bytes[index] ?? 0;
    if (kind === textKind.latin1) return at(from + i);
    if (kind === textKind.utf16) return at(from + 2 * i) | (at(from + 2 * i + 1) << 8);
    const pair = at(from + (i >>> 1));
    return zero + ((i & 1) === 0 ? pair >>> 4 : pair & 0xf);
  }

  private digits(length: number): string {
    let hex = this.bytes.toString('hex', this.at, this.at + bytesOf(textKind.digits, length));
    this.at += bytesOf(textKind.digits, length);
    if ((length & 1) === 1) hex = hex.slice(0, length);
    return hex;
  }
}

function bytesOf(kind: number, length: number): number {
  return kind === textKind.digits ? (length + 1) >>> 1 : kind === textKind.utf16 ? length * 2 : length;
}

function known(codes: TextCodes | null): TextCodes {
  if (codes === null) throw new RangeError('A text is written as a number, and there is no table of texts.');
  return codes;
}
