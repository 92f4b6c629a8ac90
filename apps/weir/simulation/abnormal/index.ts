import { accounts } from './accounts';
import type { Behaviour } from './behaviour';
import { bonds } from './bonds';
import { dimensions } from './dimensions';
import { ebanking } from './ebanking';
import { largeValue } from './large-value';
import { tellers } from './tellers';

export type { Behaviour, Scene, Subject } from './behaviour';

/** What is planted, in the order of its turns: the packs by turns, so that each comes up every other day. */
export const behaviours: readonly Behaviour[] = interleaved([
  ebanking,
  bonds,
  largeValue,
  accounts,
  dimensions,
  tellers,
]);

/** One of each list after the other, until all have been taken. */
function interleaved(lists: readonly (readonly Behaviour[])[]): Behaviour[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, place) => lists.flatMap((list) => list[place] ?? [])).flat();
}
