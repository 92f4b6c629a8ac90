const two32 = 4_294_967_296;
const two21 = 2_097_152;

/** Mixes 32 bits (the finaliser of MurmurHash3, public domain). */
function mix(word: number): number {
  let h = word >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * A small generator of pseudo-random integers: sfc32 (Chris Doty-Humphrey's "small fast counting" generator, public
 * domain), seeded from any number of non-negative safe integers. Works in 32-bit integers alone, so the same words give
 * the same numbers on every machine and every version of Node. Not for secrets.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** @param words non-negative safe integers; streams with different words are independent of each other. */
  constructor(...words: readonly number[]) {
    let a = 0x9e3779b9;
    let b = 0x243f6a88;
    let c = 0xb7e15162;
    for (const word of words) {
      const low = word % two32;
      const high = Math.floor(word / two32);
      a = mix(a ^ low);
      b = mix(b + a + high);
      c = mix(c ^ b ^ low);
    }
    this.a = a;
    this.b = b;
    this.c = c;
    for (let round = 0; round < 12; round++) this.next();
  }

  /** The next integer in [0, 2³²). */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** An integer in [0, limit), for limits up to 2²¹ (the product stays an exact integer). */
  below(limit: number): number {
    if (limit > two21) throw new RangeError(`below(${limit}): the limit is larger than ${two21}`);
    return Math.floor((this.next() * limit) / two32);
  }

  /** An integer in [from, to], both included, for any span of safe integers. */
  between(from: number, to: number): number {
    const span = to - from + 1;
    if (span <= two21) return from + this.below(span);
    return from + (((this.next() % two21) * two32 + this.next()) % span);
  }

  /** True in `rate` of 10,000 cases. */
  chance(rate: number): boolean {
    return this.below(10_000) < rate;
  }

  /** How often something happens that happens `rate` / 10,000 times on average, at most `most` times. */
  times(rate: number, most: number): number {
    let count = 0;
    // Each round halves what is left to happen, so that two are usual and five are rare but not impossible.
    let left = rate;
    while (left > 0 && count < most) {
      const step = Math.min(left, 7_000);
      if (this.chance(step)) count++;
      left -= step;
    }
    return count;
  }

  /** One of the items, each as likely as the others. */
  pick<T>(items: readonly [T, ...T[]]): T {
    return items[this.below(items.length)] ?? items[0];
  }

  /** The index of one of the weights, each as likely as its weight; the weights are whole numbers. */
  weighted(weights: readonly number[]): number {
    let total = 0;
    for (const weight of weights) total += weight;
    let left = this.below(total);
    for (const [index, weight] of weights.entries()) {
      if (left < weight) return index;
      left -= weight;
    }
    throw new RangeError('weighted() was given no weight');
  }
}
