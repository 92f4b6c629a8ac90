import type { Claim, OpenedPartition, Progress, WindowStore, WriteResult } from '@weir/platform/window-store';

/** Another owner has the partition, or its store was emptied: what is held in memory is worth nothing. */
export class Fenced extends Error {
  readonly code = 'fenced';
  constructor({ name: { topic, partition } }: Claim) {
    super(`The checkpoint of ${topic}/${partition} is not this owner's any more.`);
    this.name = 'Fenced';
  }
}

/** The one checkpoint of a partition, in the hands of its owner. */
export class Checkpoint {
  private held: Claim;
  private deltasSinceSnapshot: number;

  /** @param snapshotEvery deltas after which a snapshot is written */
  constructor(
    private readonly store: WindowStore,
    { claim, deltas }: Pick<OpenedPartition, 'claim' | 'deltas'>,
    private readonly snapshotEvery: number,
  ) {
    this.held = claim;
    this.deltasSinceSnapshot = deltas.length;
  }

  /** The offset of the record that is to be read next. */
  get nextOffset(): number {
    return this.held.nextOffset;
  }

  /**
   * Writes what has changed, and now and then all that is held.
   * @throws Fenced
   */
  async write(delta: Buffer, progress: Progress, snapshot: () => readonly Buffer[]): Promise<void> {
    this.goOn(await this.store.append(this.held, delta, progress.nextOffset, progress));
    this.deltasSinceSnapshot++;
    if (this.deltasSinceSnapshot < this.snapshotEvery) return;
    this.goOn(await this.store.snapshot(this.held, snapshot()));
    this.deltasSinceSnapshot = 0;
  }

  private goOn(result: WriteResult): void {
    if (result === 'fenced') throw new Fenced(this.held);
    this.held = result.claim;
  }
}
