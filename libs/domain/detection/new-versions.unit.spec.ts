import { compileRules } from '../rule/compile';
import type { RuleSpec } from '../rule/rule-spec';
import { Detector } from './detector';
import { at, fact, feed, noon, perHour, rule, statesOf, words } from './given.spec';

describe('new versions of rules (SEMANTICS 17, 18)', () => {
  const second = (given: Partial<RuleSpec>): RuleSpec =>
    rule({ id: 'limit', version: 2, effectiveFrom: new Date(noon).toISOString(), ...given });
  const first = perHour('limit', { threshold: { atLeast: 1 } });

  it('facts that the new version governs are measured again, as states without a causing fact', () => {
    const detector = new Detector(compileRules([first]));
    feed(detector, [fact('a', noon - 1), fact('b', noon), fact('c', noon + 1)]);

    const states = detector.setRules(
      compileRules([first, second({ measure: first.measure, threshold: { atLeast: 3 } })]),
      at(2),
    );

    expect(states.map(words).sort()).toEqual(
      ['withdrawn limit@1 b 2', 'withdrawn limit@1 c 3', 'raised limit@2 c 3'].sort(),
    );
    for (const state of states) {
      expect(state.cause).toBeNull();
      expect(state.asOf).toEqual({ topic: 'facts', partition: 2, offset: 2, step: 1 });
    }
  });

  it.each<[string, Partial<RuleSpec>]>([
    [
      'groups otherwise',
      {
        measure: { count: 'facts', by: ['accountId', 'deviceId'], window: { sliding: 'PT1H' } },
        threshold: { atLeast: 1 },
      },
    ],
    ['looks at the fact alone', { measure: { value: 'attributes.score' }, threshold: { above: 1 } }],
    ['has no measure', { when: [{ field: 'deviceId', exists: true }] }],
  ])('what the old version said is withdrawn also where the new one %s', (_how, given) => {
    const rules = [first, second(given)];
    for (const facts of [[fact('a', noon - 1), fact('b', noon)], [fact('b', noon)]]) {
      const detector = new Detector(compileRules([first]));
      feed(detector, facts);

      const states = detector.setRules(compileRules(rules), at(facts.length - 1));

      expect(states.map((state) => `${state.status} ${state.rule}@${state.version} ${state.fact.id}`)).toEqual([
        'withdrawn limit@1 b',
      ]);
    }
  });

  it('what the old version said of a fact that it did not measure itself is withdrawn as well', () => {
    const approved = [{ field: 'type', equals: 'approval' }];
    const unapproved = perHour('limit', {
      measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1H' }, where: approved },
      threshold: { below: 1 },
    });
    const detector = new Detector(compileRules([unapproved]));
    const before = statesOf(feed(detector, [fact('a', noon - 1), fact('b', noon)]));

    const states = detector.setRules(
      compileRules([unapproved, second({ measure: { value: 'attributes.score' }, threshold: { above: 1 } })]),
      at(1),
    );

    expect(before.map(words)).toEqual(['raised limit@1 a 0', 'raised limit@1 b 0']);
    expect(states.map((state) => `${state.status} ${state.rule}@${state.version} ${state.fact.id}`)).toEqual([
      'withdrawn limit@1 b',
    ]);
  });

  it('every change of the rules at one place in the log makes newer states', () => {
    const detector = new Detector(compileRules([first]));
    feed(detector, [fact('a', noon - 1), fact('b', noon)]);
    const [of, third] = [{ measure: first.measure, threshold: { atLeast: 1 } }, { threshold: { atLeast: 2 } }];

    const once = detector.setRules(compileRules([first, second(of)]), at(1));
    const twice = detector.setRules(
      compileRules([
        first,
        second(of),
        { ...second({ ...of, ...third }), version: 3, effectiveFrom: new Date(noon - 1).toISOString() },
      ]),
      at(1),
    );
    const [next] = feed(detector, [fact('c', noon + 1)], 2);

    expect(new Set(once.map((state) => state.asOf.step))).toEqual(new Set([1]));
    expect(new Set(twice.map((state) => state.asOf.step))).toEqual(new Set([2]));
    expect(statesOf(next === undefined ? [] : [next]).every((state) => state.asOf.step === 0)).toBe(true);
  });

  it('the same rules again change nothing', () => {
    const detector = new Detector(compileRules([first]));
    feed(detector, [fact('a', noon - 1), fact('b', noon)]);

    expect(detector.setRules(compileRules([first]), at(1))).toEqual([]);
  });
});
