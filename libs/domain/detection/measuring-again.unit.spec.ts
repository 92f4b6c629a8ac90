import type { Fact } from '../fact/fact';
import { compileRules } from '../rule/compile';
import type { RuleSpec } from '../rule/rule-spec';
import { Detector, type Acceptance } from './detector';
import type { HitState } from './hit';

const minute = 60_000;
const hour = 60 * minute;
const noon = Date.parse('2026-01-05T12:00:00+08:00');

const rule = (given: Partial<RuleSpec> & Pick<RuleSpec, 'id'>): RuleSpec => ({
  title: { en: given.id, zh: given.id },
  version: 1,
  effectiveFrom: '1970-01-01T00:00:00Z',
  lateness: 'P1D',
  on: 'any',
  when: [],
  trigger: [],
  raise: { on: 'every', severity: 'high' },
  review: { confirmWithCustomer: false, due: 'P1D' },
  ...given,
});
const counting = (id: string, given: Partial<RuleSpec> = {}): RuleSpec =>
  rule({
    id,
    measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1H' } },
    threshold: { atLeast: 1 },
    ...given,
  });
const scoring = (id: string, given: Partial<RuleSpec> = {}): RuleSpec =>
  rule({
    id,
    measure: { value: 'attributes.score', by: ['accountId'] },
    threshold: { above: 5 },
    raise: { on: 'crossing', severity: 'high' },
    ...given,
  });
const fact = (id: string, at: number, given: Partial<Fact> = {}): Fact => ({
  source: 'default',
  id,
  kind: 'operation',
  occurredAt: noon + at,
  accountId: 'A1',
  attributes: {},
  ...given,
});
const scored = (id: string, at: number, score: number): Fact => fact(id, at, { attributes: { score } });
const at = (offset: number) => ({ topic: 'facts', partition: 0, offset });
const words = ({ status, rule: id, version, fact: { id: factId }, evidence }: HitState): string =>
  `${status} ${id}@${version} ${factId} ${evidence.measured ?? '-'} [${evidence.facts.map((one) => one.id).join(' ')}]`;
const said = (acceptance: Acceptance): string[] =>
  acceptance.outcome === 'accepted' ? acceptance.states.map(words) : [acceptance.outcome];

/** What each fact says, in the order of arrival. */
function timeline(rules: readonly RuleSpec[], ...facts: readonly Fact[]): string[][] {
  const detector = new Detector(compileRules(rules));
  return facts.map((one, offset) => said(detector.accept(one, at(offset))));
}

describe('a fact that arrives out of order (SEMANTICS 14, 15)', () => {
  it('counts the fact exactly one window before it no more than one that arrives in order', () => {
    const became = timeline(
      [counting('n')],
      fact('a', 0),
      fact('d', 2 * hour),
      fact('c', hour), // its window begins behind a; the window of d begins behind c
    );

    expect(became).toEqual([['raised n@1 a 1 [a]'], ['raised n@1 d 1 [d]'], ['raised n@1 c 1 [c]']]);
  });

  it('revises the last hit whose window holds it, and none beyond', () => {
    const became = timeline([counting('n')], fact('b', hour - 1), fact('c', hour), fact('a', 0));

    expect(became[2]).toEqual(['raised n@1 a 1 [a]', 'revised n@1 b 2 [a b]']);
  });

  it('revises nothing of a rule that only it triggers and does not count', () => {
    const approvals = counting('n', {
      measure: {
        count: 'facts',
        by: ['accountId'],
        window: { sliding: 'PT1H' },
        where: [{ field: 'type', equals: 'approval' }],
      },
      threshold: { below: 9 },
    });

    const became = timeline([approvals], fact('b', 1, { type: 'approval' }), fact('a', 0));

    expect(became[1]).toEqual(['raised n@1 a 0 []']);
  });

  it('revises no hit of a fact’s own value', () => {
    const became = timeline(
      [scoring('s', { raise: { on: { cooldown: 'PT1M' }, severity: 'low' } })],
      scored('b', hour, 9),
      scored('a', 0, 1),
    );

    expect(became[1]).toEqual([]);
  });

  it('leaves a rule alone that does not look at it, though another of the same group does', () => {
    const became = timeline(
      [counting('pays', { on: 'transaction' }), counting('all')],
      fact('b', 1, { kind: 'transaction' }),
      fact('a', 0),
      fact('c', 2, { kind: 'transaction' }),
    );

    expect(became).toEqual([
      ['raised pays@1 b 1 [b]', 'raised all@1 b 1 [b]'],
      ['raised all@1 a 1 [a]', 'revised all@1 b 2 [a b]'],
      ['raised pays@1 c 2 [b c]', 'raised all@1 c 3 [a b c]'],
    ]);
  });

  it('before what has left the window leaves the window as it is', () => {
    const became = timeline(
      [counting('pays', { on: 'transaction' }), counting('all')],
      fact('a', 0, { kind: 'transaction' }),
      fact('b', 90 * minute, { kind: 'transaction' }),
      fact('z', -1), // pays does not look at it
      fact('c', 100 * minute, { kind: 'transaction' }),
    );

    expect(became[3]).toEqual(['raised pays@1 c 2 [b c]', 'raised all@1 c 2 [b c]']);
  });
});

describe('crossing (SEMANTICS 11)', () => {
  it('withdraws, reinstates and withdraws again, under one id', () => {
    const became = timeline(
      [scoring('s')],
      scored('e', 40, 9),
      scored('a', 0, 9),
      scored('d', 30, 1),
      scored('d2', 35, 9),
    );

    expect(became).toEqual([
      ['raised s@1 e 9 [e]'],
      ['raised s@1 a 9 [a]', 'withdrawn s@1 e 9 [e]'],
      ['reinstated s@1 e 9 [e]'],
      ['raised s@1 d2 9 [d2]', 'withdrawn s@1 e 9 [e]'],
    ]);
  });

  it('passes over facts that trigger nothing', () => {
    const onApproval = scoring('s', { trigger: [{ field: 'type', equals: 'approval' }] });
    const approval = (id: string, when: number): Fact => ({ ...scored(id, when, 9), type: 'approval' });

    const became = timeline([onApproval, scoring('all')], approval('a', 0), scored('b', 1, 1), approval('c', 2));

    expect(became[2]).toEqual(['raised all@1 c 9 [c]']);
  });
});

describe('cooldown (SEMANTICS 12)', () => {
  const quiet = counting('q', { raise: { on: { cooldown: 'PT1H' }, severity: 'low' } });

  it('ends exactly its length after the raised hit', () => {
    expect(timeline([quiet], fact('a', 0), fact('b', hour - 1), fact('c', hour)).flat()).toEqual([
      'raised q@1 a 1 [a]',
      'raised q@1 c 2 [b c]',
    ]);
  });

  it('looks past facts that are no hits to the hit before them', () => {
    const became = timeline([quiet], fact('a', 0), fact('b', 1), fact('c', 2), fact('d', 3));

    expect(became.slice(1)).toEqual([[], [], []]);
  });
});

describe('a change of rules (SEMANTICS 17, 18)', () => {
  const iso = (time: number): string => new Date(noon + time).toISOString();
  const first = counting('limit');
  const second = counting('limit', { version: 2, effectiveFrom: iso(10) });
  const fed = (rules: readonly RuleSpec[], ...facts: readonly Fact[]): Detector => {
    const detector = new Detector(compileRules(rules));
    facts.forEach((one, offset) => detector.accept(one, at(offset)));
    return detector;
  };
  const changed = (detector: Detector, ...rules: readonly RuleSpec[]): string[] =>
    detector.setRules(compileRules(rules), at(99)).map(words);

  it('measures again from the very fact on that the new version begins with', () => {
    const detector = fed([first], fact('a', 9), fact('b', 10));

    expect(changed(detector, first, second)).toEqual(['withdrawn limit@1 b 2 [a b]', 'raised limit@2 b 2 [a b]']);
  });

  it('gives facts back to the old version where the new one begins later than it did', () => {
    const detector = fed([first, second], fact('a', 9), fact('b', 10), fact('c', 20));

    expect(changed(detector, first, { ...second, effectiveFrom: iso(20) })).toEqual(['raised limit@1 b 2 [a b]']);
  });

  it('gives facts back to the old version where the new one is no more', () => {
    const detector = fed([first, second], fact('a', 9), fact('b', 10));

    expect(changed(detector, first)).toEqual(['raised limit@1 b 2 [a b]']);
  });

  it('reinstates under the same id what it withdrew before', () => {
    const detector = fed([first], fact('b', 10));
    changed(detector, first, second);

    expect(changed(detector, first)).toEqual(['reinstated limit@1 b 1 [b]']);
  });

  it('starts the step anew with the next fact', () => {
    const detector = fed([first], fact('a', 9), fact('b', 10));
    const stepOf = (rules: readonly RuleSpec[]): number[] =>
      detector.setRules(compileRules(rules), at(1)).map(({ asOf }) => asOf.step);
    const steps = [stepOf([first, second]), stepOf([first])];
    detector.accept(fact('c', 11), at(2));

    expect([...steps, stepOf([first, second])].map((all) => [...new Set(all)])).toEqual([[1], [2], [1]]);
  });

  it('keeps a hit that stands: what comes later revises it and does not raise it anew', () => {
    const detector = fed([first], fact('b', 5));
    changed(detector, first, counting('another'));

    expect(said(detector.accept(fact('a', 0), at(100)))).toEqual([
      'raised limit@1 a 1 [a]',
      'revised limit@1 b 2 [a b]',
      'raised another@1 a 1 [a]',
      'revised another@1 b 2 [a b]',
    ]);
  });

  it('leaves late facts out of the windows of rules that come later', () => {
    const detector = fed([counting('limit', { lateness: 'PT1H' })], fact('b', 2 * hour), fact('late', 0));

    expect(changed(detector, counting('limit', { lateness: 'PT1H' }), counting('new', { lateness: 'PT1H' }))).toEqual([
      'raised new@1 b 1 [b]',
    ]);
  });

  it('leaves facts out of a group that they have no value for', () => {
    const byDevice = counting('new', {
      measure: { count: 'facts', by: ['accountId', 'deviceId'], window: { sliding: 'PT1H' } },
    });
    const detector = fed([first], fact('a', 0), fact('b', 1, { deviceId: 'D1' }));

    expect(changed(detector, first, byDevice)).toEqual(['raised new@1 b 1 [b]']);
  });

  it('keeps nothing of groups that no rule asks for any more', () => {
    const detector = fed([first], fact('a', 0));
    changed(detector, counting('limit', { version: 2, when: [{ field: 'type', equals: 'never' }] }));

    expect(detector.homes.get('A1')?.groups.length).toBe(0);
  });

  it('remembers a cooldown whose hit was forgotten, and does not raise again what was', () => {
    const quiet = counting('q', { lateness: 'PT1H', raise: { on: { cooldown: 'PT9H' }, severity: 'low' } });
    const detector = fed([quiet], fact('a', 0));
    detector.forget(noon + 5 * hour);

    expect(changed(detector, quiet, counting('other', { lateness: 'PT1H', effectiveFrom: iso(4 * hour) }))).toEqual([]);
    expect(said(detector.accept(fact('b', 6 * hour), at(100)))).toEqual(['raised other@1 b 1 [b]']);
    expect(said(detector.accept(fact('c', 9 * hour), at(101)))).toContain('raised q@1 c 1 [c]');
  });

  describe('of rules of single facts', () => {
    const plain = rule({ id: 'plain' });
    const later = rule({ id: 'plain', version: 2, effectiveFrom: iso(10) });

    it('says anew what the new version says of the facts that it governs', () => {
      const detector = fed([plain], fact('a', 9), fact('b', 10));

      expect(changed(detector, plain, later)).toEqual(['withdrawn plain@1 b - [b]', 'raised plain@2 b - [b]']);
    });

    it('says nothing where neither version did', () => {
      const never = { when: [{ field: 'type', equals: 'never' }] };
      const detector = fed([{ ...plain, ...never }], fact('b', 10));

      expect(changed(detector, { ...plain, ...never }, { ...later, ...never })).toEqual([]);
    });

    it('sees late facts too, and those of rules of windows are left alone', () => {
      const windowed = counting('limit', { lateness: 'PT1H' });
      const detector = fed([windowed], fact('z', 3 * hour), fact('late', 0));

      expect(changed(detector, windowed, plain)).toEqual(['raised plain@1 late - [late]', 'raised plain@1 z - [z]']);
    });
  });
});

describe('a late fact in a window whose evidence does not name it', () => {
  it('revises the hits whose evidence it changes, and no others', () => {
    const silence = rule({
      id: 'silence',
      measure: { idle: 'minutes', by: ['accountId'], window: { sliding: 'PT12H' } },
      threshold: { atLeast: 20 },
    });
    const became = timeline(
      [silence],
      fact('a', 0),
      fact('c', hour),
      fact('d', 2 * hour),
      fact('b', 10 * minute), // d is as long after c as before, though its window holds b too
    );

    expect(became[3]).toEqual([expect.stringMatching(/^revised silence@1 c 50 /)]);
  });
});
