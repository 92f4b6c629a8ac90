const quote = 0x22;
const backslash = 0x5c;

/** What the bytes of a valid JSON text say of its strings. */
export interface StringCount {
  /** Strings in the text, names of fields included. */
  readonly strings: number;
  /** True where a string has an escape, the only way to write a null character or a lone surrogate. */
  readonly escaped: boolean;
}

/**
 * Counts the strings of a valid JSON text in UTF-8 by its unescaped quotes, in one pass over the bytes.
 *
 * Parsing drops all but the last of equal names, so a parsed value has fewer strings than its text exactly when some
 * object names a field twice: that is how duplicates are found without a second parser.
 */
export function countStrings(bytes: Buffer): StringCount {
  let quotes = 0;
  let escaped = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === quote) quotes++;
    else if (byte === backslash) {
      escaped = true;
      i++; // an escaped quote, or an escaped backslash, ends nothing
    }
  }
  return { strings: quotes / 2, escaped };
}
