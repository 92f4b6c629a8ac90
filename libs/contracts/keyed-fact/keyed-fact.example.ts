import type { KeyedFact, SourceReport } from './keyed-fact.schema';

/** A transaction under the key of its customer. */
export const keyedFactExample: KeyedFact = {
  source: 'default',
  id: 'T20261122-000001',
  kind: 'transaction',
  occurredAt: 1795306530123,
  accountId: '6222020200112233445',
  customerId: 'C1',
  direction: 'out',
  type: 'transfer',
  channel: 'ebank',
  amount: 480000,
  currency: 'CNY',
  branchId: 'B12',
  attributes: { certificate: false },
};

/** Partition 3 has read up to offset 41,200 and expects nothing more from before 08:15 that would be in time. */
export const sourceReportExample: SourceReport = {
  source: 3,
  upTo: 41200,
  settledBefore: 1795306500000,
  heldSince: null,
};
