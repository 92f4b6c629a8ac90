import { hitExample, maxFactBytes } from '@weir/contracts';
import type { HitState, RefusalReason } from '@weir/contracts';
import { alertGroupKey } from '@weir/domain';
import type { LogRecord } from '@weir/platform/record-log';
import { readStates } from './read-states';

const record = (value: Buffer | null): LogRecord => ({ offset: 7, key: null, value, headers: {}, timestamp: 11 });
const json = (value: unknown): LogRecord => record(Buffer.from(JSON.stringify(value)));
const withFact = (over: Partial<HitState['fact']>): HitState => ({
  ...hitExample,
  fact: { ...hitExample.fact, ...over },
});

describe('reading states of hits', () => {
  it('gives what the alert needs, and when the record arrived', () => {
    const { states, refused } = readStates([json(hitExample)]);
    expect(refused).toEqual([]);
    expect(states).toMatchObject([
      {
        rule: 'ebank-daily-total',
        groupKey: alertGroupKey('ebank-daily-total', hitExample.group),
        confirmWithCustomer: true,
        due: 4 * 3_600_000,
        arrivedAt: 11,
        hit: { hitId: hitExample.hitId, status: 'raised', severity: 'high', evidence: hitExample.evidence },
      },
    ]);
  });

  it('keeps hits of a rule without groups apart by account', () => {
    const { states } = readStates([json({ ...hitExample, group: [] })]);
    expect(states[0]?.group).toEqual([{ field: 'accountId', value: '6222020200112233445' }]);
  });

  it.each<[string, LogRecord, RefusalReason]>([
    ['no value', record(null), 'not-json'],
    ['bytes that are no UTF-8', record(Buffer.from([0x7b, 0xff, 0x7d])), 'invalid-encoding'],
    ['text that is no JSON', record(Buffer.from('{')), 'not-json'],
    ['a list', json([hitExample]), 'not-an-object'],
    ['a missing field', json({ ...hitExample, rule: undefined }), 'missing-field'],
    [
      'a missing field inside',
      json({ ...hitExample, evidence: { ...hitExample.evidence, count: undefined } }),
      'missing-field',
    ],
    ['a field of another type', json({ ...hitExample, version: 'three' }), 'wrong-type'],
    ['a status of another list', json({ ...hitExample, status: 'gone' }), 'invalid-value'],
    ['an unknown field', json({ ...hitExample, extra: 1 }), 'invalid-value'],
    [
      'a duration that is none',
      json({ ...hitExample, review: { confirmWithCustomer: false, due: 'P' } }),
      'invalid-value',
    ],
    ['a time before 1970', json(withFact({ occurredAt: -1 })), 'time-out-of-range'],
    ['a time after 9999', json(withFact({ occurredAt: 253_402_300_800_000 })), 'time-out-of-range'],
    ['a name that is too long', json(withFact({ accountId: 'A'.repeat(257) })), 'invalid-value'],
    [
      'a partition that is none',
      json({ ...hitExample, asOf: { ...hitExample.asOf, partition: 2 ** 31 } }),
      'invalid-value',
    ],
    ['a null character', json(withFact({ id: 'T\0' })), 'invalid-text'],
    ['a lone surrogate', record(Buffer.from(JSON.stringify(hitExample).replace('"C1"', '"\\ud800"'))), 'invalid-text'],
    ['more bytes than any state has', record(Buffer.alloc(maxFactBytes + 1, 0x20)), 'too-large'],
  ])('refuses %s, saying why, and reads on', (_what, bad, reason) => {
    const { states, refused } = readStates([bad, json(hitExample)]);
    expect(states).toHaveLength(1);
    expect(refused.map((refusal) => refusal.reason)).toEqual([reason]);
    expect(refused[0]?.record).toBe(bad);
    expect(refused[0]?.message).toMatch(/\w{3,}/);
  });

  it('takes the last moment of 9999', () => {
    expect(readStates([json(withFact({ occurredAt: 253_402_300_799_999 }))]).refused).toEqual([]);
  });
});
