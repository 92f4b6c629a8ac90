import { homeKeyOf, homePartition, type Fact } from '@weir/domain';
import type { Step } from './path';

/** A fact and where it lives. */
export interface PlacedFact {
  readonly fact: Fact;
  /** Its account, else customer, teller, branch, id. */
  readonly homeKey: string;
  /** Partition of the facts topic that its home key belongs to. */
  readonly home: number;
}

/** Finds the partition that the fact belongs to, whichever it was found in. */
export const atHome: Step<Fact, PlacedFact> = (fact, { settings }) => {
  const homeKey = homeKeyOf(fact);
  return { fact, homeKey, home: homePartition(homeKey, settings.partitions) };
};
