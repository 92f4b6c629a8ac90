import type { ConditionDocument, FieldConditionDocument } from '@weir/contracts';
import fc from 'fast-check';
import { decimalOf, labelFields, labels, textFields, texts } from './vocabulary';

type Operators = Omit<FieldConditionDocument, 'field'>;

const scalars = labels.filter((one) => typeof one !== 'object') as (string | number | boolean)[];
const lists = fc.constantFrom('watched', 'odd');
const exists = fc.record({ exists: fc.boolean() });
const valuesOf = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(values, { minLength: 1, maxLength: 2 });

const ofScalar = (values: fc.Arbitrary<string | number | boolean>): fc.Arbitrary<Operators>[] => [
  fc.record({ equals: values }),
  fc.record({ in: valuesOf(values) }),
  fc.record({ notIn: valuesOf(values) }),
  fc.record({ inList: lists }),
  fc.record({ notInList: lists }),
  exists,
];
const ofDecimal = (decimals: number): fc.Arbitrary<Operators>[] => [
  fc.record({ above: decimalOf(decimals) }),
  fc.record({ atLeast: decimalOf(decimals), below: decimalOf(decimals) }),
  fc.record({ atMost: decimalOf(decimals) }),
  fc
    .tuple(decimalOf(decimals), decimalOf(decimals))
    .map((ends) => ({ between: ends.sort((a, b) => Number(a) - Number(b)) })),
];
const patterns = fc.constantFrom('^[A-Z]', '[12]$', '^POS-[0-9]{5}$', 'log|sell', 'e.*t', '^.?$');

const onText = fc
  .constantFrom(...textFields)
  .chain((field) =>
    fc
      .oneof(...ofScalar(fc.constantFrom(...(texts[field] ?? []))), fc.record({ matches: patterns }))
      .map((operators) => ({ field, ...operators })),
  );
const onLabel = fc
  .tuple(
    fc.constantFrom(...labelFields),
    fc.oneof(...ofScalar(fc.constantFrom(...scalars)), ...ofDecimal(1), fc.record({ matches: patterns })),
  )
  .map(([field, operators]) => ({ field, ...operators }));
const onNumber = fc
  .tuple(fc.constantFrom('attributes.points', 'attributes.level', 'tellerId'), fc.oneof(...ofDecimal(6), exists))
  .map(([field, operators]) => ({ field, ...operators }));
const onAmount = fc
  .oneof(
    ...ofDecimal(2),
    fc.record({ in: valuesOf(decimalOf(2)) }),
    fc.record({ equals: decimalOf(2) }),
    fc.record({ inList: lists }),
    fc.record({ notInList: lists }),
    exists,
  )
  .map((operators) => ({ field: 'amount', ...operators }));
const onTwo = fc
  .tuple(
    fc.constantFrom(
      ['accountId', 'counterpartyId'],
      ['tellerId', 'attributes.grade'],
      ['amount', 'attributes.level'],
      ['attributes.product', 'attributes.grade'],
      ['attributes.product', 'attributes.region'],
    ),
    fc.boolean(),
  )
  .map(([[field = '', other = ''], same]) => (same ? { field, sameAs: other } : { field, differsFrom: other }));

const onField: fc.Arbitrary<ConditionDocument> = fc.oneof(
  { weight: 4, arbitrary: onText },
  { weight: 2, arbitrary: onLabel },
  { weight: 1, arbitrary: onNumber },
  { weight: 1, arbitrary: onAmount },
  { weight: 1, arbitrary: onTwo },
);
const few = fc.array(onField, { minLength: 1, maxLength: 2 });
const condition: fc.Arbitrary<ConditionDocument> = fc.oneof(
  { weight: 6, arbitrary: onField },
  { weight: 1, arbitrary: few.map((any) => ({ any })) },
  { weight: 1, arbitrary: onField.map((not) => ({ not })) },
  { weight: 1, arbitrary: few.map((all) => ({ not: { any: [{ all }] } })) },
);

/** At least one condition. */
export const someConditions = fc.array(condition, { minLength: 1, maxLength: 2 });
/** Mostly none, so that facts pass. */
export const conditions = fc.oneof(
  { weight: 4, arbitrary: fc.constant<ConditionDocument[]>([]) },
  { weight: 1, arbitrary: someConditions },
);
