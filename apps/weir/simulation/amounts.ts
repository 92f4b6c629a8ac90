import type { Random } from './random';

/**
 * How amounts are spread: points of (share of all in 1/1000, amount in minor units), the first at 0, the last at 1000;
 * between two points every amount is as likely. All in whole numbers: no float ever touches money.
 */
export type Spread = readonly (readonly [share: number, minor: number])[];

/** An amount in minor units. */
export function drawAmount(random: Random, spread: Spread): number {
  const share = random.below(1000);
  let before: readonly [number, number] | undefined;
  for (const point of spread) {
    if (before !== undefined && share < point[0]) return random.between(before[1], point[1]);
    before = point;
  }
  throw new RangeError('a spread must end at 1000');
}

/** The amount as people write it: mostly whole yuan or jiao for shopping. In minor units, at least 1.00. */
export function priceLike(random: Random, minor: number): number {
  const ending = random.weighted([45, 20, 20, 15]);
  if (ending === 0) return Math.max(100, minor - (minor % 100));
  if (ending === 1) return Math.max(100, minor - (minor % 100) + 90);
  if (ending === 2) return Math.max(100, minor - (minor % 10));
  return Math.max(100, minor);
}

/** The amount as people transfer it: mostly a multiple of 100.00. In minor units, at least 1.00. */
export function transferLike(random: Random, minor: number): number {
  const step = [10_000, 5_000, 100, 1][random.weighted([50, 20, 20, 10])] ?? 1;
  return Math.max(100, minor - (minor % step));
}

/** What a card buys in a shop. */
export const shopSpread: Spread = [
  [0, 300],
  [200, 1_500],
  [500, 4_500],
  [800, 16_000],
  [950, 52_000],
  [995, 180_000],
  [1000, 900_000],
];
/** What is paid online. */
export const onlineSpread: Spread = [
  [0, 500],
  [250, 2_800],
  [600, 9_800],
  [900, 39_900],
  [985, 150_000],
  [1000, 480_000],
];
/** What people without a certificate transfer. */
export const smallTransferSpread: Spread = [
  [0, 1_000],
  [300, 20_000],
  [700, 100_000],
  [950, 300_000],
  [1000, 500_000],
];
/** What people with a certificate transfer. */
export const transferSpread: Spread = [
  [0, 5_000],
  [300, 50_000],
  [650, 200_000],
  [900, 1_000_000],
  [990, 3_000_000],
  [1000, 9_000_000],
];
/** What is drawn from a machine, before it is rounded to notes. */
export const machineSpread: Spread = [
  [0, 10_000],
  [500, 60_000],
  [900, 200_000],
  [1000, 500_000],
];
/** What people take to the counter or fetch there. */
export const counterSpread: Spread = [
  [0, 100_000],
  [500, 800_000],
  [900, 2_000_000],
  [1000, 4_400_000],
];
/** What companies pay each other. */
export const supplierSpread: Spread = [
  [0, 80_000],
  [400, 900_000],
  [800, 5_000_000],
  [980, 18_000_000],
  [1000, 60_000_000],
];
/** The day's takings of a shop by card. */
export const takingsSpread: Spread = [
  [0, 60_000],
  [500, 450_000],
  [900, 1_600_000],
  [1000, 6_000_000],
];
