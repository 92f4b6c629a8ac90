const [quote, backslash, comma] = [0x22, 0x5c, 0x2c];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

const isSpace = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;

/** True where the first byte that is no white space opens a JSON list. */
export function opensList(bytes: Buffer): boolean {
  let i = 0;
  while (isSpace(bytes[i])) i++;
  return bytes[i] === openList;
}

/**
 * Splits a JSON list into the exact bytes of its elements, without the white space around them. Only brackets, strings
 * and commas are looked at, so an element that is no JSON comes out as it was written and spoils no other; an empty one
 * (a comma too many) comes out empty.
 * @returns undefined where the bytes are no list: brackets that do not match, a string without end, something after it
 */
export function splitList(bytes: Buffer): Buffer[] | undefined {
  const elements: Buffer[] = [];
  const closers: number[] = [];
  let from = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (closers.length === 0) {
      if (isSpace(byte)) continue;
      if (byte !== openList || from > 0) return undefined;
      closers.push(closeList);
      from = i + 1;
    } else if (byte === quote) {
      i = endOfString(bytes, i);
    } else if (byte === openList || byte === openObject) {
      closers.push(byte === openList ? closeList : closeObject);
    } else if (byte === closeList || byte === closeObject) {
      if (closers.pop() !== byte) return undefined;
      if (closers.length === 0) {
        const last = trimmed(bytes, from, i);
        if (last.length > 0 || elements.length > 0) elements.push(last);
      }
    } else if (byte === comma && closers.length === 1) {
      elements.push(trimmed(bytes, from, i));
      from = i + 1;
    }
  }
  return closers.length === 0 && from > 0 ? elements : undefined;
}

const betweenObjects = Buffer.from('},{');

/**
 * A JSON list of objects split wherever one seems to end and the next to begin, which takes a tenth of the time of `splitList`. If every
 * piece is a JSON document by itself, they are the list's elements: an object that is whole ends where its brackets close. If not, ask
 * `splitList`.
 * @returns undefined where it does not begin and end as a list of objects
 */
export function splitObjects(bytes: Buffer): Buffer[] | undefined {
  const list = trimmed(bytes, 0, bytes.length);
  if (list[0] !== openList || list.at(-1) !== closeList) return undefined;
  const inside = trimmed(list, 1, list.length - 1);
  if (inside[0] !== openObject || inside.at(-1) !== closeObject) return undefined;
  const pieces: Buffer[] = [];
  let from = 0;
  for (;;) {
    const end = inside.indexOf(betweenObjects, from);
    if (end === -1) break;
    pieces.push(inside.subarray(from, end + 1));
    from = end + 2;
  }
  pieces.push(inside.subarray(from));
  return pieces;
}

/** The lines of JSON Lines without the white space around them; blank lines are none. */
export function splitLines(bytes: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < bytes.length;) {
    const lineBreak = bytes.indexOf(0x0a, from);
    const to = lineBreak === -1 ? bytes.length : lineBreak;
    const line = trimmed(bytes, from, to);
    if (line.length > 0) lines.push(line);
    from = to + 1;
  }
  return lines;
}

/** Position of the quote that ends the string that begins at `start`, or past the end where there is none. */
function endOfString(bytes: Buffer, start: number): number {
  let i = start + 1;
  while (i < bytes.length && bytes[i] !== quote) i += bytes[i] === backslash ? 2 : 1;
  return i;
}

function trimmed(bytes: Buffer, start: number, end: number): Buffer {
  let [from, to] = [start, end];
  while (from < to && isSpace(bytes[from])) from++;
  while (to > from && isSpace(bytes[to - 1])) to--;
  return bytes.subarray(from, to);
}
