/** Decimals of the currencies that tests use, from ISO 4217's list of active codes. */
const decimals: Readonly<Record<string, number>> = {
  CNY: 2,
  USD: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  BHD: 3,
};

/** Decimals of a currency. Throws for one that this short list does not know: the model never guesses. */
export function decimalsOf(currency: string): number {
  const known = decimals[currency];
  if (known === undefined) throw new Error(`The model knows no currency ${currency}: add it to currency.ts`);
  return known;
}
