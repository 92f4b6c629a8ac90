import { createHash } from 'node:crypto';
import { headers, operationExample, refusalReasons, topics, transactionExample } from '@weir/contracts';
import { canonicalFact, homePartition } from '@weir/domain';
import type { LogRecord } from '@weir/platform/record-log';
import { readBatch, type AcceptedFact } from './intake.pipeline';
import { deadLetterRecord, refusalOfConflict } from './refusal';
import { guarded, path } from './steps/path';

const settings = { partitions: 8, maxFutureMs: 86_400_000 };
const arrival = Date.UTC(2026, 10, 22, 12);

const record = (value: unknown, more: Partial<LogRecord> = {}): LogRecord => ({
  offset: 5,
  key: Buffer.from('K'),
  value: Buffer.isBuffer(value) ? value : Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
  headers: {},
  timestamp: arrival,
  ...more,
});
const read = (...records: LogRecord[]) => readBatch({ topic: topics.facts, partition: 2, records }, settings);
const accept = (value: unknown): AcceptedFact => {
  const [accepted] = read(record(value)).accepted;
  if (accepted === undefined) throw new Error('refused');
  return accepted;
};

describe('reading facts', () => {
  it('given the examples of the contract, gives typed facts with their home', () => {
    const { accepted, refused } = read(record(transactionExample), record(operationExample));
    expect(refused).toEqual([]);
    expect(accepted.map(({ fact }) => fact)).toEqual([
      {
        source: 'default',
        id: 'T20261122-000001',
        kind: 'transaction',
        occurredAt: Date.UTC(2026, 10, 22, 0, 15, 30, 123),
        accountId: '6222020200112233445',
        customerId: 'C1',
        counterpartyId: 'A9',
        direction: 'out',
        type: 'transfer',
        channel: 'ebank',
        amount: 480_000,
        currency: 'CNY',
        branchId: 'B12',
        tellerId: 'T7',
        deviceId: 'D1',
        attributes: { certificate: false },
      },
      expect.objectContaining({ source: 'ebank-front', kind: 'operation', attributes: { edition: 'passbook' } }),
    ]);
    expect(accepted[0]).toMatchObject({
      homeKey: '6222020200112233445',
      home: homePartition('6222020200112233445', 8),
      origin: 'weir.facts.v1/2/5',
      movedLate: null,
    });
  });

  it('given null, absent and unknown fields, two writings of one fact have one canonical form', () => {
    const plain = accept({ ...operationExample, terminal: 'T9', edition: 'passbook' });
    const other = accept({
      ...operationExample,
      tellerId: null,
      attributes: { terminal: 'T9', ...operationExample.attributes },
    });
    expect(canonicalFact(plain.fact)).toBe(canonicalFact(other.fact));
    expect(plain.fact.attributes).toEqual({ edition: 'passbook', terminal: 'T9' });
  });

  it('given a record that was moved, takes origin and lateness from its headers', () => {
    const moved = { [headers.origin]: 'weir.facts.v1/7/99', [headers.late]: '1' };
    const { accepted, refused } = read(
      record(operationExample, { headers: moved }),
      record(operationExample, { headers: { ...moved, [headers.late]: '0' } }),
      record('x', { headers: moved }),
      record('x', { headers: { [headers.origin]: 'not\u0000an origin' } }),
    );
    expect(accepted.map(({ origin, movedLate }) => [origin, movedLate])).toEqual([
      ['weir.facts.v1/7/99', true],
      ['weir.facts.v1/7/99', false],
    ]);
    expect(refused.map(({ origin }) => origin)).toEqual(['weir.facts.v1/7/99', 'weir.facts.v1/2/5']);
  });

  it('given a tombstone, refuses it and goes on', () => {
    const { accepted, refused } = read(record('', { value: null }), record(operationExample));
    expect(accepted).toHaveLength(1);
    expect(refused).toMatchObject([{ reason: 'not-json', original: Buffer.alloc(0) }]);
  });

  it('given a transaction without several fields, names them all', () => {
    const { refused } = read(record({ id: 'A', kind: 'transaction', occurredAt: '2026-11-22T08:00:00Z' }));
    expect(refused[0]?.message).toBe(
      'A transaction needs "accountId", "amount", "currency", which is missing or null.',
    );
  });

  it.each([
    [900_000, '15 minutes'],
    [60_000, '1 minute'],
    [86_400_000, '24 hours'],
  ])('given a fact further ahead than %i ms, says how far is allowed: %s', (maxFutureMs, told) => {
    const at = (occurredAt: number) => {
      const fact = record({ ...operationExample, occurredAt: new Date(occurredAt).toISOString() });
      return readBatch({ topic: topics.facts, partition: 2, records: [fact] }, { partitions: 8, maxFutureMs });
    };
    expect(at(arrival + maxFutureMs).accepted).toHaveLength(1);
    const [refusal] = at(arrival + maxFutureMs + 1).refused;
    expect(refusal?.reason).toBe('in-future');
    expect(refusal?.message).toContain(`more than ${told} after the arrival at`);
  });

  it('given a step that throws, the record is refused as a defect of Weir', () => {
    const broken = guarded(
      path<Buffer, string>(() => {
        throw new TypeError('of undefined');
      }),
    );
    expect(broken(Buffer.alloc(1), { settings, arrivedAt: arrival })).toMatchObject({
      reason: 'internal-error',
      message: expect.stringContaining('TypeError: of undefined') as unknown,
    });
  });
});

describe('dead letters', () => {
  it('given a refusal, keep the original bytes and key, the rest in headers', () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x00]);
    const [refusal] = read(record(bytes)).refused;
    expect(refusal && deadLetterRecord(refusal)).toEqual({
      key: Buffer.from('K'),
      value: bytes,
      headers: {
        [headers.origin]: 'weir.facts.v1/2/5',
        [headers.reason]: 'invalid-encoding',
        [headers.message]: expect.stringContaining('UTF-8') as unknown,
      },
    });
  });

  it('given input over the limit, keep its first 64 KiB, its hash and its length', () => {
    const bytes = Buffer.alloc(1_048_577, 'x');
    const [refusal] = read(record(bytes, { key: null })).refused;
    const letter = refusal && deadLetterRecord(refusal);
    expect(letter?.value).toEqual(bytes.subarray(0, 65_536));
    expect(letter?.partition).toBe(0);
    expect(letter?.headers).toMatchObject({
      [headers.sha256]: createHash('sha256').update(bytes).digest('hex'),
      [headers.length]: '1048577',
    });
  });

  it('given a fact whose name is known with other content, say which fields differ', () => {
    const known = accept({ ...transactionExample, tellerId: null });
    const sent = accept({ ...transactionExample, amount: '1', accountId: 'B' });
    const refusal = refusalOfConflict(sent, canonicalFact(known.fact));
    expect(refusal).toMatchObject({
      reason: 'conflicting-id',
      origin: 'weir.facts.v1/2/5',
      original: sent.record.value,
    });
    expect(refusal.message).toContain('("accountId", "amount", "tellerId")');
  });
});

describe('any input', () => {
  /** xorshift: the same seed gives the same mutations. */
  function randomFrom(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return (state >>> 0) % below;
    };
  }
  const pieces = [
    '"',
    '\\',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    'null',
    '-1',
    '1e309',
    '""',
    '\\u0000',
    '\\ud800',
    '{}',
    '[[',
    '\u0000',
    '客',
    '"id":',
    '"__proto__":1,',
    '"amount":"-"',
  ];
  const seeds = [transactionExample, operationExample, { ...transactionExample, extra: [{ a: { b: 'c' } }, 1.5] }].map(
    (fact) => Buffer.from(JSON.stringify(fact)),
  );

  function mutate(random: (below: number) => number): Buffer {
    let bytes = Buffer.from(seeds[random(seeds.length)] ?? '');
    for (let changes = 1 + random(4); changes > 0; changes--) {
      const at = random(bytes.length + 1);
      const [head, tail] = [bytes.subarray(0, at), bytes.subarray(at)];
      switch (random(5)) {
        case 0:
          bytes = Buffer.concat([head, Buffer.from([random(256)]), tail.subarray(1)]);
          break;
        case 1:
          bytes = Buffer.concat([head, tail.subarray(1 + random(8))]);
          break;
        case 2:
          bytes = Buffer.concat([head, Buffer.from(pieces[random(pieces.length)] ?? ''), tail]);
          break;
        case 3:
          bytes = Buffer.concat([head, tail.subarray(0, random(40)), tail]);
          break;
        default:
          bytes = Buffer.concat([head, tail.subarray(0, random(tail.length + 1))]);
      }
    }
    return bytes;
  }

  it('given 20,000 mutations of facts, each is accepted or refused for a listed reason, and none is a defect', () => {
    const seen = new Map<string, number>();
    for (const seed of [1, 77, 4_711, 20_261_122]) {
      const random = randomFrom(seed);
      const records = Array.from({ length: 5_000 }, (_, offset) => record(mutate(random), { offset }));
      const { accepted, refused } = read(...records);
      expect(accepted.length + refused.length).toBe(records.length);
      for (const { reason } of refused) seen.set(reason, (seen.get(reason) ?? 0) + 1);
      seen.set('accepted', (seen.get('accepted') ?? 0) + accepted.length);
      for (const { fact } of accepted) {
        expect(Number.isSafeInteger(fact.occurredAt) && Number.isSafeInteger(fact.amount ?? 0)).toBe(true);
        expect(canonicalFact(fact)).not.toMatch(/\\u0000|\\ud[89a-f]/);
      }
    }
    expect(seen.get('internal-error')).toBeUndefined();
    for (const reason of seen.keys()) expect(['accepted', ...refusalReasons]).toContain(reason);
    expect(seen.size).toBeGreaterThan(10);
  });
});
