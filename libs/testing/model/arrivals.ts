import type { RuleDocument } from '@weir/contracts';
import type { Fact, Json } from '@weir/domain';
import { durationMs } from './duration';
import type { ModelHit } from './model-hit';
import { inOrder, nameOf } from './order';
import type { References } from './references';
import { standingHits } from './standing-hits';

/** What becomes of one arriving fact in one partition. */
export type Arrived =
  | { readonly fact: Fact; readonly outcome: 'accepted'; readonly late: boolean }
  | { readonly fact: Fact; readonly outcome: 'duplicate' }
  | { readonly fact: Fact; readonly outcome: 'conflict'; readonly known: Fact };

/** Text that is equal for equal content, in whatever order the names stand. */
function content(value: Json): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item: Json) => content(item)).join(',')}]`;
  const entries = Object.entries(value as { readonly [name: string]: Json | undefined })
    .filter((entry): entry is [string, Json] => entry[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, item]) => `${JSON.stringify(name)}:${content(item)}`).join(',')}}`;
}

/** How far behind the watermark a fact is still measured: the largest of the rules', one hour without rules. */
export function latenessOf(rules: readonly RuleDocument[]): number {
  return rules.length === 0 ? durationMs('PT1H') : Math.max(...rules.map((rule) => durationMs(rule.lateness)));
}

/**
 * What becomes of facts that arrive in this order in one partition (SEMANTICS 1, 4). A conflicting fact is a dead letter:
 * it moves no watermark.
 *
 * @param lateness in milliseconds
 */
export function arrivals(facts: readonly Fact[], lateness: number): Arrived[] {
  const known = new Map<string, Fact>();
  let watermark = Number.NEGATIVE_INFINITY;
  return facts.map((fact): Arrived => {
    const same = known.get(nameOf(fact));
    if (same !== undefined) {
      const equal = content({ ...same }) === content({ ...fact });
      return equal ? { fact, outcome: 'duplicate' } : { fact, outcome: 'conflict', known: same };
    }
    known.set(nameOf(fact), fact);
    const late = fact.occurredAt < watermark - lateness;
    watermark = Math.max(watermark, fact.occurredAt);
    return { fact, outcome: 'accepted', late };
  });
}

/** The hits that stand after facts have arrived in this order in one partition. */
export function hitsAfter(
  rules: readonly RuleDocument[],
  facts: readonly Fact[],
  references: References = [],
): ModelHit[] {
  const accepted = arrivals(facts, latenessOf(rules)).filter((arrived) => arrived.outcome === 'accepted');
  const late = new Set(accepted.filter((arrived) => arrived.late).map((arrived) => arrived.fact));
  return standingHits(rules, accepted.map((arrived) => arrived.fact).sort(inOrder), references, late);
}
