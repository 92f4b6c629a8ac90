import { transactionExample, type FactMessage, type RefusalReason } from '@weir/contracts';
import { FactsAgain } from './facts-again';
import type { Letter } from './letter';
import type { ReadAgain } from './reader-again';

const now = Date.UTC(2026, 10, 22, 12);
const reader = new FactsAgain({ factsTopic: 'facts', partitions: 4, maxFutureMs: 86_400_000, now: () => now });
const bytes = (value: unknown): Buffer => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const fact = (more: Partial<FactMessage> = {}): FactMessage => ({ ...transactionExample, ...more });

function letter(original: unknown, more: Partial<Letter> = {}): Letter {
  const value = bytes(original);
  return {
    id: { partition: 0, offset: 0 },
    at: now,
    reason: 'not-json',
    message: '',
    origin: 'facts/1/2',
    key: null,
    original: value,
    length: value.length,
    sha256: null,
    ...more,
  };
}

const reasonsOf = (read: ReadAgain): readonly (RefusalReason | number | null)[] =>
  read.outcome === 'refused' ? read.flaws.flatMap(({ reason, part }) => [reason, part]) : [];
const recordsOf = (read: ReadAgain) => (read.outcome === 'readable' ? read.records : []);

describe('a letter that is read again', () => {
  it('as it is, is refused again for the reason for which it was refused', () => {
    expect(reasonsOf(reader.read(letter('{"id":'), null))).toEqual(['not-json', null]);
  });

  it('and is right, keeps its bytes and its key', () => {
    const original = ` ${JSON.stringify(fact())}\n`;
    const read = reader.read(letter(original, { key: Buffer.from('K') }), null);
    expect(recordsOf(read)).toEqual([{ key: Buffer.from('K'), value: bytes(original) }]);
    expect(read).toMatchObject({ oldest: Date.UTC(2026, 10, 22, 0, 15, 30, 123) });
  });

  it('without a key is sent by its home key', () => {
    const read = reader.read(letter('{'), bytes(fact({ accountId: 'A7' })));
    expect(recordsOf(read)).toEqual([{ key: Buffer.from('A7'), value: bytes(fact({ accountId: 'A7' })) }]);
  });

  it('that lay in the future is right once its time has come', () => {
    const ahead = fact({ occurredAt: new Date(now + 86_400_001).toISOString() });
    expect(reasonsOf(reader.read(letter(ahead), null))).toEqual(['in-future', null]);
    const later = new FactsAgain({ factsTopic: 'facts', partitions: 4, maxFutureMs: 86_400_000, now: () => now + 1 });
    expect(recordsOf(later.read(letter(ahead), null))).toHaveLength(1);
  });
});

describe('several facts in one letter', () => {
  const two = [fact({ id: '1', accountId: 'A' }), fact({ id: '2', accountId: 'B' })];

  it.each([
    ['a JSON list', JSON.stringify(two, null, 2)],
    ['JSON Lines', `${two.map((one) => JSON.stringify(one)).join('\r\n')}\n`],
  ])('mended as %s are sent by their home keys', (_form, text) => {
    const read = reader.read(letter('{', { key: Buffer.from('K') }), bytes(text));
    expect(recordsOf(read)).toEqual(
      two.map((one) => ({ key: bytes(one.accountId), value: expect.any(Buffer) as Buffer })),
    );
  });

  it('are refused together where one of them is, and it is named', () => {
    expect(reasonsOf(reader.read(letter('{'), bytes([two[0], { id: 'x' }, 5])))).toEqual([
      ...['missing-field', 2],
      ...['not-an-object', 3],
    ]);
  });

  it('of a body that had too many are told apart', () => {
    const body = { reason: 'too-large', origin: 'http/r/0' } as const;
    expect(recordsOf(reader.read(letter(two, body), null))).toHaveLength(2);
  });

  it('are not looked for in an original that was one record', () => {
    expect(reasonsOf(reader.read(letter(two, { reason: 'not-an-object' }), null))).toEqual(['not-an-object', null]);
    const lines = two.map((one) => JSON.stringify(one)).join('\n');
    expect(reasonsOf(reader.read(letter(lines, { origin: 'http/r/0' }), null))).toEqual(['not-json', null]);
  });

  it('are at least one and at most a thousand', () => {
    expect(reasonsOf(reader.read(letter('{'), bytes('[]')))).toEqual(['not-json', null]);
    const many = Array.from({ length: 1_001 }, (_, i) => fact({ id: String(i) }));
    expect(reasonsOf(reader.read(letter('{'), bytes(many)))).toEqual(['too-large', null]);
    expect(recordsOf(reader.read(letter('{'), bytes(many.slice(1))))).toHaveLength(1_000);
  });

  it('do not make one fact over several lines into many', () => {
    const pretty = JSON.stringify(fact(), null, 2);
    expect(recordsOf(reader.read(letter('{'), bytes(pretty)))).toEqual([
      { key: bytes(transactionExample.accountId), value: bytes(pretty) },
    ]);
  });
});

describe('a letter about a conflict', () => {
  const conflict = letter(fact({ id: 'T1' }), { reason: 'conflicting-id', key: Buffer.from('A') });

  it.each([
    ['as it is', null],
    ['with another amount', bytes(fact({ id: 'T1', amount: '1.00' }))],
    ['with another account', bytes(fact({ id: 'T1', accountId: 'B' }))],
  ])('would be refused again %s: the name stands for another fact', (_how, mended) => {
    expect(reasonsOf(reader.read(conflict, mended))).toEqual(['conflicting-id', null]);
  });

  it('is sent under an id or a source of its own', () => {
    expect(recordsOf(reader.read(conflict, bytes(fact({ id: 'T1-corrected' }))))).toHaveLength(1);
    expect(recordsOf(reader.read(conflict, bytes(fact({ id: 'T1', source: 'correction' }))))).toHaveLength(1);
  });
});
