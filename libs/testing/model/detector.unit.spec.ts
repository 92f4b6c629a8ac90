import type { RuleDocument } from '@weir/contracts';
import { restoreDetector, snapshotOf, type Fact } from '@weir/domain';
import fc from 'fast-check';
import { cases, longCases, repeated, shuffledWithin } from './arbitraries';
import { arrivals, latenessOf } from './arrivals';
import { judge, type Interlude } from './judge';

/** How many times as many random cases as usual: more for a long night, fewer where deliberate faults are judged. */
const factor = Number(process.env['WEIR_PROPERTY_FACTOR'] ?? '1');
const runs = (usual: number): number => Math.max(1, Math.round(usual * factor));
jest.setTimeout(120_000 * Math.max(1, factor));

interface Arriving {
  readonly rules: readonly RuleDocument[];
  /** In the order of their arrival. */
  readonly facts: readonly Fact[];
}

const hour = 3_600_000;
const forever = fc.constant('P365D');
const anyLateness = fc.constantFrom('PT1S', 'PT10M', 'PT1H', 'P1D');

/** Cases whose facts arrive in another order. */
function arriving(
  lateness: fc.Arbitrary<string>,
  order: (facts: readonly Fact[]) => fc.Arbitrary<readonly Fact[]>,
): fc.Arbitrary<Arriving> {
  return cases(lateness).chain(({ rules, facts }) => fc.record({ rules: fc.constant(rules), facts: order(facts) }));
}

const permuted = (facts: readonly Fact[]): fc.Arbitrary<Fact[]> =>
  fc.shuffledSubarray([...facts], { minLength: facts.length, maxLength: facts.length });

/** In any order at all, with repetitions. */
const beyondLateness = (conflicts: boolean): fc.Arbitrary<Arriving> =>
  arriving(anyLateness, (facts) =>
    fc.oneof(permuted(facts), shuffledWithin(facts, 2 * hour)).chain((some) => repeated(some, conflicts)),
  );

const forget: Interlude = (detector) => {
  if (detector.watermark !== null) detector.forget(detector.watermark);
  return detector;
};
const writeAndRead: Interlude = (detector) => restoreDetector(snapshotOf(detector));
const nothing: Interlude = (detector) => detector;

function interrupted(arrivals: fc.Arbitrary<Arriving>, ...interludes: Interlude[]) {
  return arrivals.chain(({ rules, facts }) =>
    fc.record({
      rules: fc.constant(rules),
      facts: fc.constant(facts),
      interludes: fc.array(fc.constantFrom(nothing, ...interludes), {
        minLength: facts.length,
        maxLength: facts.length,
      }),
    }),
  );
}

describe('the detector and the brute-force model agree after every fact', () => {
  it('in order', () => {
    fc.assert(
      fc.property(cases(anyLateness), ({ rules, facts }) => judge(rules, facts)),
      { numRuns: runs(500) },
    );
  });

  it('in any order within the lateness', () => {
    const hourly = arriving(fc.constant('PT1H'), (facts) => shuffledWithin(facts, hour));
    fc.assert(
      fc.property(fc.oneof(hourly, arriving(forever, permuted)), ({ rules, facts }) => {
        expect(arrivals(facts, latenessOf(rules)).every((one) => one.outcome === 'accepted' && !one.late)).toBe(true);
        judge(rules, facts);
      }),
      { numRuns: runs(600) },
    );
  });

  it('with repetitions and conflicts', () => {
    const given = arriving(forever, (facts) => shuffledWithin(facts, 24 * hour).chain((some) => repeated(some, true)));
    fc.assert(
      fc.property(given, ({ rules, facts }) => judge(rules, facts)),
      { numRuns: runs(500) },
    );
  });

  it('with facts beyond the lateness', () => {
    fc.assert(
      fc.property(beyondLateness(true), ({ rules, facts }) => judge(rules, facts)),
      { numRuns: runs(600) },
    );
  });

  it('when it is written down and read back between any two facts', () => {
    fc.assert(
      fc.property(interrupted(beyondLateness(true), writeAndRead), ({ rules, facts, interludes }) =>
        judge(rules, facts, { interludes }),
      ),
      { numRuns: runs(500) },
    );
  });

  it('when it forgets, at any time, what no window needs any more', () => {
    const given = interrupted(beyondLateness(false), forget, forget, (detector) => forget(writeAndRead(detector)));
    fc.assert(
      fc.property(given, ({ rules, facts, interludes }) => judge(rules, facts, { interludes, forgets: true })),
      { numRuns: runs(600) },
    );
  });

  it('over hundreds of facts of one account', () => {
    const given = fc.constantFrom(hour, 6 * hour, 24 * hour).chain((span) =>
      longCases(fc.constant(`PT${span / hour}H`)).chain(({ rules, facts }) =>
        fc.record({
          rules: fc.constant(rules),
          // Half of the cases reach beyond the lateness.
          facts: fc.constantFrom(span, 2 * span).chain((far) => shuffledWithin(facts, far)),
          forgets: fc.boolean(),
        }),
      ),
    );
    fc.assert(
      fc.property(given, ({ rules, facts, forgets }) =>
        judge(rules, facts, {
          interludes: facts.map((_, offset) => (forgets && offset % 10 === 0 ? forget : nothing)),
          forgets,
          compareEvery: 60,
        }),
      ),
      { numRuns: runs(30) },
    );
  });

  it('when later versions of its rules are published between two facts', () => {
    const given = fc
      .constantFrom('PT1S', 'PT1H', 'P365D')
      .chain((lateness) =>
        arriving(fc.constant(lateness), (facts) => permuted(facts).chain((some) => repeated(some, true))),
      )
      .chain((one) => fc.record({ one: fc.constant(one), from: fc.nat(one.facts.length) }));
    fc.assert(
      fc.property(given, ({ one: { rules, facts }, from }) => {
        const first = rules.filter((rule) => rule.version === 1);
        judge(first, facts, { newRules: { from, rules } });
      }),
      { numRuns: runs(500) },
    );
  });
});
