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

/** A number that fact `f` brings. */
export interface MeasuredField {
  /** Whether it is there. */
  readonly there: string;
  /** Null where it cannot be told. */
  readonly units: string;
  /** What it means that it cannot. */
  readonly absent: Failure;
}

/** A field of fact `f` in a unit. */
export function measuredField(field: string, unit: Unit): MeasuredField {
  const { value, decimal } = factField(field);
  const there = `${value} is not null`;
  return unit.currency === null
    ? { there, units: `oracle.units(${decimal}, ${unit.decimals})`, absent: 'not-exact' }
    : { there, units: convertedUnits(unit.currency, unit.decimals), absent: 'no-rate' };
}

/** Why units that are asked for where something is there cannot be told, as a code; null where they can. */
export function failureOf(there: string, units: string, absent: Failure): string {
  return `case when not ${there} then null when ${units} is null then ${failureCode(absent)}
               when abs(${units}) > ${mostUnits} then ${failureCode('out-of-range')} end`;
}
