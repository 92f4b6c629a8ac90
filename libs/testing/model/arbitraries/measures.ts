import type { ConditionDocument, RuleInput } from '@weir/contracts';
import fc from 'fast-check';
import { conditions, someConditions } from './conditions';
import { counts, moneyThresholds, plains, quotients, thresholds, type money } from './thresholds';

type Measure = NonNullable<RuleInput['measure']>;
type Threshold = NonNullable<RuleInput['threshold']>;
type Windowed = Pick<Extract<Measure, { readonly count: 'facts' }>, 'by' | 'window' | 'where'>;

interface Pair {
  readonly measure: Measure;
  readonly threshold: Threshold;
}

/** What a rule measures, what it compares that with, and when it raises. */
export interface Measured {
  readonly measure?: Measure;
  readonly threshold?: NonNullable<RuleInput['threshold']>;
  readonly on: RuleInput['raise']['on'];
}

const groups = (...fields: string[][]): fc.Arbitrary<string[]> => fc.constantFrom(...fields);
const by = fc.oneof(
  { weight: 4, arbitrary: groups(['accountId']) },
  {
    weight: 5,
    arbitrary: groups(['customerId'], ['tellerId'], ['deviceId'], ['counterpartyId'], ['branchId'], ['currency']),
  },
  {
    weight: 3,
    arbitrary: groups(
      ['accountId', 'customerId'],
      ['accountId', 'attributes.device'],
      ['attributes.product', 'channel'],
      ['branchId', 'tellerId'],
      ['customerId', 'counterpartyId'],
    ),
  },
);

/** Which facts make a run up: mostly those that failed. */
const runOf: fc.Arbitrary<ConditionDocument[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<ConditionDocument[]>([{ field: 'type', equals: 'failed' }]) },
  { weight: 1, arbitrary: someConditions },
);

const raising: fc.Arbitrary<Measured['on']> = fc.oneof(
  { weight: 2, arbitrary: fc.constant('every' as const) },
  { weight: 1, arbitrary: fc.constant('crossing' as const) },
  { weight: 1, arbitrary: fc.constantFrom('PT1S', 'PT30M', 'PT1H', 'P1D').map((cooldown) => ({ cooldown })) },
);

/** Windows; the zone is that of the calendar ones. */
function windows(zone: string): fc.Arbitrary<Windowed['window']> {
  return fc.oneof(
    fc.constantFrom('PT1S', 'PT1M', 'PT30M', 'PT1H', 'P1D', 'P1D', 'P10D', 'P30D').map((sliding) => ({ sliding })),
    fc
      .constantFrom<('day' | 'week' | 'month')[]>('day', 'week', 'month')
      .map((calendar) => ({ calendar, timezone: zone })),
  );
}

const currency = fc.constantFrom<(keyof typeof money)[]>('CNY', 'CNY', 'CNY', 'KWD', 'JPY');
const whatIsIn = fc.constantFrom('attributes.product', 'attributes.product', 'type', 'attributes.grade', 'amount');
const thresholdOf = { counts: thresholds(counts), plains: thresholds(plains), quotients: thresholds(quotients) };

/** A measure of a field with a threshold in the unit of the field. */
function ofField(take: (field: string) => fc.Arbitrary<Measure>): fc.Arbitrary<Pair> {
  return fc.oneof(
    fc.record({ measure: take('amount'), threshold: currency.chain(moneyThresholds) }),
    fc.record({ measure: take('attributes.score'), threshold: thresholdOf.plains }),
  );
}

/** A measure of a field whose value is a quotient; the currency only says in what amounts are read. */
function quotientOf(take: (field: string) => fc.Arbitrary<Measure>): fc.Arbitrary<Pair> {
  const inMoney = fc
    .tuple(thresholdOf.quotients, currency)
    .map(([threshold, code]): Threshold => ({ ...threshold, currency: code }));
  return fc.oneof(
    fc.record({ measure: take('amount'), threshold: inMoney }),
    fc.record({ measure: take('attributes.score'), threshold: thresholdOf.quotients }),
  );
}

function pairs(zone: string): fc.Arbitrary<Pair> {
  const windowed: fc.Arbitrary<Windowed> = fc.record({ by, window: windows(zone), where: conditions });
  const run = fc.record(
    { run: fc.constant('facts' as const), by, window: windows(zone), where: runOf, until: someConditions },
    { requiredKeys: ['run', 'by', 'window', 'where'] },
  );
  const history = fc.constantFrom(undefined, 1, 2, 3);
  const idle = fc.constantFrom<('days' | 'hours' | 'minutes')[]>('days', 'hours', 'minutes');
  return fc.oneof(
    ofField((value) => by.map((group) => ({ value, by: group }))),
    fc.record({
      measure: windowed.map((given) => ({ count: 'facts' as const, ...given })),
      threshold: thresholdOf.counts,
    }),
    ofField((sum) => windowed.map((given) => ({ sum, ...given }))),
    ofField((average) => windowed.map((given) => ({ average, ...given }))),
    ofField((max) => windowed.map((given) => ({ max, ...given }))),
    ofField((min) => windowed.map((given) => ({ min, ...given }))),
    fc.record({
      measure: fc.tuple(whatIsIn, windowed).map(([distinct, given]) => ({ distinct, ...given })),
      threshold: thresholdOf.counts,
    }),
    fc.record({
      measure: fc.tuple(whatIsIn, windowed).map(([share, given]) => ({ share, ...given })),
      threshold: thresholdOf.quotients,
    }),
    quotientOf((of) => fc.tuple(whatIsIn, windowed).map(([share, given]) => ({ share, of, ...given }))),
    fc.record({ measure: run, threshold: thresholdOf.counts }),
    fc.record({
      measure: fc.tuple(idle, windowed).map(([unit, given]) => ({ idle: unit, ...given })),
      threshold: thresholdOf.quotients,
    }),
    fc.record({
      measure: fc.tuple(whatIsIn, windowed).map(([turn, given]) => ({ turn, ...given })),
      threshold: thresholdOf.counts,
    }),
    quotientOf((timesUsual) =>
      fc.tuple(history, windowed).map(([least, given]) => ({ timesUsual, history: least, ...given })),
    ),
  );
}

/** Every measure over windows of any kind, the calendar ones in the zone, and now and then none. */
export function measured(zone: string): fc.Arbitrary<Measured> {
  return fc.oneof(
    { weight: 14, arbitrary: fc.record({ pair: pairs(zone), on: raising }).map(({ pair, on }) => ({ ...pair, on })) },
    { weight: 1, arbitrary: fc.constant({ on: 'every' as const }) },
  );
}
