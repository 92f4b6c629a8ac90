import type { Fact } from '../fact/fact';
import { homeKeyOf } from '../fact/home';
import type { Rule } from '../rule/rule';
import { groupValues } from './dimension';

/**
 * Where a rule is measured. Null: where facts come in, by their home key; there live rules of single facts and those that
 * group by the account first. Else the name of the first group field, by whose value the facts are keyed anew.
 */
export type Lane = string | null;

/** The lane of a rule. */
export function laneOf({ ofSingleFacts, by }: Pick<Rule, 'ofSingleFacts' | 'by'>): Lane {
  const first = by[0]?.name;
  return ofSingleFacts || first === undefined || first === 'accountId' ? null : first;
}

/** The lanes beside the one where facts come in that any of the rules needs, sorted. */
export function lanesOf(rules: readonly Rule[]): readonly string[] {
  return [...new Set(rules.map(laneOf).filter((lane) => lane !== null))].sort();
}

/** Reads the key under which facts live in a lane: the value of the field as groups have it; null where a fact has none there. */
export function laneKeyOf(lane: Lane, rules: readonly Rule[]): (fact: Fact) => string | null {
  if (lane === null) return homeKeyOf;
  const field = rules.find((rule) => laneOf(rule) === lane)?.by[0];
  if (field === undefined) return () => null;
  return (fact) => groupValues([field], fact)?.[0] ?? null;
}
