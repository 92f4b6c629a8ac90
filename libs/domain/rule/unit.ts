import type { Fact } from '../fact/fact';
import { currencyDecimals } from '../money/currency';
import { formatPlain, formatUnits, unitsAt } from '../money/decimal';
import type { Field } from './field';
import type { Contribution } from './measures/measure';
import { mistake, type Place } from './rule-error';

/** What the whole units of a measured value mean: value = units / 10^scale, of a currency, or a plain number. */
export interface Unit {
  readonly scale: number;
  readonly currency: string | null;
  /** Writes units as a decimal: money with all decimals of its currency, plain numbers without zeros at the end. */
  format(units: number): string;
}

/** Most decimals of a plain number that is measured. */
const plainScale = 6;

/** Whole things. */
export const countUnit: Unit = { scale: 0, currency: null, format: (units) => formatUnits(units, 0) };

const plainUnit: Unit = { scale: plainScale, currency: null, format: (units) => formatPlain(units, plainScale) };

/** How the values of a field are read into whole units. */
export interface FieldUnits {
  readonly unit: Unit;
  /** Whole units of the field's value; absent where it is missing; an error where it cannot be read exactly. */
  readonly read: (fact: Fact) => Contribution;
}

/**
 * Units of a measured field: `amount` in the minor units of the threshold's currency, any other as a plain number of at
 * most six decimals. Money of another currency is `no-rate`: it is never guessed.
 * @throws RuleError `currency-missing`, `unknown-currency`, `currency-not-allowed`
 */
export function unitsOf(field: Field, currency: string | undefined, place: Place): FieldUnits {
  if (field.name === 'amount') return money(currency, place);
  if (currency !== undefined) {
    throw mistake(place, 'currency-not-allowed', `"${field.name}" is no money: leave threshold.currency out.`);
  }
  return {
    unit: plainUnit,
    read: (fact) => {
      const value = field.read(fact);
      if (value === undefined || value === null) return 'absent';
      const decimal = field.decimal(fact);
      return (decimal && unitsAt(decimal, plainScale)) ?? 'not-exact';
    },
  };
}

function money(currency: string | undefined, place: Place): FieldUnits {
  if (currency === undefined) {
    throw mistake(place, 'currency-missing', 'Money is measured: give threshold.currency, e.g. CNY.');
  }
  const scale = currencyDecimals(currency);
  if (scale === undefined) {
    throw mistake(place, 'unknown-currency', `"${currency}" is no ISO 4217 currency in use; write e.g. CNY.`);
  }
  return {
    unit: { scale, currency, format: (units) => formatUnits(units, scale) },
    read: (fact) => (fact.amount === undefined ? 'absent' : fact.currency === currency ? fact.amount : 'no-rate'),
  };
}
