import type { ConditionDocument, FieldConditionDocument } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import { compareDecimals, decimalOf, type Decimal } from './decimal';
import { amountOf, fieldOf, jsonInOrder, numberOf, textOf } from './field';
import { listAt, type References } from './references';

type Limits = Pick<FieldConditionDocument, 'above' | 'atLeast' | 'below' | 'atMost' | 'between'>;

/** Whether a decimal keeps all the limits given. A limit that is no decimal is kept by nothing. */
function withinLimits(value: Decimal, limits: Limits): boolean {
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

/** Whether the field is this scalar: the same type and value; an amount as a decimal in major units. */
function equalTo(fact: Fact, field: string, wanted: string | number | boolean): boolean {
  if (field !== 'amount') return fieldOf(fact, field) === wanted;
  const amount = amountOf(fact);
  const decimal = decimalOf(wanted);
  return amount !== undefined && decimal !== undefined && compareDecimals(amount, decimal) === 0;
}

/** Whether two fields, both there, have the same value of the same type. An amount counts as the text of it with its currency. */
function sameValue(fact: Fact, field: string, other: string): boolean {
  const [one, two] = [field, other].map((name) => (name === 'amount' ? textOf(fact, name) : fieldOf(fact, name)));
  return one !== undefined && two !== undefined && jsonInOrder(one) === jsonInOrder(two);
}

type Operators = Omit<FieldConditionDocument, 'field'>;

/** The operators that name values, lists or another field, on a field that is there. */
function equalityHolds(field: string, operators: Operators, fact: Fact, references: References): boolean {
  const { equals, in: oneOf, notIn, inList, notInList, sameAs, differsFrom } = operators;
  const isIn = (values: readonly (string | number | boolean)[]): boolean =>
    values.some((value) => equalTo(fact, field, value));
  const listed = (name: string): boolean => isIn(listAt(references, name, fact.occurredAt));
  const has = (other: string): boolean => fieldOf(fact, other) !== undefined;
  return (
    (equals === undefined || equalTo(fact, field, equals)) &&
    (oneOf === undefined || isIn(oneOf)) &&
    (notIn === undefined || !isIn(notIn)) &&
    (inList === undefined || listed(inList)) &&
    (notInList === undefined || !listed(notInList)) &&
    (sameAs === undefined || (has(sameAs) && sameValue(fact, field, sameAs))) &&
    (differsFrom === undefined || (has(differsFrom) && !sameValue(fact, field, differsFrom)))
  );
}

function fieldHolds({ field, ...operators }: FieldConditionDocument, fact: Fact, references: References): boolean {
  const value = fieldOf(fact, field);
  const given = Object.entries(operators).filter(([, operand]) => operand !== undefined);
  const { exists, matches } = operators;
  if (value === undefined) return given.length === 1 && exists === false;
  if (exists === false || !equalityHolds(field, operators, fact, references)) return false;
  if (matches !== undefined && !(typeof value === 'string' && new RegExp(matches, 'u').test(value))) return false;
  if (!given.some(([name]) => ['above', 'atLeast', 'below', 'atMost', 'between'].includes(name))) return true;
  const number = numberOf(fact, field);
  return number !== undefined && withinLimits(number, operators);
}

/** Whether a condition holds for a fact. On a missing or null field nothing holds but `exists: false`. */
export function holds(condition: ConditionDocument, fact: Fact, references: References): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, fact, references));
  if ('any' in condition) return condition.any.some((part) => holds(part, fact, references));
  if ('not' in condition) return !holds(condition.not, fact, references);
  return fieldHolds(condition, fact, references);
}

/** Whether all conditions hold; a list of none holds. */
export function allHold(
  conditions: readonly ConditionDocument[] | undefined,
  fact: Fact,
  references: References,
): boolean {
  return (conditions ?? []).every((condition) => holds(condition, fact, references));
}
