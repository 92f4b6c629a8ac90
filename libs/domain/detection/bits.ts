/** Most rules that are looked at together: the bits of two such sets are exact in one number. */
export const mostColumns = 26;

/** A column's bit. */
export const bitOf = (column: number): number => 1 << column;

/** The lowest column whose bit is set in bits that are not 0. */
export const lowestColumn = (bits: number): number => 31 - Math.clz32(bits & -bits);

/** The bits of the columns for which something holds. */
export function bitsOf<T>(items: readonly T[], holds: (item: T, column: number) => boolean): number {
  return items.reduce((bits, item, column) => (holds(item, column) ? bits | bitOf(column) : bits), 0);
}
