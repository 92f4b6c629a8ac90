import type { Fact, Json } from '@weir/domain';
import { decimalsOf } from './currency';
import { decimalOf, formatDecimal, type Decimal } from './decimal';

/** The value of a field: a top-level one or `attributes.<name>`; undefined where it is missing or null. */
export function fieldOf(fact: Fact, field: string): Json | undefined {
  const inAttributes = field.startsWith('attributes.');
  const holder: object = inAttributes ? fact.attributes : fact;
  const name = inAttributes ? field.slice('attributes.'.length) : field;
  const value = Object.getOwnPropertyDescriptor(holder, name)?.value as Json | undefined;
  return value === null ? undefined : value;
}

/** The amount in major units of the fact's own currency; undefined where it has none. */
export function amountOf(fact: Fact): Decimal | undefined {
  if (fact.amount === undefined || fact.currency === undefined) return undefined;
  return { units: BigInt(fact.amount), scale: decimalsOf(fact.currency) };
}

/** The field as an exact decimal: the amount in major units of its currency, else a number or a decimal string. */
export function numberOf(fact: Fact, field: string): Decimal | undefined {
  return field === 'amount' ? amountOf(fact) : decimalOf(fieldOf(fact, field));
}

/**
 * The field as the text by which values are told apart, in groups, `distinct`, `share`, `turn` and tables: text as it is,
 * an amount as the decimal with its currency, everything else as JSON with its names in order, so that the number 1 and the
 * text "1" are one. Undefined where the field is missing or null.
 */
export function textOf(fact: Fact, field: string): string | undefined {
  if (field === 'amount') {
    const amount = amountOf(fact);
    return amount === undefined ? undefined : `${formatDecimal(amount, amount.scale)} ${fact.currency ?? ''}`;
  }
  const value = fieldOf(fact, field);
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : jsonInOrder(value);
}

/** A value as JSON without white space, the names of every object in the order of their UTF-16 units. */
export function jsonInOrder(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(jsonInOrder).join()}]`;
  const members = Object.entries(value as Readonly<Record<string, Json>>).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${jsonInOrder(member)}`).join()}}`;
}
