import type { Fact } from '../fact/fact';
import type { Rule, RuleSet } from '../rule/rule';
import { bitOf } from './bits';
import { groupValues, type Dimension } from './dimension';
import { compareFacts } from '../fact/order';
import { hitState, type Occasion } from './evidence';
import { Group, type Changed } from './group';
import type { FactStore } from './held/fact-store';
import type { HitStatus } from './hit';
import type { HitStates } from './hit-states';
import type { Home } from './home';
import type { Remembered } from './rule-run';
import { evaluateSingle, type SingleEvaluation } from './single-facts';

/** Change from one rule set to another: which facts each version must measure again. */
export class RuleChange {
  private readonly earlier: ReadonlyMap<string, Rule>;
  /** Found out once for each version, though every home asks. */
  private readonly changed = new Map<Rule, Changed | null>();

  constructor(
    private readonly ruledBefore: RuleSet,
    private readonly after: RuleSet,
  ) {
    this.earlier = new Map(ruledBefore.rules.map((rule) => [versionName(rule), rule]));
  }

  /** The version as it ran before, undefined where it is new. */
  before(rule: Rule): Rule | undefined {
    return this.earlier.get(versionName(rule));
  }

  /** What a version must measure again; null where nothing changes for it. */
  of(rule: Rule): Changed | null {
    const known = this.changed.get(rule);
    if (known !== undefined) return known;
    const changed = this.found(rule);
    this.changed.set(rule, changed);
    return changed;
  }

  private found(rule: Rule): Changed | null {
    const before = this.before(rule);
    if (before === undefined) return { since: rule.effectiveFrom, revise: false };
    const ends =
      before.effectiveUntil === rule.effectiveUntil ? Infinity : Math.min(before.effectiveUntil, rule.effectiveUntil);
    const looksUp = Math.min(
      Infinity,
      ...rule.uses.map((name) => this.after.references.differFrom(this.ruledBefore.references, name)),
    );
    const since = Math.min(ends, looksUp);
    return since === Infinity ? null : { since, revise: looksUp < Infinity };
  }
}

/**
 * Puts a home's facts under other rules: groups are made anew from the held facts, what was known of hits of versions
 * that stay is carried over, and what a version newly governs, or no longer does, is measured again.
 * @param rules those of the lane
 * @param settledBefore facts before this time (ms) are not measured any more
 * @param states what this changes is added to them
 */
export function regroup(
  home: Home,
  store: FactStore,
  change: RuleChange,
  rules: readonly Rule[],
  dimensions: readonly Dimension[],
  settledBefore: number,
  states: HitStates,
): void {
  const carried = new Carried(home, store, change, settledBefore);
  const held = inOrder(home, store);
  for (const { fact, ref } of held) {
    if (store.isLate(ref)) continue;
    for (const dimension of dimensions) {
      const values = groupValues(dimension.fields, fact);
      if (values !== null) carried.place(fact, ref, dimension, values);
    }
  }
  carried.keepRemembered(dimensions);
  for (const rule of rules) singleChanges(held, rule, change, states);
  for (const group of home.groups) group.measureAgain((rule) => change.of(rule), states);
}

/** A fact that is held. */
interface Held {
  readonly fact: Fact;
  readonly ref: number;
}

function inOrder(home: Home, store: FactStore): readonly Held[] {
  return home
    .refs()
    .map((ref) => ({ fact: store.fact(ref), ref }))
    .sort((a, b) => compareFacts(a.fact, b.fact));
}

const versionName = ({ id, version }: Pick<Rule, 'id' | 'version'>): string => `${id}@${version}`;

/** A version that ran before in a group: its column, and where its facts stand in its log, by reference. */
interface EarlierRun {
  readonly group: Group;
  readonly column: number;
  readonly places: ReadonlyMap<number, number>;
}

/** What was known of hits, by rule version and group. */
class Carried {
  private readonly runs = new Map<string, EarlierRun>();
  private readonly groups: readonly Group[];

  /** Takes the groups from their home. */
  constructor(
    private readonly home: Home,
    private readonly store: FactStore,
    private readonly change: RuleChange,
    private readonly settledBefore: number,
  ) {
    this.groups = home.takeGroups();
    for (const group of this.groups) {
      const places = new Map(Array.from({ length: group.length }, (_, index) => [group.refAt(index), index]));
      group.dimension.rules.forEach((rule, column) => {
        this.runs.set(runName(rule, group.values), { group, column, places });
      });
    }
  }

  /** Puts a fact into its group, with what was known of it; into none where no rule looks at it and nothing was known. */
  place(fact: Fact, ref: number, dimension: Dimension, values: readonly string[]): void {
    const { fused, rules } = dimension;
    const looked = fused.look(fact);
    let { triggers } = fused;
    const marks = rules.map((rule, column) => {
      if (this.change.before(rule) === undefined) return 0;
      const run = this.runs.get(runName(rule, values));
      const place = run?.places.get(ref);
      if (run !== undefined && place !== undefined) return run.group.markAt(place, run.column);
      // A version that ran before has settled, and only remembers, settled facts that its log no longer held.
      if (fact.occurredAt < this.settledBefore) triggers &= ~bitOf(column);
      return 0;
    });
    if (!looked && marks.every((known) => known === 0)) return;
    const group = this.groupFor(dimension, values);
    const index = group.place(fact, ref, triggers);
    marks.forEach((known, column) => {
      group.setMark(index, column, known);
    });
  }

  /** Begins the groups of which no fact is held any more, but of which versions that stay remember something. */
  keepRemembered(dimensions: readonly Dimension[]): void {
    for (const { values, dimension: earlier } of this.groups) {
      for (const dimension of dimensions) {
        if (dimension.grouping !== earlier.grouping) continue;
        if (dimension.rules.some((rule) => this.remembered(rule, values) !== null)) this.groupFor(dimension, values);
      }
    }
  }

  private remembered(rule: Rule, values: readonly string[]): Remembered | null {
    const run = this.runs.get(runName(rule, values));
    return run?.group.remembered(run.column) ?? null;
  }

  private groupFor(dimension: Dimension, values: readonly string[]): Group {
    const key = dimension.keyOfValues(values);
    const known = this.home.group(key);
    if (known !== undefined) return known;
    const group = this.home.begin(new Group(dimension, key, values, this.store));
    dimension.rules.forEach((rule, column) => {
      const remembered = this.remembered(rule, values);
      if (remembered !== null) group.recall(column, remembered);
    });
    return group;
  }
}

const runName = (rule: Rule, values: readonly string[]): string => JSON.stringify([versionName(rule), ...values]);

/** Changes of hits of single facts: a version raises what it newly governs and withdraws what it no longer does. */
function singleChanges(held: readonly Held[], rule: Rule, change: RuleChange, states: HitStates): void {
  const changed = change.of(rule);
  if (!rule.ofSingleFacts || changed === null) return;
  const old = change.before(rule);
  for (const { fact } of held) {
    if (fact.occurredAt < changed.since) continue;
    const was = old === undefined ? 'not-governed' : evaluateSingle(old, fact);
    const is = evaluateSingle(rule, fact);
    const add = (status: HitStatus, of: Rule, { values, measurement }: Exclude<typeof is, string>): void => {
      states.add(status, of, values, fact, measurement);
    };
    if (typeof is === 'string') {
      if (typeof was !== 'string') add('withdrawn', old ?? rule, was);
    } else if (typeof was === 'string') {
      add('raised', rule, is);
    } else if (told(old ?? rule, fact, was) !== told(rule, fact, is)) {
      add('revised', rule, is);
    }
  }
}

/** What a hit of a single fact says, as text. */
function told(rule: Rule, fact: Fact, { values, measurement }: Exclude<SingleEvaluation, string>): string {
  return JSON.stringify(hitState('revised', rule, values, fact, measurement, anyOccasion));
}

const anyOccasion: Occasion = { cause: null, asOf: { topic: '', partition: 0, offset: 0, step: 0 } };
