import { factFields } from '@weir/contracts';
import fc from 'fast-check';
import { content, name, nextOf, object, space, spaces, text, value, type Member } from './written-json.arbitrary.spec';

/** Messages for properties: facts as upstream may write them, as it should not, and as nobody would. */

const identifier = fc.oneof(
  fc.constantFrom('C1', '6222020200112233445', 'T-000000001'),
  fc.stringMatching(/^[A-Z0-9-]{1,20}$/),
);

/** What fits a field; an identifier where nothing is said. */
const fitting: Readonly<Record<string, fc.Arbitrary<string>>> = {
  kind: fc.constantFrom('transaction', 'transaction', 'operation'),
  occurredAt: fc.constantFrom('2026-11-22T08:15:30.123+08:00', '2026-11-22T08:15:30Z', '2026-11-22T08:15-03:30'),
  direction: fc.constantFrom('in', 'out'),
  amount: fc.constantFrom('4800.00', '0', '0012.50', '9007199254740.00'),
  currency: fc.constantFrom('CNY', 'CNY', 'EUR'),
};
const misfitting: Readonly<Record<string, fc.Arbitrary<string>>> = {
  kind: fc.constantFrom('transactional', 'Operation', 'op'),
  occurredAt: fc.constantFrom('2026-02-30T00:00:00Z', '2026-11-22', '2099-01-01T00:00:00Z', '1969-01-01T00:00:00Z'),
  direction: fc.constantFrom('inn', 'ou', 'i'),
  amount: fc.constantFrom('12.345', '1e3', '-1', '9007199254740991', '1.'),
  currency: fc.constantFrom('JPY', 'KWD', 'XXX', 'cny'),
};

const fittingAttributes = fc
  .dictionary(
    fc.oneof(
      fc.constantFrom('certificate', 'remark', '\u5907\u6ce8', '10', 'a"b'),
      fc.string({ unit: 'grapheme', maxLength: 9 }),
    ),
    fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme' }),
    { maxKeys: 3 },
  )
  // Whole numbers that are not held exactly are refused, and most random ones are such.
  .map((attributes) => JSON.stringify(attributes, (_, one: unknown) => (isInexact(one) ? 1.5 : one)));

function isInexact(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value);
}

function valueOf(field: string, oddly: number): fc.Arbitrary<string> {
  const fits = (fitting[field] ?? identifier).map((content) => JSON.stringify(content));
  return fc.oneof(
    { weight: 60, arbitrary: field === 'attributes' ? fittingAttributes : fits },
    { weight: oddly, arbitrary: (misfitting[field] ?? content).map((content) => JSON.stringify(content)) },
    { weight: oddly, arbitrary: fc.constant('null') },
    { weight: oddly, arbitrary: text },
    { weight: oddly, arbitrary: value },
  );
}

const required: readonly string[] = ['id', 'kind', 'occurredAt', 'accountId', 'amount', 'currency', 'attributes'];

/** In so many of a hundred cases; else null. */
const sometimes = <T>(percent: number, arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> =>
  fc.oneof({ weight: percent, arbitrary }, { weight: 100 - percent, arbitrary: fc.constant(null) });

const member = (field: string, oddly: number): fc.Arbitrary<Member> =>
  valueOf(field, oddly).map((text) => [JSON.stringify(field), text]);

/** @param oddly how much of it is not as it should be, from 0 to 10 */
const messageOf = (oddly: number): fc.Arbitrary<string> =>
  fc
    .record({
      members: fc
        .tuple(
          ...factFields.map((field) => sometimes(required.includes(field) ? 100 - oddly : 50, member(field, oddly))),
        )
        .map((members) => members.filter((member) => member !== null)),
      more: sometimes(10 * oddly, fc.tuple(name, value)),
      order: sometimes(40, fc.infiniteStream(fc.nat())),
      around: spaces,
      outside: fc.tuple(space, space),
    })
    .map(({ members, more, order, around, outside }) => {
      const all = [...members, ...(more === null ? [] : [more])].map((member) => ({
        member,
        place: order === null ? 0 : nextOf(order),
      }));
      const sorted = all.sort((a, b) => a.place - b.place).map(({ member }) => member);
      return `${outside[0]}${object(sorted, around)}${outside[1]}`;
    });

/** Text of messages, from those without a fault to those that are hardly JSON. */
export const messageText: fc.Arbitrary<string> = fc.oneof(messageOf(0), messageOf(1), messageOf(4), value);

const piece = fc.constantFrom(
  ...'" \\ { } [ ] , : null -1 }} e5 0 \u0000 \u5ba2 "" "": ,"id":"X" "__proto__":1, \\u0000 \\ud800'.split(' '),
  ...[' ', '\n', '\r'],
);
const edit = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('replace', 'remove', 'insert', 'repeat', 'cut'),
  byte: fc.nat(255),
  length: fc.integer({ min: 1, max: 40 }),
  piece,
});

type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

function edited(bytes: Buffer, { at, kind, byte, length, piece }: Edit): Buffer {
  const place = at % (bytes.length + 1);
  const [head, tail] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (kind) {
    case 'replace':
      return Buffer.concat([head, Buffer.from([byte]), tail.subarray(1)]);
    case 'remove':
      return Buffer.concat([head, tail.subarray(length)]);
    case 'insert':
      return Buffer.concat([head, Buffer.from(piece), tail]);
    case 'repeat':
      return Buffer.concat([head, tail.subarray(0, length), tail]);
    case 'cut':
      return Buffer.from(head);
  }
}

/** Bytes of messages with up to three changes that know nothing of JSON or UTF-8. */
export const messageBytes: fc.Arbitrary<Buffer> = fc
  .tuple(messageText, fc.array(edit, { maxLength: 3 }))
  .map(([text, edits]) => edits.reduce(edited, Buffer.from(text, 'utf8')));
