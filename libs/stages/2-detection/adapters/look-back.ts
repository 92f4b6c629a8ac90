import { horizonOf, horizonOfRules, laneOf, msPerDay, type Lane, type Rule } from '@weir/domain';

/**
 * Facts before this time (ms) can change nothing for facts at `settled` or later in a lane: they stand in none of their windows, and
 * decide nothing about raising. Minus infinity where that cannot be said: `crossing` in a sliding window asks for the fact that
 * triggered before, `cooldown` for the last that was raised, whose own past asks further; as far back as the rule governs.
 */
export function lookBack(rules: readonly Rule[], lane: Lane, settled: number): number {
  if (settled === -Infinity) return settled;
  const own = rules.filter((rule) => laneOf(rule) === lane);
  // Names are known for a day at least.
  return Math.min(
    settled - msPerDay,
    horizonOfRules(own, settled),
    ...own.map((rule) => raisingLooksBack(rule, settled)),
  );
}

function raisingLooksBack({ raising, window, effectiveFrom, ofSingleFacts }: Rule, settled: number): number {
  if (ofSingleFacts || raising.on === 'every') return settled;
  // The preceding fact of the same span stands in the window itself.
  if (raising.on === 'crossing' && window?.kind === 'calendar') return settled;
  if (effectiveFrom >= settled) return settled;
  return window === null || effectiveFrom === -Infinity ? effectiveFrom : horizonOf(window, effectiveFrom);
}
