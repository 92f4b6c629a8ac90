import type { MeasureDocument, WindowDocument } from '@weir/contracts';
import fc from 'fast-check';
import { conditions, someConditions } from './conditions';
import { labelFields, length, textFields, zones } from './vocabulary';

/** A measure and what its threshold is written in. */
export interface RandomMeasure {
  readonly measure: MeasureDocument;
  /** Currency is needed exactly where true. */
  readonly money: boolean;
  /** Most decimals of a limit; those of the currency where undefined. */
  readonly decimals: number | undefined;
}

const window: fc.Arbitrary<WindowDocument> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ sliding: length }) },
  {
    weight: 2,
    arbitrary: fc.record({ calendar: fc.constantFrom('day', 'week', 'month'), timezone: fc.constantFrom(...zones) }),
  },
);
const by = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('accountId', 'accountId', 'branchId', 'customerId').map((field) => [field]) },
  {
    weight: 2,
    arbitrary: fc.uniqueArray(
      fc.constantFrom(
        ...['accountId', 'customerId', 'tellerId', 'counterpartyId', 'deviceId', 'branchId'],
        ...['attributes.region', 'attributes.product', 'channel', 'attributes.level', 'amount', 'source', 'kind'],
      ),
      { minLength: 1, maxLength: 3, size: 'small' },
    ),
  },
);
const windowed = fc.record({ by, window, where: fc.option(conditions, { nil: undefined }) });

const numeric = fc.oneof(
  { weight: 3, arbitrary: fc.constant('amount') },
  { weight: 4, arbitrary: fc.constantFrom('attributes.points', 'attributes.level') },
  { weight: 1, arbitrary: fc.constant('tellerId') },
);
const apart = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...labelFields) },
  { weight: 2, arbitrary: fc.constantFrom(...textFields) },
  { weight: 1, arbitrary: fc.constantFrom('amount', 'attributes.points') },
);

const ofNumber = (verb: 'sum' | 'average' | 'max' | 'min'): fc.Arbitrary<RandomMeasure> =>
  fc.tuple(numeric, windowed).map(([field, more]) => ({
    measure: { [verb]: field, ...more } as unknown as MeasureDocument,
    money: field === 'amount',
    decimals: field === 'amount' ? undefined : 6,
  }));
const counted = (measure: fc.Arbitrary<MeasureDocument>): fc.Arbitrary<RandomMeasure> =>
  measure.map((one) => ({ measure: one, money: false, decimals: 0 }));

const value = fc.tuple(numeric, fc.option(by, { nil: undefined })).map(([field, group]): RandomMeasure => ({
  measure: { value: field, ...(group === undefined ? {} : { by: group }) },
  money: field === 'amount',
  decimals: field === 'amount' ? undefined : 6,
}));
const share = fc
  .tuple(apart, fc.option(numeric, { nil: undefined }), windowed)
  .map(([field, of, more]): RandomMeasure => ({
    measure: { share: field, ...(of === undefined ? {} : { of }), ...more },
    money: of === 'amount',
    decimals: 6,
  }));
const run = counted(
  fc
    .tuple(windowed, someConditions, fc.option(someConditions, { nil: undefined }))
    .map(([{ by: group, window: over }, where, until]) => ({
      run: 'facts' as const,
      by: group,
      window: over,
      where,
      ...(until === undefined ? {} : { until }),
    })),
);
const idle = fc
  .tuple(fc.constantFrom('days', 'hours', 'minutes'), windowed)
  .map(([unit, more]): RandomMeasure => ({ measure: { idle: unit, ...more }, money: false, decimals: 6 }));
const timesUsual = fc
  .tuple(numeric, fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }), windowed)
  .map(([field, history, more]): RandomMeasure => ({
    measure: { timesUsual: field, ...(history === undefined ? {} : { history }), ...more },
    money: field === 'amount',
    decimals: 6,
  }));

/** Every measure of the rule language over every kind of window. */
export const randomMeasure: fc.Arbitrary<RandomMeasure> = fc.oneof(
  value,
  counted(windowed.map((more) => ({ count: 'facts' as const, ...more }))),
  ofNumber('sum'),
  ofNumber('average'),
  ofNumber('max'),
  ofNumber('min'),
  counted(fc.tuple(apart, windowed).map(([distinct, more]) => ({ distinct, ...more }))),
  share,
  run,
  idle,
  counted(fc.tuple(apart, windowed).map(([turn, more]) => ({ turn, ...more }))),
  timesUsual,
);
