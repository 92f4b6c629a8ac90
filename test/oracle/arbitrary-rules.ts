import { ruleSchema } from '@weir/contracts';
import type { FactMessage, ReferenceDocument, RuleDocument, RuleInput } from '@weir/contracts';
import fc from 'fast-check';
import { conditions } from './arbitrary/conditions';
import { randomFacts } from './arbitrary/facts';
import { randomMeasure } from './arbitrary/measures';
import { randomReferences } from './arbitrary/references';
import { thresholdOf } from './arbitrary/thresholds';
import { bases, length, near, zones } from './arbitrary/vocabulary';

/** Rules with the reference data that they name, and facts that meet them, in the order of arrival. */
export interface RandomCase {
  readonly rules: readonly RuleDocument[];
  readonly references: readonly ReferenceDocument[];
  readonly facts: readonly FactMessage[];
}

/** What of a version a rule says, without its name. */
type Body = Pick<RuleInput, 'on' | 'when' | 'trigger' | 'measure' | 'threshold' | 'raise' | 'recommend'>;

const measured = randomMeasure.chain((random) => {
  const grouped = random.measure.by !== undefined;
  const on = fc.oneof(
    { weight: 2, arbitrary: fc.constant<RuleInput['raise']['on']>('every') },
    ...(grouped
      ? [
          { weight: 2, arbitrary: fc.constant<RuleInput['raise']['on']>('crossing') },
          { weight: 1, arbitrary: length.map((cooldown): RuleInput['raise']['on'] => ({ cooldown })) },
        ]
      : []),
  );
  return fc.tuple(thresholdOf(random), on).map(([{ threshold, severity }, raiseOn]) => ({
    measure: random.measure,
    threshold,
    raise: { on: raiseOn, ...(severity === undefined ? {} : { severity }) },
  }));
});
/** True three times of four. */
const mostly = fc.nat(3).map((n) => n > 0);
const unmeasured = fc.constant({ raise: { on: 'every' as const, severity: 'low' as const } });

const recommend: fc.Arbitrary<RuleInput['recommend']> = fc.oneof(
  length.map((until) => ({ freeze: { until } })),
  fc.constantFrom(...zones).map((timezone) => ({ freeze: { until: 'nextDay' as const, timezone } })),
);

const body: fc.Arbitrary<Body> = fc
  .tuple(
    fc.oneof({ weight: 12, arbitrary: measured }, { weight: 1, arbitrary: unmeasured }),
    fc.record({
      on: fc.constantFrom('any', 'any', 'any', 'transaction', 'transaction', 'operation'),
      when: conditions,
      trigger: conditions,
    }),
    fc.option(recommend, { nil: undefined, freq: 4 }),
  )
  .map(([one, looked, recommended]) => ({
    ...looked,
    ...one,
    ...(recommended === undefined ? {} : { recommend: recommended }),
  }));

/** One to three versions of a rule; each begins after the one before. */
const versionsOf = (id: string, base: string): fc.Arbitrary<readonly RuleDocument[]> =>
  fc
    .tuple(
      fc.oneof(
        { weight: 4, arbitrary: fc.tuple(body) },
        { weight: 1, arbitrary: fc.array(body, { minLength: 2, maxLength: 3 }) },
      ),
      fc.uniqueArray(near(base), { minLength: 3, maxLength: 3 }),
      mostly,
      fc.constantFrom('PT10M', 'PT1H', 'PT1H', 'P1D'),
    )
    .map(([bodies, times, fromTheBeginning, lateness]) => {
      const starts = [...times].sort();
      return bodies.map((one, place) =>
        ruleSchema.parse({
          id,
          title: { en: 'Random', zh: '随机' },
          source: 'random',
          version: place + 1,
          ...(place === 0 && fromTheBeginning ? {} : { effectiveFrom: starts[place] }),
          lateness,
          ...one,
        }),
      );
    });

/** Rules about a base in time. @param most how many rules */
export const randomRules = (base: string, most: number): fc.Arbitrary<readonly RuleDocument[]> =>
  fc
    .integer({ min: 1, max: most })
    .chain((count) => fc.tuple(...Array.from({ length: count }, (_, n) => versionsOf(`rule-${n}`, base))))
    .map((rules) => rules.flat());

/** Rule sets of every measure, window, threshold and way of raising, with facts that make hits likely. */
export const randomCase = (most: { readonly rules: number; readonly facts: number }): fc.Arbitrary<RandomCase> =>
  fc.constantFrom(...bases).chain((base) =>
    fc.record({
      rules: randomRules(base, most.rules),
      references: randomReferences(base),
      facts: randomFacts(base, most.facts),
    }),
  );
