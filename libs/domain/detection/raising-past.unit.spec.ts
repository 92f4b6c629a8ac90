import type { Fact } from '../fact/fact';
import { compileRules } from '../rule/compile';
import type { RuleSpec } from '../rule/rule-spec';
import { Detector } from './detector';
import { restoreDetector, snapshotOf } from './snapshot';

const hour = 3_600_000;
const day = 24 * hour;
const lost = Date.UTC(2026, 10, 22);

const ruleOf = (raise: RuleSpec['raise'], more: Partial<RuleSpec> = {}): RuleSpec => ({
  id: 'r',
  version: 1,
  title: { en: 'a count', zh: '笔数' },
  review: { confirmWithCustomer: false, due: 'PT4H' },
  lateness: 'PT1H',
  when: [],
  trigger: [],
  effectiveFrom: '1970-01-01T00:00:00Z',
  on: 'operation',
  measure: { count: 'facts', by: ['accountId'], window: { sliding: 'PT2H' } },
  threshold: { atLeast: 1 },
  raise,
  ...more,
});
const factAt = (hours: number, accountId = 'A'): Fact => ({
  source: 'default',
  id: `${accountId}${hours}`,
  kind: 'operation',
  occurredAt: lost + hours * hour,
  accountId,
  attributes: {},
});

/** For each hit the hours since the loss, and whether it is incomplete. */
function hitsOf(rule: RuleSpec, facts: readonly Fact[], lostBefore: number | null = lost): unknown[] {
  const memory = { watermark: null, settledBefore: -Infinity, heldSince: lostBefore ?? -Infinity, step: 0 };
  let detector = new Detector(compileRules([rule]), lostBefore === null ? memory : { ...memory, lostBefore });
  return facts.flatMap((fact, offset) => {
    detector = restoreDetector([...snapshotOf(detector)]);
    const acceptance = detector.accept(fact, { topic: 't', partition: 0, offset });
    if (acceptance.outcome !== 'accepted') throw new Error(acceptance.outcome);
    return acceptance.states.map((state) => [(state.fact.occurredAt - lost) / hour, state.evidence.incomplete]);
  });
}

describe('what raising asks of facts that were lost', () => {
  const crossing = ruleOf({ on: 'crossing', severity: 'low' }, { threshold: { atLeast: 2 } });

  it('given crossing without a known fact before, however whole its window is, says so', () => {
    expect(hitsOf(crossing, [factAt(10), factAt(10.5)])).toEqual([[10.5, false]]);
    const first = { ...crossing, threshold: { atLeast: 1 } };
    expect(hitsOf(first, [factAt(10)])).toEqual([[10, true]]);
    expect(hitsOf(first, [factAt(10)], null)).toEqual([[10, false]]);
  });

  it('given crossing after a fact whose window has a hole, says so; with a whole one it does not', () => {
    expect(hitsOf(crossing, [factAt(1.5), factAt(2.5)])).toEqual([[2.5, true]]);
    expect(hitsOf(crossing, [factAt(2.1), factAt(2.6)])).toEqual([[2.6, false]]);
  });

  it('given crossing in calendar windows, asks for nothing behind them', () => {
    const window = { calendar: 'day', timezone: 'UTC' } as const;
    const daily = {
      ...crossing,
      measure: { count: 'facts', by: ['accountId'], window },
      threshold: { atLeast: 1 },
    } as RuleSpec;
    expect(hitsOf(daily, [factAt(30)])).toEqual([[30, false]]);
  });

  it('given a version that governs no fact from before, says nothing', () => {
    const first = { ...crossing, threshold: { atLeast: 1 }, effectiveFrom: new Date(lost + hour).toISOString() };
    expect(hitsOf(first, [factAt(10)])).toEqual([[10, false]]);
  });

  it('ends a month after windows have filled', () => {
    const first = { ...crossing, threshold: { atLeast: 1 } };
    expect(hitsOf(first, [factAt(30 * 24), factAt(32 * 24, 'B')])).toEqual([
      [30 * 24, true],
      [32 * 24, false],
    ]);
  });

  it('given cooldown, says so where a hit could have been raised within it, had another not been', () => {
    const cooling = ruleOf({ on: { cooldown: 'PT1H' }, severity: 'low' });
    expect(hitsOf(cooling, [factAt(2.5)])).toEqual([[2.5, true]]);
    expect(hitsOf(cooling, [factAt(3.5)])).toEqual([[3.5, false]]);
    expect(hitsOf(cooling, [factAt(5), factAt(5.5), factAt(6.1)])).toEqual([
      [5, false],
      [6.1, true],
    ]);
    const longer = ruleOf({ on: { cooldown: 'PT3H' }, severity: 'low' });
    expect(hitsOf(longer, [factAt(10)])).toEqual([[10, true]]);
    expect(hitsOf(longer, [factAt(10)], null)).toEqual([[10, false]]);
    expect(hitsOf(longer, [factAt((31 * day) / hour + 12)])).toEqual([[31 * 24 + 12, false]]);
  });
});
