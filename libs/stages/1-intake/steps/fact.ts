import { canonicalJson, type Fact, type Json } from '@weir/domain';
import { Flaw, placeOf } from './flaw';
import type { ValuedRecord } from './money';
import type { Step } from './path';
import type { ReadMessage } from './shape';

/** Source of a fact that names none. */
export const defaultSource = 'default';

type Attributes = { readonly [name: string]: Json };

/** Makes the fact: null and absent fields are absent, unknown top-level fields stand under `attributes`. */
export const asFact: Step<ValuedRecord, Fact> = ({ message, others, occurredAt, amount }) => {
  const attributes = attributesOf(message.attributes, others);
  if (attributes instanceof Flaw) return attributes;
  return {
    source: message.source ?? defaultSource,
    id: message.id,
    kind: message.kind,
    occurredAt,
    accountId: message.accountId ?? undefined,
    customerId: message.customerId ?? undefined,
    counterpartyId: message.counterpartyId ?? undefined,
    direction: message.direction ?? undefined,
    type: message.type ?? undefined,
    channel: message.channel ?? undefined,
    amount,
    currency: message.currency ?? undefined,
    branchId: message.branchId ?? undefined,
    tellerId: message.tellerId ?? undefined,
    deviceId: message.deviceId ?? undefined,
    attributes,
  };
};

/**
 * The attributes with the unknown top-level fields beside them. A name that stands in both with the same value is one;
 * with different values it is refused, since either choice would drop what upstream wrote.
 */
export function attributesOf(
  attributes: ReadMessage['message']['attributes'],
  others: ReadMessage['others'],
): Attributes | Flaw {
  // What JSON.parse gave is JSON; zod's type only says `unknown`.
  const given = (attributes ?? {}) as Attributes;
  if (others === undefined) return given;
  const merged: Record<string, Json> = { ...given };
  for (const [name, value] of Object.entries(others as Attributes)) {
    const other = Object.hasOwn(given, name) ? given[name] : undefined;
    if (other !== undefined && canonicalJson(other) !== canonicalJson(value)) {
      return new Flaw(
        'duplicate-key',
        `${placeOf([name])} stands at the top and under "attributes" with different values; write it in one place.`,
      );
    }
    merged[name] = value;
  }
  return merged;
}
