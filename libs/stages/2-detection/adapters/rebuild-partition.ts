import { headers } from '@weir/contracts';
import type { HitState } from '@weir/domain';
import type { ArchivedStretch, ArchiveReach } from '@weir/platform/facts-archive';
import type { Bounds, NewRecord, Position, TopicDescription } from '@weir/platform/record-log';
import type { FactHistory, PastFact } from '../steps/fact-history';
import { lookBack } from './look-back';
import type { PartitionState } from '../steps/partition-state';
import { silentAfter } from './source-watermarks';

/** What a rebuild stands on. */
export interface Rebuilding {
  readonly history: FactHistory;
  readonly topic: TopicDescription;
  readonly partition: number;
  /** What the log holds of each partition. */
  readonly bounds: readonly Bounds[];
  /** Every record before this offset was measured, and what came of it published, before the state was lost. */
  readonly published: number;
  readonly now: number;
  readonly publish: (states: readonly HitState[]) => Promise<void>;
  readonly move: (facts: readonly NewRecord[]) => Promise<readonly Position[]>;
}

/** What became of a rebuild. */
export interface Rebuilt {
  readonly facts: number;
  /** Facts that should have been moved home before, and were moved now. */
  readonly moved: readonly Position[];
}

/** The stretch that holds all that arrived in a partition right before an offset; undefined where there is none. */
export function stretchBefore(reach: ArchiveReach, partition: number, offset: number): ArchivedStretch | undefined {
  return reach.stretches.get(partition)?.find(({ from, to }) => from <= offset && to >= offset);
}

/** Facts that occurred before this time (ms) may be missing in a stretch. */
export function missingBefore(reach: ArchiveReach, stretch: ArchivedStretch): number {
  return Math.max(stretch.since ?? -Infinity, reach.forgottenBefore ?? -Infinity);
}

/**
 * Fills the empty state of a partition with the facts that arrived before the oldest record that the log holds: afterwards it is what
 * it would have been there. The rules must run already.
 *
 * Facts that are settled come in the order of their time, so that no more is held than rules ask for; nothing is published of them.
 * The others come as they arrived, and what they make is published once more under the same ids and positions.
 */
export async function rebuildPartition(
  state: PartitionState,
  stretch: ArchivedStretch,
  rebuilding: Rebuilding,
  reach: ArchiveReach,
): Promise<Rebuilt> {
  const { history, topic, partition, bounds, published, publish } = rebuilding;
  const low = bounds[partition]?.low ?? 0;
  const offset = Math.min(low, published);
  // 1. What can still come in time, and what that asks for.
  const lowest = lowestToCome(reach, bounds, state.rules.lateness, rebuilding.now);
  const unread = (await history.earliestSince(topic.name, partition, offset)) ?? Infinity;
  const reached = Math.min(lowest, unread);
  // Upstream has never written anything anywhere: nothing is settled.
  const settled = reached === Infinity ? -Infinity : reached;
  const from = Math.max(lookBack(state.rules.rules, null, settled), missingBefore(reach, stretch));
  const asked = { topic: topic.name, homes: [{ partition, before: low }], from };
  let facts = 0;
  // 2. What is settled.
  for await (const page of history.atHome({
    ...asked,
    part: { which: 'old', time: settled, offset },
    order: 'event',
  })) {
    for (const past of page) state.recall(past);
    state.settleUpTo(Math.min(settled, page.at(-1)?.fact.occurredAt ?? settled));
    facts += page.length;
  }
  if (Number.isFinite(settled)) state.settleUpTo(settled);
  // 3. What is not.
  const lateOnes = { ...asked, from: -Infinity };
  for await (const page of history.atHome({
    ...lateOnes,
    part: { which: 'new', time: settled, offset },
    order: 'arrival',
  })) {
    await publish(page.flatMap((past) => state.recall(past)));
    facts += page.length;
  }
  state.noteWatermark(await history.watermarkAt(topic.name, partition, low));
  // 4. What lives elsewhere and never got there.
  const moved: Position[] = [];
  for await (const page of history.strayed(topic.name, partition, low)) {
    moved.push(...(await rebuilding.move(page.map((past) => movedHome(past, topic.name, history)))));
  }
  return { facts, moved };
}

/** Event time (ms) before which nothing can come in time any more that is not archived yet. */
function lowestToCome(reach: ArchiveReach, bounds: readonly Bounds[], lateness: number, now: number): number {
  const newest = bounds.map(({ high }, partition) => ({ high, stretch: reach.stretches.get(partition)?.at(-1) }));
  const reached = newest.map(({ high, stretch }) => {
    if (stretch === undefined) return high === 0 ? Infinity : -Infinity;
    const readToEnd = stretch.to >= high;
    if (readToEnd && (stretch.watermark === null || now - stretch.at > silentAfter)) return Infinity;
    return stretch.watermark ?? -Infinity;
  });
  const lowest = Math.min(...reached);
  if (lowest !== Infinity) return lowest - lateness;
  // Upstream is silent everywhere: it goes on where it was.
  const last = newest.map(({ stretch }) => stretch?.watermark ?? Infinity);
  return Math.min(...last) - lateness;
}

const movedHome = (
  { fact, homeKey, home, partition, offset, late }: PastFact,
  topic: string,
  history: FactHistory,
): NewRecord => ({
  key: Buffer.from(homeKey, 'utf8'),
  value: history.messageOf(fact),
  partition: home,
  headers: { [headers.origin]: `${topic}/${partition}/${offset}`, [headers.late]: late ? '1' : '0' },
});
