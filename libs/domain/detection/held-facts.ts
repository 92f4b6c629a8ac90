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
  private facts: Fact[] = [];
  /** Those of them that came late: few. */
  private late: Set<Fact> | null = null;
  /** By id; made once there are many. Facts of one id and several sources stand in a list. */
  private byId: Map<string, Fact | Fact[]> | null = null;
  /** No fact is older than this time, ms. */
  private oldest = Infinity;

  get size(): number {
    return this.facts.length;
  }

  /** The held facts, with whether they were late. */
  values(): readonly HeldFact[] {
    return this.facts.map((fact) => ({ fact, late: this.late?.has(fact) ?? false }));
  }

  /** The held fact of the same name. */
  find({ source, id }: Pick<Fact, 'source' | 'id'>): Fact | undefined {
    if (this.byId === null) return ofSource(this.facts, source, id);
    const found = this.byId.get(id);
    if (found === undefined) return undefined;
    if (Array.isArray(found)) return ofSource(found, source, id);
    return found.source === source ? found : undefined;
  }

  add({ fact, late }: HeldFact): void {
    this.facts.push(fact);
    if (late) this.late = (this.late ?? new Set()).add(fact);
    if (fact.occurredAt < this.oldest) this.oldest = fact.occurredAt;
    if (this.byId !== null) index(this.byId, fact);
    else if (this.facts.length > fewFacts) this.byId = indexOf(this.facts);
  }

  /** Drops facts before `time` (ms). O(1) where there are none. */
  dropBefore(time: number): void {
    if (this.oldest >= time) return;
    const dropped = this.facts.filter(({ occurredAt }) => occurredAt < time);
    this.facts = this.facts.filter(({ occurredAt }) => occurredAt >= time);
    this.oldest = this.facts.reduce((oldest, { occurredAt }) => Math.min(oldest, occurredAt), Infinity);
    for (const fact of dropped) this.late?.delete(fact);
    this.byId = this.facts.length > fewFacts ? indexOf(this.facts) : null;
  }
}

function ofSource(facts: readonly Fact[], source: string, id: string): Fact | undefined {
  for (let at = facts.length - 1; at >= 0; at--) {
    const fact = facts[at];
    if (fact?.id === id && fact.source === source) return fact;
  }
  return undefined;
}

function indexOf(facts: readonly Fact[]): Map<string, Fact | Fact[]> {
  const byId = new Map<string, Fact | Fact[]>();
  for (const fact of facts) index(byId, fact);
  return byId;
}

function index(byId: Map<string, Fact | Fact[]>, fact: Fact): void {
  const known = byId.get(fact.id);
  if (known === undefined) byId.set(fact.id, fact);
  else if (Array.isArray(known)) known.push(fact);
  else byId.set(fact.id, [known, fact]);
}
