import { setImmediate } from 'node:timers/promises';
import type { Claim, OpenedPartition, Progress, WindowStore, WriteResult } from '@weir/platform/window-store';

/** Another owner has the partition, or its store was emptied: what is held in memory is worth nothing. */
export class Fenced extends Error {
  readonly code = 'fenced';
  constructor({ name: { topic, partition } }: Claim) {
    super(`The checkpoint of ${topic}/${partition} is not this owner's any more.`);
    this.name = 'Fenced';
  }
}

/**
 * Whose turn it is to write a snapshot. Partitions that are read alike come to theirs together; written all at once, each would wait for
 * all the others, and its facts with it.
 */
export class SnapshotTurn {
  private taken = false;

  /** Does it where nobody else does; otherwise it is not done now. */
  async take(work: () => Promise<void>): Promise<void> {
    if (this.taken) return;
    this.taken = true;
    try {
      await work();
    } finally {
      this.taken = false;
    }
  }
}

/** The one checkpoint of a partition, in the hands of its owner. */
export class Checkpoint {
  private held: Claim;
  /** Deltas since the last snapshot, their bytes, and those of the snapshot. */
  private deltas: number;
  private deltaBytes: number;
  private snapshotBytes: number;

  /**
   * @param snapshotEvery deltas after which a snapshot is written, once they have as many bytes as the last: all that is written is
   * then written twice at most, and opening reads some twice what is held at most
   * @param turn shared with the partitions beside it; who does not get it writes its snapshot after a later delta
   */
  constructor(
    private readonly store: WindowStore,
    { claim, snapshot, deltas }: Pick<OpenedPartition, 'claim' | 'snapshot' | 'deltas'>,
    private readonly snapshotEvery: number,
    private readonly turn = new SnapshotTurn(),
  ) {
    this.held = claim;
    this.deltas = deltas.length;
    this.deltaBytes = bytesOf(deltas);
    this.snapshotBytes = bytesOf(snapshot);
  }

  /** The offset of the record that is to be read next. */
  get nextOffset(): number {
    return this.held.nextOffset;
  }

  /**
   * Writes what has changed, and nothing else: until the next write it stands last.
   * @throws Fenced
   */
  async append(delta: Buffer, progress: Progress): Promise<void> {
    this.goOn(await this.store.append(this.held, delta, progress.nextOffset, progress));
    this.deltas++;
    this.deltaBytes += delta.length;
  }

  /**
   * Writes what has changed, and now and then all that is held.
   * @throws Fenced
   */
  async write(delta: Buffer, progress: Progress, snapshot: () => Iterable<Buffer>): Promise<void> {
    await this.append(delta, progress);
    if (this.deltas < this.snapshotEvery || this.deltaBytes < this.snapshotBytes) return;
    await this.turn.take(() => this.writeSnapshot(snapshot()));
  }

  /**
   * Writes all that is held where nothing was written before, or in place of it; the offset stays.
   * @param progress written in the same step; left out: what stands there stays
   * @throws Fenced
   */
  async writeSnapshot(snapshot: Iterable<Buffer>, progress?: Progress): Promise<void> {
    const chunks: Buffer[] = [];
    for (const chunk of snapshot) {
      chunks.push(chunk);
      // Writing down all that is held takes long: what else the process does goes on meanwhile.
      await setImmediate();
    }
    this.goOn(await this.store.snapshot(this.held, chunks, progress));
    this.deltas = 0;
    this.deltaBytes = 0;
    this.snapshotBytes = bytesOf(chunks);
  }

  private goOn(result: WriteResult): void {
    if (result === 'fenced') throw new Fenced(this.held);
    this.held = result.claim;
  }
}

const bytesOf = (chunks: readonly Buffer[]): number => chunks.reduce((sum, { length }) => sum + length, 0);
