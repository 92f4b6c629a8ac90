import type { Fact } from '../fact/fact';
import type { Condition, Predicate } from '../rule/condition';
import type { AnyMeasure, Contributions } from '../rule/measures/measure';
import type { Rule } from '../rule/rule';
import { bitOf, bitsOf } from './bits';
import type { Tally } from './outcome';

/** A condition, and the bits of the rules that do not look at, are not triggered by or do not measure a fact where it fails. */
interface FusedPredicate {
  readonly holds: Condition;
  readonly applies: number;
  readonly triggers: number;
  readonly measures: number;
}

/** What facts contribute, and the bits of the rules that it is for. */
interface FusedInput {
  readonly read: AnyMeasure['contribution'];
  readonly users: number;
}

/**
 * The conditions of at most 26 rules, looked at together: each different condition and each different contribution once for a fact,
 * with the answers as bits, one per rule. What `look` finds stands here until the next look.
 */
export class FusedRules {
  /** Rules that the fact may be a hit of. */
  triggers = 0;
  /** Rules that the fact counts for. */
  measures = 0;
  /** By number of the input; null where the fact does not count. */
  readonly contributions: unknown[];
  /** By number of the input: what its contributions are. */
  readonly contributes: readonly Contributions[];
  /** The number of each rule's input; -1 without a measure. */
  readonly inputOf: readonly number[];

  private applies = 0;
  private asked = 0;
  private governed = 0;
  private readonly all: number;
  private readonly measuring: number;
  /** Rules that a fact triggers only where it has a value of its own. */
  private readonly ofOwnValue: number;
  private readonly predicates: readonly FusedPredicate[];
  private readonly inputs: readonly FusedInput[];
  /** Times (ms) between which all rules govern. */
  private readonly allFrom: number;
  private readonly allUntil: number;
  private readonly bounded: readonly { readonly rule: Rule; readonly bit: number }[];

  constructor(readonly rules: readonly Rule[]) {
    this.all = bitsOf(rules, () => true);
    this.measuring = bitsOf(rules, ({ measure }) => measure !== null);
    this.ofOwnValue = bitsOf(rules, ({ measure, window }) => measure !== null && window === null);
    this.predicates = fusedPredicates(rules);
    const names = [...new Set(rules.flatMap(({ measure }) => (measure === null ? [] : [measure.input])))];
    this.inputOf = rules.map(({ measure }) => (measure === null ? -1 : names.indexOf(measure.input)));
    const measures = names.map((name) => rules.find(({ measure }) => measure?.input === name)?.measure);
    this.contributes = measures.map((measure) => measure?.contributes ?? 'ones');
    this.inputs = names.map((name, number) => ({
      read: measures[number]?.contribution ?? (() => null),
      users: bitsOf(rules, ({ measure }) => measure?.input === name),
    }));
    this.contributions = names.map(() => null);
    this.allFrom = Math.max(...rules.map(({ effectiveFrom }) => effectiveFrom));
    this.allUntil = Math.min(...rules.map(({ effectiveUntil }) => effectiveUntil));
    this.bounded = rules.flatMap((rule, column) => ({ rule, bit: bitOf(column) }));
  }

  /** Looks at a fact; true where it triggers a rule or counts for one. */
  look(fact: Fact): boolean {
    let applies = this.all;
    let asked = this.all;
    let measures = this.measuring;
    for (const predicate of this.predicates) {
      if (predicate.holds(fact)) continue;
      applies &= ~predicate.applies;
      asked &= ~predicate.triggers;
      measures &= ~predicate.measures;
    }
    const present = this.readInputs(fact, applies);
    const governed = this.governing(fact.occurredAt);
    this.applies = applies;
    this.asked = asked;
    this.governed = governed;
    this.measures = measures & applies & present;
    this.triggers = asked & applies & governed & (present | ~this.ofOwnValue);
    return (this.measures | this.triggers) !== 0;
  }

  /** Counts why the fact that was looked at does not trigger the rules that it does not trigger. */
  tallyOthers(tally: Tally): void {
    const { all, applies, governed, asked } = this;
    tally.addBits(all & ~applies, 'conditions-not-met');
    tally.addBits(applies & ~governed, 'not-governed');
    tally.addBits(applies & governed & ~asked, 'not-a-trigger');
    tally.addBits(applies & governed & asked & ~this.triggers, 'field-missing');
  }

  private readInputs(fact: Fact, applies: number): number {
    let present = 0;
    for (let number = 0; number < this.inputs.length; number++) {
      const input = this.inputs[number];
      // What no rule applies to need not be read, and is not kept.
      const contribution = input === undefined || (input.users & applies) === 0 ? null : input.read(fact);
      this.contributions[number] = contribution;
      if (contribution !== null && input !== undefined) present |= input.users;
    }
    return present;
  }

  private governing(t: number): number {
    // What nearly every fact is.
    if (t >= this.allFrom && t < this.allUntil) return this.all;
    let governed = this.all;
    for (const { rule, bit } of this.bounded) {
      if (t < rule.effectiveFrom || t >= rule.effectiveUntil) governed &= ~bit;
    }
    return governed;
  }
}

function fusedPredicates(rules: readonly Rule[]): readonly FusedPredicate[] {
  const byKey = new Map<string, Predicate>();
  for (const { applies, trigger, where } of rules) {
    for (const predicate of [...applies, ...trigger, ...where]) byKey.set(predicate.key, predicate);
  }
  const users = (key: string, part: (rule: Rule) => readonly Predicate[]): number =>
    bitsOf(rules, (rule) => part(rule).some((predicate) => predicate.key === key));
  return [...byKey].map(([key, { holds }]) => ({
    holds,
    applies: users(key, ({ applies }) => applies),
    triggers: users(key, ({ trigger }) => trigger),
    measures: users(key, ({ where }) => where),
  }));
}
