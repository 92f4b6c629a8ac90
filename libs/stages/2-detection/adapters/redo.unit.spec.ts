import { redo } from './redo';

describe('doing deltas again', () => {
  it('given many, does each in its order, and lets others have a turn after each', async () => {
    const done: string[] = [];
    let turns = 0;
    const count = (): void => {
      turns += 1;
      if (done.length < 5) setImmediate(count);
    };
    setImmediate(count);
    const state = { redo: (delta: Buffer) => void done.push(delta.toString()) };
    expect(
      await redo(
        state,
        ['a', 'b', 'c', 'd', 'e'].map((text) => Buffer.from(text)),
      ),
    ).toBe(state);
    expect(done).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(turns).toBeGreaterThanOrEqual(4);
  });
});
