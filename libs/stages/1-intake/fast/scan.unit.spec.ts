import fc from 'fast-check';
import { byteAt, endOfNumber, endOfText, numberUpTo, pastSpace, pastToken, take, textUpTo } from './scan';
import { tokenOf } from './token';

/** What JSON.parse makes of a text; undefined where it is no JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const unkeepable = /\u0000|\p{Surrogate}/u;

/** The text at the beginning of the bytes, as scanning gives it, and where it ends. */
function scannedText(bytes: Buffer, repeats = false): { readonly end: number; readonly text: string | undefined } {
  expect(take(bytes)).toBe(true);
  const end = byteAt(0) === 0x22 ? endOfText(1) : 0;
  return { end, text: end === 0 ? undefined : textUpTo(1, end, repeats) };
}

describe('scanning a message', () => {
  it('given any text, finds its end and what JSON.parse reads', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 12 }),
      fc.constantFrom(
        '\\"',
        '\\\\',
        '\\n',
        '\\u0041',
        '\\u0000',
        '\\ud800',
        '\\x',
        '\\',
        '\n',
        '\u007f',
        '\u0080',
        '\ufeff',
      ),
    );
    const before = fc.string({ unit: 'grapheme-ascii', maxLength: 9 }).map((text) => text.replace(/["\\]/g, '-'));
    fc.assert(
      fc.property(before, fc.array(part, { maxLength: 4 }), fc.boolean(), (plain, parts, repeats) => {
        const inside = plain + parts.join('');
        const bytes = Buffer.from(`"${inside}",`);
        const { end, text } = scannedText(bytes, repeats);
        // Not closed: it ends in the quotes after the message, or nowhere.
        if (end === 0 || end >= bytes.length) return expect(parsed(`"${inside}"`)).toBeUndefined();
        const wanted = parsed(bytes.subarray(0, end + 1).toString());
        if (text === undefined && typeof wanted === 'string') return expect(wanted).toMatch(unkeepable);
        expect(text).toBe(wanted);
      }),
      { numRuns: 3_000 },
    );
  });

  it('given each byte in each place of a word, tells the usual from the unusual', () => {
    for (let byte = 0; byte < 256; byte++) {
      for (let place = 0; place < 8; place++) {
        const bytes = Buffer.from('"aaaaaaaa"');
        bytes[place + 1] = byte;
        const { end, text } = scannedText(bytes);
        if (byte === 0x5c && place === 7) continue; // escapes the closing quote
        const isCut = byte === 0x22;
        const isUnsure = byte < 0x20 || byte >= 0x80 || byte === 0x5c;
        expect({ byte, place, end, text }).toEqual({
          byte,
          place,
          end: isCut ? place + 1 : byte < 0x20 ? 0 : 9,
          text: isUnsure ? undefined : isCut ? 'a'.repeat(place) : bytes.toString('latin1', 1, 9),
        });
      }
    }
  });

  it('given bytes that are not UTF-8, gives no text', () => {
    for (const bytes of [[0x80], [0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]) {
      expect(scannedText(Buffer.from([0x22, ...bytes, 0x22])).text).toBeUndefined();
    }
  });

  it('given any beginning of a number, ends and reads it as JSON does', () => {
    const digits = fc.stringMatching(/^[0-9]{0,4}$/);
    const shape = fc.tuple(
      fc.constantFrom('', '-', '+', '--'),
      digits,
      fc.constantFrom('', '.', '..'),
      digits,
      fc.constantFrom('', 'e', 'E', 'e+', 'E-', 'ee'),
      digits,
    );
    fc.assert(
      fc.property(shape, (parts) => {
        const number = parts.join('');
        expect(take(Buffer.from(`${number},`))).toBe(true);
        const end = endOfNumber(0);
        if (end === number.length && end > 0) {
          const wanted = parsed(number) as number;
          const isHeld = Number.isInteger(wanted) ? Number.isSafeInteger(wanted) : Number.isFinite(wanted);
          expect(numberUpTo(0, end)).toBe(isHeld ? wanted : undefined);
        } else {
          expect(parsed(number)).toBeUndefined();
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(['a', '"id":"', '"abcdefg', 'abcdefgh', 'null'])(
    'given the token %s, finds it where it stands and only there',
    (text) => {
      const token = tokenOf(text);
      for (let at = 0; at < 6; at++) {
        take(Buffer.from(`${' '.repeat(at)}${text}tail`));
        expect(pastToken(token, at)).toBe(at + text.length);
        for (let wrong = 0; wrong < text.length; wrong++) {
          take(Buffer.from(`${' '.repeat(at)}${text.slice(0, wrong)}~${text.slice(wrong + 1)}tail`));
          expect(pastToken(token, at)).toBe(0);
        }
      }
    },
  );

  it('given white space, passes what JSON takes for it', () => {
    take(Buffer.from(' \t\r\n\u000b"'));
    expect(pastSpace(0)).toBe(4);
  });

  it('given a message that is too long, does not take it', () => {
    expect([take(Buffer.alloc(16_384)), take(Buffer.alloc(16_385))]).toEqual([true, false]);
  });
});

describe('a token', () => {
  it.each(['', '\u5ba2', 'x'.repeat(49)])('given "%s", is refused', (text) => {
    expect(() => tokenOf(text)).toThrow(RangeError);
  });
});
