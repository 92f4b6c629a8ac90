import { compareFacts } from '../fact/order';
import type { Group } from './group';
import { HeldFacts, type HeldFact } from './held-facts';

/** All that is held under one home key: its facts by name, and the groups that live there. */
export class Home {
  readonly facts = new HeldFacts();
  readonly groups = new Map<string, Group>();

  /** The held facts in their order. */
  inOrder(): readonly HeldFact[] {
    return [...this.facts.values()].sort((a, b) => compareFacts(a.fact, b.fact));
  }

  /**
   * Drops facts before `factsBefore` (ms), and what each group no longer needs: facts before `horizon(group)`, or the
   * whole group where facts at `time` or later can ask for nothing of it.
   */
  trim(factsBefore: number, time: number, horizon: (group: Group) => number): void {
    this.facts.dropBefore(factsBefore);
    for (const [key, group] of this.groups) {
      group.trim(horizon(group));
      if (group.isSpent(time)) this.groups.delete(key);
    }
  }

  /** True where nothing is held. */
  isSpent(): boolean {
    return this.facts.size === 0 && this.groups.size === 0;
  }
}
