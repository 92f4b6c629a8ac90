import assert from 'node:assert/strict';
import type { RuleDocument } from '@weir/contracts';
import { compileRules, Detection, type Acceptance, type Fact, type HitState } from '@weir/domain';
import { arrivals, hitsAfter, latenessOf } from './arrivals';
import { foldStates, standingStates, type LastStates } from './fold-states';
import type { ModelHit } from './model-hit';
import type { References } from './references';

/** Something that may be done to detection before a fact, and must not show in its hits. */
export type Interlude = (detection: Detection) => Detection;

/** What detection is given to run. */
export interface Given {
  readonly rules: readonly RuleDocument[];
  /** The lists, tables and rates that the rules look up. */
  readonly references: References;
}

/** What varies between judgements. */
export interface Circumstances {
  /** Done before the fact of the same index. */
  readonly interludes?: readonly Interlude[];
  /**
   * Detection forgets, so that it may take the repetition of a fact long past for new: it must then know it for late,
   * and say of it nothing but what stands already. (The facts archive finds such repetitions, SEMANTICS 1.)
   */
  readonly forgets?: boolean;
  /** Compares the hits that stand after every so many facts only, and after the last. Default: after every fact. */
  readonly compareEvery?: number;
  /** Other rules and reference data from the fact of this index on. The first rules stay among them. */
  readonly newRules?: Given & { readonly from: number };
}

const place = { topic: 'facts', partition: 7 };
const byId = (a: { hitId: string }, b: { hitId: string }): number => (a.hitId < b.hitId ? -1 : 1);

/** What a state says, without how it came about. */
function asModelHit(state: HitState): ModelHit {
  const { status: _status, cause: _cause, asOf: _asOf, ...hit } = state;
  return hit;
}

/** The hits that only one side has, or has otherwise, in few words. */
function difference(standing: readonly ModelHit[], wanted: readonly ModelHit[]): string {
  const words = (hit: ModelHit): string => {
    const { measured, comparison, limit, currency, count, facts, window, incomplete } = hit.evidence;
    const names = facts.map((fact) => `${fact.source}/${fact.id}`).join(' ');
    return [
      `${hit.rule}@${hit.version} ${hit.fact.source}/${hit.fact.id} of ${hit.group.map(({ value }) => value).join()}`,
      `${hit.severity} ${measured ?? '-'} ${comparison ?? ''} ${limit ?? ''} ${currency ?? ''} ${count} [${names}]`,
      ...(window === null ? [] : [`from ${window.from}`]),
      ...(hit.recommend === null ? [] : [`until ${hit.recommend.freeze.until}`]),
      ...(incomplete ? ['incomplete'] : []),
    ].join(' ');
  };
  const [got, want] = [standing.map(words), wanted.map(words)];
  const only = (some: string[], others: string[]): string => some.filter((one) => !others.includes(one)).join('; ');
  return `detection has ${only(got, want) || 'nothing'} where the model has ${only(want, got) || 'nothing'}`;
}

const quotients = ['average', 'share', 'timesUsual'];

/** Whether measured values of the rule may have more digits than evidence shows. */
function measuresQuotients({ measure }: RuleDocument): boolean {
  return measure !== undefined && quotients.some((verb) => verb in measure);
}

/** A repetition that was taken for new may only tell again what stands. */
function expectNothingNew(acceptance: Extract<Acceptance, { outcome: 'accepted' }>, last: LastStates): void {
  assert.equal(acceptance.late, true, 'a forgotten fact that comes again is late');
  for (const state of acceptance.states) {
    const before = last.get(state.hitId);
    assert.deepEqual(asModelHit(state), before === undefined ? undefined : asModelHit(before));
  }
}

/**
 * Feeds facts in this order to detection and holds it to the model after every single one: what became of the fact, legal
 * states caused by it, and the hits that stand with all their evidence. Throws an
 * AssertionError where they differ.
 */
export function judge(
  first: Given,
  facts: readonly Fact[],
  { interludes = [], forgets = false, compareEvery = 1, newRules }: Circumstances = {},
): void {
  let given = first;
  let detection = Detection.begin(compileRules(given.rules, given.references));
  const last: LastStates = new Map();
  // Evidence rounds quotients: what has changed exactly may look the same.
  const isQuotient = ({ rule, version }: HitState): boolean =>
    given.rules.some((one) => one.id === rule && one.version === version && measuresQuotients(one));
  const expected = arrivals(facts, latenessOf(given.rules));
  const expectStanding = (howMany: number): void => {
    const standing = standingStates(last).map(asModelHit).sort(byId);
    const wanted = hitsAfter(given.rules, facts.slice(0, howMany), given.references).sort(byId);
    assert.deepEqual(standing, wanted, `hits that stand after ${howMany} facts: ${difference(standing, wanted)}`);
  };

  facts.forEach((fact, offset) => {
    if (newRules !== undefined && offset === newRules.from && offset > 0) {
      given = newRules;
      const compiled = compileRules(given.rules, given.references);
      const states = detection.setRules(compiled, { ...place, offset: offset - 1 });
      for (const state of states) {
        assert.equal(state.cause, null);
        assert.deepEqual({ ...state.asOf, step: 1 }, { ...place, offset: offset - 1, step: 1 });
      }
      // Detection keeps no evidence, so it tells every hit again that new reference data might concern.
      foldStates(last, states, (state) => given.references !== first.references || isQuotient(state));
      expectStanding(offset);
    }
    detection = interludes[offset]?.(detection) ?? detection;

    const acceptance = detection.accept(fact, { ...place, offset });

    const wanted = expected[offset];
    if (forgets && wanted?.outcome === 'duplicate' && acceptance.outcome === 'accepted') {
      expectNothingNew(acceptance, last);
      return;
    }
    assert.equal(acceptance.outcome, wanted?.outcome);
    if (acceptance.outcome === 'accepted') {
      assert.equal(acceptance.late, wanted?.outcome === 'accepted' && wanted.late, `late: ${fact.id}`);
      for (const state of acceptance.states) {
        assert.deepEqual(state.cause, { source: fact.source, id: fact.id });
        assert.deepEqual(state.asOf, { ...place, offset, step: 0 });
      }
      foldStates(last, acceptance.states, isQuotient);
    }
    if ((offset + 1) % compareEvery === 0 || offset + 1 === facts.length) expectStanding(offset + 1);
  });
}
