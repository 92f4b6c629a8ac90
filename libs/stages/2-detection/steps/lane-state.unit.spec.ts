import { compileRules, type HitState } from '@weir/domain';
import fc from 'fast-check';
import { factOf, minute, now0, ruleOf, time0 } from '../given.spec';
import type { LanePlace } from './lane-place';
import { LaneState } from './lane-state';

const at: LanePlace = { lane: 'customerId', topic: 'facts.by-customer', identity: 'topic 1', partition: 1, sources: 2 };
const customer = ruleOf({
  id: 'total',
  lateness: 'PT10M',
  measure: { sum: 'amount', by: ['customerId'], window: { sliding: 'PT30M' } },
});
const crossing = { ...customer, id: 'crossing', raise: { on: 'crossing' as const, severity: 'low' as const } };
const ofAccounts = ruleOf({ id: 'account' });
const ruleSets = [
  compileRules([customer, crossing]),
  compileRules([customer, { ...customer, id: 'low', threshold: { above: '5.00', currency: 'CNY' } }]),
  compileRules([ofAccounts]),
];

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ id: fc.nat(30), minutes: fc.nat(90), amount: fc.nat(1500), late: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ source: fc.nat(1), settled: fc.nat(90), held: fc.option(fc.nat(20)) }) },
  { weight: 1, arbitrary: fc.record({ rules: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.constant({ without: 'past' as const }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function take(state: LaneState, one: Step, offset: number): readonly unknown[] {
  if ('id' in one) {
    const fact = factOf(`F${one.id}`, `A${one.id % 3}`, one.minutes, { customerId: 'C1', amount: one.amount });
    const acceptance = state.accept(fact, offset, one.late);
    return acceptance?.outcome === 'accepted' ? acceptance.states : [acceptance?.outcome];
  }
  if ('rules' in one)
    return state.useRules(ruleSets[one.rules] ?? compileRules([]), offset - 1, time0 + offset * minute);
  if ('without' in one) {
    const states = state.isReadyForPast ? state.beginWithoutPast(offset) : [];
    state.settle(1);
    return states;
  }
  const { source, settled, held } = one;
  const heldSince = held === null ? null : time0 + held * minute;
  const states = state.hear({ source, settledBefore: time0 + (settled - 10) * minute, heldSince }, offset);
  state.settle(1);
  return states;
}

describe('the state of a re-keyed partition', () => {
  it('given anything, is the same after being opened from snapshot and deltas as if it had never been closed', () => {
    const cut = fc.record({ snapshotAt: fc.nat(30), reopenAt: fc.nat(30), asksPast: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), cut, (all, { snapshotAt, reopenAt, asksPast }) => {
        const kept = LaneState.begin(at, false, asksPast);
        let stored = LaneState.begin(at, false, asksPast);
        let snapshot: readonly Buffer[] = [];
        let deltas: Buffer[] = [];
        for (const [offset, one] of [{ rules: 0 }, ...all].entries()) {
          expect(take(stored, one, offset)).toEqual(take(kept, one, offset));
          deltas.push(stored.takeDelta());
          if (offset === snapshotAt) {
            snapshot = [...stored.snapshot()];
            deltas = [];
          }
          if (offset === reopenAt) stored = LaneState.restore(at, snapshot, deltas);
          expect([stored.missingSources, stored.hasChanged]).toEqual([kept.missingSources, false]);
        }
      }),
      { numRuns: 600 },
    );
  });

  const states = (given: readonly unknown[]): unknown[] =>
    (given as HitState[]).map(({ fact, status, evidence, asOf }) => [
      fact.id,
      status,
      evidence.measured,
      evidence.incomplete,
      asOf.offset,
      asOf.step,
    ]);
  const fact = (id: number, minutes: number): Step => ({ id, minutes, amount: 700, late: false });
  const report = (source: number, held: number | null = null): Step => ({ source, settled: -1000, held });

  it('given facts before all sources were heard of, measures them all at once then, as if they had come together', () => {
    const state = LaneState.begin(at, false);
    state.useRules(ruleSets[0] ?? compileRules([]), -1, now0);
    const early = [fact(2, 2), report(0), fact(1, 1), fact(3, 3)].flatMap((one, offset) => take(state, one, offset));
    expect(early).toEqual([]);
    // The window of F2 reaches back to 28 minutes before, of which source 1 no longer has everything.
    expect(states(take(state, report(1, 0), 4))).toEqual([
      ['F2', 'raised', '14.00', true, 4, 1],
      ['F3', 'raised', '21.00', true, 4, 1],
      ['F2', 'raised', '14.00', true, 4, 1],
    ]);
    expect(states(take(state, fact(4, 40), 5))).toEqual([]);
  });

  it('given a lane that began without the archive, holds what it held also after being opened from its deltas', () => {
    const week = { ...customer, measure: { sum: 'amount', by: ['customerId'], window: { sliding: 'P7D' } } } as const;
    const days = 24 * 60;
    const kept = LaneState.begin(at, false, true);
    kept.useRules(compileRules([week]), -1, now0);
    const steps: Step[] = [fact(1, -3 * days), { ...report(0), settled: 0 }, { ...report(1), settled: 0 }];
    for (const [offset, one] of [...steps, { without: 'past' as const }].entries()) take(kept, one, offset);
    const opened = LaneState.restore(at, [], [kept.takeDelta()]);

    expect(opened.size).toEqual(kept.size);
    const raised = states(take(opened, fact(2, 1), 4));
    expect(raised).toEqual([['F2', 'raised', '14.00', false, 4, 0]]);
    expect(states(take(kept, fact(2, 1), 4))).toEqual(raised);
  });

  it.each([
    ['at once', []],
    ['after none that needed the lane', [ofAccounts]],
  ])(
    'given more homes than one sweep reaches, and then rules that look back further (%s), can be opened again',
    (_what, between) => {
      const days = 24 * 60;
      const longer = {
        ...customer,
        id: 'month',
        measure: { sum: 'amount', by: ['customerId'], window: { sliding: 'P30D' } },
      } as const;
      const of = (n: number, minutes: number) => factOf(`F${n}`, `A${n}`, minutes, { customerId: `C${n}` });
      const live = LaneState.begin(at, false);
      live.useRules(compileRules([customer]), -1, now0);
      for (const source of [0, 1]) live.hear({ source, settledBefore: null, heldSince: null }, source);
      for (let n = 0; n < 4_500; n++) live.accept(of(n, 0), 2 + n, false);
      for (const rule of between) live.useRules(compileRules([rule]), 5_000, now0);
      for (const source of [0, 1])
        live.hear({ source, settledBefore: time0 + 3 * days * minute, heldSince: null }, 5_001 + source);
      live.settle(1_000);
      const deltas = [live.takeDelta()];
      live.useRules(compileRules([customer, longer]), 5_002, now0);
      const outcomes = [0, 2_100, 4_300, 4_499].map((n) => live.accept(of(n, 0), 6_000 + n, true)?.outcome);
      deltas.push(live.takeDelta());

      expect(outcomes).toEqual(Array(4).fill('accepted'));
      expect(LaneState.restore(at, [], deltas).size).toEqual(live.size);
    },
  );

  it.each([
    ['a source that lacks what was before', report(1, 20), []],
    ['a lane that no rule needed for a while', report(1), [{ rules: 2 }, { rules: 0 }]],
  ])(
    'given %s when it begins, says of a hit that nothing is known to have triggered before it',
    (_what, second, then) => {
      const state = LaneState.begin(at, false);
      const sets = [{ ...crossing, measure: customer.measure }].map((rule) => compileRules([rule]));
      state.useRules(sets[0] ?? compileRules([]), -1, now0);
      for (const [offset, one] of [report(0), second].entries()) take(state, one, offset);
      if (then.length > 0) {
        state.useRules(compileRules([ofAccounts]), 1, time0 + 15 * minute);
        state.useRules(sets[0] ?? compileRules([]), 1, time0 + 20 * minute);
      }
      // Their windows are whole, but an earlier fact of the customer may have met the threshold.
      const big: Step = { id: 1, minutes: 60, amount: 1_200, late: false };
      expect(states(take(state, big, 3))).toEqual([['F1', 'raised', '12.00', true, 3, 0]]);
    },
  );

  it('given a source that had to begin anew, says from then on that windows are incomplete', () => {
    const state = LaneState.begin(at, false);
    state.useRules(compileRules([customer]), -1, now0);
    for (const [offset, one] of [report(0), report(1), fact(1, 1)].entries()) take(state, one, offset);
    expect(states(take(state, fact(2, 2), 3))).toEqual([['F2', 'raised', '14.00', false, 3, 0]]);
    take(state, report(1, 20), 4);
    expect(states(take(state, fact(3, 3), 5))).toEqual([['F3', 'raised', '21.00', true, 5, 0]]);
  });
});
