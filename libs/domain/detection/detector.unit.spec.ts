import { createHash } from 'node:crypto';
import type { Fact } from '../fact/fact';
import { compileRules } from '../rule/compile';
import type { RuleSpec } from '../rule/rule-spec';
import { Detector } from './detector';
import { hitId } from './hit';
import { restoreDetector, snapshotOf } from './snapshot';
import { at, fact, feed, hour, minute, noon, perHour, rule, statesOf, words } from './given.spec';

describe('hit ids (SEMANTICS 13)', () => {
  // Made with `printf '%s' '<the JSON>' | sha256sum`.
  it.each<[string, string, number, string[], { source: string; id: string }, string]>([
    [
      '["limit",2,["A1"],"core","T1"]',
      'limit',
      2,
      ['A1'],
      { source: 'core', id: 'T1' },
      '2abd5d09d6e5d3ac73d4ade2de1de954f4869c1439af5bc1f0cb1b31abb1cbdf',
    ],
    [
      String.raw`["limit",1,["账户 \"1\"","D\\1"],"default","é\u0001😀"]`,
      'limit',
      1,
      ['账户 "1"', 'D\\1'],
      { source: 'default', id: 'é\u0001😀' },
      'cfc015f480384f0bd73ab19fdd3f221a7347852d847eac18d6195cffb727f6b8',
    ],
    [
      '["plain",1,[],"default","a"]',
      'plain',
      1,
      [],
      { source: 'default', id: 'a' },
      'f01e340f3ec3f9ab20a993dfca5fa668ab599d15a66929effa63271f9fcf5a84',
    ],
  ])('are the SHA-256 of %s', (json, name, version, group, named, hex) => {
    expect(createHash('sha256').update(json, 'utf8').digest('hex')).toBe(hex);
    expect(hitId(name, version, group, named)).toBe(hex);
  });

  it('name the states of a detector', () => {
    const detector = new Detector(compileRules([rule({ id: 'plain' })]));

    expect(statesOf(feed(detector, [fact('a', noon)])).map((state) => state.hitId)).toEqual([
      'f01e340f3ec3f9ab20a993dfca5fa668ab599d15a66929effa63271f9fcf5a84',
    ]);
  });

  it('differ by each of their parts', () => {
    const ids = [
      hitId('r', 1, ['a'], { source: 's', id: 'f' }),
      hitId('q', 1, ['a'], { source: 's', id: 'f' }),
      hitId('r', 2, ['a'], { source: 's', id: 'f' }),
      hitId('r', 1, ['b'], { source: 's', id: 'f' }),
      hitId('r', 1, ['a', ''], { source: 's', id: 'f' }),
      hitId('r', 1, ['a'], { source: 't', id: 'f' }),
      hitId('r', 1, ['a'], { source: 's', id: 'g' }),
    ];

    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('a state of a hit', () => {
  it('says which rule, which fact, what caused it, where in the log, and on what it rests', () => {
    const detector = new Detector(compileRules([perHour('pair', { raise: { on: 'every', severity: 'critical' } })]));
    feed(detector, [
      fact('a', noon, { source: 'core' }),
      fact('c', noon + hour - 1, { branchId: 'B1', customerId: 'C1' }),
    ]);

    const [, caused] = feed(detector, [fact('x', noon + 5), fact('b', noon + 1, { kind: 'operation' })], 10);

    const state = statesOf(caused === undefined ? [] : [caused]).find((one) => one.fact.id === 'c');
    expect(state).toEqual({
      hitId: hitId('pair', 1, ['A1'], { source: 'default', id: 'c' }),
      status: 'revised',
      rule: 'pair',
      version: 1,
      title: { en: 'pair', zh: 'pair' },
      severity: 'critical',
      review: { confirmWithCustomer: false, due: 'P1D' },
      recommend: null,
      group: [{ field: 'accountId', value: 'A1' }],
      fact: {
        source: 'default',
        id: 'c',
        occurredAt: noon + hour - 1,
        accountId: 'A1',
        customerId: 'C1',
        branchId: 'B1',
      },
      cause: { source: 'default', id: 'b' },
      asOf: { topic: 'facts', partition: 2, offset: 11, step: 0 },
      evidence: {
        measured: '4',
        limit: '2',
        comparison: 'atLeast',
        currency: null,
        window: { from: noon - 1, to: noon + hour - 1, fromIncluded: false },
        count: 4,
        facts: [
          { source: 'core', id: 'a', occurredAt: noon, amount: '1.00', currency: 'CNY' },
          { source: 'default', id: 'b', occurredAt: noon + 1, amount: '1.00', currency: 'CNY' },
          { source: 'default', id: 'x', occurredAt: noon + 5, amount: '1.00', currency: 'CNY' },
          { source: 'default', id: 'c', occurredAt: noon + hour - 1, amount: '1.00', currency: 'CNY' },
        ],
        incomplete: false,
      },
    });
  });
});

describe('lateness (SEMANTICS 4)', () => {
  it('the watermark is null before the first fact, then the newest time', () => {
    const detector = new Detector(compileRules([]));

    expect(detector.watermark).toBeNull();
    feed(detector, [fact('a', noon), fact('b', noon - minute)]);
    expect(detector.watermark).toBe(noon);
  });

  it('without rules a fact is late after one hour', () => {
    const detector = new Detector(compileRules([]));

    const became = feed(detector, [fact('a', noon), fact('b', noon - hour), fact('c', noon - hour - 1)]);

    expect(became.map((one) => one.outcome === 'accepted' && one.late)).toEqual([false, false, true]);
  });

  it('of a fact moved here from another partition is what it was there, and such a fact moves no watermark', () => {
    const detector = new Detector(compileRules([perHour('pair')]));
    feed(detector, [fact('a', noon)]);

    const moved = detector.accept(fact('b', noon + 30 * minute), { ...at(1), late: false });
    const movedLate = detector.accept(fact('c', noon + 31 * minute), { ...at(2), late: true });

    expect(moved).toMatchObject({ outcome: 'accepted', late: false });
    expect(statesOf([moved]).map(words)).toEqual(['raised pair@1 b 2']);
    expect(movedLate).toEqual({ outcome: 'accepted', late: true, states: [] });
    expect(detector.watermark).toBe(noon);
  });
});

describe('names of facts (SEMANTICS 1)', () => {
  it('a conflict shows the canonical form of the fact that has the name', () => {
    const detector = new Detector(compileRules([]));
    feed(detector, [fact('a', noon)]);

    expect(detector.accept(fact('a', noon, { amount: 101 }), at(1))).toEqual({
      outcome: 'conflict',
      known: `{"accountId":"A1","amount":100,"attributes":{},"currency":"CNY","id":"a","kind":"transaction","occurredAt":${noon},"source":"default"}`,
    });
  });

  it('a fact that was late is known as well', () => {
    const detector = new Detector(compileRules([rule({ id: 'plain' })]));

    const became = feed(detector, [fact('a', noon), fact('b', noon - 2 * hour), fact('b', noon - 2 * hour)]);

    expect(became.map((one) => one.outcome)).toEqual(['accepted', 'accepted', 'duplicate']);
  });
});

describe('how evaluations end', () => {
  it('is counted once for each fact and rule, with the reason', () => {
    const money = { above: '1.00', currency: 'CNY' };
    const detector = new Detector(
      compileRules([
        rule({
          id: 'crossing',
          on: 'transaction',
          when: [{ field: 'channel', equals: 'ebank' }],
          trigger: [{ field: 'direction', equals: 'out' }],
          measure: { value: 'amount', by: ['accountId', 'customerId'] },
          threshold: money,
          raise: { on: 'crossing', severity: 'low' },
        }),
      ]),
    );
    const good: Partial<Fact> = { channel: 'ebank', direction: 'out', customerId: 'C1', amount: 200 };
    const { customerId: _left, ...noGroup } = good;
    feed(detector, [
      fact('hit', noon, good),
      fact('suppressed', noon + 1, good),
      fact('no-hit', noon + 2, { ...good, amount: 100 }),
      fact('other-channel', noon + 3, { ...good, channel: 'atm' }),
      fact('operation', noon + 4, { ...good, kind: 'operation' }),
      fact('in', noon + 5, { ...good, direction: 'in' }),
      fact('no-group', noon + 6, noGroup),
      fact('dollars', noon + 7, { ...good, currency: 'USD' }),
      fact('late', noon - 2 * hour, good),
      fact('hit', noon, good),
    ]);

    const tally = detector
      .takeTally()
      .map(({ rule: id, outcome, reason, times }) => `${id} ${outcome} ${reason} ${times}`);

    expect(tally.sort()).toEqual(
      [
        'crossing hit threshold-met 1',
        'crossing suppressed not-crossing 1',
        'crossing no-hit threshold-not-met 1',
        'crossing not-applicable conditions-not-met 2',
        'crossing not-applicable not-a-trigger 1',
        'crossing not-applicable group-missing 1',
        'crossing error no-rate 1',
        'crossing not-applicable late 1',
      ].sort(),
    );
    expect(detector.takeTally()).toEqual([]);
  });

  it('one rule that ends in an error stops no other', () => {
    const total = (id: string, currency: string): RuleSpec =>
      rule({
        id,
        measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT1H' } },
        threshold: { atLeast: '1.00', currency },
      });
    const detector = new Detector(compileRules([total('dollars', 'USD'), total('yuan', 'CNY')]));

    expect(statesOf(feed(detector, [fact('a', noon)])).map(words)).toEqual(['raised yuan@1 a 1.00']);
  });
});

describe('what a detector keeps', () => {
  it('where it does not reach back as far as the window, the hit says that it is incomplete (SEMANTICS 22)', () => {
    const memory = { watermark: null, settledBefore: Number.NEGATIVE_INFINITY, heldSince: noon, step: 0 };
    const detector = new Detector(compileRules([perHour('any', { threshold: { atLeast: 1 } })]), memory);

    const states = statesOf(feed(detector, [fact('a', noon + hour - 1), fact('b', noon + 2 * hour)]));

    expect(states.map((state) => `${state.fact.id} ${state.evidence.incomplete}`)).toEqual(['a true', 'b false']);
  });

  it('is bounded by what windows still need, once it forgets', () => {
    const detector = new Detector(
      compileRules([perHour('pair'), rule({ id: 'plain', when: [{ field: 'id', equals: 'x' }] })]),
    );
    const size = (): number => [...snapshotOf(detector)].join('').length;
    const sizes: number[] = [];
    for (let n = 0; n < 2000; n++) {
      detector.accept(fact(`f${n}`, noon + n * 10 * minute, { accountId: `A${n % 7}` }), at(n));
      detector.forget(noon + n * 10 * minute);
      if (n % 500 === 499) sizes.push(size());
    }

    expect(Math.max(...sizes)).toBeLessThan(1.2 * (sizes[0] ?? 0));
  });

  it('is written down and read back without a difference', () => {
    const rules = compileRules([perHour('pair'), rule({ id: 'plain' })]);
    const facts = Array.from({ length: 40 }, (_, n) =>
      fact(`f${n}`, noon + ((n * 7) % 11) * 10 * minute, { accountId: `A${n % 3}` }),
    );
    const whole = new Detector(rules);
    const [before, after] = [facts.slice(0, 20), facts.slice(20)];
    feed(whole, before);

    const restored = restoreDetector(snapshotOf(whole));

    expect([...snapshotOf(restored)]).toEqual([...snapshotOf(whole)]);
    expect(feed(restored, after, 20)).toEqual(feed(whole, after, 20));
    expect(restored.watermark).toBe(whole.watermark);
  });

  it('of another format is refused', () => {
    expect(() => restoreDetector(['{}'])).toThrow(Error);
    expect(() => restoreDetector([])).toThrow(Error);
  });
});
