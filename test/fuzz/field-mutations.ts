import type { Seeded } from '../harness/seeded';
import type { Mutation } from './byte-mutations';

/** A value written as it stands, which `JSON.stringify` could not write. */
interface Raw {
  readonly raw: string;
}
const raw = (text: string): Raw => ({ raw: text });

const values: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1,
    0.1 + 0.2,
    1e21,
    1e-7,
    2 ** 53,
    -(2 ** 53) + 1,
    '',
    ' ',
    '0',
    '-0',
    '-1.00',
    '1.005',
  ],
  ...[
    '1e3',
    '+1',
    '007',
    '1,000.00',
    '１２',
    'NaN',
    '90071992547409.92',
    '90071992547409.91',
    '9'.repeat(30),
    '0.0000001',
  ],
  ...['cny', 'CNY', 'JPY', 'KWD', 'XXX', 'in', 'out', 'transaction', 'operation', 'login-failure', 'atm'],
  ...['2026-02-30T00:00:00Z', '2026-01-01T00:00:00', '1969-12-31T23:59:59Z', '1970-01-01T00:00:00Z'],
  ...['9999-12-31T23:59:59Z', '2026-01-01T24:00:00Z', '2026-01-01T00:00:00+18:00', '2026-01-01T00:00:00+19:00'],
  ...['2026-01-01T00:00:00.123456789Z', '2026-01-01 00:00:00Z', '2026-01-01t00:00:00z', '20260101T000000Z'],
  ...[
    'x'.repeat(300),
    '\u0000',
    '\ud800',
    '\u{1f600}'.repeat(200),
    'e\u0301',
    '\u202e',
    '__proto__',
    'constructor',
    '6222',
  ],
  ...[[], {}, [null], [[[[]]]], { a: { b: [1, 'x', { c: null }] } }, { b: 1, a: 2 }, { a: 2, b: 1 }],
  ...['1e999', '-0', '-0.0', '1.0', '1E+2', '01', '.5', '1.', '0x1', 'undefined', '"\\u00e9"', '"\\ud800"'].map(raw),
  ...[9_007_199_254_740_993n, 123_456_789_012_345_678_901_234_567_890n].map((n) => raw(String(n))),
  ...[raw('['.repeat(17) + ']'.repeat(17)), raw('{"a":1,"a":2}'), raw('{"__proto__":1}')],
];
const names: readonly string[] = [
  ...[
    'id',
    'source',
    'kind',
    'occurredAt',
    'accountId',
    'customerId',
    'counterpartyId',
    'direction',
    'type',
    'channel',
  ],
  ...[
    'amount',
    'currency',
    'branchId',
    'tellerId',
    'deviceId',
    'attributes',
    'hour',
    'bond',
    'certificate',
    'tellerLimit',
  ],
  ...['Amount', 'account_id', 'tellerGrade', 'customerType', '', ' id', 'x'.repeat(300), '10', '__proto__', 'toString'],
];

const anyOf = <T>(random: Seeded, some: readonly T[]): T | undefined => some[random.below(some.length)];

/** The members of an object, in their order; a name may stand twice. */
type Members = [name: string, value: unknown][];
type Surgery = (members: Members, random: Seeded) => void;

const put = (members: Members, random: Seeded, member: Members[number]): void => {
  members.splice(random.below(members.length + 1), 0, member);
};

const surgeries: Readonly<Record<string, Surgery>> = {
  'a field left out': (members, random) => {
    members.splice(random.below(members.length), 1);
  },
  'a field of another value': (members, random) => {
    const member = anyOf(random, members);
    if (member !== undefined) member[1] = anyOf(random, values);
  },
  'a field added': (members, random) => put(members, random, [anyOf(random, names) ?? '', anyOf(random, values)]),
  'a field renamed': (members, random) => {
    const member = anyOf(random, members);
    if (member !== undefined) member[0] = anyOf(random, names) ?? '';
  },
  'values exchanged': (members, random) => {
    const [one, other] = [anyOf(random, members), anyOf(random, members)];
    if (one !== undefined && other !== undefined) [one[1], other[1]] = [other[1], one[1]];
  },
  'a field twice': (members, random) => {
    const member = anyOf(random, members);
    if (member !== undefined)
      put(members, random, [member[0], random.below(2) === 0 ? member[1] : anyOf(random, values)]);
  },
  'an attribute of another value': (members, random) => {
    const attributes = members.find(([name]) => name === 'attributes');
    const name = anyOf(random, names) ?? '';
    if (attributes === undefined || !isObject(attributes[1]))
      put(members, random, ['attributes', { [name]: anyOf(random, values) }]);
    else attributes[1] = { ...attributes[1], [name]: anyOf(random, values) };
  },
  'a text changed': (members, random) => {
    const member = anyOf(random, members);
    if (member === undefined || typeof member[1] !== 'string') return;
    const at = random.below(member[1].length + 1);
    member[1] =
      member[1].slice(0, at) + String(anyOf(random, ['0', '9', '-', '.', 'é', ' ', 'Z', ''])) + member[1].slice(at + 1);
  },
  'another order': (members, random) => {
    for (let at = members.length - 1; at > 0; at--) {
      const other = random.below(at + 1);
      const [one, two] = [members[at], members[other]];
      if (one !== undefined && two !== undefined) [members[at], members[other]] = [two, one];
    }
  },
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isRaw = (value: object): value is Raw => 'raw' in value && typeof value.raw === 'string';

function written(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  if (isRaw(value)) return value.raw;
  if (Array.isArray(value)) return `[${value.map(written).join(',')}]`;
  return `{${Object.entries(value)
    .map(([name, one]) => `${JSON.stringify(name)}:${written(one)}`)
    .join(',')}}`;
}

/** A surgery, and now and then others after it. */
const mutationOf =
  (surgery: Surgery): Mutation =>
  (message, random) => {
    const members = Object.entries(JSON.parse(String(message)) as object) as Members;
    surgery(members, random);
    while (random.below(3) === 0) anyOf(random, Object.values(surgeries))?.(members, random);
    const parts = members.map(([name, value]) => `${JSON.stringify(name)}:${written(value)}`);
    return Buffer.from(random.below(20) === 0 ? `[{${parts.join(',')}}]` : `{${parts.join(',')}}`);
  };

/** Ways to make a message another one that is mostly still JSON, by what was done to its fields. */
export const fieldMutations: Readonly<Record<string, Mutation>> = Object.fromEntries(
  Object.entries(surgeries).map(([name, surgery]) => [name, mutationOf(surgery)]),
);
