import { createHash } from 'node:crypto';
import type { RuleDocument } from '@weir/contracts';
import type { Evidence, Fact } from '@weir/domain';
import { decimalsOf } from './currency';
import { decimalOf, formatDecimal } from './decimal';
import { periodOf } from './local-calendar';
import { durationMs, evaluate, groupFields, groupOf, sameGroup, triggers, windowBounds, windowOf } from './measure';

/** A hit that stands, as the model says. */
export interface ModelHit {
  readonly hitId: string;
  readonly rule: string;
  readonly version: number;
  readonly title: RuleDocument['title'];
  readonly severity: RuleDocument['raise']['severity'];
  readonly review: RuleDocument['review'];
  readonly group: readonly { readonly field: string; readonly value: string }[];
  readonly fact: {
    readonly source: string;
    readonly id: string;
    readonly occurredAt: number;
    readonly accountId: string | null;
    readonly customerId: string | null;
    readonly branchId: string | null;
  };
  readonly evidence: Evidence;
}

/** The id of a hit (SEMANTICS 13), computed with nothing but SHA-256 and JSON. */
export function hitIdOf(
  rule: string,
  version: number,
  group: readonly string[],
  fact: Pick<Fact, 'source' | 'id'>,
): string {
  const canonical = JSON.stringify([rule, version, group, fact.source, fact.id]);
  return createHash('sha256').update(canonical, 'utf8').digest('hex');
}

/** Whether the rule looks at single facts only, so that lateness does not concern it (SEMANTICS 4). */
export function isSingleFact(rule: RuleDocument): boolean {
  return rule.measure === undefined || ('value' in rule.measure && rule.raise.on === 'every');
}

/**
 * The version of a rule that governs an instant (SEMANTICS 17): of those that have begun the one with the greatest number,
 * since every version ends where a later one begins.
 */
function governs(rule: RuleDocument, versions: readonly RuleDocument[], t: number): boolean {
  const begun = versions.filter((version) => version.id === rule.id && Date.parse(version.effectiveFrom) <= t);
  return begun.includes(rule) && begun.every((version) => version.version <= rule.version);
}

function limitOf(rule: RuleDocument): Pick<Evidence, 'limit' | 'comparison' | 'currency'> {
  const { threshold, measure } = rule;
  const currency = threshold?.currency ?? null;
  for (const comparison of ['above', 'atLeast', 'below', 'atMost', 'between'] as const) {
    const given = threshold?.[comparison];
    if (given === undefined || measure === undefined) continue;
    const limits = (Array.isArray(given) ? given : [given]).map((limit) => {
      const decimal = decimalOf(limit);
      if (decimal === undefined) throw new Error(`Rule ${rule.id}: ${limit} is no decimal`);
      return formatDecimal(decimal, currency === null ? 0 : decimalsOf(currency));
    });
    return { limit: limits.join('..'), comparison, currency };
  }
  return { limit: null, comparison: null, currency };
}

function modelHit(rule: RuleDocument, fact: Fact, measured: string | null, facts: readonly Fact[]): ModelHit {
  const group = groupOf(rule, fact) ?? [];
  return {
    hitId: hitIdOf(rule.id, rule.version, group, fact),
    rule: rule.id,
    version: rule.version,
    title: rule.title,
    severity: rule.raise.severity,
    review: rule.review,
    group: groupFields(rule).map((field, at) => ({ field, value: group[at] ?? '' })),
    fact: {
      source: fact.source,
      id: fact.id,
      occurredAt: fact.occurredAt,
      accountId: fact.accountId ?? null,
      customerId: fact.customerId ?? null,
      branchId: fact.branchId ?? null,
    },
    evidence: {
      measured,
      ...limitOf(rule),
      window: windowBounds(windowOf(rule), fact),
      count: facts.length,
      facts: facts.slice(-100).map((one) => ({
        source: one.source,
        id: one.id,
        occurredAt: one.occurredAt,
        amount:
          one.amount === undefined || one.currency === undefined
            ? null
            : formatDecimal({ units: BigInt(one.amount), scale: decimalsOf(one.currency) }, decimalsOf(one.currency)),
        currency: one.currency ?? null,
      })),
      incomplete: false,
    },
  };
}

/** Whether `crossing` looks back from `fact` to `other`: the same group and, for calendar windows, the same window. */
function sameRun(rule: RuleDocument, fact: Fact, other: Fact): boolean {
  if (!sameGroup(rule, fact, other)) return false;
  const window = windowOf(rule);
  if (window === undefined || 'sliding' in window) return true;
  const period = (one: Fact): string => periodOf(window.calendar, window.timezone, one.occurredAt);
  return period(fact) === period(other);
}

function hitsOf(
  rule: RuleDocument,
  versions: readonly RuleDocument[],
  facts: readonly Fact[],
  late: ReadonlySet<Fact>,
): ModelHit[] {
  const seen = isSingleFact(rule) ? facts : facts.filter((fact) => !late.has(fact));
  const triggering = seen.filter((fact) => governs(rule, versions, fact.occurredAt) && triggers(rule, fact));
  const evaluations = new Map(triggering.map((fact) => [fact, evaluate(rule, fact, seen)]));
  const meets = (fact: Fact): boolean => {
    const evaluation = evaluations.get(fact);
    return evaluation?.outcome === 'measured' && evaluation.met;
  };
  const raised: Fact[] = [];
  triggering.forEach((fact, at) => {
    if (!meets(fact)) return;
    const before = triggering.slice(0, at);
    if (rule.raise.on === 'crossing') {
      const preceding = before.filter((other) => sameRun(rule, fact, other)).at(-1);
      if (preceding !== undefined && meets(preceding)) return;
    } else if (rule.raise.on !== 'every') {
      const last = raised.filter((other) => sameGroup(rule, fact, other)).at(-1);
      if (last !== undefined && fact.occurredAt - last.occurredAt < durationMs(rule.raise.on.cooldown)) return;
    }
    raised.push(fact);
  });
  return raised.map((fact) => {
    const evaluation = evaluations.get(fact);
    if (evaluation?.outcome !== 'measured') throw new Error('A hit was not measured');
    return modelHit(rule, fact, evaluation.measured, evaluation.facts);
  });
}

/**
 * The hits that stand after all facts: SEMANTICS 2 and 5 to 17 from first principles, every fact against every other.
 * Slow on purpose; it shares no code with the engine it judges.
 *
 * @param rules all versions of all rules
 * @param facts sorted by `inOrder`, each name once
 * @param late those of the facts (the same objects) that arrived later than the lateness allows
 */
export function standingHits(
  rules: readonly RuleDocument[],
  facts: readonly Fact[],
  late: ReadonlySet<Fact> = new Set(),
): ModelHit[] {
  return rules.flatMap((rule) => hitsOf(rule, rules, facts, late));
}
