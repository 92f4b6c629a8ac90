import { headers, topics } from '@weir/contracts';
import type { HitState } from '@weir/domain';
import type { Batch, Bounds, Position } from '@weir/platform/record-log';
import { detect } from '../detection.pipeline';
import type { DetectedFacts } from '../steps/detected';
import type { FactSource } from '../steps/fact-source';
import { PartitionState } from '../steps/partition-state';
import { allOf } from './all-of';
import { Checkpoint } from './checkpoint';
import { openPartition, type FoundPartition } from './open-partition';
import { endOf, PartitionConsumer, type DetectionPorts, type DetectionSettings } from './partition-consumer';
import { SourcePartition } from './source-partition';

/** Reads the facts topic: measures what lives there, and passes it on to the re-keyed topics of the lanes that the rules need. */
export class DetectionConsumer extends PartitionConsumer<SourcePartition> {
  constructor(
    ports: DetectionPorts,
    private readonly source: FactSource,
    private readonly settings: DetectionSettings,
  ) {
    super(settings.group, settings.factsTopic, ports);
  }

  protected async open(partition: number, bounds: Bounds): Promise<{ owned: SourcePartition; found: FoundPartition }> {
    const { topic } = this;
    const { log, store } = this.ports;
    const found = await openPartition(await log.describe(topic), partition, bounds, store);
    const state = found.begins
      ? PartitionState.begin(topic, partition, found.beganLate)
      : PartitionState.restore(topic, partition, found.snapshot, found.deltas);
    const progress = (await store.progress(topic)).get(partition);
    const checkpoint = new Checkpoint(store, found, this.settings.snapshotEvery);
    return { owned: new SourcePartition(partition, state, checkpoint, progress), found };
  }

  protected async advance(owned: SourcePartition, batch: Batch, startedAt: number): Promise<void> {
    const { clock, metrics } = this.ports;
    const { source } = this;
    const { state, checkpoint } = owned;
    const idle = batch.records.length === 0;
    // 1. What has changed around it: rules, lanes that need what is held, how far other partitions have been read.
    const changed = await this.followRules(owned, batch, startedAt);
    const settled = await this.settledFor(owned, batch, startedAt);
    // 2. The batch, in memory alone.
    const detected = detect(batch, state, { source, changed, settled });
    // 3. Publish and await acknowledgement; then checkpoint.
    owned.noteMoved(await this.publish(detected));
    if (!idle || detected.changed) {
      const progress = owned.progress(endOf(batch, checkpoint.nextOffset));
      await checkpoint.write(detected.delta, progress, () => state.snapshot());
    }
    metrics.measured(detected.states, state.takeTally());
    if (!idle) {
      source.checkpointed(detected.outcomes, detected.deadLetters);
      metrics.batch(batch, { homes: state.homes, latest: state.watermark }, startedAt, clock());
    }
    // 4. Tell the re-keyed topics what stands in the checkpoint: a source never takes back what it told.
    await this.report(owned, idle);
  }

  /** Runs the rules as they stand, and hands lanes that are new what is held. */
  private async followRules(owned: SourcePartition, { records }: Batch, now: number): Promise<readonly HitState[]> {
    const { rules, lanes } = this.ports;
    const { partition, state, checkpoint } = owned;
    const lastOffset = (records[0]?.offset ?? checkpoint.nextOffset) - 1;
    const states = state.useRules(await rules.latest(), lastOffset);
    for (const [lane, keyOf] of state.keysOf) {
      const { identity } = await lanes.topic(lane);
      if (!state.owes(lane, identity)) continue;
      await lanes.handOver(lane, keyOf, state.held(), { partition, offset: lastOffset });
      state.handedOver(lane, identity, now);
      owned.reportAnew();
    }
    return states;
  }

  private async publish({ hits, deadLetters, moved, keyed }: DetectedFacts): Promise<readonly Position[]> {
    const [placed = []] = await allOf([
      this.send(this.topic, moved),
      this.send(topics.hits, hits),
      this.send(topics.deadLetters, deadLetters),
      this.ports.lanes.write(keyed).then(() => []),
    ]);
    return placed;
  }

  private async report(owned: SourcePartition, idle: boolean): Promise<void> {
    const { lanes, clock } = this.ports;
    const now = clock();
    const due = owned.dueReports(idle, now);
    if (due.length === 0) return;
    await lanes.report(due);
    owned.noteReported(due, now);
  }

  /** Up to which event time nothing more can come to this partition but what is late. */
  private async settledFor(owned: SourcePartition, batch: Batch, now: number): Promise<number | null> {
    const { topic, ports } = this;
    const { records } = batch;
    if (records.some((record) => record.headers[headers.late] === undefined)) owned.noteSourceRead(now);
    const [progress, bounds] = await Promise.all([ports.store.progress(topic), ports.log.bounds(topic)]);
    const first = records[0]?.offset ?? owned.checkpoint.nextOffset;
    return owned.watermarks.lowest(owned.progress(endOf(batch, first)), first, progress, bounds, now);
  }
}
