import type { FactsArchive } from '@weir/platform/facts-archive';
import { StopPartition, type Bounds, type TopicDescription } from '@weir/platform/record-log';
import type { Claim, WindowStore, WriteResult } from '@weir/platform/window-store';
import { Watermark } from './watermark';

/** Checkpoints after which they are replaced by one. */
const compactEvery = 500;

/**
 * Where the archive stands in one partition: the next offset, and the watermark that lateness is judged by. Both must
 * outlive the process together, or late facts would be marked as in time after a restart; so they are kept in the
 * window store, under the facts topic's name with `.archive` behind it. Where that was emptied, the archive itself knows
 * both: it goes on where its newest stretch without a hole ends.
 */
export class ArchiveCheckpoint {
  private constructor(
    private claim: Claim,
    /** Identity of the topic. */
    readonly identity: string,
    readonly watermark: Watermark,
    private deltas: number,
  ) {}

  /** The offset of the next record to be archived. */
  get nextOffset(): number {
    return this.claim.nextOffset;
  }

  /**
   * Takes the partition over at its checkpoint; where there is none, at the end of what is archived, or at the oldest record
   * where the log no longer reaches back so far.
   * @throws StopPartition `topic-made-anew`, `offset-gap`: the archive would have a hole that nobody sees
   */
  static async open(
    { store, archive }: { readonly store: WindowStore; readonly archive: Pick<FactsArchive, 'reach'> },
    topic: TopicDescription,
    partition: number,
    bounds: Bounds,
  ): Promise<ArchiveCheckpoint> {
    const name = { topic: `${topic.name}.archive`, partition };
    const archived = (await archive.reach(topic.name, topic.identity)).stretches.get(partition)?.at(-1);
    const goesOn = archived !== undefined && archived.to >= bounds.low && archived.to <= bounds.high;
    const opened = await store.open(name, topic.identity, goesOn ? archived.to : bounds.low);
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
    const watermark = newest === undefined ? (archived?.watermark ?? null) : decode(newest);
    return new ArchiveCheckpoint(opened.claim, topic.identity, new Watermark(watermark), opened.deltas.length);
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

function decode(state: Buffer): number | null {
  const { watermark } = JSON.parse(state.toString('utf8')) as { watermark: number | null };
  return watermark;
}
