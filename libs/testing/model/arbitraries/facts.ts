import type { Fact, Json } from '@weir/domain';
import fc from 'fast-check';

const maybe = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined, freq: 6 });
/** Mostly one of the first, now and then one of the others, which lead to errors and other rare ends. */
const mostly = (usual: readonly Json[], rare: readonly Json[]): fc.Arbitrary<Json> =>
  fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constantFrom(...rare) });

const attributes = fc
  .record(
    {
      certificate: fc.constantFrom(true, false, null),
      device: fc.constantFrom<Json[]>('D1', 'D1', 'D2', '1', 1, null),
      score: mostly([0, 0.1, 0.2, '0.30', 3, -3, '7', null], [0.1 + 0.2, 1e-7, 1e21, 'high', true]),
      // What a fact may be up to, read as a limit.
      most: mostly(['0', 1, '2', '50.00', '5000.00', null], ['much', '1.001', '0.1234567', 1e21, -1]),
      grade: mostly(['junior', 'junior', 'senior', 1, '1', null], ['toString', true, '']),
      product: mostly(
        ['gold', 'gold', 'gold', 'bond', 'bond', null],
        [['gold'], { of: 'gold', at: [1] }, { at: [1], of: 'gold' }, 5, '5'],
      ),
      second: fc.constantFrom<Json[]>('T1', 'T2', null),
    },
    { requiredKeys: ['score', 'product'] },
  )
  .map((given): Fact['attributes'] => given);

const minorUnits = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(0, 1, 100, 5000, 499_999, 500_000, 500_001) },
  { weight: 1, arbitrary: fc.constantFrom(Number.MAX_SAFE_INTEGER, Math.ceil(Number.MAX_SAFE_INTEGER / 2)) },
);
const currency = fc.oneof(
  { weight: 12, arbitrary: fc.constant('CNY') },
  { weight: 4, arbitrary: fc.constant('USD') },
  { weight: 1, arbitrary: fc.constantFrom('JPY', 'KWD') },
);

/** A fact of that name at one of the times. Every field but the name may be missing, and an operation may have no account. */
export function factOf(name: { source: string; id: string }, times: readonly number[]): fc.Arbitrary<Fact> {
  return fc
    .record({
      occurredAt: fc.constantFrom(...times),
      accountId: fc.constantFrom('A1', 'A1', 'A1', 'A1', 'A1', 'A2'),
      isOperation: fc.constantFrom(false, false, false, true),
      hasAccount: fc.constantFrom(true, true, false),
      customerId: maybe(fc.constantFrom('C1', 'C1', 'C1', 'C2')),
      counterpartyId: maybe(fc.constantFrom('P1', 'P1', 'P2', 'A1')),
      tellerId: maybe(fc.constantFrom('T1', 'T1', 'T1', 'T2')),
      deviceId: maybe(fc.constantFrom('D1', 'D1', 'D1', 'D2')),
      type: fc.constantFrom('failed', 'failed', 'failed', 'login', 'login', undefined),
      channel: maybe(fc.constantFrom('ebank', 'counter', '')),
      direction: maybe(fc.constantFrom<('in' | 'out')[]>('in', 'out')),
      branchId: maybe(fc.constantFrom('B1', 'B1', 'B1', 'B2')),
      amount: minorUnits,
      currency,
      attributes,
    })
    .map(({ isOperation, hasAccount, accountId, amount, currency: code, ...rest }): Fact => {
      const present = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
      const fact = { ...name, ...present } as Omit<Fact, 'kind' | 'accountId'>;
      if (!isOperation) return { ...fact, accountId, kind: 'transaction', amount, currency: code };
      return hasAccount ? { ...fact, accountId, kind: 'operation' } : { ...fact, kind: 'operation' };
    });
}

/** Names whose order by bytes is not that of their UTF-16 units, nor that of numbers. */
export const names = ['default', 'core', '\uFF5E'].flatMap((source) =>
  ['a', 'B', '10', '9', 'ab', '\uFF5E', '\u{1F600}', '\u{1F601}'].map((id) => ({ source, id })),
);
