import type { FactMessage } from './fact.schema';

/** A transaction as core banking would publish it. */
export const transactionExample: FactMessage = {
  id: 'T20261122-000001',
  kind: 'transaction',
  occurredAt: '2026-11-22T08:15:30.123+08:00',
  accountId: '6222020200112233445',
  customerId: 'C1',
  counterpartyId: 'A9',
  direction: 'out',
  type: 'transfer',
  channel: 'ebank',
  amount: '4800.00',
  currency: 'CNY',
  branchId: 'B12',
  tellerId: 'T7',
  deviceId: 'D1',
  attributes: { certificate: false },
};

/** An operation as the e-banking front would publish it. */
export const operationExample: FactMessage = {
  source: 'ebank-front',
  id: 'OP-20261122-77',
  kind: 'operation',
  occurredAt: '2026-11-22T08:16:02+08:00',
  accountId: '6222020200112233445',
  customerId: 'C1',
  type: 'login-failure',
  channel: 'ebank',
  deviceId: 'D1',
  attributes: { edition: 'passbook' },
};
