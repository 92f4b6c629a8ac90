import { currencyDecimals } from '@weir/domain';
import { factField } from './fact-field.sql';
import { convertedUnits } from './rates.sql';

/** The largest whole number that is counted exactly, 2^53 − 1. */
export const mostUnits = '9007199254740991';

/** What goes wrong in an evaluation; of several the smallest is told. */
export const failures = ['not-exact', 'no-rate', 'out-of-range'] as const;
/** Reason of an evaluation that ended in an error. */
export type Failure = (typeof failures)[number];
/** A reason as it stands in SQL. */
export const failureCode = (failure: Failure): number => failures.indexOf(failure) + 1;

/** What measured values are counted in. */
export interface Unit {
  readonly decimals: number;
  /** Currency of money; null for everything else. */
  readonly currency: string | null;
}

/** Facts, values, turns: counted one by one. */
export const whole: Unit = { decimals: 0, currency: null };
/** Any number that is neither counted nor money. */
export const plain: Unit = { decimals: 6, currency: null };

/** The unit in which a field is measured. @throws Error for money without a currency */
export function unitOf(field: string, currency: string | undefined): Unit {
  if (field !== 'amount') return plain;
  const decimals = currencyDecimals(currency ?? '');
  if (currency === undefined || decimals === undefined) throw new Error('Money is measured in a currency.');
  return { decimals, currency };
}

/** A measured field of fact `f`: whether it is there, and its units before the failures of reading are told. */
export function measuredField(field: string, unit: Unit): { readonly there: string; readonly units: string } {
  const { value, decimal } = factField(field);
  const units =
    unit.currency === null
      ? `oracle.units(${decimal}, ${unit.decimals})`
      : convertedUnits(unit.currency, unit.decimals);
  return { there: `${value} is not null`, units };
}

/** The failure of units that `measuredField` gave, as a code; null where there is none. */
export function failureOf(there: string, units: string, unit: Unit): string {
  const absent = failureCode(unit.currency === null ? 'not-exact' : 'no-rate');
  const tooLarge = failureCode(unit.currency === null ? 'not-exact' : 'out-of-range');
  return `case when not ${there} then null when ${units} is null then ${absent} when abs(${units}) > ${mostUnits} then ${tooLarge} end`;
}
