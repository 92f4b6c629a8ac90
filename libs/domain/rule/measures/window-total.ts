import type { Total } from './measure';

const half = 2 ** 26;

/** How many numbers a total is kept in. */
export const totalWidth = 3;

/**
 * Number and exact sum of what is in a window, kept in three places of an array of numbers: how many, and the sum as high * 2^26 + low, each
 * far inside the exact integers for more numbers than memory holds. One of these serves many windows, one after the other.
 */
export class WindowTotal implements Total {
  private numbers: number[] = [0, 0, 0];
  private at = 0;

  /** Looks at the total that begins at an index of an array. */
  on(numbers: number[], at: number): this {
    this.numbers = numbers;
    this.at = at;
    return this;
  }

  get facts(): number {
    return this.numbers[this.at] ?? 0;
  }

  /** Begins with nothing. */
  clear(): void {
    this.numbers[this.at] = this.numbers[this.at + 1] = this.numbers[this.at + 2] = 0;
  }

  /** Begins with so many facts and the sum `excess` * 2^52 + `sum`. */
  begin(facts: number, sum: number, excess: number): void {
    this.numbers[this.at] = facts;
    this.numbers[this.at + 1] = excess * half;
    this.numbers[this.at + 2] = sum;
  }

  enter(units: number): void {
    this.add(1, units);
  }

  leave(units: number): void {
    this.add(-1, units);
  }

  sum(without = 0): number | undefined {
    const taken = Math.floor(without / half);
    const high = (this.numbers[this.at + 1] ?? 0) - taken;
    const low = (this.numbers[this.at + 2] ?? 0) - (without - taken * half);
    const sum = high * half + low;
    return Number.isSafeInteger(sum) ? sum : undefined;
  }

  private add(sign: 1 | -1, units: number): void {
    const { numbers, at } = this;
    const high = Math.floor(units / half);
    numbers[at] = (numbers[at] ?? 0) + sign;
    if (high !== 0) numbers[at + 1] = (numbers[at + 1] ?? 0) + sign * high;
    numbers[at + 2] = (numbers[at + 2] ?? 0) + sign * (units - high * half);
  }
}
