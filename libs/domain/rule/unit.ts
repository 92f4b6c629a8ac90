import type { Fact } from '../fact/fact';
import { currencyDecimals } from '../money/currency';
import { formatPlain, formatUnits, unitsAt } from '../money/decimal';
import type { References } from '../reference/references';
import type { Field } from './field';
import { Spoilt, type Contribution } from './measures/measure';
import { mistake, type Place } from './rule-error';

/** What the whole units of a measured value mean: value = units / 10^scale, of a currency, or a plain number. */
export interface Unit {
  readonly scale: number;
  readonly currency: string | null;
  /** Writes units as a decimal: money with all decimals of its currency, plain numbers without zeros at the end. */
  format(units: number | bigint): string;
}

/** Most decimals of a plain number that is measured. */
export const plainScale = 6;

/** Whole things. */
export const countUnit: Unit = { scale: 0, currency: null, format: (units) => formatUnits(units, 0) };

/** Plain numbers. */
export const plainUnit: Unit = { scale: plainScale, currency: null, format: (units) => formatPlain(units, plainScale) };

/** How the values of a field are read into whole units. */
export interface FieldUnits {
  readonly unit: Unit;
  /** Whole units of the field's value; null where it is missing; spoilt where it cannot be read exactly. */
  readonly read: (fact: Fact) => Contribution<number>;
}

/**
 * Units of a measured field: `amount` in the minor units of the threshold's currency, any other as a plain number of at
 * most six decimals. Money of another currency is converted at the reference rate of the fact's time; without one it is spoilt:
 * it is never guessed.
 * @throws RuleError `currency-missing`, `unknown-currency`, `currency-not-allowed`
 */
export function unitsOf(field: Field, currency: string | undefined, references: References, place: Place): FieldUnits {
  if (field.name === 'amount') return money(currency, references, place);
  if (currency !== undefined) throw noMoney(`"${field.name}" is no money`, place);
  return {
    unit: plainUnit,
    read: (fact) => {
      const value = field.read(fact);
      if (value === undefined || value === null) return null;
      const decimal = field.decimal(fact);
      return (decimal && unitsAt(decimal, plainScale)) ?? Spoilt.notExact;
    },
  };
}

/** Tells apart how fields are read into units: see `Measure.input`. */
export const unitsInput = (field: string, currency: string | undefined): string =>
  `units ${field === 'amount' ? `of ${currency ?? ''}` : field}`;

/** Refuses a threshold's currency where no money is measured. @throws RuleError `currency-not-allowed` */
export function withoutCurrency(currency: string | undefined, what: string, place: Place): void {
  if (currency !== undefined) throw noMoney(what, place);
}

const noMoney = (what: string, place: Place) =>
  mistake(place, 'currency-not-allowed', `${what}: leave threshold.currency out.`);

function money(currency: string | undefined, references: References, place: Place): FieldUnits {
  if (currency === undefined) {
    throw mistake(place, 'currency-missing', 'Money is measured: give threshold.currency, e.g. CNY.');
  }
  const scale = currencyDecimals(currency);
  if (scale === undefined) {
    throw mistake(place, 'unknown-currency', `"${currency}" is no ISO 4217 currency in use; write e.g. CNY.`);
  }
  const ratesAt = references.ratesInto(currency);
  const convert = ({ amount = 0, currency: foreign, occurredAt }: Fact): number | Spoilt => {
    const converted = foreign === undefined ? 'no-rate' : ratesAt(occurredAt)?.convert(amount, foreign, occurredAt);
    if (typeof converted === 'number') return converted;
    return converted === 'out-of-range' ? Spoilt.outOfRange : Spoilt.noRate;
  };
  return {
    unit: { scale, currency, format: (units) => formatUnits(units, scale) },
    read: (fact) => {
      if (fact.amount === undefined) return null;
      return fact.currency === currency ? fact.amount : convert(fact);
    },
  };
}
