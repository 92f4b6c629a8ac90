import type { Fact } from '../fact/fact';
import type { Rule } from '../rule/rule';
import type { Dimension } from './dimension';
import { hitState, type Occasion } from './evidence';
import { firstAtOrAfter, insert, mark, put, type Entry } from './group-log';
import type { HitState } from './hit';
import type { EvaluationReason, Tally } from './outcome';
import { RuleTrack, type Remembered } from './rule-track';

/** What a change of the rules means for one of them. */
export interface Changed {
  /** Event time (ms) from which on facts are to be measured again. */
  readonly since: number;
  /** True where what the rule looks up has changed: hits that go on standing may say something else. */
  readonly revise: boolean;
}

/** One group of one dimension: its facts in their order, and every rule's track over them. */
export class Group {
  readonly entries: Entry[] = [];
  readonly tracks: readonly RuleTrack[];

  constructor(
    readonly dimension: Dimension,
    readonly values: readonly string[],
    remembered: (rule: Rule) => Remembered | undefined = () => undefined,
  ) {
    this.tracks = dimension.rules.map((rule, column) => new RuleTrack(rule, column, remembered(rule)));
  }

  /** Takes a fact in and gives the states of hits that it makes. O(1) at the end of the log, else O(facts after it). */
  accept(fact: Fact, heldSince: number, occasion: Occasion, tally: Tally): readonly HitState[] {
    const entry = this.entryOf(fact, tally);
    if (!isOfConcern(entry)) return [];
    const index = insert(this.entries, entry);
    const states: HitState[] = [];
    for (const track of this.tracks) {
      const reason = track.measureInserted(this.entries, index, heldSince, (status, { fact: hit }, measurement) => {
        states.push(hitState(status, track.rule, this.values, hit, measurement, occasion));
      });
      if (reason !== null) tally.add(track.rule, reason);
    }
    return states;
  }

  /** Puts a fact in its place without measuring, its marks completed by `complete`; true where any rule looks at it. */
  place(fact: Fact, complete: (entry: Entry) => void): boolean {
    const entry = this.entryOf(fact, null);
    complete(entry);
    if (!isOfConcern(entry)) return false;
    insert(this.entries, entry);
    return true;
  }

  /** Measures facts again from where on each rule governs or sees others than before; null: not at all. For changes of the rules. */
  measureAgain(change: (rule: Rule) => Changed | null, heldSince: number, occasion: Occasion): readonly HitState[] {
    const states: HitState[] = [];
    for (const track of this.tracks) {
      const changed = change(track.rule);
      if (changed === null) continue;
      const index = firstAtOrAfter(this.entries, changed.since);
      track.measureAgain(this.entries, index, heldSince, changed.revise, (status, { fact: hit }, measurement) => {
        states.push(hitState(status, track.rule, this.values, hit, measurement, occasion));
      });
    }
    return states;
  }

  /** Drops facts before `horizon` (ms). */
  trim(horizon: number): void {
    const removed = firstAtOrAfter(this.entries, horizon);
    if (removed === 0) return;
    for (const track of this.tracks) track.beforeTrim(this.entries, removed);
    this.entries.splice(0, removed);
  }

  /** True where nothing is kept that facts at `time` (ms) or later could still ask for. */
  isSpent(time: number): boolean {
    return this.entries.length === 0 && !this.tracks.some((track) => track.mustRemember(time));
  }

  private entryOf(fact: Fact, tally: Tally | null): Entry {
    const entry: Entry = { fact, marks: new Uint8Array(this.tracks.length) };
    for (const { rule, column } of this.tracks) {
      const reason = markFact(entry, rule, column);
      if (reason !== null) tally?.add(rule, reason);
    }
    return entry;
  }
}

const isOfConcern = ({ marks }: Entry): boolean => marks.some((ofRule) => ofRule !== 0);

/** Marks what a fact is to a rule; gives why it does not trigger it, or null where it does. */
function markFact(entry: Entry, rule: Rule, column: number): EvaluationReason | null {
  const { fact } = entry;
  if (!rule.appliesTo(fact)) return 'conditions-not-met';
  const counts = rule.measure !== null && rule.measure.contribution(fact) !== null;
  if (counts && rule.mayMeasure(fact)) put(entry, column, mark.measured, true);
  if (fact.occurredAt < rule.effectiveFrom || fact.occurredAt >= rule.effectiveUntil) return 'not-governed';
  if (!rule.mayTrigger(fact)) return 'not-a-trigger';
  if (rule.window === null && !counts) return 'field-missing';
  put(entry, column, mark.triggers, true);
  return null;
}
