import type { RuleDocument } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import { durationMs } from './duration';
import { nextDayStart } from './local-calendar';
import { windowOf } from './window';

/** What a hit recommends to upstream; `until` in milliseconds. */
export type Recommendation = { readonly freeze: { readonly until: number } } | null;

/** What the rule recommends where this fact is a hit. */
export function recommendationOf(rule: RuleDocument, fact: Fact): Recommendation {
  if (rule.recommend === undefined) return null;
  const { until, timezone } = rule.recommend.freeze;
  if (until !== 'nextDay') return { freeze: { until: fact.occurredAt + durationMs(until) } };
  const window = windowOf(rule);
  const zone = timezone ?? (window !== undefined && 'calendar' in window ? window.timezone : undefined);
  if (zone === undefined) throw new Error(`Rule ${rule.id} says in no zone when the next day begins`);
  return { freeze: { until: nextDayStart(zone, fact.occurredAt) } };
}
