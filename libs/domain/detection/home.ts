import type { Group } from './group';
import type { FactStore } from './held/fact-store';
import { HeldFacts } from './held/held-facts';

/** So few groups are looked through one by one. */
const fewGroups = 8;

/** All that is held under one home key: its facts by name, and the groups that live there. */
export class Home extends HeldFacts {
  /** Most homes have one group: it stands here, not in a list of one. */
  private first: Group | null = null;
  private others: Group[] | null = null;
  /** By key; made once there are many. */
  private byKey: Map<string, Group> | null = null;

  /** The groups, in the order in which they were begun. */
  get groups(): readonly Group[] {
    const { first, others } = this;
    return first === null ? [] : others === null ? [first] : [first, ...others];
  }

  /** The group of a key, see `Dimension.keyOf`. */
  group(key: string): Group | undefined {
    if (this.byKey !== null) return this.byKey.get(key);
    const { first, others } = this;
    if (first?.key === key) return first;
    return others?.find((group) => group.key === key);
  }

  begin(group: Group): Group {
    if (this.first === null) this.first = group;
    else if (this.others === null) this.others = [group];
    else this.others.push(group);
    if (this.byKey !== null) this.byKey.set(group.key, group);
    else if ((this.others?.length ?? 0) >= fewGroups) this.byKey = new Map(this.groups.map((one) => [one.key, one]));
    return group;
  }

  /** Forgets all groups; gives them. */
  takeGroups(): readonly Group[] {
    const taken = this.groups;
    this.first = null;
    this.others = null;
    this.byKey = null;
    return taken;
  }

  /**
   * Drops facts before `factsBefore` (ms), and what each group no longer needs: facts before `horizon(group)`, or the
   * whole group where facts at `time` or later can ask for nothing of it.
   */
  trim(store: FactStore, factsBefore: number, time: number, horizon: (group: Group) => number): void {
    let spent = false;
    for (const group of this.groups) {
      group.trim(horizon(group));
      spent ||= group.isSpent(time);
    }
    if (spent) {
      const left = this.takeGroups().filter((group) => !group.isSpent(time));
      for (const group of left) this.begin(group);
    }
    // Last: the logs of the groups name facts that are held.
    this.dropBefore(store, factsBefore);
  }

  /** True where nothing is held. */
  isSpent(): boolean {
    return this.size === 0 && this.first === null;
  }
}
