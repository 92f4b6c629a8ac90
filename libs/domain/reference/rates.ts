import { currencyDecimals } from '../money/currency';
import { parseDecimal, powerOfTen, type Decimal } from '../money/decimal';
import { divideHalfEven } from '../money/fraction';
import { checkedInstant } from '../rule/checked';
import { below, mistake, type Place } from '../rule/rule-error';
import type { RatesSpec } from './reference-spec';

interface DatedRate {
  readonly from: number;
  readonly rate: Decimal;
}

/** Dated rates into one currency. */
export class Rates {
  constructor(
    /** Decimals of the currency that amounts are converted to. */
    private readonly decimals: number,
    /** By currency, in the order of time. */
    private readonly rates: ReadonlyMap<string, readonly DatedRate[]>,
  ) {}

  /**
   * Minor units of a foreign currency as minor units of the rates' currency at the rate that is valid at `t` (ms), rounded half to
   * even; or why there is no result.
   */
  convert(minor: number, currency: string, t: number): number | 'no-rate' | 'out-of-range' {
    const rate = this.rateAt(currency, t);
    const decimals = currencyDecimals(currency);
    if (rate === undefined || decimals === undefined) return 'no-rate';
    // minor / 10^decimals × rate.units / 10^rate.scale × 10^this.decimals
    const dividend = BigInt(minor) * BigInt(rate.units) * BigInt(powerOfTen(this.decimals));
    const converted = Number(divideHalfEven(dividend, BigInt(powerOfTen(decimals)) * BigInt(powerOfTen(rate.scale))));
    return Number.isSafeInteger(converted) ? converted : 'out-of-range';
  }

  private rateAt(currency: string, t: number): Decimal | undefined {
    const dated = this.rates.get(currency);
    if (dated === undefined) return undefined;
    let [low, high] = [0, dated.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((dated[middle]?.from ?? Infinity) <= t) low = middle + 1;
      else high = middle;
    }
    return dated[low - 1]?.rate;
  }
}

/** Reads a document of rates. @throws RuleError */
export function ratesOf({ rates, values }: RatesSpec, place: Place): Rates {
  const decimals = decimalsOf(rates, below(place, 'rates'));
  const byCurrency = new Map<string, DatedRate[]>();
  for (const [index, { currency, from, rate }] of values.entries()) {
    const at = below(place, 'values', index);
    decimalsOf(currency, below(at, 'currency'));
    if (currency === rates) {
      throw mistake(below(at, 'currency'), 'unknown-currency', `Rates into ${rates} give no rate of ${rates} itself.`);
    }
    const begins = checkedInstant(from, below(at, 'from'));
    const decimal = parseDecimal(rate);
    if (decimal === undefined || decimal.units <= 0) {
      throw mistake(
        below(at, 'rate'),
        'invalid-number',
        `"${rate}" is no rate; write a decimal above 0, e.g. "7.1234".`,
      );
    }
    const dated = byCurrency.get(currency) ?? [];
    if (dated.some((other) => other.from === begins)) {
      throw mistake(below(at, 'from'), 'duplicate-version', `A rate of ${currency} from ${from} is given twice.`);
    }
    dated.push({ from: begins, rate: decimal });
    byCurrency.set(currency, dated);
  }
  for (const dated of byCurrency.values()) dated.sort((a, b) => a.from - b.from);
  return new Rates(decimals, byCurrency);
}

function decimalsOf(currency: string, place: Place): number {
  const decimals = currencyDecimals(currency);
  if (decimals === undefined) {
    throw mistake(place, 'unknown-currency', `"${currency}" is no ISO 4217 currency in use; write e.g. CNY.`);
  }
  return decimals;
}
