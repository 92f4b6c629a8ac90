import fc from 'fast-check';
import { opensList, splitLines, splitList } from './elements';

const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);
const text = (parts: Buffer[] | undefined) => parts?.map((part) => part.toString('utf8'));

function isJsonList(bytes: string): boolean {
  try {
    return Array.isArray(JSON.parse(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

describe('splitting a JSON list on its bytes', () => {
  it('given any list with any white space, gives the exact bytes of each element', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(space, fc.json(), space)), space, (elements, around) => {
        const list = `${around}[${elements.map((parts) => parts.join('')).join(',')}]${around}`;
        expect(opensList(Buffer.from(list))).toBe(true);
        expect(text(splitList(Buffer.from(list)))).toEqual(elements.map(([, json]) => json));
      }),
    );
  });

  it('given what is no list, gives none, and never throws', () => {
    const piece = fc.constantFrom('[', ']', '{', '}', '"', '\\', ',', ':', ' ', 'a', '1', '\u5ba2');
    fc.assert(
      fc.property(fc.string({ unit: piece, maxLength: 12 }), (bytes) => {
        const elements = text(splitList(Buffer.from(bytes)));
        // Whatever can be split is a list but for its elements, and splitting loses nothing but white space.
        if (elements === undefined) expect(isJsonList(bytes)).toBe(false);
        else expect(`[${elements.join(',')}]`.replaceAll(' ', '')).toBe(bytes.replaceAll(' ', ''));
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['[]', []],
    [' [ ] ', []],
    ['[1,]', ['1', '']],
    ['[,]', ['', '']],
    ['[{"a":NaN},{"b":"]"}]', ['{"a":NaN}', '{"b":"]"}']],
    ['["a\\"]", [1,[2]]]', ['"a\\"]"', '[1,[2]]']],
  ])('given %s', (list, elements) => {
    expect(text(splitList(Buffer.from(list)))).toEqual(elements);
  });

  it.each(['', '{}', '1', '[', '[1', '[1}', '[{]}', '["]', '[1] [2]', '[1],', '[]x', 'x[]', ']['])(
    'given %j, which is none, gives none',
    (bytes) => {
      expect(splitList(Buffer.from(bytes))).toBeUndefined();
    },
  );
});

describe('splitting JSON Lines', () => {
  it('given line ends of any system and blank lines, gives the lines that hold something', () => {
    expect(text(splitLines(Buffer.from('{"a":1}\r\n\n  \n {"b":2} \n{"c":3}')))).toEqual([
      '{"a":1}',
      '{"b":2}',
      '{"c":3}',
    ]);
    expect(splitLines(Buffer.alloc(0))).toEqual([]);
  });
});
