import { bitOf } from './bits';

/**
 * How often each bit of a whole number was set, for all bits at once: the digits of the counts stand as planes, the lowest digits of
 * all counts in the first number, the next in the second. To add bits is to add 1 with carry to the counts of those that are set: two steps in the
 * mean, however many they are.
 */
export class BitCounts {
  private readonly planes: number[] = [];

  /** Counts the bits that are set. */
  add(bits: number): void {
    const { planes } = this;
    let carry = bits;
    for (let digit = 0; carry !== 0; digit++) {
      const plane = planes[digit] ?? 0;
      planes[digit] = plane ^ carry;
      carry &= plane;
    }
  }

  /** How often the bit of a column was set. */
  of(column: number): number {
    const bit = bitOf(column);
    return this.planes.reduce((count, plane, digit) => ((plane & bit) === 0 ? count : count + 2 ** digit), 0);
  }

  clear(): void {
    this.planes.length = 0;
  }
}
