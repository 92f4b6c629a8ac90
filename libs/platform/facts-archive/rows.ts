import type { ArchivedFact } from './facts-archive';
import { fromStored } from './storable-text';

/** A fact as a query gives it. */
export type Row = Omit<ArchivedFact, 'hash'> & { readonly hash: Buffer };

/** The columns of a fact in the table `f`. */
export const columns = columnsOf('f');

/** The columns of a fact in the table `f`, where and how it arrived from another table. */
export function columnsOf(arrival: string): string {
  return `f.source, f.id, f.occurred_at as "occurredAt", f.home_key as "homeKey", f.topic, ${arrival}.partition, ${arrival}."offset",
  f.home, ${arrival}.moved, ${arrival}.late, f.hash, f.canonical`;
}

/** A fact out of a row. */
export function toFact(row: Row): ArchivedFact {
  return {
    ...row,
    source: fromStored(row.source),
    id: fromStored(row.id),
    homeKey: fromStored(row.homeKey),
    topic: fromStored(row.topic),
    hash: row.hash.toString('hex'),
    canonical: fromStored(row.canonical),
  };
}
