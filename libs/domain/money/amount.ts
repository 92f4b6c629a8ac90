import { asciiBytes, putAscii } from '../text/ascii';
import { currencyDecimals } from './currency';
import { formatUnits } from './decimal';

/** Why an amount was refused. */
export type AmountRefusal = 'invalid-amount' | 'amount-precision' | 'amount-out-of-range' | 'unknown-currency';

/** An amount in minor units, or why the text is none. */
export type ParsedAmount =
  | { readonly ok: true; readonly value: number }
  | { readonly ok: false; readonly reason: AmountRefusal; readonly message: string };

const shape = /^(\d+)(?:\.(\d+))?$/;

const refuse = (reason: AmountRefusal, message: string): ParsedAmount => ({ ok: false, reason, message });

/**
 * Reads a decimal string in major units into exact minor units of an ISO 4217 currency. Not negative (the direction of
 * a transaction is a field of its own). More decimals than the currency has are refused, unless they are zeros.
 */
export function parseAmount(text: string, currency: string): ParsedAmount {
  const decimals = currencyDecimals(currency);
  if (decimals === undefined) {
    return refuse('unknown-currency', `"${currency.slice(0, 20)}" is no ISO 4217 currency in use; write e.g. CNY.`);
  }
  const plain = putAscii(text) ? commonUnits(asciiBytes, 0, text.length, decimals) : -1;
  if (plain >= 0) return { ok: true, value: plain };
  const found = shape.exec(text);
  if (found === null) {
    return refuse(
      'invalid-amount',
      `"${text.slice(0, 40)}" is not a plain decimal; write digits with a point, e.g. 4800.00, without sign or exponent.`,
    );
  }
  const fraction = found[2] ?? '';
  if (fraction.length > decimals && /[1-9]/.test(fraction.slice(decimals))) {
    return refuse('amount-precision', `"${text.slice(0, 40)}" has more decimals than the ${decimals} of ${currency}.`);
  }
  const whole = (found[1] ?? '').replace(/^0+(?=\d)/, '');
  const value = whole.length > 16 ? Infinity : Number(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  if (!Number.isSafeInteger(value)) {
    return refuse(
      'amount-out-of-range',
      `"${text.slice(0, 40)}" ${currency} is more than ${formatUnits(Number.MAX_SAFE_INTEGER, decimals)}, the most that is counted exactly.`,
    );
  }
  return { ok: true, value };
}

/** Longest text whose digits surely make an exact integer. */
const surelyExact = 15;
const [zero, nine, point] = [0x30, 0x39, 0x2e];

/**
 * Minor units of an amount as most are written: short, with exactly the decimals of the currency.
 * @param bytes ASCII; the text stands from `from` to before `to`
 * @returns -1 where it must be read with care, by `parseAmount`
 */
export function commonUnits(bytes: Uint8Array, from: number, to: number, decimals: number): number {
  const pointAt = decimals === 0 ? to : to - decimals - 1;
  if (to - from > surelyExact || pointAt <= from) return -1;
  let units = 0;
  for (let i = from; i < to; i++) {
    const unit = bytes[i] as number;
    if (i === pointAt) {
      if (unit !== point) return -1;
    } else {
      if (unit < zero || unit > nine) return -1;
      units = units * 10 + (unit - zero);
    }
  }
  return units;
}

/** Writes minor units in major units with all decimals of the currency: (480000, CNY) is "4800.00". */
export function formatMinor(minor: number, currency: string): string {
  const decimals = currencyDecimals(currency);
  if (decimals === undefined) throw new RangeError(`"${currency}" is no ISO 4217 currency in use.`);
  return formatUnits(minor, decimals);
}
