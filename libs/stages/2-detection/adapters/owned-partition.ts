import { StopPartition, type Bounds, type Position, type TopicDescription } from '@weir/platform/record-log';
import type { Claim, Progress, WindowStore, WriteResult } from '@weir/platform/window-store';
import { PartitionState } from '../steps/partition-state';
import { SourceWatermarks } from './source-watermarks';

/** Another owner has the partition, or its store was emptied: what is held in memory is worth nothing. */
export class Fenced extends Error {
  readonly code = 'fenced';
  constructor({ name: { topic, partition } }: Claim) {
    super(`The checkpoint of ${topic}/${partition} is not this owner's any more.`);
    this.name = 'Fenced';
  }
}

/** A partition that this process owns: its state, and the claim under which it may write checkpoints. */
export class OwnedPartition {
  readonly watermarks: SourceWatermarks;
  deltasSinceSnapshot: number;

  constructor(
    readonly state: PartitionState,
    private held: Claim,
    private readonly movedUpTo: Record<string, number>,
    private sourceReadAt: number | null,
    deltas: number,
    /** True where there was no state although the log does not begin here. */
    readonly beganLate: boolean,
  ) {
    this.watermarks = new SourceWatermarks(held.name.partition);
    this.deltasSinceSnapshot = deltas;
  }

  get claim(): Claim {
    return this.held;
  }

  /** Goes on under the claim that a write gave. @throws Fenced */
  continueFrom(result: WriteResult): void {
    if (result === 'fenced') throw new Fenced(this.held);
    if (result.claim.nextOffset !== this.held.nextOffset) this.deltasSinceSnapshot++;
    this.held = result.claim;
  }

  /** Facts were moved to these places of other partitions. */
  noteMoved(positions: readonly Position[]): void {
    for (const { partition, offset } of positions) {
      const key = String(partition);
      this.movedUpTo[key] = Math.max(offset, this.movedUpTo[key] ?? 0);
    }
  }

  /** A record that upstream wrote here was read at this time, ms. */
  noteSourceRead(at: number): void {
    this.sourceReadAt = at;
  }

  /** What the other partitions may know of this one, once all before `nextOffset` has been read. */
  progress(nextOffset: number): Progress {
    const { sourceReadAt } = this;
    return { watermark: this.state.watermark, movedUpTo: { ...this.movedUpTo }, nextOffset, sourceReadAt };
  }
}

/**
 * Opens a partition at its checkpoint. Never jumps: where the log no longer holds (or never held) the offset to go on
 * from, or the topic is another than the one the state was made from, the partition is stopped with an alarm.
 * @throws StopPartition `topic-made-anew`, `partition-count-changed`, `offset-gap`
 */
export async function openPartition(
  topic: TopicDescription,
  partition: number,
  bounds: Bounds,
  store: WindowStore,
): Promise<OwnedPartition> {
  const name = { topic: topic.name, partition };
  const identity = `${topic.identity}#${topic.partitions}`;
  const opened = await store.open(name, identity, bounds.low);
  const { claim } = opened;
  const place = `${topic.name}/${partition}`;
  if (!opened.empty && opened.topicIdentity !== identity) throw otherTopic(place, opened.topicIdentity, identity);
  if (claim.nextOffset < bounds.low || claim.nextOffset > bounds.high) {
    throw new StopPartition(
      'offset-gap',
      `The checkpoint of ${place} goes on from offset ${claim.nextOffset}, but the log holds ${bounds.low} to ${bounds.high}. ` +
        `Records are missing: restore the log, or clear the partition's window store to begin anew with incomplete windows.`,
    );
  }
  const begins = opened.empty || (opened.snapshot.length === 0 && opened.deltas.length === 0);
  const beganLate = begins && claim.nextOffset > 0;
  const state = begins
    ? PartitionState.begin(topic.name, partition, beganLate)
    : PartitionState.restore(topic.name, partition, opened.snapshot, opened.deltas);
  const own = (await store.progress(topic.name)).get(partition);
  return new OwnedPartition(
    state,
    claim,
    { ...own?.movedUpTo },
    own?.sourceReadAt ?? null,
    opened.deltas.length,
    beganLate,
  );
}

function otherTopic(place: string, stored: string, found: string): StopPartition {
  const [storedTopic, storedCount] = stored.split('#');
  const [foundTopic, foundCount] = found.split('#');
  return storedTopic === foundTopic
    ? new StopPartition(
        'partition-count-changed',
        `${place} belongs to a topic that had ${storedCount} partitions and now has ${foundCount}: keys live elsewhere now. ` +
          `Publish to a new topic, or clear the window store and begin anew.`,
      )
    : new StopPartition(
        'topic-made-anew',
        `${place} is another topic than the one the state was made from (${storedTopic}, now ${foundTopic}). ` +
          `Restore the topic, or clear the window store and begin anew.`,
      );
}
