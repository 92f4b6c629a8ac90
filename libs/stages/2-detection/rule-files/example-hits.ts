import type { ReferenceDocument, RuleDocument, ThresholdDocument } from '@weir/contracts';
import {
  compareFacts,
  compileRules,
  Detection,
  formatInstant,
  parseInstant,
  type Evidence,
  type Fact,
  type HitState,
} from '@weir/domain';

/** Hits that stand in the end, by the ids of their facts, or why the facts cannot be run. */
export function hitsOf(
  rule: RuleDocument,
  facts: readonly Fact[],
  references: readonly ReferenceDocument[],
): ReadonlyMap<string, HitState> | string {
  const detection = Detection.begin(compileRules([rule], references));
  const standing = new Map<string, HitState>();
  for (const [offset, fact] of [...facts].sort(compareFacts).entries()) {
    const accepted = detection.accept(fact, { topic: 'examples', partition: 0, offset });
    if (accepted.outcome !== 'accepted') return `The fact "${fact.id}" stands there twice.`;
    for (const state of accepted.states) {
      if (state.status === 'withdrawn') standing.delete(state.hitId);
      else standing.set(state.hitId, state);
    }
  }
  return new Map([...standing.values()].map((state) => [state.fact.id, state]));
}

const opposite = { above: 'atMost', atLeast: 'below', below: 'atLeast', atMost: 'above' } as const;
const words = { above: 'above', atLeast: 'at least', below: 'below', atMost: 'at most', between: 'between' } as const;

/** Says of each fact that is no hit why it is none; the empty text where that is not known. */
export function whyNoHit(
  rule: RuleDocument,
  facts: readonly Fact[],
  references: readonly ReferenceDocument[],
): (id: string) => string {
  const effectiveFrom = parseInstant(rule.effectiveFrom);
  const run = (changed: Partial<RuleDocument>): ReadonlyMap<string, HitState> => {
    const found = hitsOf({ ...rule, ...changed }, facts, references);
    return typeof found === 'string' ? new Map<string, HitState>() : found;
  };
  const { severity } = rule.raise;
  const meeting = run({ raise: { on: 'every', ...(severity === undefined ? {} : { severity }) } });
  const missed = missedBy(rule.threshold);
  const missing = missed === null ? null : run({ threshold: missed, raise: { on: 'every', severity: 'low' } });
  return (id) => {
    const fact = facts.find((one) => one.id === id);
    if (fact !== undefined && effectiveFrom.ok && fact.occurredAt < effectiveFrom.value) {
      return `it lies before effectiveFrom, ${formatInstant(effectiveFrom.value)}`;
    }
    const met = meeting.get(id);
    if (met !== undefined) {
      const measured = measuredIn(met.evidence, true);
      return `${measured === '' ? 'it' : `${measured}; it`} meets the threshold, but "raise.on" lets no hit be raised there`;
    }
    const off = missing?.get(id);
    if (off !== undefined) return measuredIn(off.evidence, false);
    return missing === null && rule.measure !== undefined
      ? ''
      : 'it is not measured: look at "on", "when", "trigger" and the fields of "by"';
  };
}

/** The measured value and the limit of a hit, or of its opposite; the empty text where nothing is measured. */
export function measuredIn({ measured, limit, comparison, currency }: Evidence, met: boolean): string {
  if (measured === null || limit === null || comparison === null) return '';
  const wanted = met || comparison === 'between' ? comparison : opposite[comparison];
  const unit = currency === null ? '' : ` ${currency}`;
  return `measured ${measured}${unit}, ${met ? '' : 'not '}${words[wanted]} ${limit}${unit}`;
}

/** The threshold that just those values meet which do not meet this one; null where there is none. */
function missedBy(threshold: ThresholdDocument | undefined): ThresholdDocument | null {
  if (threshold === undefined) return null;
  const { currency } = threshold;
  const comparisons = threshold.tiers?.[0] ?? threshold;
  for (const name of ['above', 'atLeast', 'below', 'atMost'] as const) {
    const limit = comparisons[name];
    if (limit !== undefined) return { [opposite[name]]: limit, ...(currency === undefined ? {} : { currency }) };
  }
  return null;
}
