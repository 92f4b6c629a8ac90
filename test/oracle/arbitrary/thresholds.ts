import { severities } from '@weir/contracts';
import type { LimitDocument, ThresholdDocument } from '@weir/contracts';
import fc from 'fast-check';
import type { RandomMeasure } from './measures';
import { currencies, currency, decimalOf } from './vocabulary';

type Comparison = Omit<ThresholdDocument, 'tiers' | 'currency'>;

/** A limit of any form, of at most so many decimals where the document writes it. */
const limitOf = (decimals: number, money: boolean): fc.Arbitrary<LimitDocument> =>
  fc.oneof(
    { weight: 6, arbitrary: decimalOf(decimals) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('attributes.limit', money ? 'amount' : 'attributes.level').map((field) => ({ field })),
    },
    {
      weight: 2,
      arbitrary: fc.record(
        {
          table: fc.constantFrom('grades', 'limits'),
          key: fc.constantFrom('attributes.grade', 'branchId', 'amount'),
          else: decimalOf(decimals),
        },
        { requiredKeys: ['table', 'key'] },
      ),
    },
  );

const comparisonOf = (decimals: number, money: boolean): fc.Arbitrary<Comparison> => {
  const one = limitOf(decimals, money);
  const between = fc.tuple(one, one).map(([low, high]): Comparison => {
    const swapped = typeof low === 'string' && typeof high === 'string' && Number(low) > Number(high);
    return { between: swapped ? [high, low] : [low, high] };
  });
  return fc.oneof(
    { weight: 3, arbitrary: one.map((above): Comparison => ({ above })) },
    { weight: 3, arbitrary: one.map((atLeast): Comparison => ({ atLeast })) },
    { weight: 1, arbitrary: one.map((below): Comparison => ({ below })) },
    { weight: 1, arbitrary: one.map((atMost): Comparison => ({ atMost })) },
    { weight: 1, arbitrary: between },
  );
};

const severity = fc.constantFrom(...severities);

/** A threshold for a measure, and the severity of a raised hit where it has no tiers. */
export function thresholdOf({ money, decimals }: RandomMeasure): fc.Arbitrary<{
  readonly threshold: ThresholdDocument;
  readonly severity: (typeof severities)[number] | undefined;
}> {
  const inCurrency = money ? currency : fc.constant(undefined);
  return inCurrency.chain((named) => {
    const most = decimals ?? (named === undefined ? 0 : currencies[named]);
    const more = named === undefined ? {} : { currency: named };
    const single = fc
      .tuple(comparisonOf(most, decimals === undefined), severity)
      .map(([comparison, one]) => ({ threshold: { ...comparison, ...more }, severity: one }));
    const tiers = fc
      .tuple(
        fc.subarray([...severities], { minLength: 1 }),
        fc.array(comparisonOf(most, decimals === undefined), {
          minLength: severities.length,
          maxLength: severities.length,
        }),
      )
      .map(([levels, comparisons]) => ({
        threshold: {
          tiers: levels.map((level, place) => ({ ...(comparisons[place] ?? { above: '0' }), severity: level })),
          ...more,
        },
        severity: undefined,
      }));
    return fc.oneof({ weight: 3, arbitrary: single }, { weight: 1, arbitrary: tiers });
  });
}
