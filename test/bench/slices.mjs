/**
 * Two things measured in turn: slices of the one and of the other alternate, so that whatever else the machine does falls on both.
 * What comes out is the median of the quotients of neighbouring slices, with the quartiles as spread.
 */

/** Fewest pairs of slices that a ratio may rest on. */
export const fewestSlices = 20;

/** Seconds that a function takes, by the clock. */
export function secondsOf(work) {
  const startedAt = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - startedAt) / 1e9;
}

/** The same of an asynchronous one. */
export async function secondsOfAsync(work) {
  const startedAt = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - startedAt) / 1e9;
}

/**
 * Alternates slices of two contestants. Each is a function of the slice's number that does its slice and gives what it took.
 * `prepare` is called before each pair. The first slices warm up and are not counted. Which goes first changes with every pair.
 */
export async function alternate(
  contestant,
  baseline,
  { slices = 24, warmUp = 4, prepare = () => {}, progress = () => {} } = {},
) {
  if (slices < fewestSlices) throw new Error(`A ratio rests on at least ${fewestSlices} slices, not on ${slices}.`);
  const pairs = [];
  for (let slice = 0; slice < warmUp + slices; slice++) {
    prepare(slice);
    const pair = { of: 0, to: 0 };
    const first = slice % 2 === 0;
    if (first) pair.of = await contestant(slice);
    pair.to = await baseline(slice);
    if (!first) pair.of = await contestant(slice);
    if (slice >= warmUp) pairs.push(pair);
    progress((slice + 1) / (warmUp + slices));
  }
  return { ...ratioOf(pairs.map(({ of, to }) => of / to)), pairs };
}

/** Median and quartiles of quotients. */
export function ratioOf(quotients) {
  const sorted = [...quotients].sort((a, b) => a - b);
  const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
  return { ratio: at(0.5), spread: [at(0.25), at(0.75)] };
}
