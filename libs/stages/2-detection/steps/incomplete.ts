import { horizonOfRules, type Detector } from '@weir/domain';

/** True while windows of facts that can still come reach back behind what was lost. */
export function isIncomplete({ memory: { lostBefore = -Infinity, settledBefore }, rules }: Detector): boolean {
  if (lostBefore === -Infinity || settledBefore === -Infinity) return lostBefore > -Infinity;
  return lostBefore > horizonOfRules(rules.rules, settledBefore);
}
