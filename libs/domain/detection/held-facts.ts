import type { Fact } from '../fact/fact';

/** A fact that is held: to know it again, and for rules that come later. */
export interface HeldFact {
  readonly fact: Fact;
  /** True where it came too late for the windows. */
  readonly late: boolean;
}

/** So few facts are searched one by one: an index would take more memory than they do. */
const fewFacts = 16;

/** The facts that are held under one home key, in the order in which they came, found by their names. */
export class HeldFacts {
  private list: HeldFact[] = [];
  /** By id; made once there are many. Facts of one id and several sources stand in a list. */
  private byId: Map<string, HeldFact | HeldFact[]> | null = null;

  get size(): number {
    return this.list.length;
  }

  values(): readonly HeldFact[] {
    return this.list;
  }

  /** The held fact of the same name. */
  find({ source, id }: Pick<Fact, 'source' | 'id'>): HeldFact | undefined {
    if (this.byId === null) return this.list.find(({ fact }) => fact.id === id && fact.source === source);
    const found = this.byId.get(id);
    if (Array.isArray(found)) return found.find(({ fact }) => fact.source === source);
    return found?.fact.source === source ? found : undefined;
  }

  add(held: HeldFact): void {
    this.list.push(held);
    if (this.byId !== null) index(this.byId, held);
    else if (this.list.length > fewFacts) this.byId = indexOf(this.list);
  }

  /** Drops facts before `time` (ms). */
  dropBefore(time: number): void {
    if (!this.list.some(({ fact }) => fact.occurredAt < time)) return;
    this.list = this.list.filter(({ fact }) => fact.occurredAt >= time);
    this.byId = this.list.length > fewFacts ? indexOf(this.list) : null;
  }
}

function indexOf(list: readonly HeldFact[]): Map<string, HeldFact | HeldFact[]> {
  const byId = new Map<string, HeldFact | HeldFact[]>();
  for (const held of list) index(byId, held);
  return byId;
}

function index(byId: Map<string, HeldFact | HeldFact[]>, held: HeldFact): void {
  const { id } = held.fact;
  const known = byId.get(id);
  if (known === undefined) byId.set(id, held);
  else if (Array.isArray(known)) known.push(held);
  else byId.set(id, [known, held]);
}
