import type { RuleInput } from '@weir/contracts';

/** What facts are grouped by: the account, and five fields that each take a re-keyed topic; branches are few, so their groups are large. */
const groupings = ['accountId', 'customerId', 'counterpartyId', 'deviceId', 'tellerId', 'branchId'] as const;

/** The dimensions of the re-keyed topics that these rules need. */
export const dimensions = ['customer', 'counterparty', 'device', 'teller', 'branch'] as const;

const day = { calendar: 'day', timezone: 'Asia/Shanghai' } as const;

/** What is measured of each group; limits that are met now and then. */
function measures(field: string): readonly Pick<RuleInput, 'measure' | 'threshold'>[] {
  const by = [field];
  const money = (limit: string) => ({ above: limit, currency: 'CNY' });
  return [
    { measure: { count: 'facts', by, window: { sliding: 'PT10M' } }, threshold: { atLeast: 12 } },
    { measure: { count: 'facts', by, window: { sliding: 'PT6H' } }, threshold: { atLeast: 200 } },
    { measure: { sum: 'amount', by, window: { sliding: 'PT1H' } }, threshold: money('900000.00') },
    { measure: { sum: 'amount', by, window: day }, threshold: money('5000000.00') },
    { measure: { average: 'amount', by, window: { sliding: 'PT12H' } }, threshold: money('200000.00') },
    { measure: { max: 'amount', by, window: day }, threshold: money('900000.00') },
    { measure: { distinct: 'accountId', by, window: { sliding: 'PT3H' } }, threshold: { atLeast: 150 } },
    { measure: { distinct: 'counterpartyId', by, window: day }, threshold: { atLeast: 600 } },
    { measure: { count: 'facts', by: [field, 'channel'], window: day }, threshold: { atLeast: 500 } },
    {
      measure: { sum: 'amount', by: [field, 'direction'], window: { sliding: 'PT2H' } },
      threshold: money('2000000.00'),
    },
    { measure: { min: 'amount', by: [field, 'channel'], window: { sliding: 'PT4H' } }, threshold: money('90000.00') },
    { measure: { max: 'amount', by, window: { sliding: 'PT30M' } }, threshold: money('900000.00') },
    { measure: { average: 'amount', by: [field, 'type'], window: day }, threshold: money('400000.00') },
    { measure: { share: 'channel', by, window: { sliding: 'PT8H' } }, threshold: { above: '1' } },
  ];
}

/** A rule book that makes a detector work: 84 rules in six groupings, with windows of a day at most. */
export const rules: readonly RuleInput[] = groupings.flatMap((field) =>
  measures(field).map(({ measure, threshold }, index) => ({
    id: `burst-${field.toLowerCase()}-${index + 1}`,
    title: { en: `Burst, by ${field}, ${index + 1}`, zh: `突发 ${field} ${index + 1}` },
    source: 'burst test',
    on: 'transaction' as const,
    when: [{ field: 'currency', in: ['CNY'] }],
    measure,
    threshold,
    raise: { on: 'crossing' as const, severity: 'low' as const },
  })),
);
