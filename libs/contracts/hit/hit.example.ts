import type { HitState } from './hit.schema';

/** The third transfer of a day lifts its total above the limit. */
export const hitExample: HitState = {
  hitId: '0f4c2c1c5d9c0e7e6e6f3a0d5b8f1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b',
  status: 'raised',
  rule: 'ebank-daily-total',
  version: 3,
  title: { en: 'E-banking daily total without certificate', zh: '无证书网银当日累计限额' },
  severity: 'high',
  review: { confirmWithCustomer: true, due: 'PT4H' },
  recommend: null,
  group: [{ field: 'accountId', value: '6222020200112233445' }],
  fact: {
    source: 'default',
    id: 'T20261122-000003',
    occurredAt: 1_795_306_530_123,
    accountId: '6222020200112233445',
    customerId: 'C1',
    branchId: 'B12',
  },
  cause: { source: 'default', id: 'T20261122-000003' },
  asOf: { topic: 'weir.facts.v1', partition: 2, offset: 1041, step: 0 },
  evidence: {
    measured: '14400.00',
    limit: '10000.00',
    comparison: 'above',
    currency: 'CNY',
    window: { from: 1_795_276_800_000, to: 1_795_306_530_123, fromIncluded: true },
    count: 3,
    facts: [
      { source: 'default', id: 'T20261122-000001', occurredAt: 1_795_300_530_123, amount: '4800.00', currency: 'CNY' },
      { source: 'default', id: 'T20261122-000002', occurredAt: 1_795_303_530_123, amount: '4800.00', currency: 'CNY' },
      { source: 'default', id: 'T20261122-000003', occurredAt: 1_795_306_530_123, amount: '4800.00', currency: 'CNY' },
    ],
    incomplete: false,
  },
};
