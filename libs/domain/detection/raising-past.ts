import type { Rule } from '../rule/rule';
import { msPerDay } from '../time/duration';
import { horizonOf } from '../window/window';
import type { Remembered } from './rule-run';

/** What is not held, times in ms: windows that reach back before `heldSince` are incomplete; what occurred before `lostBefore` was lost. */
export interface Held {
  readonly heldSince: number;
  readonly lostBefore?: number;
}

/** An earlier fact of a group that triggered: its time (ms) and the level of the threshold that it reached. */
export interface Triggered {
  readonly time: number;
  readonly level: number;
}

/** What is known of the facts of a group before the one that is looked at. */
interface Before {
  readonly remembered: Remembered | null;
  /** The newest first. */
  triggeredBefore(): Iterable<Triggered>;
}

/**
 * How much longer than its windows a loss is remembered for raising, ms. A group that was silent since before it cannot be told from a new
 * one, however long that is; after this it is taken for a new one.
 */
const doubtedFor = 31 * msPerDay;

/** Whether raising a rule asks for facts that its window does not hold: the one that triggered before, or the last that was raised. */
export function asksBehindItsWindow({ raising: { on }, window }: Rule): boolean {
  return on === 'cooldown' || (on === 'crossing' && window?.kind === 'sliding');
}

/**
 * Whether a hit of such a rule at time `t` (ms), whose own window is whole, could be none had nothing been lost before `lostBefore` (ms):
 * `crossing` where the fact that triggered before is not known, or was measured on a window with a hole; `cooldown` where a hit within its
 * length could have been raised, had an earlier one not been.
 */
export function inDoubt(
  { raising, window, effectiveFrom }: Rule,
  t: number,
  lostBefore: number,
  before: Before,
): boolean {
  if (window === null || effectiveFrom >= lostBefore) return false;
  const whole = (time: number): boolean => horizonOf(window, time) >= lostBefore;
  const length = raising.on === 'cooldown' ? raising.length : 0;
  if (horizonOf(window, horizonOf(window, t - length)) - doubtedFor >= lostBefore) return false;
  if (raising.on !== 'cooldown') {
    const [newest] = before.triggeredBefore();
    const time = newest?.time ?? before.remembered?.triggeredAt ?? null;
    return time === null || !whole(time);
  }
  // A cooldown that is longer than the window asks for facts that are not kept.
  if (!whole(t - length) || t - length < horizonOf(window, t)) return true;
  for (const { time, level } of before.triggeredBefore()) {
    if (t - time >= length) return false;
    if (level > 0) return true;
  }
  return false;
}
