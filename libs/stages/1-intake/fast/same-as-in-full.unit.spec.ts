import { isDeepStrictEqual } from 'node:util';
import { operationExample, refusalReasons, transactionExample } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import fc from 'fast-check';
import {
  malformedFacts,
  malformedFactsArriveAt,
  malformedFactsMaxFutureMs,
} from '../../../../test/fixtures/malformed-facts/malformed-facts';
import { readFact, readFactInFull } from '../intake.pipeline';
import { Flaw } from '../steps/flaw';
import { messageBytes, messageText } from './messages.arbitrary.spec';
import { readPlainFact } from './plain-fact';

const factor = Number(process.env['WEIR_PROPERTY_FACTOR'] ?? '1');
const runs = (base: number): number => Math.max(1, Math.ceil(base * factor));

const context = {
  settings: { partitions: 12, maxFutureMs: malformedFactsMaxFutureMs },
  arrivedAt: malformedFactsArriveAt,
};

const plainly = (bytes: Buffer): Fact | undefined => readPlainFact(bytes, context);

/** All that can be told of a value: order of fields, absent ones, negative zero. */
const told = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (one === undefined ? '(absent)' : Object.is(one, -0) ? '(-0)' : one));

/** Reads a message both ways, holds them to one outcome, and says what it is. */
function outcomeOfBoth(bytes: Buffer): string {
  const quick = readFact.run(bytes, context);
  const full = readFactInFull.run(bytes, context);
  expect(told(quick)).toBe(told(full));
  expect(isDeepStrictEqual(quick, full)).toBe(true);
  return full instanceof Flaw ? full.reason : 'accepted';
}

const bytesOf = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

describe('reading a message by the shortcut', () => {
  it('given any way to write a message, gives what reading in full gives, and answers most that are accepted', () => {
    const seen = new Map<string, number>();
    let quick = 0;
    const note = (outcome: string): Map<string, number> => seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    fc.assert(
      fc.property(messageText, (text) => {
        const bytes = Buffer.from(text);
        const outcome = outcomeOfBoth(bytes);
        note(outcome);
        if (outcome === 'accepted' && plainly(bytes) !== undefined) quick++;
      }),
      { numRuns: runs(3_000) },
    );

    const accepted = seen.get('accepted') ?? 0;
    expect(accepted).toBeGreaterThan(runs(3_000) / 10);
    expect(quick / accepted).toBeGreaterThan(0.9);
    for (const reason of seen.keys()) expect(['accepted', ...refusalReasons]).toContain(reason);
    expect(seen.get('internal-error')).toBeUndefined();
    if (factor >= 1) expect(seen.size).toBeGreaterThan(15);
  });

  it('given any bytes, gives what reading in full gives', () => {
    fc.assert(
      fc.property(messageBytes, (bytes) => {
        outcomeOfBoth(bytes);
      }),
      { numRuns: runs(3_000) },
    );
  });

  it.each(malformedFacts().map((one) => [one.name, one] as const))(
    'given %s, likewise',
    (_, { bytes, expect: wanted }) => {
      expect(outcomeOfBoth(bytes)).toBe(wanted);
    },
  );

  it('given the beginning of a message after a whole one, takes nothing from what was there before', () => {
    const whole = bytesOf({ ...transactionExample, attributes: { remark: '"\u5ba2"', list: [1, { a: null }] } });
    for (let length = 1; length < whole.length; length++) {
      expect(outcomeOfBoth(whole)).toBe('accepted');
      expect(outcomeOfBoth(whole.subarray(0, length))).not.toBe('accepted');
      expect(plainly(whole.subarray(0, length))).toBeUndefined();
    }
  });

  it.each<[string, string]>([
    ['the example of a transaction', JSON.stringify(transactionExample)],
    ['the example of an operation', JSON.stringify(operationExample)],
    ['white space everywhere', JSON.stringify(transactionExample, null, 2)],
    ['escapes', JSON.stringify(operationExample).replaceAll('ebank', '\\u0065b\\u0061nk')],
    [
      'text beyond ASCII',
      JSON.stringify({ ...operationExample, attributes: { '\u5907\u6ce8': '\u8f6c\u8d26 \ud83d\udcb4' } }),
    ],
    [
      'unknown fields and nested attributes',
      JSON.stringify({ terminal: 'T9', ...operationExample, attributes: { a: [1, { b: -0.5 }] } }),
    ],
    ['null in optional fields', JSON.stringify({ ...operationExample, tellerId: null, attributes: null })],
  ])('given %s, needs no reading in full', (_, text) => {
    expect(plainly(Buffer.from(text))).toBeDefined();
    expect(outcomeOfBoth(Buffer.from(text))).toBe('accepted');
  });

  it.each<[string, string]>([
    ['a field that stands twice', '{"id":"A","kind":"operation","occurredAt":"2026-11-22T08:00:00Z","id":"A"}'],
    [
      'an attribute that stands twice',
      '{"id":"A","kind":"operation","occurredAt":"2026-11-22T08:00:00Z","attributes":{"a":1,"\\u0061":1}}',
    ],
    [
      'an attribute named __proto__',
      '{"id":"A","kind":"operation","occurredAt":"2026-11-22T08:00:00Z","attributes":{"__proto__":1}}',
    ],
    [
      'a transaction without its account',
      '{"id":"A","kind":"transaction","occurredAt":"2026-11-22T08:00:00Z","amount":"1","currency":"CNY"}',
    ],
  ])('given %s, leaves the refusal to reading in full', (_, text) => {
    expect(plainly(Buffer.from(text))).toBeUndefined();
    expect(outcomeOfBoth(Buffer.from(text))).not.toBe('accepted');
  });

  it.each([
    ...['{"a":[1}', '{"a":[{"b":1]}', '{"a":{"b":[1}}', '{"a":[1}]', '{"a":[1,]}', '{"a":[,1]}', '{"a":{"b":1,}}'],
    ...['{"a" 1}', '{"a"::1}', '{"a":1 "b":2}', '{"a":}', '{,}', '{a:1}', "{'a':1}", '{"a":1,,"b":2}', '{"a":[1 2]}'],
    ...[
      '{"a":"\n"}',
      '{"a":"\\q"}',
      '{"a":01}',
      '{"a":1.}',
      '{"a":1e}',
      '{"a":-}',
      '{"a":tru}',
      '{"a":nulll}',
      '{]',
      '{',
    ],
  ])('given the attributes %s, which are no JSON, leaves the refusal to reading in full', (attributes) => {
    for (const end of ['}', '']) {
      const bytes = Buffer.from(
        `{"id":"A","kind":"operation","occurredAt":"2026-11-22T08:00:00Z","attributes":${attributes}${end}`,
      );
      expect(plainly(bytes)).toBeUndefined();
      expect(outcomeOfBoth(bytes)).toBe('not-json');
    }
  });

  it('given a message after a longer one that ends in white space, takes it as at first', () => {
    const short = bytesOf(operationExample);
    plainly(Buffer.concat([short, Buffer.alloc(100, ' ')]));
    expect(plainly(short)).toBeDefined();
  });

  it('given a message too long to be looked at, has it read in full', () => {
    const long = bytesOf({ ...operationExample, attributes: { remark: 'x'.repeat(20_000) } });
    expect(plainly(long)).toBeUndefined();
    expect(outcomeOfBoth(long)).toBe('accepted');
  });
});
