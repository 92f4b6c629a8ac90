import type { ListDocument, ReferenceDocument, TableDocument } from '@weir/contracts';
import { decimalOf, type Decimal } from './decimal';
import { governing } from './governing';

/** All versions of all lists, tables and rates. */
export type References = readonly ReferenceDocument[];

/** What the list of that name holds at an instant; nothing where no version governs. */
export function listAt(references: References, name: string, t: number): ListDocument['values'] {
  const versions = references.filter((one): one is ListDocument => 'list' in one && one.list === name);
  return governing(versions, t)?.values ?? [];
}

/** What the table of that name says for a key at an instant; undefined where it does not list it, or none governs. */
export function tableAt(references: References, name: string, key: string, t: number): string | number | undefined {
  const versions = references.filter((one): one is TableDocument => 'table' in one && one.table === name);
  const values = governing(versions, t)?.values ?? {};
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

/**
 * What one unit of `currency` is worth in units of `into` at an instant, both in major units: the rate with the newest
 * `from` that has come. Undefined where there is none.
 */
export function rateAt(references: References, currency: string, into: string, t: number): Decimal | undefined {
  const versions = references.flatMap((one) => ('rates' in one && one.rates === into ? [one] : []));
  const valid = (governing(versions, t)?.values ?? [])
    .filter((one) => one.currency === currency && Date.parse(one.from) <= t)
    .sort((a, b) => Date.parse(a.from) - Date.parse(b.from));
  return decimalOf(valid.at(-1)?.rate);
}
