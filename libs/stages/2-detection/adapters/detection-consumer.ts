import { topics } from '@weir/contracts';
import type { HitState } from '@weir/domain';
import {
  sendOrReplace,
  type Batch,
  type Bounds,
  type NewRecord,
  type Position,
  type TopicDescription,
} from '@weir/platform/record-log';
import type { Progress } from '@weir/platform/window-store';
import { detecting } from '../detection.pipeline';
import type { DetectedFacts } from '../steps/detected';
import type { FactSource } from '../steps/fact-source';
import { finite } from '../steps/keyed-lanes';
import { unmovable } from '../steps/move-home';
import { PartitionState } from '../steps/partition-state';
import { Alignment } from './alignment';
import { allOf } from './all-of';
import { Checkpoint } from './checkpoint';
import { KeptRules } from './kept-rules';
import { openPartition } from './open-partition';
import {
  endOf,
  PartitionConsumer,
  type DetectionPorts,
  type DetectionSettings,
  type Opened,
} from './partition-consumer';
import { inTurns, redo } from './redo';
import { missingBefore, rebuildPartition, stretchBefore, type Rebuilt } from './rebuild-partition';
import { SourcePartition } from './source-partition';
import { silentAfter } from './source-watermarks';

/** What arrived less than this ago is measured now, however far others are behind; only who works on a backlog waits, ms. */
const liveFor = 60_000;
/** How far a partition may be ahead of others at least, ms; where the rules wait longer for late facts, so far. */
const shortestLead = 3_600_000;

/** Reads the facts topic: measures what lives there, and passes it on to the re-keyed topics of the lanes that the rules need. */
export class DetectionConsumer extends PartitionConsumer<SourcePartition> {
  private readonly alignment = new Alignment();
  private known: { readonly sources: Sources; readonly until: number } | null = null;

  constructor(
    ports: DetectionPorts,
    private readonly source: FactSource,
    private readonly settings: DetectionSettings,
  ) {
    super(settings.group, settings.factsTopic, ports);
  }

  /** Partitions of a backlog are read side by side in event time. */
  async waits(topic: string, partition: number, arrivedAt: number): Promise<boolean> {
    const { clock, metrics } = this.ports;
    const owned = this.ownedOf(partition);
    const now = clock();
    let waiting = false;
    if (owned !== undefined && now - arrivedAt > liveFor) {
      const { watermark, rules } = owned.state;
      const { progress, bounds } = await this.sources();
      const lead = Math.max(shortestLead, rules.lateness);
      waiting = this.alignment.isAhead(partition, watermark, lead, progress, bounds, now);
      if (waiting) owned.keptRules.noteWaiting(now);
    }
    metrics.ahead(topic, partition, waiting);
    return waiting;
  }

  protected async open(partition: number, held: Bounds): Promise<Opened<SourcePartition>> {
    const { topic } = this;
    const { log, store } = this.ports;
    const described = await log.describe(topic);
    const found = await openPartition(described, partition, held, store);
    const checkpoint = new Checkpoint(store, found, this.settings.snapshotEvery, this.snapshotTurn);
    const keptRules = new KeptRules(found, this.ports.clock());
    const opened = (state: PartitionState, progress: Progress | undefined): SourcePartition =>
      new SourcePartition(partition, state, checkpoint, keptRules, progress);
    if (!found.begins) {
      const stored = await inTurns(PartitionState.restoring(topic, partition, found.snapshot));
      const state = await redo(stored, found.deltas);
      return { owned: opened(state, (await store.progress(topic)).get(partition)), begunAnew: null };
    }
    if (!found.beganLate) {
      return { owned: opened(PartitionState.begin(topic, partition, false), undefined), begunAnew: null };
    }
    const bounds = await log.bounds(topic);
    const progress = this.anyMoved(partition, bounds, checkpoint.nextOffset);
    const rebuilt = await this.rebuild(described, partition, withBounds(bounds, partition, held));
    if ('why' in rebuilt) {
      return {
        owned: opened(PartitionState.begin(topic, partition, true), progress),
        begunAnew: { facts: null, ...rebuilt },
      };
    }
    const { state, facts, moved, heldSince } = rebuilt;
    const owned = opened(state, progress);
    owned.noteMoved(moved);
    // Told before it is written: an answer that is lost leaves a partition that was not begun anew when it is opened next.
    this.ports.onBegunAnew({ topic, partition, offset: checkpoint.nextOffset, facts, heldSince: finite(heldSince) });
    // One write: what is begun again after a crash is not half rebuilt, and nobody takes it for further than it is.
    await checkpoint.writeSnapshot(state.snapshot(), owned.progress(checkpoint.nextOffset));
    return { owned, begunAnew: null };
  }

  /** A state filled with what arrived before the log begins, or why that cannot be. */
  private async rebuild(
    topic: TopicDescription,
    partition: number,
    bounds: readonly Bounds[],
  ): Promise<(Rebuilt & { readonly state: PartitionState; readonly heldSince: number }) | { readonly why: string }> {
    const { history, log, rules, clock } = this.ports;
    if (history === null) return { why: 'no facts archive is at hand' };
    const low = bounds[partition]?.low ?? 0;
    const reach = await history.reach(topic.name, topic.identity);
    const stretch = stretchBefore(reach, partition, low);
    if (stretch === undefined) return { why: `the facts archive does not hold all that arrived before offset ${low}` };
    const state = PartitionState.begin(topic.name, partition, false);
    const heldSince = missingBefore(reach, stretch);
    if (heldSince > -Infinity) state.beginWithPast(heldSince);
    state.useRules(await rules.latest(), low - 1);
    const published = (await log.committed(this.group, topic.name))[partition] ?? 0;
    const publish = (states: readonly HitState[]): Promise<void> => this.publishStates(states);
    const move = async (facts: readonly NewRecord[]): Promise<readonly Position[]> => (await this.move(facts)).moved;
    const rebuilding = { history, topic, partition, bounds, published, now: clock(), publish, move };
    const rebuilt = await rebuildPartition(state, stretch, rebuilding, reach);
    // They were counted when they came.
    state.takeTally();
    state.takeDelta();
    return { ...rebuilt, state, heldSince };
  }

  /**
   * What is known of a source that begins in the middle of its log: each record that another partition holds may have been moved there
   * from here, so nobody takes it for further than it is before they have read it.
   */
  private anyMoved(partition: number, bounds: readonly Bounds[], nextOffset: number): Progress {
    const others = [...bounds.entries()].filter(([other, { high }]) => other !== partition && high > 0);
    const movedUpTo = Object.fromEntries(others.map(([other, { high }]) => [String(other), high - 1]));
    return { watermark: null, movedUpTo, nextOffset, sourceReadAt: this.ports.clock() };
  }

  protected async advance(owned: SourcePartition, batch: Batch, startedAt: number): Promise<void> {
    const { clock, metrics } = this.ports;
    const { source } = this;
    const { state, checkpoint } = owned;
    const idle = batch.records.length === 0;
    // 1. What has changed around it: rules, lanes that need what is held, how far other partitions have been read.
    const [sources, follows] = await allOf([this.sources(), this.followRules(owned, batch, startedAt)]);
    await this.handOver(owned, batch, startedAt);
    const settled = this.settledFor(owned, batch, sources, startedAt);
    // 2. The batch, in memory alone.
    const inputs = { source, settled: follows ? settled : null };
    const detected = await this.timed(batch, (isDue) => detecting(batch, state, inputs, isDue));
    // 3. Publish and await acknowledgement; then checkpoint.
    const { moved, deadLetters } = await this.publish(detected);
    owned.noteMoved(moved);
    if (!idle || detected.changed) {
      const progress = owned.progress(endOf(batch, checkpoint.nextOffset));
      await checkpoint.write(detected.delta, progress, () => state.snapshot());
    }
    metrics.measured(detected.states, state.takeTally());
    if (!idle) {
      source.checkpointed(detected.outcomes, deadLetters);
      metrics.batch(batch, { size: state.size, latest: state.watermark }, startedAt, clock());
    }
    // 4. Tell the re-keyed topics what stands in the checkpoint: a source never takes back what it told.
    await this.report(owned, idle);
  }

  /** Hands lanes that are new what is held. */
  private async handOver(owned: SourcePartition, { records }: Batch, now: number): Promise<void> {
    const { lanes } = this.ports;
    const { partition, state, checkpoint } = owned;
    const lastOffset = (records[0]?.offset ?? checkpoint.nextOffset) - 1;
    for (const [lane, keyOf] of state.keysOf) {
      const { identity } = await lanes.topic(lane);
      if (!state.owes(lane, identity)) continue;
      await lanes.handOver(lane, keyOf, state.held(), { partition, offset: lastOffset });
      state.handedOver(lane, identity, now);
      owned.reportAnew();
    }
  }

  private async publish({ hits, deadLetters, moved, keyed }: DetectedFacts): Promise<Published> {
    const [home] = await allOf([
      this.move(moved),
      this.send(topics.hits, hits),
      this.sendLetters(deadLetters),
      this.ports.lanes.write(keyed),
    ]);
    return { moved: home.moved, deadLetters: [...deadLetters, ...home.deadLetters] };
  }

  /** Moves facts home. What does not fit there becomes a dead letter: it must not keep the partition for ever. */
  private async move(facts: readonly NewRecord[]): Promise<Published> {
    const deadLetters: NewRecord[] = [];
    const placed = await sendOrReplace(this.ports.log, this.topic, facts, (fact, { bytes }) => {
      deadLetters.push(unmovable(fact, this.topic, bytes));
      return null;
    });
    await this.sendLetters(deadLetters);
    return { moved: placed.filter((place) => place !== null), deadLetters };
  }

  private async report(owned: SourcePartition, idle: boolean): Promise<void> {
    const { lanes, clock } = this.ports;
    const now = clock();
    const due = owned.dueReports(idle, now);
    if (due.length === 0) return;
    await lanes.report(due);
    owned.noteReported(due, now);
  }

  /**
   * How far all partitions have been read, and what they hold. Every batch of every partition wants to know, so an answer serves for a
   * moment: one that is older forgets less, never more. Not so where a partition is silent or was never written to, since what comes
   * there then counts from its first record on.
   */
  private async sources(): Promise<Sources> {
    const { known } = this;
    if (known !== null && performance.now() < known.until) return known.sources;
    const { store, log, clock } = this.ports;
    const askedAt = performance.now();
    const [progress, bounds] = await Promise.all([store.progress(this.topic), log.bounds(this.topic)]);
    const sources = { progress, bounds };
    const now = clock();
    const live = bounds.every((_, n) => now - (progress.get(n)?.sourceReadAt ?? -Infinity) < silentAfter / 2);
    this.known = live ? { sources, until: askedAt + this.settings.sourcesServeFor } : null;
    return sources;
  }

  /** Up to which event time nothing more can come to this partition but what is late. */
  private settledFor(owned: SourcePartition, batch: Batch, { progress, bounds }: Sources, now: number): number | null {
    const { records } = batch;
    if (records.some((record) => !this.source.isMoved(record, batch))) owned.noteSourceRead(now);
    const first = records[0]?.offset ?? owned.checkpoint.nextOffset;
    return owned.watermarks.lowest(owned.progress(endOf(batch, first)), first, progress, bounds, now);
  }
}

/** Where facts stand that were moved home, and the dead letters that were written. */
interface Published {
  readonly moved: readonly Position[];
  readonly deadLetters: readonly NewRecord[];
}

/** The partitions of the facts topic, each a source of the others. */
interface Sources {
  readonly progress: ReadonlyMap<number, Progress>;
  readonly bounds: readonly Bounds[];
}

/** The bounds as they were when the partition was assigned stand for it: it is opened there. */
const withBounds = (bounds: readonly Bounds[], partition: number, held: Bounds): readonly Bounds[] =>
  bounds.map((bound, index) => (index === partition ? held : bound));
