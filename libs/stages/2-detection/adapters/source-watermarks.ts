import type { Bounds } from '@weir/platform/record-log';
import type { Progress } from '@weir/platform/window-store';

/** How long upstream may be silent in a partition that is read to its end before it holds nobody back any more, ms. */
export const silentAfter = 600_000;

/** How far a partition has been read as a source. */
export type SourceProgress = Pick<Progress, 'watermark' | 'nextOffset' | 'sourceReadAt'>;

/**
 * Up to which event time every partition of a topic has been read, as far as that can still reach this one. A partition
 * that facts are moved from counts only once all that it moved here has been read here. This is what lets partitions be
 * read at different speeds without making anything late.
 */
export class SourceWatermarks {
  private readonly known = new Map<number, number>();

  constructor(private readonly partition: number) {}

  /**
   * @param own how far this partition itself will have been read after the batch in hand
   * @param firstOffset the first offset of the batch in hand: all before it has been read here
   * @param now milliseconds by the clock that `sourceReadAt` was written by
   * @returns event time in ms, or null where nothing may be forgotten
   */
  lowest(
    own: SourceProgress,
    firstOffset: number,
    progress: ReadonlyMap<number, Progress>,
    bounds: readonly Bounds[],
    now: number,
  ): number | null {
    let lowest = Infinity;
    for (const [partition, bound] of bounds.entries()) {
      const reached =
        partition === this.partition
          ? reachOf(own, bound, now)
          : this.reachOfOther(partition, firstOffset, progress.get(partition), bound, now);
      if (reached === null) return null;
      lowest = Math.min(lowest, reached);
    }
    return lowest === Infinity ? null : lowest;
  }

  private reachOfOther(
    other: number,
    firstOffset: number,
    progress: Progress | undefined,
    bounds: Bounds,
    now: number,
  ): number | null {
    // One that held records once may have moved some of them here, also where they are gone there.
    if (progress === undefined) return bounds.high === 0 ? Infinity : null;
    const movedUpTo = progress.movedUpTo[String(this.partition)];
    if (movedUpTo !== undefined && movedUpTo >= firstOffset) return this.known.get(other) ?? null;
    const reached = reachOf(progress, bounds, now);
    if (reached !== null && reached !== Infinity) this.known.set(other, reached);
    return reached;
  }
}

/** Infinity: read to its end, and upstream has been silent there. Null: how far is not known. */
function reachOf({ watermark, nextOffset, sourceReadAt }: SourceProgress, bounds: Bounds, now: number): number | null {
  const silent = nextOffset >= bounds.high && (sourceReadAt === null || now - sourceReadAt > silentAfter);
  return silent ? Infinity : watermark;
}
