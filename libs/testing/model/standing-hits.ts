import type { RuleDocument } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import { durationMs } from './duration';
import { evaluate } from './evaluate';
import { governing } from './governing';
import { modelHit, type ModelHit } from './model-hit';
import type { References } from './references';
import { sameGroup, samePeriod, triggers, windowOf } from './window';

/** Whether the rule looks at single facts only, so that lateness does not concern it (SEMANTICS 4). */
export function isSingleFact(rule: RuleDocument): boolean {
  return rule.measure === undefined || ('value' in rule.measure && rule.raise.on === 'every');
}

/** The hits of one version of a rule, `versions` being all of it. */
function hitsOf(
  rule: RuleDocument,
  versions: readonly RuleDocument[],
  facts: readonly Fact[],
  references: References,
  late: ReadonlySet<Fact>,
): ModelHit[] {
  const seen = isSingleFact(rule) ? facts : facts.filter((fact) => !late.has(fact));
  const triggering = seen.filter(
    (fact) => governing(versions, fact.occurredAt) === rule && triggers(rule, fact, references),
  );
  const evaluations = new Map(triggering.map((fact) => [fact, evaluate(rule, fact, seen, references)]));
  const levelOf = (fact: Fact): number => {
    const evaluation = evaluations.get(fact);
    return evaluation?.outcome === 'measured' ? evaluation.level : 0;
  };
  const raised: Fact[] = [];
  triggering.forEach((fact, at) => {
    if (levelOf(fact) === 0) return;
    const ofGroup = (others: readonly Fact[]): readonly Fact[] => others.filter((one) => sameGroup(rule, fact, one));
    if (rule.raise.on === 'crossing') {
      const before = ofGroup(triggering.slice(0, at)).filter((one) => samePeriod(windowOf(rule), fact, one));
      const preceding = before.at(-1);
      if (preceding !== undefined && levelOf(preceding) >= levelOf(fact)) return;
    } else if (rule.raise.on !== 'every') {
      const last = ofGroup(raised).at(-1);
      if (last !== undefined && fact.occurredAt - last.occurredAt < durationMs(rule.raise.on.cooldown)) return;
    }
    raised.push(fact);
  });
  return raised.map((fact) => modelHit(rule, fact, evaluations.get(fact)));
}

/**
 * The hits that stand after all facts: SEMANTICS 2 and 5 to 17 and docs/measures.md from first principles, every fact
 * against every other. Slow on purpose; it shares no code with the engine it judges.
 *
 * @param rules all versions of all rules
 * @param facts sorted by `inOrder`, each name once
 * @param references all versions of the lists, tables and rates that the rules look up
 * @param late those of the facts (the same objects) that arrived later than the lateness allows
 */
export function standingHits(
  rules: readonly RuleDocument[],
  facts: readonly Fact[],
  references: References = [],
  late: ReadonlySet<Fact> = new Set(),
): ModelHit[] {
  return rules.flatMap((rule) => {
    const versions = rules.filter((other) => other.id === rule.id);
    return hitsOf(rule, versions, facts, references, late);
  });
}
