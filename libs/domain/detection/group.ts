import type { Fact } from '../fact/fact';
import type { Rule } from '../rule/rule';
import { bitOf, lowestColumn } from './bits';
import type { Dimension } from './dimension';
import { GroupLog } from './group-log';
import type { FactStore } from './held/fact-store';
import type { HitStates } from './hit-states';
import { Raisings } from './raisings';
import type { Remembered } from './rule-run';
import type { Disturbed, HasTotals } from './running-totals';
import { WindowMemory } from './window-memory';

/** What a change of the rules means for one of them. */
export interface Changed {
  /** Event time (ms) from which on facts are to be measured again. */
  readonly since: number;
  /** True where what the rule looks up has changed: hits that go on standing may say something else. */
  readonly revise: boolean;
}

/** One group of one dimension: the log of its facts, and what the rules keep over it. */
export class Group extends GroupLog implements HasTotals {
  totals: number[] | null = null;
  disturbed: Disturbed | null = null;
  /** Where the windows of the rules stand; made when a rule first needs it. */
  private kept: WindowMemory | null = null;
  /** By column; made when a rule first needs one, and from then on kept with the marks that rules set. */
  private raised: Map<number, Raisings> | null = null;
  /** By column; made when a rule first needs one. */
  private memories: (Remembered | null)[] | null = null;

  constructor(
    readonly dimension: Dimension,
    /** Its key within its home, see `Dimension.keyOf`. */
    readonly key: string,
    readonly values: readonly string[],
    store: FactStore,
  ) {
    super(store, dimension.layout);
  }

  /**
   * Takes in the fact that the dimension's rules have just looked at, and adds the states of hits that it makes. O(1) at the end of
   * the log, else O(facts after it).
   */
  accept(fact: Fact, ref: number, states: HitStates): void {
    const { fused, runs, totals, tally } = this.dimension;
    const index = this.insert(fact, ref, fused.triggers, fused.measures, fused.contributions);
    // At the end only what the fact triggers can change; what stands behind it may have to be measured again.
    let concerned = -1;
    let notMet = 0;
    if (index === this.length - 1) {
      notMet = totals.cameIn(this, fused.triggers);
      concerned = fused.triggers & ~notMet;
    } else totals.putIn(this, index);
    for (; concerned !== 0; concerned &= concerned - 1) {
      const column = lowestColumn(concerned);
      const run = runs[column];
      if (run === undefined) break;
      const reason = run.measureInserted(this, index, states);
      if (reason === 'threshold-not-met') notMet |= bitOf(column);
      else if (reason !== null) tally.add(column, reason);
    }
    tally.addBits(notMet, 'threshold-not-met');
  }

  /** Puts in the fact that the dimension's rules have just looked at without measuring; gives its place. */
  place(fact: Fact, ref: number, triggers: number): number {
    const { measures, contributions } = this.dimension.fused;
    this.totals = null;
    this.disturbed = null;
    this.raised = null;
    return this.insert(fact, ref, triggers, measures, contributions);
  }

  /** Measures facts again from where on each rule governs or sees others than before; null: not at all. For changes of the rules. */
  measureAgain(change: (rule: Rule) => Changed | null, states: HitStates): void {
    for (const run of this.dimension.runs) {
      const changed = change(run.rule);
      if (changed !== null) run.measureAgain(this, this.firstAtOrAfter(changed.since), changed.revise, states);
    }
  }

  /** Drops facts before `horizon` (ms). */
  trim(horizon: number): void {
    if (this.timeAt(0) >= horizon) return;
    const removed = this.firstAtOrAfter(horizon);
    for (const run of this.dimension.runs) run.beforeTrim(this, removed);
    this.dimension.totals.beforeTrim(this, removed);
    this.removeFirst(removed);
    for (const raisings of this.raised?.values() ?? []) raisings.trimmed(horizon);
  }

  /** True where nothing is kept that facts at `time` (ms) or later could still ask for. */
  isSpent(time: number): boolean {
    if (this.length > 0) return false;
    return !this.dimension.runs.some((run) => {
      const remembered = this.remembered(run.column);
      return remembered !== null && run.mustRemember(remembered, time);
    });
  }

  /** Which hits of the rule in a column stand; null where that is not kept. */
  raisings(column: number): Raisings | null {
    return this.raised?.get(column) ?? null;
  }

  /** The same, read from the log where it is not kept yet. O(facts of the group), once. */
  keepingRaisings(column: number): Raisings {
    const known = this.raisings(column);
    if (known !== null) return known;
    const begun = new Raisings(this, column);
    this.raised = (this.raised ?? new Map<number, Raisings>()).set(column, begun);
    return begun;
  }

  /** Where the windows of the rules stand; null where none is kept. */
  get windows(): WindowMemory | null {
    return this.kept;
  }

  /** The same, begun where nothing is kept yet. */
  keepingWindows(): WindowMemory {
    return (this.kept ??= new WindowMemory(this.dimension.rules.length));
  }

  /** What is remembered of facts that were taken off the log, for the rule in a column. */
  remembered(column: number): Remembered | null {
    return this.memories?.[column] ?? null;
  }

  /** The same, begun where nothing is remembered yet. */
  remember(column: number): Remembered {
    return this.remembered(column) ?? this.recall(column, { triggeredAt: null, level: 0, raisedAt: null });
  }

  /** Gives a rule back what it remembered elsewhere. */
  recall(column: number, remembered: Remembered): Remembered {
    this.memories ??= this.dimension.rules.map(() => null);
    this.memories[column] = remembered;
    return remembered;
  }
}
