import { textColumns } from './load-facts';
import { textLiteral } from './literal';

/** A field of the fact `f`, in the forms that the rule language looks at it. */
export interface FactField {
  readonly kind: 'text' | 'attribute' | 'money';
  /** Null exactly where the field is missing or null. Text, JSON or the amount in major units. */
  readonly value: string;
  /** As group values are written. */
  readonly text: string;
  /** As an exact decimal; null where it is none. */
  readonly decimal: string;
  /** As JSON, by type and value. */
  readonly json: string;
}

/** The field of that name. @throws Error where facts have none */
export function factField(name: string): FactField {
  if (name === 'amount') {
    return {
      kind: 'money',
      value: 'f.amount',
      text: `f.amount_text || ' ' || f.currency`,
      decimal: 'f.amount',
      json: `to_jsonb(f.amount_text || ' ' || f.currency)`,
    };
  }
  const column = textColumns.get(name);
  if (column !== undefined) {
    const value = `f.${column}`;
    return {
      kind: 'text',
      value,
      text: value,
      decimal: `oracle.plain_decimal(${value})`,
      json: `to_jsonb(${value})`,
    };
  }
  if (!name.startsWith('attributes.')) throw new Error(`A fact has no field "${name}".`);
  const value = `nullif(f.attributes -> ${textLiteral(name.slice('attributes.'.length))}, 'null'::jsonb)`;
  return {
    kind: 'attribute',
    value,
    text: `oracle.json_text(${value})`,
    decimal: `oracle.plain_decimal(${value})`,
    json: value,
  };
}
