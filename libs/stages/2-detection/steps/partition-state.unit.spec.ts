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
