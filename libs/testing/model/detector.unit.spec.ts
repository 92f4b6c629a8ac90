import { restoreDetector, snapshotOf, type Fact } from '@weir/domain';
import fc from 'fast-check';
import { cases, longCases, repeated, shuffledWithin } from './arbitraries';
import { arrivals, latenessOf } from './arrivals';
import { judge, type Given, type Interlude } from './judge';

/** How many times as many random cases as usual: more for a long night, fewer where deliberate faults are judged. */
const factor = Number(process.env['WEIR_PROPERTY_FACTOR'] ?? '1');
const runs = (usual: number): number => Math.max(1, Math.round(usual * factor));
jest.setTimeout(120_000 * Math.max(1, factor));
/** The same cases in every run, so that a change is judged by itself; `random` or a number looks at others. */
const seed = process.env['WEIR_PROPERTY_SEED'] ?? '20261122';
if (seed !== 'random') fc.configureGlobal({ seed: Number(seed) });

interface Arriving extends Given {
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
  return cases(lateness).chain(({ facts, ...given }) => order(facts).map((arrived) => ({ ...given, facts: arrived })));
}

const permuted = (facts: readonly Fact[]): fc.Arbitrary<Fact[]> =>
  fc.shuffledSubarray([...facts], { minLength: facts.length, maxLength: facts.length });

/** In any order at all, with repetitions. */
const beyondLateness = (conflicts: boolean): fc.Arbitrary<Arriving> =>
  arriving(anyLateness, (facts) =>
    fc.oneof(permuted(facts), shuffledWithin(facts, 2 * hour)).chain((some) => repeated(some, conflicts)),
  );

const forget: Interlude = (detection) => {
  if (detection.watermark !== null) detection.forget(detection.watermark);
  return detection;
};
const writeAndRead: Interlude = (detection) => detection.with((detector) => restoreDetector(snapshotOf(detector)));
const nothing: Interlude = (detection) => detection;

function interrupted(arrivals: fc.Arbitrary<Arriving>, ...interludes: Interlude[]) {
  return arrivals.chain((arriving) =>
    fc
      .array(fc.constantFrom(nothing, ...interludes), {
        minLength: arriving.facts.length,
        maxLength: arriving.facts.length,
      })
      .map((some) => ({ ...arriving, interludes: some })),
  );
}

describe('detection and the brute-force model agree after every fact', () => {
  it('in order', () => {
    fc.assert(
      fc.property(cases(anyLateness), ({ facts, ...given }) => judge(given, facts)),
      { numRuns: runs(300) },
    );
  });

  it('in any order within the lateness', () => {
    const hourly = arriving(fc.constant('PT1H'), (facts) => shuffledWithin(facts, hour));
    fc.assert(
      fc.property(fc.oneof(hourly, arriving(forever, permuted)), ({ facts, ...given }) => {
        const arrived = arrivals(facts, latenessOf(given.rules));
        expect(arrived.every((one) => one.outcome === 'accepted' && !one.late)).toBe(true);
        judge(given, facts);
      }),
      { numRuns: runs(400) },
    );
  });

  it('with repetitions and conflicts', () => {
    const given = arriving(forever, (facts) => shuffledWithin(facts, 24 * hour).chain((some) => repeated(some, true)));
    fc.assert(
      fc.property(given, ({ facts, ...given }) => judge(given, facts)),
      { numRuns: runs(300) },
    );
  });

  it('with facts beyond the lateness', () => {
    fc.assert(
      fc.property(beyondLateness(true), ({ facts, ...given }) => judge(given, facts)),
      { numRuns: runs(400) },
    );
  });

  it('when it is written down and read back between any two facts', () => {
    fc.assert(
      fc.property(interrupted(beyondLateness(true), writeAndRead), ({ facts, interludes, ...given }) =>
        judge(given, facts, { interludes }),
      ),
      { numRuns: runs(300) },
    );
  });

  it('when it forgets, at any time, what no window needs any more', () => {
    const given = interrupted(beyondLateness(false), forget, forget, (detection) => forget(writeAndRead(detection)));
    fc.assert(
      fc.property(given, ({ facts, interludes, ...given }) => judge(given, facts, { interludes, forgets: true })),
      { numRuns: runs(400) },
    );
  });

  it('over hundreds of facts', () => {
    const given = fc.constantFrom(hour, 6 * hour, 24 * hour).chain((span) =>
      longCases(fc.constant(`PT${span / hour}H`)).chain(({ facts, ...given }) =>
        fc.record({
          given: fc.constant(given),
          // Half of the cases reach beyond the lateness.
          facts: fc.constantFrom(span, 2 * span).chain((far) => shuffledWithin(facts, far)),
          forgets: fc.boolean(),
        }),
      ),
    );
    fc.assert(
      fc.property(given, ({ given: running, facts, forgets }) =>
        judge(running, facts, {
          interludes: facts.map((_, offset) => (forgets && offset % 10 === 0 ? forget : nothing)),
          forgets,
          compareEvery: 60,
        }),
      ),
      // A case of hundreds of facts hardly shrinks, and takes an hour to try.
      { numRuns: runs(40), endOnFailure: true },
    );
  });

  /** Cases in any order, and from which fact on more is known. */
  const published = fc
    .constantFrom('PT1S', 'PT1H', 'P365D')
    .chain((lateness) =>
      arriving(fc.constant(lateness), (facts) => permuted(facts).chain((some) => repeated(some, true))),
    )
    .chain((later) => fc.nat(later.facts.length).map((from) => ({ ...later, from })));
  const ofFirst = <V extends { readonly version: number }>(versions: readonly V[]): readonly V[] =>
    versions.filter(({ version }) => version === 1);

  it('when later versions of its rules are published between two facts', () => {
    fc.assert(
      fc.property(published, ({ facts, from, rules, references }) =>
        judge({ rules: ofFirst(rules), references }, facts, { newRules: { from, rules, references } }),
      ),
      { numRuns: runs(300) },
    );
  });

  it('when later versions of rules and reference data are published between two facts', () => {
    fc.assert(
      fc.property(published, ({ facts, from, rules, references }) => {
        const first = { rules: ofFirst(rules), references: ofFirst(references) };
        judge(first, facts, { newRules: { from, rules, references } });
      }),
      { numRuns: runs(300) },
    );
  });
});
