import { StopPartition, type Bounds, type TopicDescription } from '@weir/platform/record-log';
import type { Claim, WindowStore, WriteResult } from '@weir/platform/window-store';
import { Watermark } from './watermark';

/** Checkpoints after which they are replaced by one. */
const compactEvery = 500;

/**
 * Where the archive stands in one partition: the next offset, and the watermark that lateness is judged by. Both must
 * outlive the process together, or late facts would be marked as in time after a restart; so they are kept in the
 * window store, under the facts topic's name with `.archive` behind it.
 */
export class ArchiveCheckpoint {
  private constructor(
    private claim: Claim,
    readonly watermark: Watermark,
    private deltas: number,
  ) {}

  /** The offset of the next record to be archived. */
  get nextOffset(): number {
    return this.claim.nextOffset;
  }

  /**
   * Takes the partition over at its checkpoint, or begins at the oldest record where there is none.
   * @throws StopPartition `topic-made-anew`, `offset-gap`: the archive would have a hole that nobody sees
   */
  static async open(
    store: WindowStore,
    topic: TopicDescription,
    partition: number,
    bounds: Bounds,
  ): Promise<ArchiveCheckpoint> {
    const name = { topic: `${topic.name}.archive`, partition };
    const opened = await store.open(name, topic.identity, bounds.low);
    const place = `${topic.name}/${partition}`;
    const mend = `Restore the topic, or clear the checkpoint of "${name.topic}" in the window store to archive from its oldest record.`;
    if (!opened.empty && opened.topicIdentity !== topic.identity) {
      throw new StopPartition('topic-made-anew', `${place} is another topic than the one archived so far. ${mend}`);
    }
    const { nextOffset } = opened.claim;
    if (nextOffset < bounds.low || nextOffset > bounds.high) {
      throw new StopPartition(
        'offset-gap',
        `The archive goes on from offset ${nextOffset} of ${place}, but the log holds ${bounds.low} to ${bounds.high}. ${mend}`,
      );
    }
    const newest = opened.deltas.at(-1) ?? opened.snapshot.at(-1);
    return new ArchiveCheckpoint(opened.claim, new Watermark(decode(newest)), opened.deltas.length);
  }

  /** Moves the checkpoint on. @throws Error where another member has taken the partition over */
  async advance(store: WindowStore, nextOffset: number, at: number): Promise<void> {
    const progress = { watermark: this.watermark.value, movedUpTo: {}, nextOffset, sourceReadAt: at };
    const state = encode(this.watermark.value);
    this.claim = granted(await store.append(this.claim, state, nextOffset, progress), this.claim);
    if (++this.deltas < compactEvery) return;
    this.claim = granted(await store.snapshot(this.claim, [state]), this.claim);
    this.deltas = 0;
  }
}

function granted(result: WriteResult, { name }: Claim): Claim {
  if (result === 'fenced') throw new Error(`Another member archives ${name.topic}/${name.partition} now.`);
  return result.claim;
}

const encode = (watermark: number | null): Buffer => Buffer.from(JSON.stringify({ watermark }));

function decode(state: Buffer | undefined): number | null {
  if (state === undefined) return null;
  const { watermark } = JSON.parse(state.toString('utf8')) as { watermark: number | null };
  return watermark;
}
