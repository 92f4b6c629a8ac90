import type { TextCodes } from './text-codes';

/** How a text is written; its lowest two bits of the head say which. */
export const textKind = { latin1: 0, digits: 1, utf16: 2, code: 3 } as const;

const [zero, nine] = [0x30, 0x39];
const eightBytes = new Float64Array(1);
const bytesOfEight = new Uint8Array(eightBytes.buffer);

/**
 * Writes numbers and texts one after the other. What does not fit is not written, since typed arrays ignore it; the end then lies
 * beyond the bytes.
 */
export class ByteWriter {
  private bytes: Uint8Array = new Uint8Array(0);
  private at = 0;

  /** Begins to write into `bytes` at an index. */
  begin(bytes: Uint8Array, at: number): void {
    this.bytes = bytes;
    this.at = at;
  }

  /** Index behind what was written. */
  get end(): number {
    return this.at;
  }

  byte(value: number): void {
    this.bytes[this.at++] = value;
  }

  /** A whole number in [0, 2^31), the smaller the shorter. */
  count(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }

  /** Any number, in 8 bytes. */
  double(value: number): void {
    eightBytes[0] = value;
    const { bytes, at } = this;
    for (let i = 0; i < 8; i++) bytes[at + i] = bytesOfEight[i] ?? 0;
    this.at = at + 8;
  }

  /** Any number; small whole ones are short. */
  number(value: number): void {
    if (value >= 0 && value < 2 ** 30 && (value | 0) === value && !Object.is(value, -0)) {
      this.count(value * 2);
    } else {
      this.count(1);
      this.double(value);
    }
  }

  /** A text, by its number where `codes` gives it one. Lone surrogates are kept. */
  text(text: string, codes: TextCodes | null): void {
    const code = codes === null ? -1 : codes.codeOf(text);
    if (code >= 0) this.count((code << 2) | textKind.code);
    else this.literal(text);
  }

  private literal(text: string): void {
    const { length } = text;
    let digits = length > 1;
    let widest = 0;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      widest |= unit;
      if (unit < zero || unit > nine) digits = false;
    }
    const kind = digits ? textKind.digits : widest <= 0xff ? textKind.latin1 : textKind.utf16;
    this.count(length * 4 + kind);
    if (kind === textKind.digits) {
      this.pairs(text);
      return;
    }
    this.units(text, kind === textKind.utf16);
  }

  /** Two digits in a byte. */
  private pairs(text: string): void {
    const { bytes } = this;
    let { at } = this;
    for (let i = 0; i < text.length; i += 2) {
      const second = i + 1 < text.length ? text.charCodeAt(i + 1) - zero : 0;
      bytes[at++] = ((text.charCodeAt(i) - zero) << 4) | second;
    }
    this.at = at;
  }

  private units(text: string, wide: boolean): void {
    const { bytes } = this;
    let { at } = this;
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i);
      bytes[at++] = unit;
      if (wide) bytes[at++] = unit >>> 8;
    }
    this.at = at;
  }
}
