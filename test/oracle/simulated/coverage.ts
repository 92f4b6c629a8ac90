import type { RuleDocument } from '@weir/contracts';
import { measureKinds } from '@weir/domain';
import type { OracleOutcome } from './agree';

/** How many rules and hits there are of one kind. */
export interface Covered {
  readonly kind: string;
  readonly rules: number;
  readonly hits: number;
}

/** Hits by each way in which rules differ; kinds that no rule has stand there with 0. */
export interface Coverage {
  readonly measures: readonly Covered[];
  readonly windows: readonly Covered[];
  readonly raising: readonly Covered[];
  readonly groups: readonly Covered[];
  readonly thresholds: readonly Covered[];
}

/** A rule by its first version. */
export function coverageOf(documents: readonly RuleDocument[], { byRule }: OracleOutcome): Coverage {
  const rules = [...new Map([...documents].reverse().map((rule) => [rule.id, rule])).values()].reverse();
  const covered = (kinds: readonly string[], kindsOf: (rule: RuleDocument) => readonly string[]): Covered[] =>
    kinds.map((kind) => {
      const those = rules.filter((rule) => kindsOf(rule).includes(kind));
      return { kind, rules: those.length, hits: those.reduce((sum, { id }) => sum + (byRule.get(id) ?? 0), 0) };
    });
  const found = (kindsOf: (rule: RuleDocument) => readonly string[]): Covered[] =>
    covered([...new Set(rules.flatMap(kindsOf))].sort(), kindsOf);
  return {
    measures: covered([...measureKinds.keys(), 'none'], (rule) => [measureOf(rule)]),
    windows: covered(['sliding', 'day', 'week', 'month', 'none'], (rule) => [windowOf(rule)]),
    raising: covered(['every', 'crossing', 'cooldown'], ({ raise: { on } }) => [
      typeof on === 'object' ? 'cooldown' : on,
    ]),
    groups: found(({ measure }) => measure?.by ?? ['none']),
    thresholds: found(thresholdsOf),
  };
}

const measureOf = ({ measure }: RuleDocument): string =>
  Object.keys(measure ?? {}).find((key) => measureKinds.has(key)) ?? 'none';

function windowOf({ measure }: RuleDocument): string {
  if (measure === undefined || !('window' in measure)) return 'none';
  return 'sliding' in measure.window ? 'sliding' : measure.window.calendar;
}

function thresholdsOf({ threshold }: RuleDocument): readonly string[] {
  if (threshold === undefined) return ['none'];
  const levels = threshold.tiers ?? [threshold];
  const limits = levels.flatMap(({ above, atLeast, below, atMost, between }) =>
    [above, atLeast, below, atMost, ...(between ?? [])].filter((limit) => limit !== undefined),
  );
  return [
    ...(threshold.tiers === undefined ? [] : ['tiers']),
    ...(levels.some(({ between }) => between !== undefined) ? ['between'] : []),
    ...(limits.some((limit) => typeof limit === 'object' && 'field' in limit) ? ['field of the fact'] : []),
    ...(limits.some((limit) => typeof limit === 'object' && 'table' in limit) ? ['table'] : []),
    ...(limits.every((limit) => typeof limit !== 'object') ? ['constant'] : []),
  ];
}
