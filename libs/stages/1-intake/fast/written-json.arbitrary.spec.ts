import { factFields } from '@weir/contracts';
import fc from 'fast-check';

/**
 * JSON as text, not as values, since how a message is written is what its readers may disagree on: as it should be written,
 * as it should not, and as nobody would.
 */

/** Mostly what JSON takes for white space. */
export const space = fc.oneof(
  { weight: 30, arbitrary: fc.constantFrom('', '', ' ', '\n', '\r\n', '\t', '  ') },
  { weight: 1, arbitrary: fc.constantFrom('\u00a0', '\ufeff', '\u000b', ',') },
);

const lengths = [0, 1, 12, 13, 15, 16, 17, 31, 32, 33, 39, 40, 41, 63, 64, 65, 255, 256, 257];
const units = ['a', '7', '\u00e9', '\u5ba2', '\ud83d\ude00'];

/** What a text may hold, before it is written as JSON. */
export const content = fc.oneof(
  { weight: 4, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 24 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 24 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary-ascii', maxLength: 12 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '',
      '\u0000',
      '\ud800',
      '\udc00x',
      'a\ud83db',
      '\ufeff',
      '\u2028',
      '\u007f',
      '\u0080',
      '"',
      '\\',
      '/',
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.constantFrom(...units), fc.constantFrom(...lengths)).map(([unit, n]) => unit.repeat(n)),
  },
);

/** The next of an endless stream. */
export const nextOf = (stream: fc.Stream<number>): number => (stream.next() as IteratorYieldResult<number>).value;

const escapeOf = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** JSON of a text: as short as can be, escaped in parts or as a whole, or with what should have been escaped left as it is. */
export const written = (text: string): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constant(JSON.stringify(text)) },
    { weight: 1, arbitrary: fc.constant(`"${text.split('').map(escapeOf).join('')}"`) },
    {
      weight: 2,
      arbitrary: fc.infiniteStream(fc.nat(5)).map((choices) => {
        const parts = text.split('').map((unit) => {
          const choice = nextOf(choices);
          if (choice === 0) return escapeOf(unit).toUpperCase().replace('U', 'u');
          return unit === '/' && choice === 1 ? '\\/' : JSON.stringify(unit).slice(1, -1);
        });
        return `"${parts.join('')}"`;
      }),
    },
    { weight: 1, arbitrary: fc.constant(`"${text}"`) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('"\\x41"', '"\\u12"', '"\\u00zz"', '"\\', '"\\"', `'${text}'`, `"${text}`),
    },
  );

export const text = content.chain(written);

const number = fc.oneof(
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? '-0' : String(value))),
  fc.constantFrom('0', '-0', '-0.0', '0e0', '1e3', '1E+3', '1e-3', '1.50', '0.1', '100000', '1e21', '1e22', '5e-324'),
  fc.constantFrom('1e309', '-1e309', '1e309000', '9007199254740991', '9007199254740992', '-9007199254740993'),
  fc.constantFrom('123456789012345678901234567890', '0.1234567890123456789', '1.7976931348623157e308', '1e-400'),
  fc.constantFrom(
    '00',
    '01',
    '-01',
    '+1',
    '.5',
    '5.',
    '1e',
    '1e+',
    '-',
    '--1',
    '1.e3',
    '0x10',
    'NaN',
    'Infinity',
    '1_0',
    '1e5.5',
  ),
);

const literal = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('true', 'false', 'null') },
  { weight: 1, arbitrary: fc.constantFrom('nul', 'True', 'nulll', 'truefalse', 'undefined', '') },
);

const strangeNames = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '',
  '0',
  '10',
  '1',
  'Id',
  'id ',
  'ids',
];
export const name = fc
  .oneof(
    fc.constantFrom('certificate', 'remark', 'terminal', 'a', 'b', '\u5907\u6ce8'),
    fc.constantFrom(...strangeNames),
    fc.constantFrom(...factFields),
    content,
  )
  .chain(written);

export type Member = readonly [name: string, value: string];

export function object(members: readonly Member[], [a, b, c, d]: readonly string[]): string {
  return `{${members.map(([key, value]) => `${a}${key}${b}:${c}${value}${d}`).join(',')}}`;
}

export const spaces = fc.oneof(
  { weight: 3, arbitrary: fc.constant(['', '', '', '']) },
  fc.tuple(space, space, space, space),
);

export const { value } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'value' },
    { weight: 4, arbitrary: text },
    { weight: 3, arbitrary: number },
    { weight: 3, arbitrary: literal },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.array(tie('value'), { maxLength: 3, depthIdentifier: 'value' }), space)
        .map(([elements, around]) => `[${elements.join(`${around},`)}${around}]`),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.array(fc.tuple(name, tie('value')), { maxLength: 3, depthIdentifier: 'value' }), spaces)
        .map(([members, around]) => object(members, around)),
    },
    {
      weight: 1,
      arbitrary: fc
        .integer({ min: 12, max: 18 })
        .map((levels) => `${'{"a":['.repeat(levels / 2)}1${']}'.repeat(levels / 2)}`),
    },
  ),
}));
