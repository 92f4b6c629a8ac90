const half = 2 ** 26;

/**
 * A total of safe integers that is exact even while it lies beyond them: kept as high * 2^26 + low, each far inside the exact
 * integers for more numbers than memory holds.
 */
export class ExactSum {
  private high = 0;
  private low = 0;

  add(units: number): void {
    const high = Math.floor(units / half);
    this.high += high;
    this.low += units - high * half;
  }

  subtract(units: number): void {
    const high = Math.floor(units / half);
    this.high -= high;
    this.low -= units - high * half;
  }

  /** The total, undefined while it is no safe integer. */
  value(): number | undefined {
    const total = this.high * half + this.low;
    return Number.isSafeInteger(total) ? total : undefined;
  }
}
