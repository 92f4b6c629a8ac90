import type { Seeded } from '../harness/seeded';

/** Makes a message another: a function of its bytes, of another message's and of the numbers drawn. */
export type Mutation = (message: Buffer, random: Seeded, other: Buffer) => Buffer;

/** Bytes that readers stumble over. */
const pieces: readonly Buffer[] = [
  ...[
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    ',,',
    '\n',
    '\r\n',
    '\t',
    ' ',
    '-',
    '+',
    '.',
    'e',
    '0',
    '\\u',
    '\\ud800',
  ],
  ...['null', 'true', 'NaN', 'Infinity', '1e999', '-0', '1e-7', '9007199254740993', '"a":1,', '"id":"x",', '/**/', "'"],
  ...['\u0000', '\\u0000', '\ufeff', '\u2028', '\u{1f600}', '\u5ba2', '__proto__', '"__proto__":{},'],
  ...['['.repeat(40), '{"a":'.repeat(20), ' '.repeat(300), '9'.repeat(400)],
]
  .map((text) => Buffer.from(text))
  .concat([Buffer.from([0xff]), Buffer.from([0xc0, 0xaf]), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from([0xf4, 0x90])]);

const anyPiece = (random: Seeded): Buffer => pieces[random.below(pieces.length)] ?? Buffer.alloc(0);

/** A range of a message, at most so long. */
function range(message: Buffer, random: Seeded, longest: number): readonly [from: number, to: number] {
  const from = random.below(message.length + 1);
  return [from, Math.min(message.length, from + 1 + random.below(longest))];
}

/** Ways to break a message that know nothing of what it says. */
export const byteMutations: Readonly<Record<string, Mutation>> = {
  'bytes changed': (message, random) => {
    const changed = Buffer.from(message);
    for (let times = 1 + random.below(4); times > 0; times--) changed[random.below(message.length)] = random.below(256);
    return changed;
  },
  'a bit flipped': (message, random) => {
    const changed = Buffer.from(message);
    const at = random.below(message.length);
    changed[at] = (changed[at] ?? 0) ^ (1 << random.below(8));
    return changed;
  },
  'cut off': (message, random) => {
    const at = random.below(message.length + 1);
    return random.below(4) === 0 ? message.subarray(at) : message.subarray(0, at);
  },
  'a part left out': (message, random) => {
    const [from, to] = range(message, random, 24);
    return Buffer.concat([message.subarray(0, from), message.subarray(to)]);
  },
  'a part twice': (message, random) => {
    const [from, to] = range(message, random, 200);
    return Buffer.concat([message.subarray(0, to), message.subarray(from)]);
  },
  'a piece put in': (message, random) => {
    const at = random.below(message.length + 1);
    return Buffer.concat([message.subarray(0, at), anyPiece(random), message.subarray(at)]);
  },
  'a part replaced': (message, random) => {
    const [from, to] = range(message, random, 12);
    return Buffer.concat([message.subarray(0, from), anyPiece(random), message.subarray(to)]);
  },
  'two messages mixed': (message, random, other) =>
    Buffer.concat([message.subarray(0, random.below(message.length)), other.subarray(random.below(other.length))]),
};
