import { headers, topics } from '@weir/contracts';
import type { HitState } from '@weir/domain';
import {
  StopPartition,
  type Batch,
  type Bounds,
  type NewRecord,
  type TopicDescription,
} from '@weir/platform/record-log';
import type { Progress } from '@weir/platform/window-store';
import { detectingKeyed } from '../detection.pipeline';
import type { FactHistory } from '../steps/fact-history';
import { finite } from '../steps/keyed-lanes';
import { LaneState } from '../steps/lane-state';
import { lookBack } from './look-back';
import { allOf } from './all-of';
import { Checkpoint } from './checkpoint';
import { KeptRules } from './kept-rules';
import { dimensionOf, laneTopic } from './lane-topic';
import { openPartition } from './open-partition';
import {
  endOf,
  PartitionConsumer,
  type DetectionPorts,
  type DetectionSettings,
  type Opened,
  type OwnedPartition,
} from './partition-consumer';
import { inTurns, redo } from './redo';
import { missingBefore, stretchBefore } from './rebuild-partition';

/** A partition of a re-keyed topic that this process owns. */
interface LanePartition extends OwnedPartition {
  readonly state: LaneState;
  /** Since when (ms) it has only waited for what the archive holds; null: it has not. */
  awaitsSince: number | null;
}

/** Told of a record of a re-keyed topic that cannot be read: where it stands, and what is wrong. */
export type OnUnreadable = (origin: string, message: string) => void;

/** Reads the re-keyed topic of one lane, in a consumer group of its own: a lane that is new disturbs no other. */
export class LaneConsumer extends PartitionConsumer<LanePartition> {
  constructor(
    private readonly lane: string,
    ports: DetectionPorts,
    private readonly settings: DetectionSettings,
    private readonly onUnreadable: OnUnreadable,
  ) {
    super(`${settings.group}.by-${dimensionOf(lane)}`, laneTopic(settings.factsTopic, lane), ports);
  }

  protected async open(partition: number, bounds: Bounds): Promise<Opened<LanePartition>> {
    const { lane, topic, ports, settings } = this;
    const [own, facts] = await Promise.all([ports.log.describe(topic), ports.log.describe(settings.factsTopic)]);
    if (own.partitions !== facts.partitions)
      throw otherCount(topic, own.partitions, settings.factsTopic, facts.partitions);
    const found = await openPartition(own, partition, bounds, ports.store);
    const at = { lane, topic, identity: own.identity, partition, sources: facts.partitions };
    const state = found.begins
      ? LaneState.begin(at, found.beganLate, ports.history !== null)
      : await redo(await inTurns(LaneState.restoring(at, found.snapshot)), found.deltas);
    ports.metrics.waits(topic, partition, state.missingSources);
    const checkpoint = new Checkpoint(ports.store, found, settings.snapshotEvery, this.snapshotTurn);
    // With an archive at hand it is known later, once all sources were heard of, what it begins with.
    const beganLate = found.beganLate && ports.history === null;
    const begunAnew = beganLate ? { facts: null, why: 'no facts archive is at hand' } : null;
    const keptRules = new KeptRules(found, ports.clock());
    const progress = (nextOffset: number): Progress => ({
      watermark: null,
      movedUpTo: {},
      nextOffset,
      sourceReadAt: null,
    });
    return { owned: { state, checkpoint, keptRules, progress, awaitsSince: null }, begunAnew };
  }

  protected async advance(owned: LanePartition, batch: Batch, startedAt: number): Promise<void> {
    const { state, checkpoint } = owned;
    const { clock, metrics } = this.ports;
    const { topic, partition, records } = batch;
    // 1. What has changed around it: the rules. What is to begin may have begun before, without a checkpoint: it begins by the same rules.
    const follows = state.isReadyForPast || (await this.followRules(owned, batch, startedAt));
    const lastOffset = (records[0]?.offset ?? checkpoint.nextOffset) - 1;
    const begun = state.isReadyForPast ? await this.beginWithPast(owned, partition, lastOffset, startedAt) : [];
    // 2. The batch, in memory alone.
    const detected = await this.timed(batch, (isDue) =>
      detectingKeyed(batch, state, { begun, settles: follows }, isDue),
    );
    // 3. Publish and await acknowledgement; then checkpoint.
    await allOf([this.send(topics.hits, detected.hits), this.sendLetters(detected.deadLetters)]);
    if (records.length > 0 || detected.changed) {
      const nextOffset = endOf(batch, checkpoint.nextOffset);
      await checkpoint.write(detected.delta, owned.progress(nextOffset), () => state.snapshot());
    }
    metrics.measured(detected.states, state.takeTally());
    metrics.waits(topic, partition, state.missingSources);
    if (records.length === 0) return;
    metrics.keyed(topic, detected.outcomes);
    metrics.batch(batch, { size: state.size, latest: detected.latest }, startedAt, clock());
    for (const letter of detected.deadLetters) this.tellUnreadable(letter);
  }

  /**
   * Begins a partition with what the archive holds of all that was sent to it, published and written down as a whole. While the
   * archive is a little behind, it is waited for; where it cannot tell all, the partition begins with what it was sent.
   */
  private async beginWithPast(
    owned: LanePartition,
    partition: number,
    lastOffset: number,
    now: number,
  ): Promise<readonly HitState[]> {
    const { lane, topic, ports, settings } = this;
    const { state, checkpoint } = owned;
    const { history, log, onBegunAnew } = ports;
    const at = { topic, partition, offset: checkpoint.nextOffset };
    const told =
      history === null ? null : await toldOf(history, await log.describe(settings.factsTopic), state.sentUpTo);
    if (history === null || told === null) {
      owned.awaitsSince ??= now;
      if (history !== null && now - owned.awaitsSince < archiveAwaited) return [];
      const why =
        history === null ? 'no facts archive is at hand' : 'the facts archive does not hold all that was sent to it';
      onBegunAnew({ ...at, facts: null, why });
      return state.beginWithoutPast(lastOffset);
    }
    const { low = 0 } = (await log.bounds(topic))[partition] ?? {};
    const published = (await log.committed(this.group, topic))[partition] ?? 0;
    // What has gone from the topic was measured, and what came of it published, where the group had read so far.
    const publishFrom = published >= low ? state.earliestToMeasure : -Infinity;
    const from = Math.max(lookBack(state.ruleSet.rules, lane, publishFrom), told.missingBefore);
    const pages = history.atHome({ topic: settings.factsTopic, homes: told.homes, from, order: 'event' });
    const beginning = { lastOffset, heldSince: told.missingBefore, publishFrom };
    let taken = 0;
    for await (const { states, facts } of state.beginWithPast(pages, beginning)) {
      await this.publishStates(states);
      taken = facts;
    }
    state.takeTally();
    state.takeDelta();
    onBegunAnew({ ...at, facts: taken, heldSince: finite(told.missingBefore) });
    await checkpoint.writeSnapshot(state.snapshot());
    return [];
  }

  private tellUnreadable({ headers: said }: NewRecord): void {
    this.onUnreadable(said?.[headers.origin] ?? '', said?.[headers.message] ?? '');
  }
}

/** How long a partition that could begin waits for an archive that is behind, ms. */
const archiveAwaited = 60_000;

/** Which facts of each source were sent, and the time (ms) before which some may be missing; null where the archive lacks some of them. */
async function toldOf(
  history: FactHistory,
  { name, identity }: TopicDescription,
  sentUpTo: ReadonlyMap<number, number>,
): Promise<{
  readonly homes: readonly { readonly partition: number; readonly before: number }[];
  readonly missingBefore: number;
} | null> {
  const reach = await history.reach(name, identity);
  let missing = reach.forgottenBefore ?? -Infinity;
  const homes: { partition: number; before: number }[] = [];
  for (const [partition, before] of sentUpTo) {
    if (before === 0) continue;
    const stretch = stretchBefore(reach, partition, before);
    if (stretch === undefined) return null;
    missing = Math.max(missing, missingBefore(reach, stretch));
    homes.push({ partition, before });
  }
  return { homes, missingBefore: missing };
}

const otherCount = (topic: string, own: number, factsTopic: string, facts: number): StopPartition =>
  new StopPartition(
    'partition-count-changed',
    `${topic} has ${own} partitions, but ${factsTopic} has ${facts}; they must have as many. Delete ${topic} and clear ` +
      `its window store: it is made anew, and windows are incomplete until they have filled.`,
  );
