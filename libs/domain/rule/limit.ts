import type { Fact } from '../fact/fact';
import { decimalRefusal, parseDecimal, unitsAt, type Decimal } from '../money/decimal';
import type { References } from '../reference/references';
import { fieldOf } from './field';
import { Spoilt, type EvaluationError } from './measures/measure';
import { below, mistake, type Place } from './rule-error';
import type { DecimalSpec, LimitSpec } from './rule-spec';
import { unitsOf, type Unit } from './unit';

/** A limit in whole units of a measure, or why a fact gives none. */
export type LimitUnits = number | EvaluationError | 'limit-missing';

/** What a measured value is compared with: the same for every fact, or looked up for the triggering one. */
export type Limit = number | ((fact: Fact) => LimitUnits);

/** What limits are compiled from. */
export interface LimitInputs {
  readonly unit: Unit;
  readonly references: References;
}

/** @throws RuleError `invalid-number`, `unknown-field`, `limit-is-money` */
export function limitOf(spec: LimitSpec, { unit, references }: LimitInputs, place: Place): Limit {
  if (typeof spec !== 'object') return constant(spec, unit, place);
  if ('field' in spec) return ofField(spec.field, unit, references, below(place, 'field'));
  const table = references.table(spec.table);
  const key = fieldOf(spec.key, below(place, 'key'));
  const otherwise = spec.else === undefined ? 'limit-missing' : constant(spec.else, unit, below(place, 'else'));
  return (fact) => {
    const value = key.text(fact);
    const listed = value === undefined ? undefined : table(fact.occurredAt)?.get(value);
    return listed === undefined ? otherwise : (unitsAt(listed, unit.scale) ?? 'not-exact');
  };
}

/** The limit for a fact. */
export function limitFor(limit: Limit, fact: Fact): LimitUnits {
  return typeof limit === 'number' ? limit : limit(fact);
}

function ofField(name: string, unit: Unit, references: References, place: Place): Limit {
  const field = fieldOf(name, place);
  if (name === 'amount') {
    if (unit.currency === null) {
      throw mistake(
        place,
        'limit-is-money',
        'What is measured here is no money, so "amount" cannot be its limit: write a number, or name an attribute that holds one.',
      );
    }
    const { read } = unitsOf(field, unit.currency, references, place);
    return (fact) => {
      const units = read(fact);
      return units === null ? 'limit-missing' : units instanceof Spoilt ? units.error : units;
    };
  }
  return (fact) => {
    const value = field.read(fact);
    if (value === undefined || value === null) return 'limit-missing';
    const decimal = field.decimal(fact);
    return (decimal && unitsAt(decimal, unit.scale)) ?? 'not-exact';
  };
}

function constant(written: DecimalSpec, unit: Unit, place: Place): number {
  const units = unitsAt(decimalOf(written, place), unit.scale);
  if (units !== undefined) return units;
  throw mistake(
    place,
    'invalid-number',
    unit.scale === 0
      ? 'What is measured is whole here: the limit must be too.'
      : `What is measured has ${unit.scale} decimals: the limit cannot have more, nor be larger than what is counted exactly.`,
  );
}

/** Reads a constant of a rule. @throws RuleError `invalid-number` */
export function decimalOf(written: DecimalSpec, place: Place): Decimal {
  const decimal = parseDecimal(written);
  if (decimal !== undefined) return decimal;
  throw mistake(place, 'invalid-number', decimalRefusal(written));
}
