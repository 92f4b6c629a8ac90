import type { Claim, Progress, WindowStore } from '@weir/platform/window-store';
import { Checkpoint, Fenced, SnapshotTurn } from './checkpoint';

const claim = (nextOffset: number): Claim => ({
  name: { topic: 't', partition: 0 },
  lineage: 'l',
  owner: 'o',
  nextOffset,
});
const progress = (nextOffset: number): Progress => ({ nextOffset, watermark: null, sourceReadAt: null, movedUpTo: {} });

/** A store that only says what was written to it. */
class Written {
  readonly calls: string[] = [];
  fenced = false;
  readonly store: Pick<WindowStore, 'append' | 'snapshot'> = {
    append: (of, delta, nextOffset) => {
      this.calls.push(`delta ${delta.length}`);
      return Promise.resolve(this.fenced ? 'fenced' : { claim: { ...of, nextOffset } });
    },
    snapshot: (of, chunks) => {
      this.calls.push(`snapshot ${chunks.map(({ length }) => length).join(' ')}`);
      return Promise.resolve(this.fenced ? 'fenced' : { claim: of });
    },
  };
}

const bytes = (length: number): Buffer => Buffer.alloc(length);

describe('a checkpoint', () => {
  it('is a snapshot after so many deltas, once they weigh as much as the last', async () => {
    const written = new Written();
    const checkpoint = new Checkpoint(
      written.store as WindowStore,
      { claim: claim(0), snapshot: [bytes(20), bytes(10)], deltas: [bytes(5)] },
      3,
    );
    const all = [bytes(10), bytes(6)];
    for (let offset = 1; offset <= 9; offset++) await checkpoint.write(bytes(5), progress(offset), () => all);

    // Six deltas of 5 bytes make the 30 of the snapshot that was found; then four make the 16 of the next.
    const deltas = (times: number): string[] => Array.from({ length: times }, () => 'delta 5');
    expect(written.calls).toEqual([...deltas(5), 'snapshot 10 6', ...deltas(4), 'snapshot 10 6']);
    expect(checkpoint.nextOffset).toBe(9);
  });

  it('writes no snapshot while another partition does, but after the next delta, also where the other one failed', async () => {
    const turn = new SnapshotTurn();
    const written = new Written();
    const of = (store: WindowStore): Checkpoint =>
      new Checkpoint(store, { claim: claim(0), snapshot: [], deltas: [] }, 1, turn);
    let fail: (error: Error) => void = () => undefined;
    const slow = of({
      ...written.store,
      snapshot: () => new Promise((_, failed) => (fail = failed)),
    } as unknown as WindowStore);
    const beside = of(written.store as WindowStore);
    const writing = slow.write(bytes(1), progress(1), () => []);
    await beside.write(bytes(2), progress(1), () => [bytes(9)]);
    expect(written.calls).toEqual(['delta 1', 'delta 2']);
    await new Promise((resolve) => setImmediate(resolve));
    fail(new Error('the store is away'));
    await expect(writing).rejects.toThrow('away');
    await beside.write(bytes(2), progress(2), () => [bytes(9)]);
    expect(written.calls).toEqual(['delta 1', 'delta 2', 'delta 2', 'snapshot 9']);
  });

  it('of another owner is refused', async () => {
    const written = new Written();
    written.fenced = true;
    const checkpoint = new Checkpoint(written.store as WindowStore, { claim: claim(4), snapshot: [], deltas: [] }, 1);

    await expect(checkpoint.write(bytes(1), progress(5), () => [])).rejects.toThrow(Fenced);
    expect(checkpoint.nextOffset).toBe(4);
  });
});
