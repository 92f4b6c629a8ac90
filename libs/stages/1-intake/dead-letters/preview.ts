import { maskedName, maskedValue } from './masking';
import { forTerminal, shortened, textOf } from './terminal';

/** How much of an original is looked at, in characters. */
const looked = 8_000;
const longestLine = 2_000;

/** Text in quotes (closed or not), a whole number or word, or any other single character. */
const tokens = /"(?:[^"\\]|\\[^])*"?|[\p{L}\p{N}_.+-]+|[^]/gu;

/**
 * What the original looks like, fit for a terminal and without what would tell of a customer: names of fields, and the
 * values of those that say nothing of a person. It need not be JSON, and mostly is not whole: what stands outside of
 * quotes is shown by its shape (`A` capital letter, `a` other letter, `9` digit). Never throws.
 * @returns lines
 */
export function preview(original: Buffer): readonly string[] {
  const text = textOf(original.subarray(0, looked * 4));
  const seen = text.slice(0, looked);
  const lines = maskedText(seen)
    .split(/\r?\n/)
    .map((line) => forTerminal(shortened(line, longestLine)));
  return text.length > looked || original.length > looked * 4 ? [...lines, '…'] : lines;
}

/** Goes through the text once; remembers the name that the next value belongs to. */
function maskedText(text: string): string {
  let shown = '';
  let field: string | null = null;
  const found = [...text.matchAll(tokens)];
  for (const [index, { 0: token }] of found.entries()) {
    if (token.startsWith('"')) {
      const inside = token.slice(1, token.length > 1 && token.endsWith('"') ? -1 : undefined);
      const closed = token.length > 1 && token.endsWith('"');
      if (closed && isName(found, index)) {
        shown += `"${maskedName(inside)}"`;
        field = inside;
      } else {
        shown += `"${maskedValue(closed ? field : null, inside)}${closed ? '"' : ''}`;
        field = null;
      }
    } else if (/^[\p{L}\p{N}_.+-]/u.test(token)) {
      shown += bareWord(token, field);
      field = null;
    } else {
      shown += shapeOf(token);
      // What stands in a list, or behind it, is nobody's value.
      if (/^[[\]{}]$/.test(token)) field = null;
    }
  }
  return shown;
}

/** Whether a colon follows. */
function isName(found: readonly RegExpExecArray[], index: number): boolean {
  for (let next = index + 1; ; next++) {
    const token = found[next]?.[0];
    if (token === undefined || !/^\s$/.test(token)) return token === ':';
  }
}

/** A word or number without quotes: JSON's own words and single digits as they are, others by field or shape. */
function bareWord(word: string, field: string | null): string {
  if (/^(?:true|false|null|-?\d)$/.test(word)) return word;
  const isNumber = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/.test(word);
  return field !== null && isNumber ? maskedValue(field, word) : shapeOf(word);
}

const shapeOf = (text: string): string =>
  text
    .replace(/\p{Script=Han}/gu, '字')
    .replace(/(?!字)\p{L}|\p{N}|\p{Cs}/gu, (one) =>
      /\p{Lu}/u.test(one) ? 'A' : /\p{N}/u.test(one) ? '9' : /\p{L}/u.test(one) ? 'a' : '?',
    );
