import type { Fact } from '../fact/fact';
import type { ReferenceSpec } from '../reference/reference-spec';
import { compileRules } from '../rule/compile';
import type { RuleSpec } from '../rule/rule-spec';
import { Detection } from './detection';
import { Detector, type Acceptance } from './detector';
import type { HitState } from './hit';
import { laneKeyOf, laneOf, lanesOf } from './lane';
import { restoreDetector, snapshotOf } from './snapshot';

const hour = 3_600_000;
const noon = Date.parse('2026-01-05T12:00:00+08:00');

const rule = (given: Partial<RuleSpec> & Pick<RuleSpec, 'id'>): RuleSpec => ({
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
const counting = (id: string, by: readonly string[], given: Partial<RuleSpec> = {}): RuleSpec =>
  rule({ id, measure: { count: 'facts', by, window: { sliding: 'PT2H' } }, threshold: { atLeast: 2 }, ...given });
const fact = (id: string, at: number, given: Partial<Fact> = {}): Fact => ({
  source: 'default',
  id,
  kind: 'operation',
  occurredAt: noon + at,
  attributes: {},
  ...given,
});
const place = (offset: number) => ({ topic: 'facts', partition: 0, offset });
const words = ({ status, rule: id, group, fact: { id: factId }, evidence }: HitState): string =>
  `${status} ${id} ${group.map(({ value }) => value).join('|')} ${factId} ${evidence.measured ?? '-'}${evidence.incomplete ? ' incomplete' : ''}`;
const said = (acceptance: Acceptance): string[] =>
  acceptance.outcome === 'accepted' ? acceptance.states.map(words) : [acceptance.outcome];
const feed = (detection: Detection, facts: readonly Fact[], offset = 0): string[][] =>
  facts.map((one, index) => said(detection.accept(one, place(offset + index))));
const lanesOfRules = (...documents: readonly RuleSpec[]): readonly (string | null)[] =>
  compileRules(documents).rules.map(laneOf);

describe('the lane of a rule (SEMANTICS 24)', () => {
  it('is where facts come in for single facts and groups that begin with the account', () => {
    expect(
      lanesOfRules(
        rule({ id: 'plain' }),
        rule({ id: 'own', measure: { value: 'attributes.x', by: ['tellerId'] }, threshold: { above: 1 } }),
        counting('account', ['accountId', 'tellerId']),
      ),
    ).toEqual([null, null, null]);
  });

  it('is its first group field else', () => {
    expect(
      lanesOfRules(
        counting('customer', ['customerId']),
        counting('both', ['tellerId', 'accountId']),
        counting('attribute', ['attributes.bond']),
        rule({
          id: 'crossing',
          measure: { value: 'attributes.x', by: ['tellerId'] },
          threshold: { above: 1 },
          raise: { on: 'crossing', severity: 'low' },
        }),
      ),
    ).toEqual(['customerId', 'tellerId', 'attributes.bond', 'tellerId']);
    const { rules } = compileRules([
      counting('b', ['tellerId']),
      counting('a', ['customerId']),
      counting('c', ['tellerId']),
    ]);
    expect(lanesOf(rules)).toEqual(['customerId', 'tellerId']);
  });

  it('keys facts by that field as groups do; a fact without it has no key there', () => {
    const { rules } = compileRules([counting('x', ['attributes.x'])]);
    const keyOf = laneKeyOf('attributes.x', rules);

    expect(['a', 1, null, 'x'.repeat(257)].map((x) => keyOf(fact('f', 0, { attributes: { x } })))).toEqual([
      'a',
      '1',
      null,
      null,
    ]);
    expect(laneKeyOf(null, rules)(fact('f', 0, { customerId: 'C1' }))).toBe('C1');
    expect(laneKeyOf('tellerId', rules)(fact('f', 0, { tellerId: 'T1' }))).toBeNull();
  });

  it('refuses a fact that has no key there', () => {
    const detector = new Detector(compileRules([counting('c', ['customerId'])]), undefined, 'customerId');

    expect(() => detector.accept(fact('f', 0), place(0))).toThrow('f has no customerId');
  });
});

describe('detection in several lanes', () => {
  const rules = compileRules([
    counting('c', ['customerId']),
    counting('t', ['tellerId']),
    counting('a', ['accountId']),
  ]);

  it('measures each group wherever its facts come from', () => {
    const became = feed(Detection.begin(rules), [
      fact('1', 0, { accountId: 'A1', customerId: 'C1', tellerId: 'T1' }),
      fact('2', 1, { accountId: 'A2', customerId: 'C1', tellerId: 'T2' }),
      fact('3', 2, { accountId: 'A1', tellerId: 'T2' }),
    ]);

    expect(became).toEqual([[], ['raised c C1 2 2'], ['raised a A1 3 2', 'raised t T2 3 2']]);
  });

  it('knows repetitions and late facts where they come in', () => {
    const [first, late] = [fact('1', 0, { customerId: 'C1' }), fact('2', -2 * hour, { customerId: 'C1' })];
    const became = feed(Detection.begin(rules), [first, first, late, fact('3', 1, { customerId: 'C1' })]);

    expect(became).toEqual([[], ['duplicate'], [], ['raised c C1 3 2']]);
  });

  it('counts how evaluations ended, also of facts that have no place in a lane', () => {
    const detection = Detection.begin(compileRules([counting('t', ['tellerId'])]));
    feed(detection, [fact('1', 0, { customerId: 'C1' }), fact('2', 0, { tellerId: 'T1' })]);

    expect(detection.takeTally()).toEqual([
      { rule: 't', outcome: 'not-applicable', reason: 'group-missing', times: 1 },
      { rule: 't', outcome: 'no-hit', reason: 'threshold-not-met', times: 1 },
    ]);
  });

  it('goes on from the snapshots of its detectors', () => {
    const detection = Detection.begin(rules);
    feed(detection, [fact('1', 0, { customerId: 'C1', tellerId: 'T1' })]);
    const restored = detection.with((detector) => restoreDetector(snapshotOf(detector)));

    expect(restored.watermark).toBe(noon);
    expect(feed(restored, [fact('2', 1, { customerId: 'C1', tellerId: 'T1' })], 1)).toEqual([
      ['raised c C1 2 2', 'raised t T1 2 2'],
    ]);
  });

  it('forgets in every lane', () => {
    const detection = Detection.begin(rules);
    feed(detection, [fact('1', 0, { customerId: 'C1', tellerId: 'T1', accountId: 'A1' })]);

    detection.forget(noon + 100 * 24 * hour);

    const homes: number[] = [];
    detection.with((detector) => {
      homes.push(detector.homes.size);
      return detector;
    });
    expect(homes).toEqual([0, 0, 0]);
  });
});

describe('rules that need a new lane while facts come', () => {
  const before = counting('a', ['accountId']);
  const later = counting('c', ['customerId'], { effectiveFrom: new Date(noon + 10).toISOString() });

  it('begin there with the facts that are held', () => {
    const detection = Detection.begin(compileRules([before]));
    feed(detection, [fact('1', 0, { customerId: 'C1' }), fact('2', 20, { customerId: 'C1' }), fact('3', 30)]);

    const states = detection.setRules(compileRules([before, later]), place(2));

    expect(states.map(words)).toEqual(['raised c C1 2 2']);
    expect(states.map(({ cause, asOf }) => [cause, asOf.offset, asOf.step])).toEqual([[null, 2, 1]]);
    expect(feed(detection, [fact('4', 40, { customerId: 'C1' })], 3)).toEqual([['raised c C1 4 3']]);
  });

  it('say so where what the window needs may be gone', () => {
    const detection = Detection.begin(compileRules([before]));
    feed(detection, [fact('1', 0, { customerId: 'C1' })]);
    detection.forget(noon + 30 * hour);
    const month = counting('c', ['customerId'], {
      measure: { count: 'facts', by: ['customerId'], window: { sliding: 'P30D' } },
      threshold: { atLeast: 1 },
    });

    detection.setRules(compileRules([before, month]), place(0));

    expect(feed(detection, [fact('2', 31 * hour, { customerId: 'C1' })], 1)).toEqual([['raised c C1 2 1 incomplete']]);
  });

  it('are measured on where the lane runs already, and the lane ends with its last rule', () => {
    const detection = Detection.begin(compileRules([later]));
    feed(detection, [fact('1', 11, { customerId: 'C1' }), fact('2', 20, { customerId: 'C1' })]);
    const three = { ...later, version: 2, threshold: { atLeast: 3 }, effectiveFrom: new Date(noon + 15).toISOString() };

    expect(detection.setRules(compileRules([later, three]), place(1)).map(words)).toEqual(['withdrawn c C1 2 2']);
    expect(detection.setRules(compileRules([before]), place(1))).toEqual([]);
    expect(feed(detection, [fact('3', 30, { customerId: 'C1' })], 2)).toEqual([[]]);
  });
});

describe('reference data that changes (SEMANTICS 17, 18)', () => {
  const list = (version: number, at: number, ...values: readonly string[]): ReferenceSpec => ({
    list: 'watched',
    version,
    effectiveFrom: new Date(noon + at).toISOString(),
    values,
  });
  const watched = { when: [{ field: 'type', inList: 'watched' }] };
  const first = list(1, -hour, 'x');
  const second = list(2, 10, 'y');
  const at = (id: string, ms: number, type: string): Fact => fact(id, ms, { type, accountId: 'A1' });
  const facts = [at('1', 0, 'x'), at('2', 5, 'x'), at('3', 10, 'x'), at('4', 20, 'y'), at('5', 30, 'y')];

  it('is compared once for each version, however many accounts there are', () => {
    const detection = Detection.begin(compileRules([counting('r', ['accountId'], watched)], [first]));
    for (let n = 0; n < 50; n++) detection.accept(fact(`${n}`, 20, { type: 'y', accountId: `A${n}` }), place(n));
    const after = compileRules([counting('r', ['accountId'], watched)], [first, second]);
    const compared = jest.spyOn(after.references, 'differFrom');
    detection.setRules(after, place(50));
    expect(compared).toHaveBeenCalledTimes(1);
  });

  it.each<[string, RuleSpec, string[]]>([
    ['of single facts', rule({ id: 'r', ...watched }), ['withdrawn r  3 -', 'raised r  4 -', 'raised r  5 -']],
    ['of windows', counting('r', ['accountId'], watched), ['withdrawn r A1 3 2', 'raised r A1 4 3', 'raised r A1 5 4']],
  ])('is looked at again from where the new version governs: rules %s', (_what, document, wanted) => {
    const detection = Detection.begin(compileRules([document], [first]));
    feed(detection, facts);

    const states = detection.setRules(compileRules([document], [first, second]), place(4));

    expect(states.map(words)).toEqual(wanted);
    const sorted = Detection.begin(compileRules([document], [first, second]));
    const standing = feed(sorted, facts).flat();
    expect(standing).toEqual(
      feed(Detection.begin(compileRules([document], [first])), facts.slice(0, 2))
        .flat()
        .concat(wanted.slice(1)),
    );
  });

  it('revises hits that go on standing and say something else', () => {
    const table = (version: number, ms: number, limit: string): ReferenceSpec => ({
      table: 'limits',
      version,
      effectiveFrom: new Date(noon + ms).toISOString(),
      values: { x: limit },
    });
    const limit = { above: { table: 'limits', key: 'type' } };
    const single = rule({ id: 's', measure: { value: 'attributes.n' }, threshold: limit });
    const summed = rule({
      id: 'w',
      measure: { sum: 'attributes.n', by: ['accountId'], window: { sliding: 'PT1H' } },
      threshold: limit,
    });
    const scored = (id: string, ms: number): Fact => ({ ...at(id, ms, 'x'), attributes: { n: 5 } });
    const data = [table(1, -hour, '1'), table(2, 10, '2')];
    const detection = Detection.begin(compileRules([single, summed], data.slice(0, 1)));
    feed(detection, [scored('1', 0), scored('2', 10)]);

    const states = detection.setRules(compileRules([single, summed], data), place(1));

    expect(states.map((state) => `${words(state)} ${state.evidence.limit}`)).toEqual([
      'revised s  2 5 2',
      'revised w A1 2 10 2',
    ]);
  });

  it('that no rule looks up changes nothing', () => {
    const document = counting('r', ['accountId']);
    const detection = Detection.begin(compileRules([document], [first]));
    feed(detection, facts);

    expect(detection.setRules(compileRules([document], [first, second]), place(4))).toEqual([]);
  });
});
