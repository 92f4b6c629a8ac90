import type { ConditionDocument, FieldConditionDocument } from '@weir/contracts';
import type { Fact, Json } from '@weir/domain';
import { decimalsOf } from './currency';
import { compareDecimals, decimalOf, type Decimal } from './decimal';

/** The value of a field: a top-level one or `attributes.<name>`; undefined where it is missing or null. */
export function fieldOf(fact: Fact, field: string): Json | undefined {
  const holder: { readonly [name: string]: unknown } = field.startsWith('attributes.')
    ? fact.attributes
    : { ...fact, attributes: undefined };
  const name = field.startsWith('attributes.') ? field.slice('attributes.'.length) : field;
  const value = Object.hasOwn(holder, name) ? holder[name] : undefined;
  return value === null ? undefined : (value as Json | undefined);
}

/** The field as an exact decimal: the amount in major units of its currency, else a number or a decimal string. */
export function numberOf(fact: Fact, field: string): Decimal | undefined {
  if (field !== 'amount') return decimalOf(fieldOf(fact, field));
  if (fact.amount === undefined || fact.currency === undefined) return undefined;
  return { units: BigInt(fact.amount), scale: decimalsOf(fact.currency) };
}

type Limits = Pick<FieldConditionDocument, 'above' | 'atLeast' | 'below' | 'atMost' | 'between'>;

/** Whether a decimal keeps all the limits given. A limit that is no decimal is kept by nothing. */
export function withinLimits(value: Decimal, limits: Limits): boolean {
  const against = (limit: string | number): number => {
    const decimal = decimalOf(limit);
    return decimal === undefined ? Number.NaN : compareDecimals(value, decimal);
  };
  return (
    (limits.above === undefined || against(limits.above) > 0) &&
    (limits.atLeast === undefined || against(limits.atLeast) >= 0) &&
    (limits.below === undefined || against(limits.below) < 0) &&
    (limits.atMost === undefined || against(limits.atMost) <= 0) &&
    (limits.between === undefined || (against(limits.between[0]) >= 0 && against(limits.between[1]) <= 0))
  );
}

function equalTo(fact: Fact, field: string, wanted: string | number | boolean): boolean {
  if (field !== 'amount') return fieldOf(fact, field) === wanted;
  const amount = numberOf(fact, field);
  const decimal = decimalOf(wanted);
  return amount !== undefined && decimal !== undefined && compareDecimals(amount, decimal) === 0;
}

function fieldHolds(condition: FieldConditionDocument, fact: Fact): boolean {
  const { field, equals, in: oneOf, notIn, exists, matches } = condition;
  const value = fieldOf(fact, field);
  const operators = Object.entries(condition).filter(([name, given]) => name !== 'field' && given !== undefined);
  if (value === undefined) return operators.length === 1 && exists === false;
  if (exists === false) return false;
  if (equals !== undefined && !equalTo(fact, field, equals)) return false;
  if (oneOf !== undefined && !oneOf.some((wanted) => equalTo(fact, field, wanted))) return false;
  if (notIn !== undefined && notIn.some((unwanted) => equalTo(fact, field, unwanted))) return false;
  if (matches !== undefined && !(typeof value === 'string' && new RegExp(matches, 'u').test(value))) return false;
  const compares = operators.some(([name]) => ['above', 'atLeast', 'below', 'atMost', 'between'].includes(name));
  if (!compares) return true;
  const number = numberOf(fact, field);
  return number !== undefined && withinLimits(number, condition);
}

/** Whether a condition holds for a fact. On a missing or null field nothing holds but `exists: false`. */
export function holds(condition: ConditionDocument, fact: Fact): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, fact));
  if ('any' in condition) return condition.any.some((part) => holds(part, fact));
  if ('not' in condition) return !holds(condition.not, fact);
  return fieldHolds(condition, fact);
}

/** Whether all conditions hold; a list of none holds. */
export function allHold(conditions: readonly ConditionDocument[] | undefined, fact: Fact): boolean {
  return (conditions ?? []).every((condition) => holds(condition, fact));
}
