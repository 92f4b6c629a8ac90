/** ASCII text that is looked for in messages four bytes at a time; numbers are little-endian. */
export interface Token {
  readonly length: number;
  readonly words: readonly number[];
  /** The last one to four bytes, and which of the four count. */
  readonly last: number;
  readonly lastMask: number;
}

/** Longest token in characters. */
export const longestToken = 48;

/** @throws RangeError where the text is not ASCII, is empty or is too long */
export function tokenOf(text: string): Token {
  if (!/^[\u0000-\u007f]+$/.test(text) || text.length > longestToken) {
    throw new RangeError(`"${text}" is no ASCII text of 1 to ${longestToken} characters.`);
  }
  const bytes = Buffer.alloc(Math.ceil(text.length / 4) * 4);
  bytes.write(text, 'latin1');
  const words = Array.from({ length: bytes.length / 4 }, (_, n) => bytes.readInt32LE(n * 4));
  const inLast = text.length - (words.length - 1) * 4;
  const lastMask = inLast === 4 ? -1 : (1 << (inLast * 8)) - 1;
  return { length: text.length, words: words.slice(0, -1), last: words.at(-1) ?? 0, lastMask };
}
