import { factName } from '../fact/order';
import type { Rule, RuleSet } from '../rule/rule';
import { groupValues, type Dimension } from './dimension';
import type { Occasion } from './evidence';
import { Group, type Changed } from './group';
import { mark, type Entry } from './group-log';
import type { HitState } from './hit';
import { groupKey, type Home } from './home';
import type { Remembered } from './rule-track';
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
  const carried = new Carried(home, change, settledBefore);
  home.groups.clear();
  const held = home.inOrder();
  for (const { fact, late } of held) {
    if (late) continue;
    for (const dimension of dimensions) {
      const values = groupValues(dimension.fields, fact);
      if (values === null) continue;
      const key = groupKey(dimension.index, values);
      const group = home.groups.get(key) ?? new Group(dimension, values, (rule) => carried.remembered(rule, values));
      if (group.place(fact, (entry) => carried.onto(entry, group))) home.groups.set(key, group);
    }
  }
  const states = rules.flatMap((rule) => singleChanges(home, rule, change, occasion));
  for (const group of home.groups.values()) {
    states.push(...group.measureAgain((rule) => change.of(rule), heldSince, occasion));
  }
  return states;
}

const versionName = ({ id, version }: Pick<Rule, 'id' | 'version'>): string => `${id}@${version}`;

/** What was known of hits, by rule version, group and fact. */
class Carried {
  private readonly marks = new Map<string, number>();
  private readonly memories = new Map<string, Remembered>();

  constructor(
    home: Home,
    private readonly change: RuleChange,
    private readonly settledBefore: number,
  ) {
    for (const { entries, tracks, values } of home.groups.values()) {
      for (const { rule, column, remembered } of tracks) {
        this.memories.set(JSON.stringify([versionName(rule), ...values]), remembered);
        for (const { fact, marks } of entries) {
          const known = (marks[column] ?? 0) & (mark.level | mark.stands | mark.everRaised);
          this.marks.set(JSON.stringify([versionName(rule), factName(fact), ...values]), known);
        }
      }
    }
  }

  remembered(rule: Rule, values: readonly string[]): Remembered | undefined {
    return this.memories.get(JSON.stringify([versionName(rule), ...values]));
  }

  /**
   * Gives an entry back what was known of it. A version that ran before has settled, and only remembers, settled facts that its
   * log no longer held: those do not trigger it again.
   */
  onto({ fact, marks }: Entry, { tracks, values }: Group): void {
    for (const { rule, column } of tracks) {
      if (this.change.before(rule) === undefined) continue;
      const known = this.marks.get(JSON.stringify([versionName(rule), factName(fact), ...values]));
      const own = marks[column] ?? 0;
      if (known !== undefined) marks[column] = own | known;
      else if (fact.occurredAt < this.settledBefore) marks[column] = own & ~mark.triggers;
    }
  }
}

/** Changes of hits of single facts: a version raises what it newly governs and withdraws what it no longer does. */
function singleChanges(home: Home, rule: Rule, change: RuleChange, occasion: Occasion): HitState[] {
  const changed = change.of(rule);
  if (!rule.ofSingleFacts || changed === null) return [];
  const old = change.before(rule);
  const states: (HitState | null)[] = [];
  for (const { fact } of home.inOrder()) {
    if (fact.occurredAt < changed.since) continue;
    const was = old === undefined ? null : evaluateSingle(old, fact);
    const is = evaluateSingle(rule, fact);
    const stood = was !== null && typeof was !== 'string';
    if (stood && typeof is === 'string') states.push(singleState('withdrawn', rule, fact, was, occasion));
    if (!stood && typeof is !== 'string') states.push(singleState('raised', rule, fact, is, occasion));
    if (stood && typeof is !== 'string') {
      const [earlier, now] = [
        singleState('revised', old ?? rule, fact, was, occasion),
        singleState('revised', rule, fact, is, occasion),
      ];
      if (JSON.stringify(earlier) !== JSON.stringify(now)) states.push(now);
    }
  }
  return states.filter((state) => state !== null);
}
