import type { Fact } from '../fact/fact';
import { textOf, type Field } from '../rule/field';
import type { Rule } from '../rule/rule';
import { horizonOf } from '../window/window';
import { mostColumns } from './bits';
import { FusedRules } from './fused-rules';
import { Tally } from './outcome';
import { RuleRun } from './rule-run';

/** Rules that group by the same fields, at most 30: they share one log per group. */
export class Dimension {
  readonly fused: FusedRules;
  readonly runs: readonly RuleRun[];
  readonly tally: Tally;

  constructor(
    /** Number of the dimension among those of a lane. */
    readonly index: number,
    readonly fields: readonly Field[],
    readonly rules: readonly Rule[],
  ) {
    this.fused = new FusedRules(rules);
    this.runs = rules.map((rule, column) => new RuleRun(rule, column, this.fused.inputOf[column] ?? -1));
    this.tally = new Tally(rules);
  }
}

/** The dimensions of the rules that look at other facts than the triggering one. */
export function dimensionsOf(rules: readonly Rule[]): readonly Dimension[] {
  const byFields = new Map<string, Rule[][]>();
  for (const rule of rules) {
    if (rule.ofSingleFacts) continue;
    const key = JSON.stringify(rule.by.map(({ name }) => name));
    const parts = byFields.get(key) ?? [];
    byFields.set(key, parts);
    const last = parts.at(-1);
    if (last === undefined || last.length === mostColumns) parts.push([rule]);
    else last.push(rule);
  }
  return [...byFields.values()].flat().map((part, index) => new Dimension(index, part[0]?.by ?? [], part));
}

/** Longest text that groups, in UTF-16 units: the longest identifier there is. A longer one groups nothing. */
const longestGroupValue = 256;

/** Values of the group fields as text, or null where one is missing. Numbers and truth values stand as JSON writes them. */
export function groupValues(fields: readonly Field[], fact: Fact): readonly string[] | null {
  const values: string[] = [];
  for (const field of fields) {
    const value = textOf(field.read(fact));
    if (value === undefined || value.length > longestGroupValue) return null;
    values.push(value);
  }
  return values;
}

/** Facts before this time (ms) are in no window of any of the rules for a fact at `time` or later. */
export function horizonOfRules(rules: readonly Rule[], time: number): number {
  return Math.min(time, ...rules.map(({ window }) => (window === null ? time : horizonOf(window, time))));
}
