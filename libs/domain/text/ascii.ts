/** The bytes of the text that was put last: many texts are looked at character by character, and a buffer for each costs more than that. */
export const asciiBytes = new Uint8Array(64);

/** Puts a text of up to 64 characters into `asciiBytes`; false where it is longer or has anything beyond ASCII. O(length). */
export function putAscii(text: string): boolean {
  if (text.length > asciiBytes.length) return false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > 0x7f) return false;
    asciiBytes[i] = unit;
  }
  return true;
}
