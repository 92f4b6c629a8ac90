import { headers, topics } from '@weir/contracts';
import { StopPartition, type Batch, type Bounds, type NewRecord } from '@weir/platform/record-log';
import { detectKeyed } from '../detection.pipeline';
import { LaneState } from '../steps/lane-state';
import { allOf } from './all-of';
import { Checkpoint } from './checkpoint';
import { dimensionOf, laneTopic } from './lane-topic';
import { openPartition, type FoundPartition } from './open-partition';
import {
  endOf,
  PartitionConsumer,
  type DetectionPorts,
  type DetectionSettings,
  type OwnedPartition,
} from './partition-consumer';

/** A partition of a re-keyed topic that this process owns. */
interface LanePartition extends OwnedPartition {
  readonly state: LaneState;
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

  protected async open(partition: number, bounds: Bounds): Promise<{ owned: LanePartition; found: FoundPartition }> {
    const { lane, topic, ports, settings } = this;
    const [own, facts] = await Promise.all([ports.log.describe(topic), ports.log.describe(settings.factsTopic)]);
    if (own.partitions !== facts.partitions)
      throw otherCount(topic, own.partitions, settings.factsTopic, facts.partitions);
    const found = await openPartition(own, partition, bounds, ports.store);
    const at = { lane, topic, partition, sources: facts.partitions };
    const state = found.begins
      ? LaneState.begin(at, found.beganLate)
      : LaneState.restore(at, found.snapshot, found.deltas);
    ports.metrics.waits(topic, partition, state.missingSources);
    return { owned: { state, checkpoint: new Checkpoint(ports.store, found, settings.snapshotEvery) }, found };
  }

  protected async advance({ state, checkpoint }: LanePartition, batch: Batch, startedAt: number): Promise<void> {
    const { rules, clock, metrics } = this.ports;
    const { topic, partition, records } = batch;
    // 1. What has changed around it: the rules.
    const lastOffset = (records[0]?.offset ?? checkpoint.nextOffset) - 1;
    const seenAt = records[0]?.timestamp ?? startedAt;
    const changed = state.useRules(await rules.latest(), lastOffset, seenAt);
    // 2. The batch, in memory alone.
    const detected = detectKeyed(batch, state, changed);
    // 3. Publish and await acknowledgement; then checkpoint.
    await allOf([this.send(topics.hits, detected.hits), this.send(topics.deadLetters, detected.deadLetters)]);
    if (records.length > 0 || detected.changed) {
      const nextOffset = endOf(batch, checkpoint.nextOffset);
      const progress = { watermark: null, movedUpTo: {}, nextOffset, sourceReadAt: null };
      await checkpoint.write(detected.delta, progress, () => state.snapshot());
    }
    metrics.measured(detected.states, state.takeTally());
    metrics.waits(topic, partition, state.missingSources);
    if (records.length === 0) return;
    metrics.keyed(topic, detected.outcomes);
    metrics.batch(batch, { homes: state.homes, latest: detected.latest }, startedAt, clock());
    for (const letter of detected.deadLetters) this.tellUnreadable(letter);
  }

  private tellUnreadable({ headers: said }: NewRecord): void {
    this.onUnreadable(said?.[headers.origin] ?? '', said?.[headers.message] ?? '');
  }
}

const otherCount = (topic: string, own: number, factsTopic: string, facts: number): StopPartition =>
  new StopPartition(
    'partition-count-changed',
    `${topic} has ${own} partitions, but ${factsTopic} has ${facts}; they must have as many. Delete ${topic} and clear ` +
      `its window store: it is made anew, and windows are incomplete until they have filled.`,
  );
