import type { ConditionDocument, RuleInput } from '@weir/contracts';
import fc from 'fast-check';
import { conditions, someConditions } from './conditions';
import { counts, moneyThresholds, plains, quotients, thresholds, type money } from './thresholds';
import { second } from './times';

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
  { weight: 6, arbitrary: groups(['accountId']) },
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
      ['amount'],
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

/** A length of whole seconds: as far as two of the times lie apart, or any. */
function lengths(times: readonly number[]): fc.Arbitrary<string> {
  const apart = fc.tuple(fc.constantFrom(...times), fc.constantFrom(...times)).map(([a, b]) => {
    const seconds = Math.floor(Math.abs(a - b) / second);
    return seconds === 0 ? 'P30D' : `PT${seconds}S`;
  });
  return fc.oneof(apart, fc.constantFrom('PT1S', 'PT1M', 'PT30M', 'PT1H', 'P1D', 'P1D', 'P10D', 'P30D', 'P60D'));
}

/** Windows that some of the times fit into, or lie at the ends of; the zone is that of the calendar ones. */
function windows(zone: string, times: readonly number[]): fc.Arbitrary<Windowed['window']> {
  return fc.oneof(
    { weight: 2, arbitrary: lengths(times).map((sliding) => ({ sliding })) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom<('day' | 'week' | 'month')[]>('day', 'week', 'month', 'month')
        .map((calendar) => ({ calendar, timezone: zone })),
    },
  );
}

const currency = fc.constantFrom<(keyof typeof money)[]>('CNY', 'CNY', 'CNY', 'CNY', 'KWD', 'JPY');
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

function pairs(zone: string, times: readonly number[]): fc.Arbitrary<Pair> {
  const windowed: fc.Arbitrary<Windowed> = fc.record({ by, window: windows(zone, times), where: conditions });
  const counted = (measure: fc.Arbitrary<Measure>): fc.Arbitrary<Pair> =>
    fc.record({ measure, threshold: thresholdOf.counts });
  const run = fc.record(
    { run: fc.constant('facts' as const), by, window: windows(zone, times), where: runOf, until: someConditions },
    { requiredKeys: ['run', 'by', 'window', 'where'] },
  );
  const shareOfFacts = fc.tuple(whatIsIn, windowed).map(([share, given]) => ({ share, ...given }));
  const idle = fc
    .tuple(fc.constantFrom<('days' | 'hours' | 'minutes')[]>('days', 'hours', 'minutes'), windowed)
    .map(([unit, given]) => ({ idle: unit, ...given }));
  const history = fc.constantFrom(undefined, undefined, 1, 2, 3);
  const timesUsual = quotientOf((field) =>
    fc.tuple(history, windowed).map(([least, given]) => ({ timesUsual: field, history: least, ...given })),
  );
  return fc.oneof(
    ofField((value) => by.map((group) => ({ value, by: group }))),
    counted(windowed.map((given) => ({ count: 'facts', ...given }))),
    ofField((sum) => windowed.map((given) => ({ sum, ...given }))),
    ofField((average) => windowed.map((given) => ({ average, ...given }))),
    ofField((max) => windowed.map((given) => ({ max, ...given }))),
    ofField((min) => windowed.map((given) => ({ min, ...given }))),
    counted(fc.tuple(whatIsIn, windowed).map(([distinct, given]) => ({ distinct, ...given }))),
    fc.record({ measure: shareOfFacts, threshold: thresholdOf.quotients }),
    quotientOf((of) => fc.tuple(whatIsIn, windowed).map(([share, given]) => ({ share, of, ...given }))),
    // What has most in it, or comes to a value seldom, comes twice as often.
    { weight: 2, arbitrary: counted(run) },
    fc.record({ measure: idle, threshold: thresholdOf.quotients }),
    counted(fc.tuple(whatIsIn, windowed).map(([turn, given]) => ({ turn, ...given }))),
    { weight: 2, arbitrary: timesUsual },
  );
}

/** Every measure over windows that suit the times, the calendar ones in the zone, and now and then none. */
export function measured(zone: string, times: readonly number[]): fc.Arbitrary<Measured> {
  return fc.oneof(
    {
      weight: 14,
      arbitrary: fc.record({ pair: pairs(zone, times), on: raising }).map(({ pair, on }) => ({ ...pair, on })),
    },
    { weight: 1, arbitrary: fc.constant({ on: 'every' as const }) },
  );
}
