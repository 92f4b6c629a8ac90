import type { RuleInput } from './rule.schema';

/** The calendar-day total of e-banking transfers of customers without a certificate. */
export const ruleExample: RuleInput = {
  id: 'ebank-daily-total',
  title: { en: 'E-banking daily total without certificate', zh: '无证书网银当日累计限额' },
  source: 'ICBC personal e-banking rules, clause 5',
  version: 3,
  effectiveFrom: '2026-12-01T00:00:00+08:00',
  lateness: 'PT1H',
  on: 'transaction',
  when: [
    { field: 'channel', in: ['ebank'] },
    { field: 'attributes.certificate', equals: false },
  ],
  measure: { sum: 'amount', by: ['accountId'], window: { calendar: 'day', timezone: 'Asia/Shanghai' } },
  threshold: { above: '10000.00', currency: 'CNY' },
  raise: { on: 'every', severity: 'high' },
  review: { confirmWithCustomer: true, due: 'PT4H' },
};
