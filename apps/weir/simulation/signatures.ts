import type { Attributes, Draft } from './draft';
import { authoriserOf, tellerOf } from './population';

const grades = ['junior', 'junior', 'junior', 'senior', 'senior', 'supervisor', 'manager'] as const;
/** What a teller may decide alone, in minor units of CNY. */
const authority = { junior: 5_000_000, senior: 20_000_000, supervisor: 100_000_000, manager: 500_000_000 } as const;

/** What one minor unit of a currency is worth in fen, rounded up: tellers call for a signature rather too early. */
const fenPerMinorUnit: Readonly<Record<string, number>> = { CNY: 1, USD: 8, EUR: 9, HKD: 1, JPY: 6 };

/** The counter systems differ: at branches with an even number they send the teller's limit, elsewhere their grade. */
export function sendsLimits(branch: number): boolean {
  return branch % 2 === 1;
}

/** What one of a branch's tellers may decide alone, in minor units of CNY. */
export function authorityOf(teller: number): number {
  return authority[grades[teller] ?? 'junior'];
}

/**
 * What the counter's system says of the teller of a transaction: their grade or their limit, and who authorised what lies
 * above it.
 */
export function signaturesOf({ tellerId, amount, currency, attributes, unauthorised }: Draft): Attributes {
  if (tellerId === undefined || amount === undefined || currency === undefined) return {};
  const { branch, teller } = tellerOf(tellerId);
  const grade = grades[teller] ?? 'junior';
  const limit = authority[grade];
  const known: Attributes = sendsLimits(branch) ? { tellerLimit: `${limit / 100}.00` } : { tellerGrade: grade };
  const large = amount * (fenPerMinorUnit[currency] ?? 9) * 10 > limit * 8;
  if (!large || unauthorised === true || attributes?.authorisedBy !== undefined) return known;
  return { ...known, authorisedBy: authoriserOf(tellerId) };
}
