import { canonicalFact } from '../fact/canonical';
import type { Fact } from '../fact/fact';
import type { Rule, RuleSet } from '../rule/rule';
import { dimensionsOf, groupValues, horizonOfRules, type Dimension } from './dimension';
import { Group } from './group';
import { FactStore } from './held/fact-store';
import type { HitState } from './hit';
import { HitStates } from './hit-states';
import { Home } from './home';
import { laneKeyOf, laneOf, lanesOf, type Lane } from './lane';
import { namesKnownSinceBy } from './names-known';
import { Tally, type Tallied } from './outcome';
import { regroup, RuleChange } from './rule-change';
import { singleRulesOf, type SingleRules } from './single-facts';

/** Where and how a fact arrived: an input, not read from anywhere. */
export interface Arrival {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /**
   * Given for a fact that was moved here from another partition, or keyed anew: whether it was late where it came in. Such a fact
   * does not move the watermark. Left out: lateness is decided by this partition's watermark.
   */
  readonly late?: boolean;
}

/** What became of a fact. */
export type Acceptance =
  | { readonly outcome: 'accepted'; readonly late: boolean; readonly states: readonly HitState[] }
  | { readonly outcome: 'duplicate' }
  /** `known`: canonical form of the fact that has the name. */
  | { readonly outcome: 'conflict'; readonly known: string };

/** Where a log stands, without saying which fact. */
export type LogPlace = Pick<Arrival, 'topic' | 'partition' | 'offset'>;

/** What a detector remembers besides its homes; all times in milliseconds. */
export interface DetectorMemory {
  /** Latest `occurredAt` seen in the partition as a source. */
  watermark: number | null;
  /** No fact before this time is measured any more. */
  settledBefore: number;
  /** Windows that reach back before this time are incomplete. */
  heldSince: number;
  /** Facts before this time were lost, for all rules alike; left out: none were. */
  lostBefore?: number;
  /** Changes of the rules since the last fact. */
  step: number;
}

/** How often homes are swept while event time passes as long as facts are held: so much more than needed is kept at most. */
const sweepsPerHorizon = 64;

/**
 * Detection of one partition of one lane: recognises repeated facts, measures each in its place in event time, and gives the states
 * of hits. A function of its inputs: the same facts with the same arrivals give the same states, whatever the clock.
 */
export class Detector {
  readonly homes = new Map<string, Home>();
  readonly store = new FactStore();
  private ruleSet: RuleSet;
  /** The rules that are measured in this lane. */
  private own: readonly Rule[] = [];
  private singles: readonly SingleRules[] = [];
  private byFields: readonly Dimension[] = [];
  /** Lanes that facts are keyed anew for, with the rules that a fact without such a key cannot concern. */
  private others: readonly { readonly tally: Tally; readonly key: (fact: Fact) => string | null }[] = [];
  private keyOf: (fact: Fact) => string | null = () => null;
  private sweep: Iterator<[string, Home]> | null = null;
  /** Settled time (ms) before which no further sweep is worth while. */
  private nextSweepAt = -Infinity;
  /** What was counted for rules before they were exchanged. */
  private tallied: Tallied[] = [];

  /** @param rules all rules that run, whatever their lane */
  constructor(
    rules: RuleSet,
    readonly memory: DetectorMemory = { watermark: null, settledBefore: -Infinity, heldSince: -Infinity, step: 0 },
    readonly lane: Lane = null,
  ) {
    this.ruleSet = rules;
    this.use(rules);
  }

  /** Latest `occurredAt` (ms) seen in the partition as a source, null before the first fact. */
  get watermark(): number | null {
    return this.memory.watermark;
  }

  /** The dimensions of the lane's rules. */
  get dimensions(): readonly Dimension[] {
    return this.byFields;
  }

  /** The rules that run. */
  get rules(): RuleSet {
    return this.ruleSet;
  }

  /** How much is held: keys, facts, and the bytes that the facts take. */
  get size(): { readonly homes: number; readonly facts: number; readonly bytes: number } {
    return { homes: this.homes.size, ...this.store.size };
  }

  /** The key that a fact lives under in this lane; null: it does not concern the lane. */
  homeKeyOf(fact: Fact): string | null {
    return this.keyOf(fact);
  }

  /** Takes one fact in that has a home in this lane. States are those that this fact causes, in the order of the rules and then of the facts. */
  accept(fact: Fact, arrival: Arrival): Acceptance {
    const homeKey = this.keyOf(fact);
    if (homeKey === null) throw new Error(`Fact ${fact.id} has no ${this.lane ?? 'home'}.`);
    const there = this.homes.get(homeKey);
    const known = there === undefined ? undefined : this.stillKnown(there, fact);
    if (known !== undefined) {
      const canonical = canonicalFact(known);
      return canonical === canonicalFact(fact) ? { outcome: 'duplicate' } : { outcome: 'conflict', known: canonical };
    }
    const home = there ?? new Home();
    if (there === undefined) this.homes.set(homeKey, home);
    this.memory.step = 0;
    const late = this.isLate(fact, arrival);
    const ref = home.add(this.store, fact, late);
    const states = new HitStates(fact, arrival, 0, this.memory);
    for (const singles of this.singles) singles.accept(fact, states);
    for (const dimension of this.byFields) this.ofDimension(dimension, home, fact, ref, late, states);
    for (const { tally, key } of this.others) if (key(fact) === null) tally.addAll('group-missing');
    return { outcome: 'accepted', late, states: states.all() };
  }

  /** Whether a fact arriving so would be late; moves the watermark where the partition is the fact's source. */
  isLate(fact: Pick<Fact, 'occurredAt'>, arrival: { readonly late?: boolean }): boolean {
    const { watermark } = this.memory;
    const tooOld = fact.occurredAt < this.memory.settledBefore;
    if (arrival.late !== undefined) return arrival.late || tooOld;
    if (watermark === null || fact.occurredAt > watermark) this.memory.watermark = fact.occurredAt;
    return tooOld || (watermark !== null && fact.occurredAt < watermark - this.ruleSet.lateness);
  }

  /**
   * Runs other rules from now on. Facts that are held are measured again by versions that are new or now
   * govern other facts; what that changes comes as states without a causing fact.
   */
  setRules(rules: RuleSet, at: LogPlace): readonly HitState[] {
    this.forgetAll();
    // What the earlier rules had no use for is gone: windows of the new ones that reach back further are incomplete.
    return this.change(rules, Math.max(this.memory.heldSince, this.factsHeldSince()), at);
  }

  /** Begins another lane with the facts that are held here; `rules` run there from now on. */
  beginLane(
    lane: string,
    rules: RuleSet,
    at: LogPlace,
  ): { readonly detector: Detector; readonly states: readonly HitState[] } {
    this.forgetAll();
    const memory: DetectorMemory = { ...this.memory, watermark: null };
    const detector = new Detector({ ...this.ruleSet, rules: [] }, memory, lane);
    const keyOf = laneKeyOf(lane, rules.rules);
    for (const held of this.held()) {
      const key = keyOf(held.fact);
      if (key === null) continue;
      const there = detector.homes.get(key) ?? new Home();
      detector.homes.set(key, there);
      // Two facts of one name that lived apart meet here: as when they come one after the other, the first is the fact.
      if (there.find(detector.store, held.fact) < 0) there.add(detector.store, held.fact, held.late);
    }
    const heldSince = Math.max(this.memory.heldSince, this.factsHeldSince());
    return { detector, states: detector.change(rules, heldSince, at) };
  }

  /** Time (ms) of the earliest fact that is held and was not late; Infinity where there is none. Reads no more of facts than that. */
  earliestInTime(): number {
    const { store } = this;
    let earliest = Infinity;
    for (const home of this.homes.values())
      for (const ref of home.refs()) if (!store.isLate(ref)) earliest = Math.min(earliest, store.timeOf(ref));
    return earliest;
  }

  /** Every fact that is held, with whether it was late, one home key after another. */
  *held(): Generator<{ readonly fact: Fact; readonly late: boolean }> {
    const { store } = this;
    for (const home of this.homes.values())
      for (const ref of home.refs()) yield { fact: store.fact(ref), late: store.isLate(ref) };
  }

  /**
   * Nothing older than `watermark` (ms) minus the lateness will be measured any more: what no window of later facts
   * needs is forgotten, of at most `homes` home keys a call (all are reached in turn, as often as it is worth while).
   */
  forget(watermark: number, homes = Infinity): void {
    const settled = watermark - this.ruleSet.lateness;
    if (settled > this.memory.settledBefore) this.memory.settledBefore = settled;
    if (this.sweep === null && settled < this.nextSweepAt && homes !== Infinity) return;
    const trim = this.trimmer();
    this.sweep ??= this.homes.entries();
    for (let swept = 0; swept < homes; swept++) {
      const next = this.sweep.next();
      if (next.done === true) {
        this.sweep = null;
        this.nextSweepAt = settled + (settled - this.factsHeldSince()) / sweepsPerHorizon;
        return;
      }
      const [key, home] = next.value;
      trim(home);
      if (home.isSpent()) this.homes.delete(key);
    }
  }

  /**
   * Forgets at every home key what may be forgotten, O(facts held). Rules that look back further must not
   * find what the sweep has not come to yet: taken in again from the store, where it has come elsewhere, the same facts would end otherwise.
   */
  forgetAll(): void {
    if (this.memory.settledBefore === -Infinity) return;
    const trim = this.trimmer();
    for (const [key, home] of this.homes) {
      trim(home);
      if (home.isSpent()) this.homes.delete(key);
    }
  }

  /** How evaluations ended since the last call. */
  takeTally(): readonly Tallied[] {
    const taken = [...this.tallied, ...this.tallies().flatMap((tally) => tally.take())];
    this.tallied = [];
    return taken;
  }

  private change(rules: RuleSet, heldSince: number, at: LogPlace): readonly HitState[] {
    const change = new RuleChange(this.ruleSet, rules);
    this.memory.heldSince = heldSince;
    this.use(rules);
    this.memory.step++;
    const states = new HitStates(null, at, this.memory.step, this.memory);
    for (const home of this.homes.values()) {
      regroup(home, this.store, change, this.own, this.byFields, this.memory.settledBefore, states);
    }
    return states.all();
  }

  private tallies(): readonly Tally[] {
    return [...this.singles, ...this.byFields, ...this.others].map(({ tally }) => tally);
  }

  private use(rules: RuleSet): void {
    this.tallied.push(...this.tallies().flatMap((tally) => tally.take()));
    this.ruleSet = rules;
    this.own = rules.rules.filter((rule) => laneOf(rule) === this.lane);
    this.singles = singleRulesOf(this.own);
    this.byFields = dimensionsOf(this.own, this.lane ?? 'accountId');
    this.keyOf = laneKeyOf(this.lane, rules.rules);
    this.others =
      this.lane !== null
        ? []
        : lanesOf(rules.rules).map((lane) => ({
            tally: new Tally(rules.rules.filter((rule) => laneOf(rule) === lane)),
            key: laneKeyOf(lane, rules.rules),
          }));
    this.sweep = null;
    this.nextSweepAt = -Infinity;
  }

  /**
   * The held fact of the same name. How far the sweep has come must not matter: what may be forgotten is forgotten here,
   * so that the same facts end the same when they are taken in again from the store.
   */
  private stillKnown(home: Home, fact: Fact): Fact | undefined {
    const ref = home.find(this.store, fact);
    if (ref < 0) return undefined;
    if (this.store.timeOf(ref) >= this.factsHeldSince()) return this.store.fact(ref);
    this.trimmer()(home);
    home.drop(this.store, ref);
    return undefined;
  }

  /** Drops from a home what no window of facts that may still be measured needs. */
  private trimmer(): (home: Home) => void {
    const since = this.memory.settledBefore;
    const horizons = this.byFields.map(({ rules }) => horizonOfRules(rules, since));
    const factsBefore = this.factsHeldSince();
    return (home) => {
      home.trim(this.store, factsBefore, since, ({ dimension }) => horizons[dimension.index] ?? since);
    };
  }

  /** Facts before this time (ms) may have been forgotten. */
  private factsHeldSince(): number {
    const since = this.memory.settledBefore;
    if (since === -Infinity) return since;
    return namesKnownSinceBy(this.own, since);
  }

  private ofDimension(
    dimension: Dimension,
    home: Home,
    fact: Fact,
    ref: number,
    late: boolean,
    states: HitStates,
  ): void {
    const { fused, tally } = dimension;
    if (late) return tally.addAll('late');
    const key = dimension.keyOf(fact);
    if (key === null) return tally.addAll('group-missing');
    const concerned = fused.look(fact);
    fused.tallyOthers(tally);
    if (!concerned) return;
    const group =
      home.group(key) ?? home.begin(new Group(dimension, key, groupValues(dimension.fields, fact) ?? [], this.store));
    group.accept(fact, ref, states);
  }
}
