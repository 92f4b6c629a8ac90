import type { ConditionDocument } from '@weir/contracts';
import fc from 'fast-check';
import { lists } from './references';
import { limits, money, plains } from './thresholds';

const word = (field: string, ...words: string[]): fc.Arbitrary<ConditionDocument> =>
  fc.oneof(
    fc.constantFrom(...words).map((equals) => ({ field, equals })),
    fc.subarray(words, { minLength: 1 }).map((list) => ({ field, in: list })),
    fc.subarray(words, { minLength: 1 }).map((list) => ({ field, notIn: list })),
    fc.boolean().map((exists) => ({ field, exists })),
    fc.constantFrom('^e', 'er$', '^[A-Z][0-9]$').map((matches) => ({ field, matches })),
  );

const listed: fc.Arbitrary<ConditionDocument> = fc
  .tuple(
    fc.constantFrom(
      'counterpartyId',
      'deviceId',
      'tellerId',
      'attributes.device',
      'attributes.product',
      'channel',
      'amount',
    ),
    fc.constantFrom(...lists),
    fc.boolean(),
  )
  .map(([field, list, isIn]) => (isIn ? { field, inList: list } : { field, notInList: list }));

const paired: fc.Arbitrary<ConditionDocument> = fc
  .tuple(
    fc.constantFrom(
      ['tellerId', 'attributes.second'],
      ['counterpartyId', 'accountId'],
      ['attributes.grade', 'attributes.device'],
      ['deviceId', 'attributes.device'],
      ['attributes.product', 'attributes.product'],
    ),
    fc.boolean(),
  )
  .map(([[field = '', other = ''], same]) => (same ? { field, sameAs: other } : { field, differsFrom: other }));

const simple: fc.Arbitrary<ConditionDocument> = fc.oneof(
  word('channel', 'ebank', 'counter'),
  word('direction', 'in', 'out'),
  word('attributes.device', 'D1', 'D2'),
  word('currency', 'CNY', 'JPY'),
  word('customerId', 'C1'),
  word('type', 'failed', 'login'),
  listed,
  paired,
  fc.constantFrom<ConditionDocument[]>(
    { field: 'attributes.certificate', equals: false },
    { field: 'attributes.certificate', exists: true },
    { field: 'attributes.certificate', notIn: [true] },
    { field: 'attributes.score', equals: 3 },
    { field: 'attributes.score', equals: '7' },
    { field: 'amount', equals: '5000' },
    { field: 'amount', in: ['50', '0.01'] },
    { field: 'amount', notIn: ['5000.00', '50'] },
    { field: 'attributes.score', above: '0', notIn: ['7'] },
  ),
  limits(money.CNY).map((given) => ({ field: 'amount', ...given })),
  limits(plains).map((given) => ({ field: 'attributes.score', ...given })),
);

const condition: fc.Arbitrary<ConditionDocument> = fc.oneof(
  { weight: 4, arbitrary: simple },
  { weight: 1, arbitrary: simple.map((not) => ({ not })) },
  { weight: 1, arbitrary: fc.tuple(simple, simple).map(([a, b]) => ({ any: [a, b] })) },
  { weight: 1, arbitrary: fc.tuple(simple, simple).map(([a, b]) => ({ not: { all: [a, { not: b }] } })) },
);

/** One or two conditions. */
export const someConditions = fc.array(condition, { minLength: 1, maxLength: 2 });

/** Mostly none, so that most facts pass. */
export const conditions = fc.oneof(
  { weight: 5, arbitrary: fc.constant<ConditionDocument[]>([]) },
  { weight: 1, arbitrary: someConditions },
);
