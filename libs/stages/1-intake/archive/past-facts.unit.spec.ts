import { transactionExample } from '@weir/contracts';
import { canonicalFact, type Fact } from '@weir/domain';
import { readBatch } from '../intake.pipeline';
import { factMessage } from './past-facts';

/** The fact that a message is read as. */
function read(message: object): Fact | undefined {
  const record = { offset: 0, key: null, value: Buffer.from(JSON.stringify(message)), headers: {}, timestamp: 2e12 };
  return readBatch({ topic: 'facts', partition: 0, records: [record] }, { partitions: 3, maxFutureMs: 1e15 })
    .accepted[0]?.fact;
}

describe('a fact of the past as a message', () => {
  it.each([
    ['a transaction', transactionExample],
    ['yen', { ...transactionExample, amount: '4800', currency: 'JPY' }],
    ['dinars', { ...transactionExample, amount: '0.001', currency: 'KWD' }],
    ['an operation', { id: 'O1', kind: 'operation', occurredAt: '1970-01-01T00:00:00Z', tellerId: 'T1' }],
    [
      'fields of its own',
      { ...transactionExample, source: 'cards', bond: '国债', attributes: { deep: { list: [1, null, 'a'] } } },
    ],
  ])('is read as the same fact: %s', (_what, message) => {
    const fact = read(message);
    if (fact === undefined) throw new Error('The message is no fact.');
    const again = read(factMessage(fact));
    expect(again === undefined ? undefined : canonicalFact(again)).toBe(canonicalFact(fact));
  });
});
