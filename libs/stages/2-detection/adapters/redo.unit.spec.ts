import { compileRules } from '@weir/domain';
import { factOf, factsTopic, ruleOf } from '../given.spec';
import { PartitionState } from '../steps/partition-state';
import { inTurns, redo } from './redo';

describe('doing deltas again', () => {
  it('given many, does each in its order, and lets others have a turn after each', async () => {
    const done: string[] = [];
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (done.length < 5) setImmediate(count);
    };
    setImmediate(count);
    const state = {
      redo: (delta: Buffer) => void done.push(delta.toString()),
      takeTally: () => void done.push('not counted again'),
    };
    expect(
      await redo(
        state,
        ['a', 'b', 'c', 'd', 'e'].map((text) => Buffer.from(text)),
      ),
    ).toBe(state);
    expect(done).toEqual(['a', 'b', 'c', 'd', 'e', 'not counted again']);
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});

describe('reading what was stored', () => {
  it('gives others a turn after each part of a snapshot', async () => {
    const state = PartitionState.begin(factsTopic, 0, false);
    state.useRules(compileRules([ruleOf({ id: 'total', threshold: { above: '9000000.00', currency: 'CNY' } })]), -1);
    for (let n = 0; n < 12_000; n++) state.accept(factOf(`F${n}`, 'A1', n / 1_000), n, null);
    const snapshot = [...state.snapshot()];
    let turns = 0;
    const count = (): void => {
      turns++;
      waiting = setImmediate(count);
    };
    let waiting = setImmediate(count);
    const stored = await inTurns(PartitionState.restoring(factsTopic, 0, snapshot));
    clearImmediate(waiting);
    expect([...stored.snapshot()].map(String)).toEqual(snapshot.map(String));
    expect(turns).toBeGreaterThanOrEqual(snapshot.length - 2);
    expect(snapshot.length).toBeGreaterThan(3);
  });
});
