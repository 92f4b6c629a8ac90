import { commonInstant, commonUnits } from '@weir/domain';
import { isUtf8 } from 'node:buffer';
import { unkeepable } from '../steps/text';
import { KnownTexts } from './known-texts';
import { longestToken, type Token } from './token';

/**
 * Looks at the bytes of the message in hand. There is one at a time, since reading never waits.
 *
 * Its bytes are copied to memory that serves all messages, in which four of them can be looked at at once. After them
 * stand quotes: a text that is not closed ends there, and nothing that may follow a text does.
 *
 * Places are counted in bytes from 0, where the message begins. What looks for the end of something gives 0 where that
 * which stands there is not surely plain; the message must then be read in full.
 */

/** Longest message in bytes that is looked at here. */
const longest = 16_384;
const fourQuotes = 0x22222222;
/** Room after the message: for the quotes, and to compare a token with what stands in any place of the message. */
const room = 16 + longestToken;

const [quote, backslash, space, lineFeed, carriageReturn, tab] = [0x22, 0x5c, 0x20, 0x0a, 0x0d, 0x09];
const [zero, minus, plus, point, smallE] = [0x30, 0x2d, 0x2b, 0x2e, 0x65];

const bytes = Buffer.from(new ArrayBuffer(longest + room));
const view = new DataView(bytes.buffer);
const known = new KnownTexts(view, asciiText);

let message: Uint8Array = bytes;
/** Of the text whose end was found last: a function of its plain bytes, and what else it has. */
let hash = 0;
let isPlain = true;
let isEscaped = false;

/** Takes a message into hand; false where it is too long. */
export function take(taken: Uint8Array): boolean {
  if (taken.length > longest) return false;
  bytes.set(taken);
  view.setInt32(taken.length, fourQuotes);
  message = taken;
  return true;
}

/** The byte that stands here; a quote right after the message. */
export const byteAt = (at: number): number => bytes[at] as number;

/** The next place without white space. */
export function pastSpace(at: number): number {
  let end = at;
  while ((bytes[end] as number) <= space && isSpace(bytes[end] as number)) end++;
  return end;
}

/** The place after the token, where that stands here; else 0. */
export function pastToken({ length, words, last, lastMask }: Token, at: number): number {
  let place = at;
  for (let i = 0; i < words.length; i++) {
    if (view.getInt32(place, true) !== words[i]) return 0;
    place += 4;
  }
  return (view.getInt32(place, true) & lastMask) === last ? at + length : 0;
}

/** The place of the quote that ends the text that begins here, after its opening quote. */
export function endOfText(start: number): number {
  let at = start;
  let mix = 0;
  for (;;) {
    const word = view.getInt32(at, true);
    const unusual = unusualBytes(word);
    if (unusual !== 0) {
      const before = (31 - Math.clz32(unusual & -unusual)) >> 3;
      at += before;
      hash = mixed(mix, word & ((1 << (before * 8)) - 1));
      break;
    }
    at += 4;
    mix = mixed(mix, word);
  }
  isPlain = bytes[at] === quote;
  return isPlain ? at : endOfUnusualText(at);
}

/** The same for a text with escapes or beyond ASCII, of which the bytes before are plain. */
function endOfUnusualText(firstUnusual: number): number {
  let at = firstUnusual;
  isEscaped = false;
  for (let byte = byteAt(at); byte !== quote; byte = byteAt(++at)) {
    if (byte < space) return 0;
    if (byte === backslash) {
      isEscaped = true;
      at++;
    }
  }
  return at;
}

/**
 * The text from `start` to before the end that was just found for it; undefined where it is not surely one that the
 * systems behind keep as it is.
 * @param repeats whether other messages are likely to have it too
 */
export function textUpTo(start: number, end: number, repeats: boolean): string | undefined {
  if (!isPlain) return unusualText(start, end);
  return repeats ? known.textAt(start, end, hash) : asciiText(start, end);
}

/** Whether the text whose end was just found is ASCII without escapes: such a text is its bytes. */
export const isPlainText = (): boolean => isPlain;

/** Event time (ms since 1970) of the plain text from `start` to before `end`; undefined where it is not written as most are. */
export const instantUpTo = (start: number, end: number): number | undefined => commonInstant(bytes, start, end);

/** Minor units of the plain text from `start` to before `end`; -1 where it is not written as most are. */
export const unitsUpTo = (start: number, end: number, decimals: number): number =>
  commonUnits(bytes, start, end, decimals);

/** What `toString('latin1', …)` comes to in the end; called at once it takes half the time. It is not documented. */
interface WithLatin1Slice {
  latin1Slice?(start: number, end: number): string;
}

/** The plain text from `start` to before `end`. */
export function asciiText(start: number, end: number): string {
  return (bytes as WithLatin1Slice).latin1Slice?.(start, end) ?? bytes.toString('latin1', start, end);
}

function unusualText(start: number, end: number): string | undefined {
  if (!isUtf8(message)) return undefined;
  return isEscaped ? unescaped(bytes.toString('utf8', start - 1, end + 1)) : bytes.toString('utf8', start, end);
}

function unescaped(json: string): string | undefined {
  try {
    const text = JSON.parse(json) as string;
    return unkeepable.test(text) ? undefined : text;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The place after the number that begins here. */
export function endOfNumber(start: number): number {
  const whole = bytes[start] === minus ? start + 1 : start;
  let end = pastDigits(whole);
  if (end === whole || (bytes[whole] === zero && end > whole + 1)) return 0;
  if (bytes[end] === point) {
    const fraction = end + 1;
    end = pastDigits(fraction);
    if (end === fraction) return 0;
  }
  if ((byteAt(end) | 0x20) === smallE) {
    const sign = bytes[end + 1];
    // Without digits it is found to be no number when it is read.
    end = pastDigits(sign === plus || sign === minus ? end + 2 : end + 1);
  }
  return end;
}

/** The number from `start` to before `end`; undefined where it is none, or beyond what is held exactly. */
export function numberUpTo(start: number, end: number): number | undefined {
  const value = Number(asciiText(start, end));
  const isExact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  return isExact ? value : undefined;
}

function pastDigits(from: number): number {
  let end = from;
  while ((byteAt(end) ^ zero) <= 9) end++;
  return end;
}

/**
 * The top bit of each byte of a word that has no place in a plain text (a quote, a backslash, a control character,
 * anything beyond ASCII) is set; those above the lowest such byte may be set without reason.
 * Henry S. Warren, Hacker's Delight, section 6-1: finding a byte in a word.
 */
function unusualBytes(word: number): number {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  const found =
    ((quotes - 0x01010101) & ~quotes) |
    ((backslashes - 0x01010101) & ~backslashes) |
    ((word - 0x20202020) & ~word) |
    word;
  return found & 0x80808080;
}

/** One round of a hash. */
function mixed(mix: number, word: number): number {
  const product = Math.imul(mix ^ word, 0x5bd1e995);
  return product ^ (product >>> 13);
}

const isSpace = (byte: number): boolean =>
  byte === space || byte === lineFeed || byte === carriageReturn || byte === tab;
