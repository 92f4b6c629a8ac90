import type { Fact } from '../fact/fact';
import { compareFacts, factName } from '../fact/order';
import type { Group } from './group';

/** A fact that is held: to know it again, and for rules that come later. */
export interface HeldFact {
  readonly fact: Fact;
  /** True where it came too late for the windows. */
  readonly late: boolean;
}

/** All that is held under one home key: its facts by name, and the groups that live there. */
export class Home {
  readonly facts = new Map<string, HeldFact>();
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
    for (const [name, { fact }] of this.facts) if (fact.occurredAt < factsBefore) this.facts.delete(name);
    for (const [key, group] of this.groups) {
      group.trim(horizon(group));
      if (group.isSpent(time)) this.groups.delete(key);
    }
  }

  /** True where nothing is held. */
  isSpent(): boolean {
    return this.facts.size === 0 && this.groups.size === 0;
  }

  /** The held fact of the same name. */
  known(fact: Fact): HeldFact | undefined {
    return this.facts.get(factName(fact));
  }

  hold(held: HeldFact): void {
    this.facts.set(factName(held.fact), held);
  }
}

/** Key of a group within its home. */
export function groupKey(dimension: number, values: readonly string[]): string {
  return JSON.stringify([dimension, ...values]);
}
