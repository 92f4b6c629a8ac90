import { comparisons } from './comparison';
import type { ConditionSpec, LevelSpec, LimitSpec, RuleSpec } from './rule-spec';
import { listName, ratesName, tableName } from '../reference/reference-spec';

/** Names of the reference data that a rule looks up, each once. */
export function usedBy({ when, trigger, measure, threshold }: RuleSpec): readonly string[] {
  const where = measure !== undefined && 'where' in measure ? (measure.where ?? []) : [];
  const until = measure !== undefined && 'until' in measure ? (measure.until ?? []) : [];
  const levels: readonly LevelSpec[] = threshold === undefined ? [] : [threshold, ...(threshold.tiers ?? [])];
  const currency = threshold?.currency;
  return [
    ...new Set([
      ...[...when, ...trigger, ...where, ...until].flatMap(listsOf),
      ...levels.flatMap(tablesOf),
      ...(currency === undefined ? [] : [ratesName(currency)]),
    ]),
  ];
}

function listsOf(condition: ConditionSpec): readonly string[] {
  if ('all' in condition) return condition.all.flatMap(listsOf);
  if ('any' in condition) return condition.any.flatMap(listsOf);
  if ('not' in condition) return listsOf(condition.not);
  return [condition.inList, condition.notInList].filter((name) => name !== undefined).map(listName);
}

function tablesOf(level: LevelSpec): readonly string[] {
  return comparisons
    .map((comparison) => level[comparison])
    .flatMap((limit): readonly (LimitSpec | undefined)[] => (isPair(limit) ? limit : [limit]))
    .flatMap((limit) => (typeof limit === 'object' && 'table' in limit ? [tableName(limit.table)] : []));
}

const isPair = (
  limit: LimitSpec | readonly [LimitSpec, LimitSpec] | undefined,
): limit is readonly [LimitSpec, LimitSpec] => Array.isArray(limit);
