import fc from 'fast-check';
import { opensList, splitLines, splitList, splitObjects } from './elements';

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

describe('splitting a list of objects at a glance', () => {
  const isJson = (piece: string): boolean => {
    try {
      JSON.parse(piece);
      return true;
    } catch {
      return false;
    }
  };

  it('given any list, gives its elements wherever every piece is a JSON document', () => {
    const unit = fc.constantFrom('},{', '{', '}', '"', '\\', ',', ':', ' ', '"a":1', '[', ']', '{}', '"},{"');
    const any = fc.string({ unit, maxLength: 10 }).map((inside) => `[{${inside}}]`);
    const objects = fc
      .array(
        fc.oneof(
          fc.json(),
          fc.object().map((one) => JSON.stringify(one)),
        ),
      )
      .map(String);
    fc.assert(
      fc.property(
        fc.oneof(
          any,
          objects.map((list) => `[${list}]`),
        ),
        (list) => {
          const pieces = text(splitObjects(Buffer.from(list)));
          if (pieces?.every(isJson)) expect(pieces).toEqual(text(splitList(Buffer.from(list))));
        },
      ),
      { numRuns: 3_000 },
    );
  });

  it.each([
    [' [ {"a":1},{"b":"]"} ]\n', ['{"a":1}', '{"b":"]"}']],
    ['[{"a":1}]', ['{"a":1}']],
    ['[{"a":"},{"}]', ['{"a":"}', '{"}']],
    ['[{"a":1}, {"b":2}]', ['{"a":1}, {"b":2}']],
  ])('given %s', (list, pieces) => {
    expect(text(splitObjects(Buffer.from(list)))).toEqual(pieces);
  });

  it.each(['', '{}', '[]', '[1]', '[{]', '[{}', '[{},1]', '{}]'])('given %j, which is none, gives none', (bytes) => {
    expect(splitObjects(Buffer.from(bytes))).toBeUndefined();
  });
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
