import type { Fact } from '../fact/fact';
import type { Rule, RuleSet } from '../rule/rule';
import { bitOf } from './bits';
import { groupValues, type Dimension } from './dimension';
import type { Occasion } from './evidence';
import { Group, type Changed } from './group';
import type { HeldFact } from './held-facts';
import type { HitState, HitStatus } from './hit';
import type { Home } from './home';
import { evaluateSingle, singleState } from './single-facts';

/** Change from one rule set to another: which facts each version must measure again. */
export class RuleChange {
  private readonly earlier: ReadonlyMap<string, Rule>;

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
 * @param times facts before `settledBefore` (ms) are not measured any more; windows that reach back before `heldSince` are incomplete
 * @returns the states that this changes
 */
export function regroup(
  home: Home,
  change: RuleChange,
  rules: readonly Rule[],
  dimensions: readonly Dimension[],
  { settledBefore, heldSince }: { readonly settledBefore: number; readonly heldSince: number },
  occasion: Occasion,
): readonly HitState[] {
  const carried = new Carried([...home.groups.values()], change, settledBefore);
  home.groups.clear();
  const held = home.inOrder();
  for (const { fact, late } of held) {
    if (late) continue;
    for (const dimension of dimensions) {
      const values = groupValues(dimension.fields, fact);
      if (values !== null) carried.place(fact, dimension, values, home.groups);
    }
  }
  const states = rules.flatMap((rule) => singleChanges(held, rule, change, occasion));
  for (const group of home.groups.values()) {
    states.push(...group.measureAgain((rule) => change.of(rule), heldSince, occasion));
  }
  return states;
}

const versionName = ({ id, version }: Pick<Rule, 'id' | 'version'>): string => `${id}@${version}`;

/** A version that ran before in a group: its column, and where the group's facts stand in its log. */
interface EarlierRun {
  readonly group: Group;
  readonly column: number;
  readonly places: ReadonlyMap<Fact, number>;
}

/** What was known of hits, by rule version and group. */
class Carried {
  private readonly runs = new Map<string, EarlierRun>();

  constructor(
    groups: readonly Group[],
    private readonly change: RuleChange,
    private readonly settledBefore: number,
  ) {
    for (const group of groups) {
      const places = new Map(group.log.facts.map((fact, index) => [fact, index]));
      group.dimension.rules.forEach((rule, column) => {
        this.runs.set(runName(rule, group.values), { group, column, places });
      });
    }
  }

  /** Puts a fact into its group, with what was known of it; into none where no rule looks at it and nothing was known. */
  place(fact: Fact, dimension: Dimension, values: readonly string[], groups: Map<string, Group>): void {
    const { fused, rules } = dimension;
    const looked = fused.look(fact);
    let { triggers } = fused;
    const marks = rules.map((rule, column) => {
      if (this.change.before(rule) === undefined) return 0;
      const run = this.runs.get(runName(rule, values));
      const place = run?.places.get(fact);
      if (run !== undefined && place !== undefined) return run.group.log.markAt(place, run.column);
      // A version that ran before has settled, and only remembers, settled facts that its log no longer held.
      if (fact.occurredAt < this.settledBefore) triggers &= ~bitOf(column);
      return 0;
    });
    if (!looked && marks.every((known) => known === 0)) return;
    const group = this.groupFor(dimension, values, groups);
    const index = group.place(fact, triggers);
    marks.forEach((known, column) => {
      group.log.setMark(index, column, known);
    });
  }

  private groupFor(dimension: Dimension, values: readonly string[], groups: Map<string, Group>): Group {
    const key = dimension.keyOfValues(values);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const group = new Group(dimension, values);
    groups.set(key, group);
    dimension.rules.forEach((rule, column) => {
      const run = this.runs.get(runName(rule, values));
      const remembered = run?.group.remembered(run.column) ?? null;
      if (remembered !== null) group.recall(column, remembered);
    });
    return group;
  }
}

const runName = (rule: Rule, values: readonly string[]): string => JSON.stringify([versionName(rule), ...values]);

/** Changes of hits of single facts: a version raises what it newly governs and withdraws what it no longer does. */
function singleChanges(held: readonly HeldFact[], rule: Rule, change: RuleChange, occasion: Occasion): HitState[] {
  const changed = change.of(rule);
  if (!rule.ofSingleFacts || changed === null) return [];
  const old = change.before(rule);
  const states: (HitState | null)[] = [];
  for (const { fact } of held) {
    if (fact.occurredAt < changed.since) continue;
    const was = old === undefined ? 'not-governed' : evaluateSingle(old, fact);
    const is = evaluateSingle(rule, fact);
    const state = (status: HitStatus, of: Rule, evaluation: typeof is): HitState | null =>
      singleState(status, of, fact, evaluation, occasion);
    if (typeof was === 'string') states.push(state('raised', rule, is));
    else if (typeof is === 'string') states.push(state('withdrawn', rule, was));
    else if (JSON.stringify(state('revised', old ?? rule, was)) !== JSON.stringify(state('revised', rule, is)))
      states.push(state('revised', rule, is));
  }
  return states.filter((state) => state !== null);
}
