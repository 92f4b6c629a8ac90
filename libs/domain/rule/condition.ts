import { canonicalJson } from '../fact/canonical';
import type { Fact, Json } from '../fact/fact';
import { currencyDecimals } from '../money/currency';
import { compareDecimals, parseDecimal, type WideDecimal } from '../money/decimal';
import { decimalTest, limitsOf, type ConstantLimit } from './comparison';
import { fieldOf, type Field } from './field';
import { compilePattern } from './pattern';
import type { References } from '../reference/references';
import { below, mistake, type Place } from './rule-error';
import type { ConditionSpec, FieldConditionSpec, ScalarSpec } from './rule-spec';

/** Whether a fact meets a condition. */
export type Condition = (fact: Fact) => boolean;

/** A condition with the text by which equal ones are told: what is the same for several rules is looked at once. */
export interface Predicate {
  readonly key: string;
  readonly holds: Condition;
}

/** Each of a list of conditions. @throws RuleError */
export function predicatesOf(
  specs: readonly ConditionSpec[],
  references: References,
  place: Place,
): readonly Predicate[] {
  return specs.map((spec, index) => ({
    key: JSON.stringify(spec),
    holds: conditionOf(spec, references, below(place, index)),
  }));
}

/** All of a list of conditions; an empty list always holds. @throws RuleError */
export function allOf(specs: readonly ConditionSpec[], references: References, place: Place): Condition {
  return every(predicatesOf(specs, references, place));
}

/** Holds where all do. */
export function every(predicates: readonly Predicate[]): Condition {
  return (fact) => {
    for (const { holds } of predicates) if (!holds(fact)) return false;
    return true;
  };
}

function conditionOf(spec: ConditionSpec, references: References, place: Place): Condition {
  if ('all' in spec) return allOf(spec.all, references, below(place, 'all'));
  if ('any' in spec) {
    const conditions = spec.any.map((inner, index) => conditionOf(inner, references, below(place, 'any', index)));
    return (fact) => conditions.some((condition) => condition(fact));
  }
  if ('not' in spec) {
    const condition = conditionOf(spec.not, references, below(place, 'not'));
    return (fact) => !condition(fact);
  }
  return fieldCondition(spec, references, place);
}

/** On a missing or null field no operator holds but `exists: false`. */
function fieldCondition(spec: FieldConditionSpec, references: References, place: Place): Condition {
  const field = fieldOf(spec.field, below(place, 'field'));
  const tests = [
    ...testsOf(spec, field, place),
    ...lookups(spec, field, references),
    ...otherFields(spec, field, place),
  ];
  const exists = spec.exists;
  const [only] = tests;
  if (tests.length === 0 && exists === undefined) {
    throw mistake(place, 'empty-condition', `The condition on "${spec.field}" compares with nothing; add e.g. equals.`);
  }
  if (only !== undefined && tests.length === 1 && exists === undefined) {
    // What most conditions are.
    return (fact) => {
      const value = field.read(fact);
      return value !== undefined && value !== null && only(fact, value);
    };
  }
  return (fact) => {
    const value = field.read(fact);
    if (value === undefined || value === null) return exists === false && tests.length === 0;
    if (exists === false) return false;
    for (const test of tests) if (!test(fact, value)) return false;
    return true;
  };
}

type Test = (fact: Fact, value: Json) => boolean;

function testsOf(spec: FieldConditionSpec, field: Field, place: Place): readonly Test[] {
  const tests: Test[] = [];
  if (spec.equals !== undefined) tests.push(oneOf([spec.equals], field, below(place, 'equals')));
  if (spec.in !== undefined) tests.push(oneOf(spec.in, field, below(place, 'in')));
  if (spec.notIn !== undefined) {
    const listed = oneOf(spec.notIn, field, below(place, 'notIn'));
    tests.push((fact, value) => !listed(fact, value));
  }
  for (const limit of limitsOf(spec, place)) {
    tests.push(field.name === 'amount' ? amountTest(limit) : valueTest(limit, field));
  }
  if (spec.matches !== undefined) {
    const matches = compilePattern(spec.matches, below(place, 'matches'));
    tests.push((_fact, value) => typeof value === 'string' && matches(value));
  }
  return tests;
}

/** What `valueTest` is for an amount, without a decimal made of it. */
function amountTest(limit: ConstantLimit): Test {
  const meets = decimalTest(limit);
  return ({ amount, currency }) => {
    const scale = currency === undefined ? undefined : currencyDecimals(currency);
    return amount !== undefined && scale !== undefined && meets(amount, scale);
  };
}

function valueTest(limit: ConstantLimit, field: Field): Test {
  const meets = decimalTest(limit);
  return (fact) => {
    const decimal = field.decimal(fact);
    return decimal !== undefined && meets(decimal.units, decimal.scale);
  };
}

/** Tests against the version of a list that governs the fact. */
function lookups({ inList, notInList }: FieldConditionSpec, field: Field, references: References): readonly Test[] {
  const listed = (name: string): Test => {
    const list = references.list(name);
    if (field.name !== 'amount') return ({ occurredAt }, value) => list(occurredAt)?.has(value) === true;
    return (fact) => {
      const decimal = field.decimal(fact);
      return decimal !== undefined && [...(list(fact.occurredAt) ?? [])].some((one) => isAmount(one, decimal));
    };
  };
  const tests: Test[] = [];
  if (inList !== undefined) tests.push(listed(inList));
  if (notInList !== undefined) {
    const isListed = listed(notInList);
    tests.push((fact, value) => !isListed(fact, value));
  }
  return tests;
}

function isAmount(listed: Json, amount: WideDecimal): boolean {
  const decimal = typeof listed === 'string' || typeof listed === 'number' ? parseDecimal(listed) : undefined;
  return decimal !== undefined && compareDecimals(decimal, amount) === 0;
}

/** Tests against another field of the fact, by type and value; both fail where that one is missing. */
function otherFields({ sameAs, differsFrom }: FieldConditionSpec, field: Field, place: Place): readonly Test[] {
  const against = (name: string, key: string, same: boolean): Test => {
    const [one, other] = [valueOf(field), valueOf(fieldOf(name, below(place, key)))];
    return (fact) => {
      const [value, otherValue] = [one(fact), other(fact)];
      return value !== undefined && otherValue !== undefined && sameValue(value, otherValue) === same;
    };
  };
  return [
    ...(sameAs === undefined ? [] : [against(sameAs, 'sameAs', true)]),
    ...(differsFrom === undefined ? [] : [against(differsFrom, 'differsFrom', false)]),
  ];
}

/** What a field is compared by with another one: an amount is the text of its decimal with its currency. */
const valueOf = (field: Field): ((fact: Fact) => Json | undefined) =>
  field.name === 'amount' ? (fact) => field.text(fact) : (fact) => field.read(fact);

/** Same type, same value. Of structured values the order of names does not matter. */
function sameValue(a: Json, b: Json): boolean {
  if (typeof a !== 'object' || typeof b !== 'object') return a === b;
  return canonicalJson(a) === canonicalJson(b);
}

/** Amounts are compared as decimals, everything else as it is: same type, same value, text by code points. */
function oneOf(values: readonly ScalarSpec[], field: Field, place: Place): Test {
  if (field.name !== 'amount') {
    const listed = new Set<Json>(values);
    return (_fact, value) => listed.has(value);
  }
  const amounts = values.map((value) => {
    const amount = typeof value === 'boolean' ? undefined : parseDecimal(value);
    if (amount === undefined)
      throw mistake(place, 'invalid-number', `"${value}" is not an amount; write e.g. "5000.00".`);
    return amount;
  });
  return (fact) => {
    const decimal = field.decimal(fact);
    return decimal !== undefined && amounts.some((amount) => compareDecimals(decimal, amount) === 0);
  };
}
