import { ruleSchema, type RuleInput } from '@weir/contracts';
import { compileRules, type Fact, type HitState } from '@weir/domain';
import fc from 'fast-check';
import { PartitionState } from './partition-state';

const minute = 60_000;
const rule = (more: Partial<RuleInput> & Pick<RuleInput, 'id'>) =>
  ruleSchema.parse({
    title: { en: 'a rule', zh: '规则' },
    source: 'a test',
    on: 'transaction',
    lateness: 'PT10M',
    measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'PT30M' } },
    threshold: { above: '10.00', currency: 'CNY' },
    raise: { on: 'every', severity: 'low' },
    ...more,
  } satisfies RuleInput);
const rules = compileRules([
  rule({ id: 'total' }),
  rule({ id: 'crossing', raise: { on: 'crossing', severity: 'low' } }),
  rule({ id: 'cooldown', raise: { on: { cooldown: 'PT5M' }, severity: 'low' } }),
  rule({ id: 'single', measure: { value: 'amount', by: ['accountId'] } }),
]);
const others = compileRules([
  rule({ id: 'total' }),
  rule({ id: 'later', threshold: { above: '5.00', currency: 'CNY' } }),
]);

const fact = (id: string, at: number, amount: number): Fact => ({
  source: 'default',
  id,
  kind: 'transaction',
  occurredAt: 1_700_000_000_000 + at * minute,
  accountId: 'A1',
  amount,
  currency: 'CNY',
  attributes: {},
});

type Step = {
  readonly id: number;
  readonly at: number;
  readonly amount: number;
  readonly then: 'nothing' | 'settle' | 'rules';
};
const steps = fc.array(
  fc.record({
    id: fc.nat(30),
    at: fc.nat(90),
    amount: fc.nat(1500),
    then: fc.constantFrom('nothing' as const, 'nothing' as const, 'settle' as const, 'rules' as const),
  }),
  { minLength: 1, maxLength: 25 },
);

function take(state: PartitionState, { id, at, amount, then }: Step, offset: number): readonly HitState[] {
  const states: HitState[] = [];
  const acceptance = state.accept(fact(`F${id}`, at, amount), offset, null);
  if (acceptance.outcome === 'accepted') states.push(...acceptance.states);
  if (then === 'settle' && state.watermark !== null) state.settle(state.watermark);
  if (then === 'rules') states.push(...state.useRules(others, offset));
  return states;
}

describe('the state of a partition', () => {
  it('given any batches, is the same after being opened from snapshot and deltas as if it had never been closed', () => {
    const cut = fc.record({ snapshotAt: fc.nat(25), reopenAt: fc.nat(25) });
    fc.assert(
      fc.property(steps, cut, (all, { snapshotAt, reopenAt }) => {
        const kept = PartitionState.begin('facts', 0, false);
        let stored = PartitionState.begin('facts', 0, false);
        let snapshot: readonly Buffer[] = [];
        let deltas: Buffer[] = [];
        kept.useRules(rules, -1);
        stored.useRules(rules, -1);
        all.forEach((step, offset) => {
          const wanted = take(kept, step, offset);
          expect(take(stored, step, offset)).toEqual(wanted);
          deltas.push(stored.takeDelta());
          if (offset === snapshotAt) {
            snapshot = [...stored.snapshot()];
            deltas = [];
          }
          if (offset === reopenAt) stored = PartitionState.restore('facts', 0, snapshot, deltas);
        });
      }),
      { numRuns: 400 },
    );
  });

  it('given older records are gone, windows that reach behind the first arrival say so, also after a restart', () => {
    const arrivedAt = 1_700_000_000_000;
    let state = PartitionState.begin('facts', 0, true);
    state.beginWith(arrivedAt);
    state.useRules(rules, 6);
    // Nothing but what lives elsewhere came in the first batch.
    state.passOn(fact('other', 0, 1));
    state = PartitionState.restore('facts', 0, [], [state.takeDelta()]);
    state = PartitionState.restore('facts', 0, [...state.snapshot()], []);
    state.beginWith(arrivedAt + 60 * minute);
    const flags = (at: number, offset: number): readonly boolean[] => {
      const acceptance = state.accept(fact(`F${offset}`, at, 2_000), offset, null);
      const states = acceptance.outcome === 'accepted' ? acceptance.states : [];
      return states.filter((one) => one.rule === 'total').map(({ evidence }) => evidence.incomplete);
    };
    // An old fact does not make the rest complete.
    expect(flags(-9, 7)).toEqual([true]);
    expect(flags(29, 8)).toEqual([true]);
    expect(flags(30, 9)).toEqual([false]);
  });

  it('given more homes than one sweep reaches and a name used again, ends the same when taken in again', () => {
    const day = 24 * 60;
    const first = PartitionState.begin('facts', 0, false);
    first.useRules(rules, -1);
    for (let i = 0; i < 4_500; i++) first.accept({ ...fact(`F${i}`, 0, 1), accountId: `A${i}` }, i, null);
    const before = first.takeDelta();
    for (const [index, at] of [2 * day, 3 * day].entries()) {
      first.accept({ ...fact(`N${index}`, at, 1), accountId: 'N' }, 4_500 + index, null);
      first.settle(first.watermark ?? 0);
    }
    // Every account uses the name of its first fact again; some homes have been swept, some not.
    const again = (state: PartitionState) =>
      [0, 1_000, 2_500, 4_499].map((i) =>
        state.accept({ ...fact(`F${i}`, 3 * day, 2_000), accountId: `A${i}` }, 5_000 + i, null),
      );
    const live = again(first);
    expect(live.map(({ outcome }) => outcome)).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);

    const restored = PartitionState.restore('facts', 0, [], [before, first.takeDelta()]);
    expect(restored.watermark).toBe(first.watermark);
    expect(again(restored).map(({ outcome }) => outcome)).toEqual(Array(4).fill('duplicate'));
  });

  describe('given more homes than one sweep reaches, and then rules that look back further', () => {
    const day = 24 * 60;
    const monthly = rule({ id: 'month', measure: { sum: 'amount', by: ['accountId'], window: { sliding: 'P30D' } } });
    const longer = compileRules([rule({ id: 'total' }), monthly]);
    const of = (account: number, at: number, id = `F${account}`): Fact => ({
      ...fact(id, at, 600),
      accountId: `A${account}`,
    });
    /** A sweep of live batches reaches twice as many homes as they have records besides those that it reaches when it is done again. */
    const givenSwept = (): { readonly live: PartitionState; readonly deltas: Buffer[] } => {
      const live = PartitionState.begin('facts', 0, false);
      live.useRules(rules, -1);
      for (let i = 0; i < 4_500; i++) live.accept(of(i, 0), i, null);
      live.accept(of(-1, 3 * day), 4_500, null);
      live.settle(live.watermark ?? 0, 1_200);
      const deltas = [live.takeDelta()];
      live.useRules(longer, 4_500);
      deltas.push(live.takeDelta());
      return { live, deltas };
    };
    const reopened = ({ deltas }: ReturnType<typeof givenSwept>): PartitionState =>
      PartitionState.restore('facts', 0, [], deltas);

    it('can be opened again after facts were accepted whose names only the sweep had forgotten', () => {
      const given = givenSwept();
      const outcomes = [0, 2_100, 4_300, 4_499].map((i) => given.live.accept(of(i, 0), 5_000 + i, null).outcome);
      given.deltas.push(given.live.takeDelta());

      expect(outcomes).toEqual(Array(4).fill('accepted'));
      expect(reopened(given).size).toEqual(given.live.size);
    });

    it('measures in the longer windows what it would have measured had it never been closed', () => {
      const given = givenSwept();
      const restored = reopened(given);
      for (const i of [0, 2_100, 4_300, 4_499]) {
        const next = of(i, 3 * day + 1, 'next');
        expect(restored.accept(next, 5_000 + i, null)).toEqual(given.live.accept(next, 5_000 + i, null));
      }
    });

    it('is the same in any course of facts, sweeps and rules', () => {
      const accounts = [0, 2_100, 3_500, 4_499];
      const course = fc.array(
        fc.record({
          account: fc.constantFrom(...accounts),
          at: fc.constantFrom(0, 10, 2 * day, 3 * day, 4 * day),
          again: fc.boolean(),
          then: fc.constantFrom('nothing', 'settle', 'settle', 'longer', 'longer', 'shorter'),
          records: fc.nat(1_200),
        }),
        { minLength: 4, maxLength: 9 },
      );
      fc.assert(
        fc.property(course, (all) => {
          const live = PartitionState.begin('facts', 0, false);
          live.useRules(rules, -1);
          for (let i = 0; i < 4_500; i++) live.accept(of(i, 0), i, null);
          all.forEach(({ account, at, again, then, records }, index) => {
            live.accept(of(account, at, again ? undefined : `N${index}`), 5_000 + index, null);
            if (then === 'settle') live.settle(live.watermark ?? 0, records);
            else if (then !== 'nothing') live.useRules(then === 'longer' ? longer : rules, 5_000 + index);
          });
          const restored = PartitionState.restore('facts', 0, [], [live.takeDelta()]);
          for (const next of accounts.flatMap((account) => [of(account, 4 * day, 'next'), of(account, 0)])) {
            expect(restored.accept(next, 6_000, null)).toEqual(live.accept(next, 6_000, null));
          }
        }),
        { numRuns: 10 },
      );
    });
  });

  it('given other rules, what they change comes as states without a cause, at a later step of the same place', () => {
    const state = PartitionState.begin('facts', 0, false);
    state.useRules(rules, -1);
    state.accept(fact('F1', 0, 700), 0, null);
    const changed = state.useRules(others, 0);
    expect(changed.map((one) => [one.rule, one.status, one.cause, one.asOf.offset, one.asOf.step])).toEqual([
      ['later', 'raised', null, 0, 1],
    ]);
    expect(state.useRules(others, 0)).toEqual([]);
  });

  it('given a snapshot of another version, says what to do', () => {
    const [, ...detector] = PartitionState.begin('facts', 0, false).snapshot();
    expect(() => PartitionState.restore('facts', 0, detector, [])).toThrow(/another version of Weir. Clear the window/);
  });
});
