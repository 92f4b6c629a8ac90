import type { Fact } from '@weir/domain';
import { decimalsOf } from './currency';
import { unitsAt, type Decimal } from './decimal';
import { fieldOf, numberOf } from './field';
import { fractionOf, roundHalfEven } from './fraction';
import { NoValue, throwGravest, type NoValueReason } from './no-value';
import { rateAt, type References } from './references';

/** In what a value is measured: whole units ÷ 10^`scale`. */
export interface Unit {
  readonly scale: number;
  /** Digits that evidence shows behind the point at least. */
  readonly shown: number;
  /** The currency that amounts are converted to. */
  readonly currency: string | undefined;
}

/** Facts that are counted. */
export const whole: Unit = { scale: 0, shown: 0, currency: undefined };
/** Numbers that are no money. */
export const plain: Unit = { scale: 6, shown: 0, currency: undefined };

/** The unit of a field: money for `amount`, in the currency of the threshold. Throws where that names none. */
export function unitOf(field: string, currency: string | undefined): Unit {
  if (field !== 'amount') return plain;
  if (currency === undefined) throw new Error('Money is measured in the currency of a threshold, and there is none');
  return { scale: decimalsOf(currency), shown: decimalsOf(currency), currency };
}

/** Those of the facts that have all these fields. */
export function having(facts: readonly Fact[], ...fields: readonly string[]): readonly Fact[] {
  return facts.filter((fact) => fields.every((field) => fieldOf(fact, field) !== undefined));
}

/** An amount in another currency, at the rate of the fact's time, rounded half to even. Undefined without a rate. */
function converted(fact: Fact, amount: Decimal, into: string, references: References): Decimal | undefined {
  if (fact.currency === into) return amount;
  const rate = rateAt(references, fact.currency ?? '', into, fact.occurredAt);
  if (rate === undefined) return undefined;
  const worth = { units: amount.units * rate.units, scale: amount.scale + rate.scale };
  return roundHalfEven(fractionOf(worth), decimalsOf(into));
}

/**
 * A field that is there as an exact decimal: an amount in the unit's currency, everything else as it stands. Throws
 * `NoValue` where it is none, has more decimals than the unit, or has no rate.
 */
export function readDecimal(fact: Fact, field: string, unit: Unit, references: References): Decimal {
  const number = numberOf(fact, field);
  if (number === undefined) throw new NoValue('not-exact');
  const isMoney = field === 'amount' && unit.currency !== undefined;
  const decimal = isMoney ? converted(fact, number, unit.currency, references) : number;
  if (decimal === undefined) throw new NoValue('no-rate');
  if (unitsAt(decimal, unit.scale) === undefined) throw new NoValue('not-exact');
  return decimal;
}

const largestExact = BigInt(Number.MAX_SAFE_INTEGER);

/** Units, where they are among the exact integers. Throws `NoValue` where they are not. */
export function exact(units: bigint): bigint {
  if (units > largestExact || units < -largestExact) throw new NoValue('out-of-range');
  return units;
}

/** The field of every fact, which all of them have, in whole units. Throws `NoValue` with the reason told of all. */
export function readUnits(facts: readonly Fact[], field: string, unit: Unit, references: References): bigint[] {
  const reasons: NoValueReason[] = [];
  const units = facts.map((fact) => {
    try {
      return exact(unitsAt(readDecimal(fact, field, unit, references), unit.scale) ?? 0n);
    } catch (error) {
      if (!(error instanceof NoValue)) throw error;
      reasons.push(error.code);
      return 0n;
    }
  });
  throwGravest(reasons);
  return units;
}

/** The total of units. Throws `NoValue` beyond the exact integers. */
export function totalOf(units: readonly bigint[]): bigint {
  return exact(units.reduce((sum, one) => sum + one, 0n));
}
