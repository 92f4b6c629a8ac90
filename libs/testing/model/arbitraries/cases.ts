import type { ReferenceDocument, RuleDocument, RuleInput } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import fc from 'fast-check';
import { aRule } from '../builders';
import { inOrder } from '../order';
import { conditions } from './conditions';
import { factOf, names } from './facts';
import { measured, type Measured } from './measures';
import { referencesOver } from './references';
import { epoch, hour, instants, iso, minute, places } from './times';

/** Rules, what they look up, and facts of one random case, made so that ties and boundaries are common. */
export interface Case {
  readonly rules: readonly RuleDocument[];
  readonly references: readonly ReferenceDocument[];
  /** Each name once, in their order. */
  readonly facts: readonly Fact[];
}

/** Where and when a case takes place. */
interface Setting {
  readonly zone: string;
  readonly times: readonly number[];
}

function recommendation(zone: string): fc.Arbitrary<RuleInput['recommend']> {
  return fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.constantFrom<RuleInput['recommend'][]>(
        { freeze: { until: 'nextDay', timezone: zone } },
        { freeze: { until: 'nextDay' } },
        { freeze: { until: 'PT36H' } },
      ),
    },
  );
}

/** What only the measure can decide: no severity beside tiers, no zone of its own, no group where none is needed. */
function fitting(
  { on, measure, threshold }: Measured,
  recommend: RuleInput['recommend'],
  ungrouped: boolean,
): Pick<RuleInput, 'measure' | 'threshold' | 'raise' | 'recommend'> {
  const zoned = measure !== undefined && 'window' in measure && 'calendar' in measure.window;
  const needsZone = recommend?.freeze.until === 'nextDay' && recommend.freeze.timezone === undefined && !zoned;
  const single = measure !== undefined && 'value' in measure && on === 'every' && ungrouped;
  return {
    measure: single ? { value: measure.value } : measure,
    threshold,
    raise: { on, severity: threshold?.tiers === undefined ? 'low' : undefined },
    recommend: needsZone ? undefined : recommend,
  };
}

/** One version of a rule. */
function version(
  id: string,
  number: number,
  { zone, times }: Setting,
  effectiveFrom: string,
  lateness: fc.Arbitrary<string>,
): fc.Arbitrary<RuleDocument> {
  return fc
    .record({
      on: fc.constantFrom<RuleDocument['on'][]>('transaction', 'any', 'any', 'any', 'operation'),
      when: conditions,
      trigger: conditions,
      lateness,
      rest: fc.tuple(measured(zone, times), recommendation(zone), fc.boolean()),
    })
    .map(({ rest, ...given }) => aRule({ id, version: number, effectiveFrom, ...given, ...fitting(...rest) }));
}

/** The versions of one rule: one, two in their order, or three that begin in whatever order. */
function versionsOf(id: string, setting: Setting, lateness: fc.Arbitrary<string>): fc.Arbitrary<RuleDocument[]> {
  const time = fc.constantFrom(...setting.times);
  return fc.oneof(
    version(id, 1, setting, epoch, lateness).map((one) => [one]),
    time.chain((from) =>
      fc.tuple(version(id, 1, setting, iso(from - 12 * hour), lateness), version(id, 2, setting, iso(from), lateness)),
    ),
    fc
      .tuple(time, time, time)
      .chain((begin) => fc.tuple(...begin.map((from, at) => version(id, at + 1, setting, iso(from), lateness)))),
  );
}

/** Rules, some with versions that begin at one of the instants, in whatever order, and facts. */
export function cases(lateness: fc.Arbitrary<string>): fc.Arbitrary<Case> {
  return fc
    .constantFrom(...places)
    .chain(([zone, around]) => fc.record({ zone: fc.constant(zone), times: instants(Date.parse(around)) }))
    .chain(({ zone, times }) =>
      fc.record({
        rules: fc
          .tuple(...['first', 'second', 'third'].map((id) => versionsOf(id, { zone, times }, lateness)))
          .chain((all) => fc.subarray(all, { minLength: 1 }).map((some) => some.flat())),
        references: referencesOver(times),
        facts: fc
          .oneof(
            { weight: 1, arbitrary: fc.subarray(names, { minLength: 1, maxLength: 6 }) },
            { weight: 3, arbitrary: fc.subarray(names, { minLength: 8, maxLength: 18 }) },
          )
          .chain((some) => fc.tuple(...some.map((name) => factOf(name, times))))
          .map((facts) => [...facts].sort(inOrder)),
      }),
    );
}

/** Several rules over some hundred facts within a few days, ten minutes or more apart or at one time. */
export function longCases(lateness: fc.Arbitrary<string>): fc.Arbitrary<Case> {
  return fc.constantFrom(...places).chain(([zone, around]) => {
    const times = Array.from({ length: 4 * 24 * 6 }, (_, n) => Date.parse(around) + (n - 2 * 24 * 6) * 10 * minute);
    const ids = ['one', 'two', 'three', 'four', 'five'];
    return fc.record({
      rules: fc.tuple(...ids.map((id) => version(id, 1, { zone, times }, epoch, lateness))),
      references: referencesOver(times),
      facts: fc
        .integer({ min: 60, max: 200 })
        .chain((length) =>
          fc.tuple(...Array.from({ length }, (_, n) => factOf({ source: 'default', id: `f${n}` }, times))),
        )
        .map((facts) => [...facts].sort(inOrder)),
    });
  });
}
