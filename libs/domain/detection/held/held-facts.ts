import type { Fact } from '../../fact/fact';
import type { FactStore } from './fact-store';
import { entryOf, firstEntry, lastEntry, nameHash, NameIndex, refOf } from './names';

/** So few names are looked through one by one: an index would take more memory than they do. */
const fewNames = 64;

/** The facts that are held under one home key, in the order in which they came, found by their names. */
export class HeldFacts {
  /** Each the hash of its name and its reference in the store. */
  private entries: number[] = [];
  /** Made once there are many. */
  private index: NameIndex | null = null;

  get size(): number {
    return this.entries.length;
  }

  /** References of the facts. */
  refs(): readonly number[] {
    return this.entries.map(refOf);
  }

  /** Reference of the held fact of the same name; -1 where there is none. */
  find(store: FactStore, name: Pick<Fact, 'source' | 'id'>): number {
    const hash = nameHash(name.source, name.id);
    if (this.index !== null) {
      const found = this.index.find(hash, (ref) => store.isNamed(ref, name));
      return found === 0 ? -1 : refOf(found);
    }
    const { entries } = this;
    const [first, last] = [firstEntry(hash), lastEntry(hash)];
    for (let at = entries.length - 1; at >= 0; at--) {
      const entry = entries[at] ?? 0;
      if (entry >= first && entry <= last && store.isNamed(refOf(entry), name)) return refOf(entry);
    }
    return -1;
  }

  /** Holds a fact from now on; gives its reference. */
  add(store: FactStore, fact: Fact, late: boolean): number {
    const ref = store.add(fact, late);
    const entry = entryOf(nameHash(fact.source, fact.id), ref);
    // The first stands alone: a list that is begun by adding to it has room for many.
    if (this.entries.length === 0) this.entries = [entry];
    else this.entries.push(entry);
    if (this.index !== null) this.index.add(entry);
    else if (this.entries.length > fewNames) this.index = new NameIndex(this.entries);
    return ref;
  }

  /**
   * Drops facts before `time` (ms) as far as they came before any that stays: facts come in about the order of their times, and the others
   * follow once those have gone. O(1) where there are none.
   */
  dropBefore(store: FactStore, time: number): void {
    const { entries } = this;
    let dropped = 0;
    for (; dropped < entries.length; dropped++) {
      const entry = entries[dropped] ?? 0;
      if (store.timeOf(refOf(entry)) >= time) break;
      this.index?.remove(entry);
      store.drop(refOf(entry));
    }
    if (dropped > 0) entries.splice(0, dropped);
    if (entries.length <= fewNames / 2) this.index = null;
  }

  /** Drops one fact by its reference. O(facts). */
  drop(store: FactStore, ref: number): void {
    const at = this.entries.findIndex((entry) => refOf(entry) === ref);
    if (at < 0) return;
    const [entry = 0] = this.entries.splice(at, 1);
    this.index?.remove(entry);
    store.drop(ref);
  }
}
