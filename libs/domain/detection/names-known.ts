import type { Rule } from '../rule/rule';
import { msPerDay } from '../time/duration';
import { horizonOfRules } from './dimension';
import { laneOf, type Lane } from './lane';

/** How long names are known at least, so that a repeated message is recognised, in milliseconds. */
const knownFor = msPerDay;

/**
 * Since which event time (ms) a lane knows the facts that it was given while these rules run, where nothing before `settled` (ms) is measured
 * any more: facts that are older may have been forgotten, and their names are new again.
 */
export function namesKnownSince(rules: readonly Rule[], lane: Lane, settled: number): number {
  return namesKnownSinceBy(
    rules.filter((rule) => laneOf(rule) === lane),
    settled,
  );
}

/** The same, given the rules of the lane alone. */
export function namesKnownSinceBy(own: readonly Rule[], settled: number): number {
  // Nothing is settled yet, so nothing is forgotten; and there is no calendar of that time.
  if (settled === -Infinity) return settled;
  return Math.min(settled - knownFor, horizonOfRules(own, settled));
}
