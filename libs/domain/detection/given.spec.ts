import type { Fact } from '../fact/fact';
import type { RuleSpec } from '../rule/rule-spec';
import type { Acceptance, Arrival, Detector } from './detector';
import type { HitState } from './hit';

/** Builders for the tests of detection. */

export const minute = 60_000;
export const hour = 60 * minute;
export const noon = Date.parse('2026-01-05T12:00:00+08:00');

/** A rule without a measure: every fact is a hit. */
export const rule = (given: Partial<RuleSpec> & Pick<RuleSpec, 'id'>): RuleSpec => ({
  title: { en: given.id, zh: given.id },
  version: 1,
  effectiveFrom: '1970-01-01T00:00:00Z',
  lateness: 'PT1H',
  on: 'any',
  when: [],
  trigger: [],
  raise: { on: 'every', severity: 'high' },
  review: { confirmWithCustomer: false, due: 'P1D' },
  ...given,
});
/** A rule that counts the facts of an account within an hour, two of which are a hit. */
export const perHour = (id: string, given: Partial<RuleSpec> = {}): RuleSpec =>
  rule({
    id,
    measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1H' } },
    threshold: { atLeast: 2 },
    ...given,
  });
export const fact = (id: string, occurredAt: number, given: Partial<Fact> = {}): Fact => ({
  source: 'default',
  id,
  kind: 'transaction',
  occurredAt,
  accountId: 'A1',
  amount: 100,
  currency: 'CNY',
  attributes: {},
  ...given,
});
export const at = (offset: number): Arrival => ({ topic: 'facts', partition: 2, offset });

/** What becomes of facts that come one after the other. */
export function feed(detector: Detector, facts: readonly Fact[], from = 0): Acceptance[] {
  return facts.map((one, index) => detector.accept(one, at(from + index)));
}
export const statesOf = (acceptances: readonly Acceptance[]): HitState[] =>
  acceptances.flatMap((one) => (one.outcome === 'accepted' ? one.states : []));
export const words = (state: HitState): string =>
  `${state.status} ${state.rule}@${state.version} ${state.fact.id} ${state.evidence.measured ?? '-'}`;
