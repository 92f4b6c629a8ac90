import { currencyDecimals, parseAmount } from '@weir/domain';
import { Flaw, quoted } from './flaw';
import type { Step } from './path';
import type { TimedRecord } from './time';

/** A message whose amount is known. */
export interface ValuedRecord extends TimedRecord {
  /** Minor units of `message.currency`; undefined where the fact has no amount. */
  readonly amount: number | undefined;
}

/** Reads the amount into exact minor units. An operation may have none, or name a currency alone. */
export const withMoney: Step<TimedRecord, ValuedRecord> = ({ message, others, occurredAt }) => {
  const { amount, currency } = message;
  if (amount === undefined || amount === null) {
    if (typeof currency === 'string' && currencyDecimals(currency) === undefined) {
      return new Flaw(
        'unknown-currency',
        `"currency" ${quoted(currency)} is no ISO 4217 currency in use; write e.g. CNY.`,
      );
    }
    return { message, others, occurredAt, amount: undefined };
  }
  if (currency === undefined || currency === null) {
    return new Flaw(
      'missing-field',
      '"currency" is missing or null; an amount needs it: write an ISO 4217 code, e.g. CNY.',
    );
  }
  const parsed = parseAmount(amount, currency);
  if (parsed.ok) return { message, others, occurredAt, amount: parsed.value };
  const field = parsed.reason === 'unknown-currency' ? 'currency' : 'amount';
  return new Flaw(parsed.reason, `"${field}": ${parsed.message}`);
};
