import type { Fact } from '../fact/fact';
import type { Field } from '../rule/field';
import type { Rule } from '../rule/rule';
import { horizonOf } from '../window/window';
import { mostColumns } from './bits';
import { FusedRules } from './fused-rules';
import { LogLayout } from './group-log';
import { Tally } from './outcome';
import { RuleRun } from './rule-run';
import { RunningTotals } from './running-totals';

/** Rules that group by the same fields, at most 26: they share one log per group. */
export class Dimension {
  readonly fused: FusedRules;
  readonly runs: readonly RuleRun[];
  readonly totals: RunningTotals;
  readonly tally: Tally;
  readonly layout: LogLayout;
  /** Tells the fields that facts are grouped by from others. */
  readonly grouping: string;
  /** The key of the only group that a home has of this dimension; null where a home may have several. */
  private readonly onlyKey: string | null;

  constructor(
    /** Number of the dimension among those of a lane. */
    readonly index: number,
    readonly fields: readonly Field[],
    readonly rules: readonly Rule[],
    /** The field that homes are keyed by. */
    homeField: string,
  ) {
    this.onlyKey = fields.length === 1 && fields[0]?.name === homeField ? String(index) : null;
    this.grouping = groupingOf(fields);
    this.fused = new FusedRules(rules);
    this.totals = new RunningTotals(rules, this.fused.inputOf);
    this.runs = rules.map((rule, column) => new RuleRun(rule, column, this.fused.inputOf[column] ?? -1, this.totals));
    this.layout = new LogLayout(this.fused.contributes, rules.length);
    this.tally = new Tally(rules);
  }

  /** Key of a fact's group within its home; null where a group field is missing. */
  keyOf(fact: Fact): string | null {
    if (this.onlyKey !== null) return groupValue(this.fields[0], fact) === null ? null : this.onlyKey;
    const values = groupValues(this.fields, fact);
    return values === null ? null : this.keyOfValues(values);
  }

  /** Key of a group within its home by its values. */
  keyOfValues(values: readonly string[]): string {
    if (this.onlyKey !== null) return this.onlyKey;
    // Values carry their lengths: what joins to the same text is told apart.
    let key = String(this.index);
    for (const value of values) key += ` ${value.length} ${value}`;
    return key;
  }
}

/**
 * The dimensions of the rules that look at other facts than the triggering one.
 * @param homeField the field that homes are keyed by
 */
export function dimensionsOf(rules: readonly Rule[], homeField: string): readonly Dimension[] {
  const byFields = new Map<string, Rule[][]>();
  for (const rule of rules) {
    if (rule.ofSingleFacts) continue;
    const key = groupingOf(rule.by);
    const parts = byFields.get(key) ?? [];
    byFields.set(key, parts);
    const last = parts.at(-1);
    if (last === undefined || last.length === mostColumns) parts.push([rule]);
    else last.push(rule);
  }
  return [...byFields.values()].flat().map((part, index) => new Dimension(index, part[0]?.by ?? [], part, homeField));
}

const groupingOf = (fields: readonly Field[]): string => JSON.stringify(fields.map(({ name }) => name));

/** Longest text that groups, in UTF-16 units: the longest identifier there is. A longer one groups nothing. */
const longestGroupValue = 256;

/** Values of the group fields as text (see `Field.text`), or null where one is missing. */
export function groupValues(fields: readonly Field[], fact: Fact): readonly string[] | null {
  const values: string[] = [];
  for (const field of fields) {
    const value = groupValue(field, fact);
    if (value === null) return null;
    values.push(value);
  }
  return values;
}

function groupValue(field: Field | undefined, fact: Fact): string | null {
  const value = field?.text(fact);
  return value === undefined || value.length > longestGroupValue ? null : value;
}

/** Facts before this time (ms) are in no window of any of the rules for a fact at `time` or later. */
export function horizonOfRules(rules: readonly Rule[], time: number): number {
  return Math.min(time, ...rules.map(({ window }) => (window === null ? time : horizonOf(window, time))));
}
