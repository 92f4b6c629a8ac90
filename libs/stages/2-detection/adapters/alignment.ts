import type { Bounds } from '@weir/platform/record-log';
import type { Progress } from '@weir/platform/window-store';

/** How long a partition that is behind may stand still before nobody waits for it any more, ms. */
export const movingWithin = 10_000;

/**
 * Keeps the partitions of a backlog side by side in event time. A fact is held until every source has passed it (SEMANTICS 25), so a
 * partition that runs ahead of the others fills the memory with what it cannot forget; it waits instead. It waits for none that stands
 * still (stopped, or read by nobody) or has been read to its end, so the one that is furthest behind never waits.
 */
export class Alignment {
  private readonly seen = new Map<number, { readonly nextOffset: number; readonly since: number }>();

  /**
   * @param partition the one that asks
   * @param watermark event time (ms) up to which it has been read, null: no fact yet
   * @param lead how far it may be ahead, ms
   * @param progress of all partitions, as stored
   * @param now ms
   * @returns whether it is to wait
   */
  isAhead(
    partition: number,
    watermark: number | null,
    lead: number,
    progress: ReadonlyMap<number, Progress>,
    bounds: readonly Bounds[],
    now: number,
  ): boolean {
    let ahead = false;
    for (const [other, { high }] of bounds.entries()) {
      const reached = progress.get(other);
      // Looked at in any case, to know since when it stands still.
      if (other === partition || reached === undefined || !this.moves(other, reached.nextOffset, now)) continue;
      const behind = reached.nextOffset < high;
      if (watermark !== null && behind && (reached.watermark ?? -Infinity) < watermark - lead) ahead = true;
    }
    return ahead;
  }

  private moves(partition: number, nextOffset: number, now: number): boolean {
    const seen = this.seen.get(partition);
    if (seen?.nextOffset === nextOffset) return now - seen.since < movingWithin;
    this.seen.set(partition, { nextOffset, since: now });
    return true;
  }
}
