import { headers } from '@weir/contracts';
import type { LogRecord, NewRecord } from '@weir/platform/record-log';
import { factOf } from '../given.spec';
import { keyedRecords, reportRecord } from './keyed-records';
import { readKeyed } from './read-keyed';

const asRead = ({ key, value, headers: said = {} }: NewRecord): LogRecord => ({
  offset: 0,
  key,
  value,
  headers: said,
  timestamp: 0,
});
const fact = factOf('F1', 'A1', 0, {
  customerId: '客户',
  direction: 'in',
  attributes: { 债券: ['a', { b: null, c: 1e21 }], nothing: null },
});
const keysOf = new Map([
  ['customerId', ({ customerId }: typeof fact) => customerId ?? null],
  ['tellerId', ({ tellerId }: typeof fact) => tellerId ?? null],
]);

describe('a fact under another key', () => {
  it.each([true, false])('is read as it was written, in each lane in which it has a key (late: %s)', (late) => {
    const records = keyedRecords({ fact, late, partition: 2, offset: 41 }, keysOf);
    expect(records.map(([lane, { key }]) => [lane, String(key)])).toEqual([['customerId', '客户']]);
    const [[, record]] = records as [(typeof records)[number]];
    expect(record.headers?.[headers.source]).toBe('2/41');
    expect(readKeyed(asRead(record), 3)).toEqual({ kind: 'fact', fact, late });
  });

  it('and the report of a source are told apart by the key', () => {
    const report = { source: 2, upTo: 9, settledBefore: null, heldSince: 5 };
    const record = reportRecord(report, 1, 'topic 1');
    expect([record.key, record.partition]).toEqual([null, 1]);
    expect(readKeyed(asRead(record), 3)).toEqual({ kind: 'report', report, writtenFor: 'topic 1' });
    // As earlier versions wrote it.
    expect(readKeyed({ ...asRead(record), headers: {} }, 3)).toEqual({ kind: 'report', report, writtenFor: null });
  });

  const said = { [headers.late]: '1' };
  const key = Buffer.from('C1');
  it.each<[string, NewRecord, string]>([
    ['has no value', { key, value: null, headers: said }, 'not-json'],
    ['is no JSON', { key, value: Buffer.from('{'), headers: said }, 'not-json'],
    ['does not say whether it was late', { key, value: Buffer.from(JSON.stringify(fact)) }, 'missing-field'],
    [
      'has a field that no fact has',
      { key, value: Buffer.from(JSON.stringify({ ...fact, x: 1 })), headers: said },
      'invalid-value',
    ],
    [
      'has a broken amount',
      { key, value: Buffer.from(JSON.stringify({ ...fact, amount: 1.5 })), headers: said },
      'invalid-value',
    ],
    [
      'is a report of a source that there is not',
      reportRecord({ source: 3, upTo: 0, settledBefore: 0, heldSince: 0 }, 0, 'topic 1'),
      'invalid-value',
    ],
    ['is a report that says less', { key: null, partition: 0, value: Buffer.from('{"source":1}') }, 'invalid-value'],
  ])('that %s is unreadable, and says why', (_what, record, reason) => {
    expect(readKeyed(asRead(record), 3)).toMatchObject({
      kind: 'unreadable',
      reason,
      message: expect.stringMatching(/.{40}/) as string,
    });
  });
});
