import type { Fact } from '../fact/fact';
import type { Rule } from '../rule/rule';
import { lowestColumn } from './bits';
import type { Dimension } from './dimension';
import { hitState, type Occasion } from './evidence';
import { GroupLog } from './group-log';
import type { HitState } from './hit';
import type { Remembered, Report } from './rule-run';
import { WindowCursor, type WindowedRule } from './window-cursor';

/** What a change of the rules means for one of them. */
export interface Changed {
  /** Event time (ms) from which on facts are to be measured again. */
  readonly since: number;
  /** True where what the rule looks up has changed: hits that go on standing may say something else. */
  readonly revise: boolean;
}

/** One group of one dimension: its facts in their order, and what the rules keep over them. */
export class Group {
  readonly log: GroupLog;
  /** By column; made when a rule first needs one. */
  private cursors: (WindowCursor | null)[] | null = null;
  private memories: (Remembered | null)[] | null = null;

  constructor(
    readonly dimension: Dimension,
    readonly values: readonly string[],
  ) {
    this.log = new GroupLog(dimension.fused.contributions.length, dimension.rules.length);
  }

  /**
   * Takes in the fact that the dimension's rules have just looked at, and gives the states of hits that it makes. O(1) at the end of
   * the log, else O(facts after it).
   */
  accept(fact: Fact, heldSince: number, occasion: Occasion): readonly HitState[] {
    const { fused, runs, tally } = this.dimension;
    const index = this.log.insert(fact, fused.triggers, fused.measures, fused.contributions);
    const atEnd = index === this.log.length - 1;
    // At the end only what the fact triggers can change; what stands behind it may have to be measured again.
    let concerned = atEnd ? fused.triggers : -1;
    let states: HitState[] = nothing;
    for (; concerned !== 0; concerned &= concerned - 1) {
      const column = lowestColumn(concerned);
      const run = runs[column];
      if (run === undefined) break;
      const reason = run.measureInserted(this, index, heldSince, (status, hit, measurement) => {
        if (states === nothing) states = [];
        states.push(hitState(status, run.rule, this.values, hit, measurement, occasion));
      });
      if (reason !== null) tally.add(column, reason);
    }
    return states;
  }

  /** Puts in the fact that the dimension's rules have just looked at without measuring; gives its place. */
  place(fact: Fact, triggers: number): number {
    const { measures, contributions } = this.dimension.fused;
    return this.log.insert(fact, triggers, measures, contributions);
  }

  /** Measures facts again from where on each rule governs or sees others than before; null: not at all. For changes of the rules. */
  measureAgain(change: (rule: Rule) => Changed | null, heldSince: number, occasion: Occasion): readonly HitState[] {
    const states: HitState[] = [];
    for (const run of this.dimension.runs) {
      const changed = change(run.rule);
      if (changed === null) continue;
      const index = this.log.firstAtOrAfter(changed.since);
      const report: Report = (status, hit, measurement) => {
        states.push(hitState(status, run.rule, this.values, hit, measurement, occasion));
      };
      run.measureAgain(this, index, changed.revise ? 'lookups' : 'rules', heldSince, report);
    }
    return states;
  }

  /** Drops facts before `horizon` (ms). */
  trim(horizon: number): void {
    if (this.log.timeAt(0) >= horizon) return;
    const removed = this.log.firstAtOrAfter(horizon);
    for (const run of this.dimension.runs) run.beforeTrim(this, removed);
    this.log.removeFirst(removed);
  }

  /** True where nothing is kept that facts at `time` (ms) or later could still ask for. */
  isSpent(time: number): boolean {
    if (this.log.length > 0) return false;
    return !this.dimension.runs.some((run) => {
      const remembered = this.remembered(run.column);
      return remembered !== null && run.mustRemember(remembered, time);
    });
  }

  /** The cursor that is kept for the rule in a column. */
  cursorOf(column: number): WindowCursor | null {
    return this.cursors?.[column] ?? null;
  }

  /** Makes a cursor and keeps it. */
  keepCursor(column: number, rule: WindowedRule): WindowCursor {
    const cursor = new WindowCursor(rule);
    this.cursors ??= this.dimension.rules.map(() => null);
    this.cursors[column] = cursor;
    return cursor;
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

/** States of a fact that makes none: most. */
const nothing: HitState[] = [];
