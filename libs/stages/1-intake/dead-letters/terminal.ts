/**
 * What a terminal would not print but obey, or what would make text look like other text: control characters, format
 * characters (bidi overrides, zero-width ones), line and paragraph separators, lone surrogates.
 */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Stands for a byte that is no part of UTF-8: U+DC00 plus the byte, which no valid text holds. */
const strayByte = 0xdc00;

/** Text that any terminal shows as it is: what it would obey or hide is written as an escape. */
export function forTerminal(text: string): string {
  return text.replace(unprintable, (found) => {
    const code = found.codePointAt(0) ?? 0;
    if (code >= strayByte + 0x80 && code <= strayByte + 0xff) return `\\x${(code - strayByte).toString(16)}`;
    const hex = code.toString(16).padStart(4, '0');
    return code > 0xffff ? `\\u{${hex}}` : `\\u${hex}`;
  });
}

/** One line of JSON that any terminal shows as it is, and that every reader of JSON reads back unchanged. */
export function jsonForTerminal(value: unknown): string {
  // Control characters and lone surrogates are escaped by JSON.stringify, but for DEL and the upper controls.
  return JSON.stringify(value).replace(unprintable, (found) =>
    found.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  );
}

/** Bytes as text. Where they are not UTF-8, each byte beyond ASCII stands by itself and is shown as `\xNN`. */
export function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').equals(bytes)) return text;
  return bytes
    .toString('latin1')
    .replace(/[\u0080-\u00ff]/g, (byte) => String.fromCharCode(strayByte + byte.charCodeAt(0)));
}

/** Text cut at `longest` UTF-16 units, never within a character. */
export function shortened(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const end = longest - 1;
  const splitsPair = /[\ud800-\udbff]/.test(text.charAt(end - 1));
  return `${text.slice(0, splitsPair ? end - 1 : end)}…`;
}
