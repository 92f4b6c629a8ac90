import type { ConditionDocument, FieldConditionDocument } from '@weir/contracts';
import { factField, type FactField } from './fact-field.sql';
import { decimalLiteral, jsonLiteral, textLiteral } from './literal';

type Scalar = string | number | boolean;

const plainDecimal = /^-?\d+(\.\d+)?$/;

/** All of the conditions on fact `f` as one boolean that is never null. */
export function allOf(conditions: readonly ConditionDocument[]): string {
  return conditions.length === 0 ? 'true' : conditions.map((condition) => `(${conditionSql(condition)})`).join(' and ');
}

function conditionSql(condition: ConditionDocument): string {
  if ('all' in condition) return allOf(condition.all);
  if ('any' in condition) return condition.any.map((one) => `(${conditionSql(one)})`).join(' or ');
  if ('not' in condition) return `not (${conditionSql(condition.not)})`;
  const holds = operatorsOf(condition).map((operator) => `coalesce(${operator}, false)`);
  return holds.length === 0 ? 'true' : holds.join(' and ');
}

/** One boolean for each operator of a condition; null or false where it does not hold. */
function operatorsOf(condition: FieldConditionDocument): readonly string[] {
  const field = factField(condition.field);
  const { value, decimal } = field;
  const found: string[] = [];
  if (condition.equals !== undefined) found.push(isOneOf(field, [condition.equals]));
  if (condition.in !== undefined) found.push(isOneOf(field, condition.in));
  if (condition.notIn !== undefined) found.push(`${value} is not null and not (${isOneOf(field, condition.notIn)})`);
  if (condition.inList !== undefined) found.push(isInList(field, condition.inList));
  if (condition.notInList !== undefined)
    found.push(`${value} is not null and not (${isInList(field, condition.notInList)})`);
  if (condition.sameAs !== undefined) found.push(`${field.json} = ${factField(condition.sameAs).json}`);
  if (condition.differsFrom !== undefined) found.push(`${field.json} <> ${factField(condition.differsFrom).json}`);
  if (condition.above !== undefined) found.push(`${decimal} > ${decimalLiteral(condition.above)}`);
  if (condition.atLeast !== undefined) found.push(`${decimal} >= ${decimalLiteral(condition.atLeast)}`);
  if (condition.below !== undefined) found.push(`${decimal} < ${decimalLiteral(condition.below)}`);
  if (condition.atMost !== undefined) found.push(`${decimal} <= ${decimalLiteral(condition.atMost)}`);
  if (condition.between !== undefined) {
    const [low, high] = condition.between;
    found.push(`${decimal} between ${decimalLiteral(low)} and ${decimalLiteral(high)}`);
  }
  if (condition.exists !== undefined) found.push(`${value} is ${condition.exists ? 'not null' : 'null'}`);
  if (condition.matches !== undefined) found.push(matches(field, condition.matches));
  return found;
}

/** By type and value; an amount by its number, whether the document writes it as text or as a number. */
function isOneOf(field: FactField, scalars: readonly Scalar[]): string {
  const literals =
    field.kind === 'money'
      ? scalars.filter((one) => plainDecimal.test(String(one))).map((one) => decimalLiteral(String(one)))
      : field.kind === 'text'
        ? scalars.filter((one) => typeof one === 'string').map(textLiteral)
        : scalars.map(jsonLiteral);
  return literals.length === 0 ? 'false' : `${field.value} in (${literals.join(', ')})`;
}

/** Looked up in the version of the list that governs the fact. */
function isInList(field: FactField, list: string): string {
  const same = field.kind === 'money' ? `oracle.plain_decimal(l.value) = ${field.value}` : `l.value = ${field.json}`;
  return `exists (select from list_value l where l.name = ${textLiteral(list)} and ${same} and l.starts <= f.t and f.t < l.ends)`;
}

/** Only text can match; `p` keeps `.` from running over the end of a line, as in JavaScript. */
function matches(field: FactField, pattern: string): string {
  const text = field.kind === 'text' ? field.value : `${field.value} #>> '{}'`;
  const isText = field.kind === 'text' ? 'true' : `jsonb_typeof(${field.value}) = 'string'`;
  if (field.kind === 'money') return 'false';
  return `case when ${isText} then left(${text}, 256) ~ ${textLiteral(`(?p)${pattern}`)} end`;
}
