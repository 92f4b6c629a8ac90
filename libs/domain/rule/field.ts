import { canonicalJson } from '../fact/canonical';
import type { Fact, Json } from '../fact/fact';
import { formatMinor } from '../money/amount';
import { currencyDecimals } from '../money/currency';
import { parseWideDecimal, type WideDecimal } from '../money/decimal';
import { mistake, type Place } from './rule-error';

/** Top-level fields of a fact that a rule may name; `amount` is read as money. */
export const ruleFields = [
  'source',
  'id',
  'kind',
  'accountId',
  'customerId',
  'counterpartyId',
  'direction',
  'type',
  'channel',
  'amount',
  'currency',
  'branchId',
  'tellerId',
  'deviceId',
] as const;
type RuleField = (typeof ruleFields)[number];

const attributePrefix = 'attributes.';

/** A field of a fact that a rule names. Absent and null are both undefined. */
export interface Field {
  readonly name: string;
  /** The value as it stands; an amount is its decimal, see `decimal`. */
  read(fact: Fact): Json | undefined;
  /** The value as an exact decimal (an amount in major units of its currency); undefined where it is none. */
  decimal(fact: Fact): WideDecimal | undefined;
  /**
   * The value as the text by which values are told apart: text as it is, all else as JSON writes it (names sorted), an amount as
   * the decimal with its currency. Undefined where it is missing or null.
   */
  text(fact: Fact): string | undefined;
}

const isRuleField = (name: string): name is RuleField => (ruleFields as readonly string[]).includes(name);

/** @throws RuleError `unknown-field` */
export function fieldOf(name: string, place: Place): Field {
  if (name === 'amount') return amountField;
  const read = reader(name, place);
  return { name, read, decimal: (fact) => decimalOf(read(fact)), text: (fact) => textOf(read(fact)) };
}

const amountField: Field = {
  name: 'amount',
  read: (fact) => fact.amount,
  decimal: ({ amount, currency }) => {
    const scale = currency === undefined ? undefined : currencyDecimals(currency);
    return amount === undefined || scale === undefined ? undefined : { units: amount, scale };
  },
  text: ({ amount, currency }) =>
    amount === undefined || currency === undefined ? undefined : `${formatMinor(amount, currency)} ${currency}`,
};

/** A value as text: what is no text as JSON writes it, structured values with sorted names. */
function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? undefined : canonicalJson(value);
}

/** One function for each field: each reads the same place of every fact. */
const readers: { readonly [name in RuleField]: (fact: Fact) => Json | undefined } = {
  source: (fact) => fact.source,
  id: (fact) => fact.id,
  kind: (fact) => fact.kind,
  accountId: (fact) => fact.accountId,
  customerId: (fact) => fact.customerId,
  counterpartyId: (fact) => fact.counterpartyId,
  direction: (fact) => fact.direction,
  type: (fact) => fact.type,
  channel: (fact) => fact.channel,
  amount: (fact) => fact.amount,
  currency: (fact) => fact.currency,
  branchId: (fact) => fact.branchId,
  tellerId: (fact) => fact.tellerId,
  deviceId: (fact) => fact.deviceId,
};

function reader(name: string, place: Place): (fact: Fact) => Json | undefined {
  if (isRuleField(name)) return readers[name];
  if (name.startsWith(attributePrefix) && name.length > attributePrefix.length) {
    const attribute = name.slice(attributePrefix.length);
    return (fact) =>
      Object.hasOwn(fact.attributes, attribute) ? (fact.attributes[attribute] ?? undefined) : undefined;
  }
  throw mistake(
    place,
    'unknown-field',
    `A fact has no field "${name}"; it has ${ruleFields.join(', ')} and attributes.<name>.`,
  );
}

function decimalOf(value: Json | undefined): WideDecimal | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseWideDecimal(value) : undefined;
}
