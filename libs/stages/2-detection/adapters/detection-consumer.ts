import { headers, topics } from '@weir/contracts';
import type { Clock } from '@weir/platform/clock';
import { type Batch, type BatchConsumer, type Bounds, type Position, type RecordLog } from '@weir/platform/record-log';
import type { WindowStore } from '@weir/platform/window-store';
import { detect, type Detected } from '../detection.pipeline';
import type { DetectionMetrics, PartitionLag } from '../detection.metrics';
import type { FactSource } from '../steps/fact-source';
import { openPartition, type OwnedPartition } from './owned-partition';
import type { RuleTopic } from './rule-topic';

/** What the consumer stands on. */
export interface DetectionPorts {
  readonly log: RecordLog;
  readonly store: WindowStore;
  readonly rules: RuleTopic;
  readonly source: FactSource;
  readonly clock: Clock;
  readonly metrics: DetectionMetrics;
  /** Told where a partition is begun without state in the middle of its log: windows are incomplete for a while. */
  readonly onBeganLate: (topic: string, partition: number, offset: number) => void;
}

export interface DetectionSettings {
  readonly group: string;
  readonly factsTopic: string;
  /** Deltas after which a snapshot is written. */
  readonly snapshotEvery: number;
}

/**
 * Reads the facts topic and keeps each partition's state once and only once: publish and await acknowledgement, then
 * checkpoint, then (the log's part) commit. Whatever fails, memory is dropped and the partition opened anew; what was
 * published twice is recognised downstream.
 */
export class DetectionConsumer implements BatchConsumer {
  readonly topics: readonly string[];
  readonly group: string;
  private readonly owned = new Map<number, OwnedPartition>();

  constructor(
    private readonly ports: DetectionPorts,
    private readonly settings: DetectionSettings,
  ) {
    this.group = settings.group;
    this.topics = [settings.factsTopic];
  }

  async assigned(topic: string, partition: number, bounds: Bounds): Promise<number> {
    const { log, store, metrics } = this.ports;
    const owned = await openPartition(await log.describe(topic), partition, bounds, store);
    this.owned.set(partition, owned);
    metrics.opened(topic, partition, owned.state.homes);
    if (owned.beganLate) this.ports.onBeganLate(topic, partition, owned.claim.nextOffset);
    return owned.claim.nextOffset;
  }

  revoked(topic: string, partition: number): Promise<void> {
    this.owned.delete(partition);
    this.ports.metrics.closed(topic, partition);
    return Promise.resolve();
  }

  async handle(batch: Batch): Promise<void> {
    const { source, rules, clock, metrics } = this.ports;
    const startedAt = clock();
    const owned = this.owned.get(batch.partition);
    const end = batch.records.at(-1);
    if (owned === undefined || end === undefined) {
      throw new Error(`A batch of ${batch.topic}/${batch.partition} came before the partition was opened.`);
    }
    try {
      const settled = await this.settledFor(owned, batch);
      const detected = detect(batch, owned.state, { source, rules: await rules.latest(), settled });
      owned.noteMoved(await this.publish(detected));
      await this.checkpoint(owned, detected.delta, end.offset + 1);
      source.checkpointed(detected.outcomes, detected.deadLetters);
      metrics.batch(batch, detected, owned.state, startedAt, clock());
    } catch (error) {
      // The state has moved on without a checkpoint: it must not be used again.
      this.owned.delete(batch.partition);
      throw error;
    }
  }

  /** How many records of each owned partition are not in its checkpoint yet. */
  async lag(): Promise<readonly PartitionLag[]> {
    const topic = this.settings.factsTopic;
    const bounds = await this.ports.log.bounds(topic);
    return [...this.owned].map(([partition, { claim }]) => ({
      topic,
      partition,
      lag: Math.max(0, (bounds[partition]?.high ?? claim.nextOffset) - claim.nextOffset),
    }));
  }

  private async publish({ hits, deadLetters, moved }: Detected): Promise<readonly Position[]> {
    const { log } = this.ports;
    // All have ended before one failure is told: nothing of this batch is under way when it is done again.
    const [sentHits, sentLetters, sentMoved] = await Promise.allSettled([
      hits.length === 0 ? [] : log.send(topics.hits, hits),
      deadLetters.length === 0 ? [] : log.send(topics.deadLetters, deadLetters),
      moved.length === 0 ? [] : log.send(this.settings.factsTopic, moved),
    ]);
    for (const sent of [sentHits, sentLetters]) if (sent.status === 'rejected') throw asError(sent.reason);
    if (sentMoved.status === 'rejected') throw asError(sentMoved.reason);
    return sentMoved.value;
  }

  private async checkpoint(owned: OwnedPartition, delta: Buffer, nextOffset: number): Promise<void> {
    const { store } = this.ports;
    owned.continueFrom(await store.append(owned.claim, delta, nextOffset, owned.progress(nextOffset)));
    if (owned.deltasSinceSnapshot >= this.settings.snapshotEvery) {
      owned.continueFrom(await store.snapshot(owned.claim, owned.state.snapshot()));
      owned.deltasSinceSnapshot = 0;
    }
  }

  /** Up to which event time nothing more can come to this partition but what is late. */
  private async settledFor(owned: OwnedPartition, { topic, records }: Batch): Promise<number | null> {
    const { store, log, clock } = this.ports;
    const now = clock();
    if (records.some((record) => record.headers[headers.late] === undefined)) owned.noteSourceRead(now);
    const [progress, bounds] = await Promise.all([store.progress(topic), log.bounds(topic)]);
    const first = records[0]?.offset ?? owned.claim.nextOffset;
    const end = (records.at(-1)?.offset ?? first) + 1;
    return owned.watermarks.lowest(owned.progress(end), first, progress, bounds, now);
  }
}

const asError = (reason: unknown): Error => (reason instanceof Error ? reason : new Error(String(reason)));
