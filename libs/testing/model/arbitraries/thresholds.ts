import type { LimitDocument, RuleInput } from '@weir/contracts';
import { severities } from '@weir/contracts';
import fc from 'fast-check';
import { tables } from './references';

type Threshold = NonNullable<RuleInput['threshold']>;
type Comparison = Pick<Threshold, 'above' | 'atLeast' | 'below' | 'atMost' | 'between'>;
/** A comparison with constants only, as conditions have it. */
export interface Limits {
  readonly above?: string;
  readonly atLeast?: string;
  readonly below?: string;
  readonly atMost?: string;
  readonly between?: [string, string];
}

/** Amounts of the yuan, of the dinar and of the yen as limits. */
export const money = {
  CNY: fc.constantFrom('0', '1', '1', '49.99', '50.00', '4999.99', '5000.00', '5000.01', '10000.00'),
  KWD: fc.constantFrom('0', '0.001', '1', '5', '50.000', '5000'),
  JPY: fc.constantFrom('0', '1', '100', '5000'),
};
/** Plain numbers as limits. */
export const plains = fc.constantFrom('0', '0.1', '0.3', '0.30', '1', '3', '7', '-3', '10');
/** Numbers of facts as limits. */
export const counts = fc.constantFrom('0', '1', '1', '2', '2', '3', '4');
/** Quotients as limits. */
export const quotients = fc.constantFrom('0', '0.25', '0.333333', '0.333334', '0.5', '0.5', '1', '1.5', '2');

/** Each comparison with constants; the first two more often, with what is measured rising. */
export function limits(limit: fc.Arbitrary<string>): fc.Arbitrary<Limits> {
  return fc.oneof(
    limit.map((above) => ({ above })),
    limit.map((atLeast) => ({ atLeast })),
    limit.map((above) => ({ above })),
    limit.map((atLeast) => ({ atLeast })),
    limit.map((below) => ({ below })),
    limit.map((atMost) => ({ atMost })),
    fc.tuple(limit, limit).map(([a, b]): Limits => ({ between: Number(a) <= Number(b) ? [a, b] : [b, a] })),
  );
}

/** A limit that the fact itself names, or a table. */
function lookedUp(constant: fc.Arbitrary<string>, table: string): fc.Arbitrary<LimitDocument> {
  const listed = fc.record(
    {
      table: fc.constant(table),
      key: fc.constantFrom('attributes.grade', 'attributes.grade', 'type', 'attributes.product', 'amount'),
      else: constant,
    },
    { requiredKeys: ['table', 'key'] },
  );
  const field = fc.oneof(
    { weight: 7, arbitrary: fc.constant({ field: 'attributes.most' }) },
    { weight: 1, arbitrary: fc.constant({ field: table === tables.money ? 'amount' : 'attributes.score' }) },
  );
  return fc.oneof(field, listed);
}

function comparison(constant: fc.Arbitrary<string>, table: string): fc.Arbitrary<Comparison> {
  const other = lookedUp(constant, table);
  return fc.oneof(
    { weight: 6, arbitrary: limits(constant) },
    { weight: 1, arbitrary: other.map((above) => ({ above })) },
    { weight: 1, arbitrary: other.map((atLeast) => ({ atLeast })) },
    { weight: 1, arbitrary: other.map((atMost) => ({ atMost })) },
    {
      weight: 1,
      arbitrary: fc
        .oneof(fc.tuple(constant, other), fc.tuple(other, constant), fc.tuple(other, other))
        .map((between) => ({
          between,
        })),
    },
  );
}

/** A threshold of one comparison, or tiers with rising severities. */
export function thresholds(constant: fc.Arbitrary<string>, table: string = tables.plain): fc.Arbitrary<Threshold> {
  const tiers = fc
    .subarray([...severities], { minLength: 1 })
    .chain((some) =>
      fc.tuple(...some.map((severity) => comparison(constant, table).map((one) => ({ ...one, severity })))),
    );
  return fc.oneof(
    { weight: 3, arbitrary: comparison(constant, table) },
    { weight: 2, arbitrary: tiers.map((all) => ({ tiers: all })) },
  );
}

/** A threshold in money of a currency. */
export function moneyThresholds(currency: keyof typeof money): fc.Arbitrary<Threshold> {
  return thresholds(money[currency], tables.money).map((threshold) => ({ ...threshold, currency }));
}
