import type { Fact } from '../fact/fact';
import { compileRules } from '../rule/compile';
import type { RuleSpec } from '../rule/rule-spec';
import { Detector, type Acceptance } from './detector';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const noon = Date.parse('2026-01-05T12:00:00+08:00');
const lateness = hour;

const rule = (given: Partial<RuleSpec> = {}): RuleSpec => ({
  id: 'pair',
  title: { en: 'pair', zh: '一对' },
  version: 1,
  effectiveFrom: '1970-01-01T00:00:00Z',
  lateness: 'PT1H',
  on: 'any',
  when: [],
  trigger: [],
  measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT1H' } },
  threshold: { atLeast: 2 },
  raise: { on: 'every', severity: 'high' },
  review: { confirmWithCustomer: false, due: 'P1D' },
  ...given,
});
const always = { threshold: { atLeast: 1 } };
const fact = (id: string, occurredAt: number, given: Partial<Fact> = {}): Fact => ({
  source: 'default',
  id,
  kind: 'operation',
  occurredAt,
  accountId: 'A1',
  attributes: {},
  ...given,
});
const arrival = { topic: 'facts', partition: 0, offset: 0 };

function words(acceptance: Acceptance): string {
  if (acceptance.outcome !== 'accepted') return acceptance.outcome;
  const states = acceptance.states.map(({ status, evidence }) => `${status} ${evidence.measured ?? '-'}`);
  return [...(acceptance.late ? ['late'] : []), ...states].join(' ');
}

/** A detector that has taken facts in, and for which everything before `settled` is done with. */
function settledAt(settled: number, rules: readonly RuleSpec[], ...facts: readonly Fact[]): Detector {
  const detector = new Detector(compileRules(rules));
  for (const one of facts) detector.accept(one, arrival);
  detector.forget(settled + lateness);
  return detector;
}
const thenOf = (detector: Detector, one: Fact): string => words(detector.accept(one, arrival));
const groups = (detector: Detector, key = 'A1'): number => detector.homes.get(key)?.groups.length ?? 0;

describe('what a window still needs is not forgotten', () => {
  it('sliding: the oldest fact that the oldest fact to come can count', () => {
    const settled = noon + hour - 1;

    expect(thenOf(settledAt(settled, [rule()], fact('a', noon)), fact('b', settled))).toBe('raised 2');
  });

  it('sliding: a millisecond later the fact is of no use, and is gone', () => {
    expect(groups(settledAt(noon + hour - 1, [rule()], fact('a', noon)))).toBe(1);
    expect(groups(settledAt(noon + hour, [rule()], fact('a', noon)))).toBe(0);
  });

  it('calendar: the whole day', () => {
    const daily = rule({
      measure: { count: 'facts', by: ['accountId'], window: { calendar: 'day', timezone: 'Asia/Shanghai' } },
    });
    const midnight = noon - 12 * hour;
    const late = midnight + day - 1;

    expect(thenOf(settledAt(late, [daily], fact('a', midnight)), fact('b', late))).toBe('raised 2');
  });

  it('of several rules: what the longest window needs', () => {
    const long = rule({ id: 'long', measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT6H' } } });
    const settled = noon + 6 * hour - 1;

    expect(thenOf(settledAt(settled, [rule(), long], fact('a', noon)), fact('b', settled))).toBe('raised 2');
  });

  it('each dimension by its own windows', () => {
    const byDevice = rule({
      id: 'device',
      measure: { count: 'facts', by: ['accountId', 'deviceId'], window: { sliding: 'PT6H' } },
    });

    const detector = settledAt(noon + hour, [rule(), byDevice], fact('a', noon, { deviceId: 'D1' }));

    expect((detector.homes.get('A1')?.groups ?? []).map(({ dimension }) => dimension.index)).toEqual([1]);
  });
});

describe('what raising still asks for is remembered after its facts have left', () => {
  const crossing = rule({ ...always, raise: { on: 'crossing', severity: 'low' } });
  const cooldown = rule({ ...always, raise: { on: { cooldown: 'PT5H' }, severity: 'low' } });

  it('crossing: whether the last fact that triggered met the threshold', () => {
    const settled = noon + 5 * hour;

    expect(thenOf(settledAt(settled, [crossing], fact('a', noon)), fact('b', settled))).toBe('');
  });

  it('crossing: where it did not meet it, the next one that does crosses', () => {
    const big = rule({
      measure: { value: 'attributes.score', by: ['accountId'] },
      threshold: { above: 5 },
      raise: { on: 'crossing', severity: 'low' },
    });
    const score = (id: string, at: number, value: number): Fact => fact(id, at, { attributes: { score: value } });
    const settled = noon + 5 * hour;

    const detector = settledAt(settled, [big], score('a', noon, 9), score('b', noon + 1, 1));

    expect(thenOf(detector, score('c', settled, 9))).toBe('raised 9');
  });

  it('crossing: a fact that triggers nothing does not stand for the one before', () => {
    const onApproval = rule({ ...crossing, trigger: [{ field: 'type', equals: 'approval' }] });
    const settled = noon + 5 * hour;

    const detector = settledAt(settled, [onApproval], fact('a', noon, { type: 'approval' }), fact('b', noon + 1));

    expect(thenOf(detector, fact('c', settled, { type: 'approval' }))).toBe('');
  });

  it('crossing in a calendar window: only within the same day', () => {
    const daily = rule({
      ...crossing,
      measure: { value: 'attributes.score', by: ['accountId'] },
    });
    const ofDay = rule({
      ...crossing,
      measure: { count: 'facts', by: ['accountId'], window: { calendar: 'day', timezone: 'Asia/Shanghai' } },
    });
    const nextDay = noon + 16 * hour;

    expect(groups(settledAt(nextDay, [ofDay], fact('a', noon)))).toBe(0);
    expect(groups(settledAt(nextDay, [daily], fact('a', noon, { attributes: { score: 2 } })))).toBe(1);
  });

  it('cooldown: until its end, and no longer', () => {
    const end = noon + 5 * hour;

    expect(thenOf(settledAt(end - 1, [cooldown], fact('a', noon)), fact('b', end - 1))).toBe('');
    expect(thenOf(settledAt(end - 1, [cooldown], fact('a', noon)), fact('b', end))).toBe('raised 1');
    expect(groups(settledAt(end - 1, [cooldown], fact('a', noon)))).toBe(1);
    expect(groups(settledAt(end, [cooldown], fact('a', noon)))).toBe(0);
  });

  it('cooldown: from the last raised hit, not from a fact that it suppressed', () => {
    const detector = settledAt(noon + 5 * hour, [cooldown], fact('a', noon), fact('b', noon + hour));

    expect(thenOf(detector, fact('c', noon + 5 * hour))).toBe('raised 1');
  });

  it('crossing: nothing, where the last fact that triggered did not meet the threshold', () => {
    const pairs = rule({ raise: { on: 'crossing', severity: 'low' } });

    expect(groups(settledAt(noon + hour, [pairs], fact('a', noon)))).toBe(0);
  });

  it('for one rule of a group: the group stays, though another rule asks for nothing', () => {
    const detector = settledAt(noon + hour, [rule({ ...always, id: 'every' }), cooldown], fact('a', noon));

    expect(groups(detector)).toBe(1);
    expect(thenOf(detector, fact('b', noon + hour))).toBe('raised 1');
  });

  it('every: nothing', () => {
    expect(groups(settledAt(noon + hour, [rule(always)], fact('a', noon)))).toBe(0);
  });

  it('in steps: what a later step takes off replaces what an earlier one did', () => {
    const detector = settledAt(noon + hour, [cooldown], fact('a', noon), fact('b', noon + 5 * hour));
    detector.forget(noon + 9 * hour + lateness);

    expect(thenOf(detector, fact('c', noon + 10 * hour - 1))).toBe('');
    expect(thenOf(detector, fact('d', noon + 10 * hour))).toBe('raised 2');
  });
});

describe('names', () => {
  it('are known for a day after nothing so old is measured any more', () => {
    expect(thenOf(settledAt(noon + day, [rule()], fact('a', noon)), fact('a', noon))).toBe('duplicate');
    expect(thenOf(settledAt(noon + day + 1, [rule()], fact('a', noon)), fact('a', noon))).toBe('late');
  });

  it('are forgotten at the same moment whether or not the sweep has reached them', () => {
    const unswept = settledAt(noon, [rule()], fact('a', noon));
    unswept.forget(noon + day + 1 + lateness, 0);

    expect(thenOf(unswept, fact('a', noon))).toBe('late');
  });

  it('are known for as long as a window needs the fact, where that is longer', () => {
    const monthly = rule({ measure: { count: 'facts', by: ['accountId'], window: { sliding: 'P30D' } } });

    const detector = settledAt(noon + 30 * day - 1, [monthly], fact('a', noon));

    expect(thenOf(detector, fact('a', noon))).toBe('duplicate');
    expect(detector.homes.size).toBe(1);
  });

  it('go with their home when nothing else is held under its key', () => {
    expect(settledAt(noon + day, [rule()], fact('a', noon)).homes.size).toBe(1);
    expect(settledAt(noon + day + 1, [rule()], fact('a', noon)).homes.size).toBe(0);
  });

  it('do not keep a home that still remembers a hit from staying', () => {
    const cooldown = rule({ ...always, raise: { on: { cooldown: 'P2D' }, severity: 'low' } });

    const detector = settledAt(noon + day + 1, [cooldown], fact('a', noon));

    expect(detector.homes.get('A1')?.size).toBe(0);
    expect(thenOf(detector, fact('b', noon + 2 * day - 1))).toBe('');
  });
});

describe('what is settled', () => {
  it('is late from then on, also where the watermark alone would not make it so', () => {
    const detector = settledAt(noon, [rule(always)]);

    expect(thenOf(detector, fact('a', noon - 1))).toBe('late');
    expect(thenOf(detector, fact('b', noon))).toBe('raised 1');
  });

  it('is late from then on, also for facts that were moved here in time', () => {
    const detector = settledAt(noon, [rule(always)]);

    expect(words(detector.accept(fact('a', noon - 1), { ...arrival, late: false }))).toBe('late');
    expect(words(detector.accept(fact('b', noon), { ...arrival, late: false }))).toBe('raised 1');
  });

  it('never goes back', () => {
    const detector = settledAt(noon, [rule(always)]);
    detector.forget(noon - hour + lateness);

    expect(detector.memory.settledBefore).toBe(noon);
  });

  it('is nothing before the first call', () => {
    const detector = new Detector(compileRules([rule(always)]));

    expect(thenOf(detector, fact('a', 0))).toBe('raised 1');
  });
});

describe('forgetting in turns', () => {
  const accounts = ['A1', 'A2', 'A3'];
  const given = (): Detector => {
    const detector = new Detector(compileRules([rule()]));
    for (const accountId of accounts) detector.accept(fact(accountId, noon, { accountId }), arrival);
    return detector;
  };
  const withGroups = (detector: Detector): string[] => accounts.filter((key) => groups(detector, key) > 0);

  it('reaches each home once before any again', () => {
    const detector = given();
    const left: string[][] = [];
    for (let turn = 0; turn < 3; turn++) {
      detector.forget(noon + hour + lateness, 1);
      left.push(withGroups(detector));
    }

    expect(left).toEqual([['A2', 'A3'], ['A3'], []]);
  });

  it('begins again after the last', () => {
    const detector = given();
    detector.forget(noon + lateness, 10); // reaches all, finds nothing to forget
    detector.forget(noon + hour + lateness, 3);

    expect(withGroups(detector)).toEqual([]);
  });

  it('begins again where the rules change', () => {
    const detector = given();
    detector.forget(noon + lateness, 2);
    detector.setRules(compileRules([rule({ id: 'other' })]), arrival);
    detector.forget(noon + hour + lateness, 3);

    expect(withGroups(detector)).toEqual([]);
  });

  it('with no homes to reach forgets nothing, but settles', () => {
    const detector = given();
    detector.forget(noon + hour + lateness, 0);

    expect(withGroups(detector)).toEqual(accounts);
    expect(detector.memory.settledBefore).toBe(noon + hour);
  });
});

describe('rules that come after something was forgotten (SEMANTICS 22)', () => {
  const wide = (sliding: string): RuleSpec =>
    rule({ id: 'wide', measure: { count: 'facts', by: ['accountId'], window: { sliding } }, ...always });
  const incompleteAt = (detector: Detector, time: number): boolean | undefined => {
    const acceptance = detector.accept(fact('late enough', time), arrival);
    return acceptance.outcome === 'accepted' ? acceptance.states.at(-1)?.evidence.incomplete : undefined;
  };

  it('say that they are incomplete where their window reaches back before what is held', () => {
    const settled = noon + 2 * day;
    const detector = settledAt(settled, [rule()]);
    detector.setRules(compileRules([rule(), wide('P2D')]), arrival);

    // Names, and so facts, are held for a day before what is settled.
    expect(detector.memory.heldSince).toBe(settled - day);
    expect(incompleteAt(detector, settled + day - 1)).toBe(true);
    expect(incompleteAt(settledAt(settled, [rule()]), settled)).toBeUndefined();
  });

  it('are complete from the moment on from which the window has filled', () => {
    const settled = noon + 2 * day;
    const detector = settledAt(settled, [rule()]);
    detector.setRules(compileRules([rule(), wide('P2D')]), arrival);

    expect(incompleteAt(detector, settled + day)).toBe(false);
  });

  it('are complete where an older rule held facts for long enough', () => {
    const settled = noon + 2 * day;
    const long = rule({ measure: { count: 'facts', by: ['accountId'], window: { sliding: 'P3D' } } });
    const detector = settledAt(settled, [long]);
    detector.setRules(compileRules([long, wide('P3D')]), arrival);

    expect(detector.memory.heldSince).toBe(settled - 3 * day + 1);
    expect(incompleteAt(detector, settled + 1)).toBe(false);
  });

  it('are complete where nothing was settled yet', () => {
    const detector = new Detector(compileRules([rule()]));
    detector.setRules(compileRules([rule(), wide('P30D')]), arrival);

    expect(detector.memory.heldSince).toBe(-Infinity);
    expect(incompleteAt(detector, noon)).toBe(false);
  });

  it('do not make complete again what was incomplete before', () => {
    const detector = settledAt(noon, [rule()]);
    detector.memory.heldSince = noon + hour;
    detector.setRules(compileRules([rule(), wide('PT2H')]), arrival);

    expect(detector.memory.heldSince).toBe(noon + hour);
  });
});

describe('how far the sweep has come does not matter', () => {
  it('given rules that look back further, what may be forgotten is gone from what was swept and from what was not', () => {
    const longer = rule({ ...always, measure: { count: 'facts', by: ['accountId'], window: { sliding: 'P30D' } } });
    const accounts = ['A1', 'A2'];
    const of = (id: string, at: number): readonly Fact[] => accounts.map((accountId) => fact(id, at, { accountId }));
    const swept = (homes: number): Detector => {
      const detector = new Detector(compileRules([rule()]));
      for (const one of of('a', noon)) detector.accept({ ...one, id: `a-${one.accountId ?? ''}` }, arrival);
      detector.forget(noon + 3 * day, homes);
      detector.setRules(compileRules([longer]), arrival);
      return detector;
    };
    const said = [0, 1, 2].map((homes) =>
      of('b', noon + 3 * day).map((one) => thenOf(swept(homes), { ...one, id: `b-${one.accountId ?? ''}` })),
    );
    expect(said).toEqual(Array(3).fill(['raised 1', 'raised 1']));
  });
});
