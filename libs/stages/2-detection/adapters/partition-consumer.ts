import { cutLetter, topics } from '@weir/contracts';
import type { Detector, HitState, RuleSet } from '@weir/domain';
import type { Clock } from '@weir/platform/clock';
import {
  sendOrReplace,
  type Batch,
  type BatchConsumer,
  type Bounds,
  type NewRecord,
  type Position,
  type RecordLog,
  type Tending,
} from '@weir/platform/record-log';
import type { Progress, WindowStore } from '@weir/platform/window-store';
import type { DetectionMetrics, PartitionLag } from '../detection.metrics';
import { SnapshotTurn, type Checkpoint } from './checkpoint';
import type { LaneWriter } from './lane-writer';
import type { FactHistory } from '../steps/fact-history';
import { hitRecord } from '../steps/hit-record';
import type { KeptRules } from './kept-rules';
import { Pace } from './pace';
import type { RuleTopic } from './rule-topic';

/** A partition that was begun without state in the middle of its log. Times in ms. */
export interface BegunAnew {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** How many facts it was filled with from the archive; null: with none, and windows are incomplete for a while. */
  readonly facts: number | null;
  /** Facts that occurred before this time may be missing, null: none is; undefined: not known yet. */
  readonly heldSince?: number | null;
  /** Why the archive could not fill it. */
  readonly why?: string;
}

/** What the consumers of detection stand on. */
export interface DetectionPorts {
  readonly log: RecordLog;
  readonly store: WindowStore;
  readonly rules: Pick<RuleTopic, 'latest'>;
  readonly lanes: LaneWriter;
  readonly clock: Clock;
  readonly metrics: DetectionMetrics;
  /** The facts archive, to rebuild from; null: there is none. */
  readonly history: FactHistory | null;
  /** Told where a partition was begun without state in the middle of its log. */
  readonly onBegunAnew: (begun: BegunAnew) => void;
}

export interface DetectionSettings {
  readonly group: string;
  readonly factsTopic: string;
  /** Deltas after which a snapshot is written. */
  readonly snapshotEvery: number;
  /** For how long it serves to have asked how far all partitions have been read, ms; 0: it is asked for each batch. */
  readonly sourcesServeFor: number;
}

/** A partition that this process owns. */
export interface OwnedPartition {
  readonly state: {
    readonly size: Detector['size'];
    readonly beginsIncomplete: boolean;
    readonly isIncomplete: boolean;
    beginWith(arrivedAt: number): void;
    runs(rules: RuleSet): boolean;
    useRules(rules: RuleSet, lastOffset: number, now: number): readonly HitState[];
    takeUnpublished(): readonly HitState[];
    takeDelta(): Buffer;
  };
  readonly checkpoint: Checkpoint;
  readonly keptRules: KeptRules;
  /** What others may know of it once all before `nextOffset` has been read. */
  progress(nextOffset: number): Progress;
}

/** A partition as it was opened. */
export interface Opened<Owned> {
  readonly owned: Owned;
  /** Null: it goes on from its checkpoint, or begins with its log, or this was told. */
  readonly begunAnew: Pick<BegunAnew, 'facts' | 'heldSince' | 'why'> | null;
}

/** How often a held partition is looked after, ms. */
const tendEvery = 5_000;

/**
 * Reads one topic and keeps each partition's state once and only once: publish and await acknowledgement, then
 * checkpoint, then (the log's part) commit. Whatever fails, memory is dropped and the partition opened anew; what was
 * published twice is recognised downstream.
 */
export abstract class PartitionConsumer<Owned extends OwnedPartition> implements BatchConsumer {
  readonly topics: readonly string[];
  readonly tending: Tending = {
    everyMs: tendEvery,
    tend: (topic, partition) => this.handle({ topic, partition, records: [], high: 0 }),
  };
  protected readonly snapshotTurn = new SnapshotTurn();
  private readonly owned = new Map<number, Owned>();
  private readonly paces = new Map<number, Pace>();

  constructor(
    readonly group: string,
    protected readonly topic: string,
    protected readonly ports: DetectionPorts,
  ) {
    this.topics = [topic];
  }

  async assigned(topic: string, partition: number, bounds: Bounds): Promise<number> {
    const { owned, begunAnew } = await this.open(partition, bounds);
    this.owned.set(partition, owned);
    this.paces.set(partition, new Pace(this.ports.clock));
    this.ports.metrics.opened(topic, partition, owned.state.size);
    const { nextOffset } = owned.checkpoint;
    if (begunAnew !== null) this.ports.onBegunAnew({ topic, partition, offset: nextOffset, ...begunAnew });
    this.showIncomplete(partition, owned);
    return nextOffset;
  }

  revoked(topic: string, partition: number): Promise<void> {
    this.owned.delete(partition);
    this.paces.delete(partition);
    this.ports.metrics.closed(topic, partition);
    return Promise.resolve();
  }

  /** Part by part, each with a checkpoint of its own: measuring must not hold the process up for longer than its session. */
  async handle(batch: Batch): Promise<void> {
    const pace = this.paces.get(batch.partition);
    if (pace === undefined || batch.records.length === 0) return this.handlePart(batch);
    for (const part of pace.partsOf(batch)) await this.handlePart(part);
  }

  private async handlePart(batch: Batch): Promise<void> {
    const { topic, partition, records } = batch;
    const owned = this.owned.get(partition);
    if (owned === undefined) throw new Error(`A batch of ${topic}/${partition} came before the partition was opened.`);
    const now = this.ports.clock();
    try {
      if (owned.state.beginsIncomplete) {
        const arrivedAt =
          records[0]?.timestamp ?? (await this.arrivalAtEnd(partition, owned.checkpoint.nextOffset, now));
        // The first record is on its way: before it is read, it is not known since when records are held.
        if (arrivedAt === null) return;
        owned.state.beginWith(arrivedAt);
      }
      await this.advance(owned, batch, now);
      if (records.length > 0) owned.keptRules.noteRead(records.length, now);
      this.showIncomplete(partition, owned);
    } catch (error) {
      // The state has moved on without a checkpoint: it must not be used again.
      this.owned.delete(partition);
      throw error;
    }
  }

  /** How many records of each owned partition are not in its checkpoint yet. */
  async lag(): Promise<readonly PartitionLag[]> {
    const { topic } = this;
    const bounds = await this.ports.log.bounds(topic);
    return [...this.owned].map(([partition, { checkpoint }]) => {
      const { nextOffset } = checkpoint;
      return { topic, partition, lag: Math.max(0, (bounds[partition]?.high ?? nextOffset) - nextOffset) };
    });
  }

  /** A partition that is held at present. */
  protected ownedOf(partition: number): Owned | undefined {
    return this.owned.get(partition);
  }

  /** Opens a partition at its checkpoint. */
  protected abstract open(partition: number, bounds: Bounds): Promise<Opened<Owned>>;

  /** Moves a partition on: by a batch, or, where that is empty, by what has changed around it. */
  protected abstract advance(owned: Owned, batch: Batch, now: number): Promise<void>;

  /**
   * Runs the rules as they stand, in a step of its own (ADR 0022): a change is written down before what comes of it is published, and that is
   * published before anything else is written down.
   * @returns whether they run. Until they do nothing may be forgotten: they may ask for it
   */
  protected async followRules(owned: Owned, batch: Batch, now: number): Promise<boolean> {
    const { state, checkpoint } = owned;
    const [first] = batch.records;
    // 1. What came of a change that was written down, and that nobody may have published since.
    await this.publishStates(state.takeUnpublished());
    // 2. Other rules, where nobody can have published what these would never take back.
    const rules = await this.ports.rules.latest();
    if (state.runs(rules)) return true;
    const end = async (): Promise<number> =>
      (await this.ports.log.bounds(this.topic))[batch.partition]?.high ?? Infinity;
    const nextOffset = first?.offset ?? checkpoint.nextOffset;
    if (!(await owned.keptRules.mayChange(rules, nextOffset, now, end))) return false;
    // 3. Written down, then published.
    const states = state.useRules(rules, nextOffset - 1, first?.timestamp ?? now);
    await checkpoint.append(state.takeDelta(), owned.progress(checkpoint.nextOffset));
    await this.publishStates(states);
    return true;
  }

  /** Publishes states that no fact of a batch has caused. */
  protected async publishStates(states: readonly HitState[]): Promise<void> {
    await this.send(topics.hits, states.map(hitRecord));
    this.ports.metrics.measured(states, []);
  }

  private showIncomplete(partition: number, { state }: Owned): void {
    this.ports.metrics.incompleteWindows(this.topic, partition, state.isIncomplete);
  }

  /** Measures what is in hand of a partition. */
  protected timed<T>(
    { partition, records }: Batch,
    measure: (isDue: () => boolean) => Generator<undefined, T>,
  ): Promise<T> {
    const pace = this.paces.get(partition) ?? new Pace(this.ports.clock);
    return pace.timed(records.length, measure);
  }

  /** Writes records where there are any. */
  protected async send(topic: string, records: readonly NewRecord[]): Promise<readonly Position[]> {
    return records.length === 0 ? [] : this.ports.log.send(topic, records);
  }

  /** Writes dead letters; of one that the topic does not take, what it does. */
  protected async sendLetters(letters: readonly NewRecord[]): Promise<void> {
    await sendOrReplace(this.ports.log, topics.deadLetters, letters, cutLetter);
  }

  /** Where nothing more is to be read, whatever comes arrives from now on; null where there is. */
  private async arrivalAtEnd(partition: number, nextOffset: number, now: number): Promise<number | null> {
    const bounds = await this.ports.log.bounds(this.topic);
    return nextOffset >= (bounds[partition]?.high ?? Infinity) ? now : null;
  }
}

/** The offset after a batch; `whereEmpty` where it has no record. */
export function endOf({ records }: Batch, whereEmpty: number): number {
  const last = records.at(-1);
  return last === undefined ? whereEmpty : last.offset + 1;
}
