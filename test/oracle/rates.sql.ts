import { textLiteral } from './literal';

/**
 * Minor units of the amount of fact `f` in a currency: as it is, or converted at the rate valid at the fact's time, rounded
 * half to even; null without a rate (or an amount).
 */
export const convertedUnits = (currency: string, decimals: number): string => `
  case when f.currency = ${textLiteral(currency)} then trunc(f.amount * 1e${decimals}::numeric)
  else (select oracle.half_even(f.amount * r.rate * 1e${decimals}::numeric)
        from rate r
        where r.base = ${textLiteral(currency)} and r.currency = f.currency and r.starts <= f.t and f.t < r.ends) end`;
