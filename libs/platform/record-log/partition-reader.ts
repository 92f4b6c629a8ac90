import { BackOff, type BackOffTimes } from './back-off';
import { asError, type RecordLogLogger } from './log-events';
import {
  StopPartition,
  type Batch,
  type BatchConsumer,
  type Bounds,
  type RunningConsumer,
  type StoppedPartition,
  type Tending,
} from './record-log';

/** What the log knows of a partition when it is assigned. */
export interface PartitionStanding {
  readonly bounds: Bounds;
  /** Committed offset of the group, null where there is none. */
  readonly committed: number | null;
}

/** What a reader needs of the adapter it reads for. */
export interface PartitionSource {
  /** Asks the log anew, at every assignment. */
  standing(topic: string, partition: number): Promise<PartitionStanding>;
  /** The partition may be fetched from `offset` on. */
  ready(reader: PartitionReader): void;
  /** Nothing must be fetched until `ready` is called again. */
  halt(reader: PartitionReader): void;
}

/** `resting`: held, but the consumer wants it to wait; `waiting`: given back after a fault, until it is tried again. */
type State = 'opening' | 'reading' | 'resting' | 'waiting' | 'stopped' | 'closed';

/** How often a partition that rests is asked after, ms. */
const ASK_AGAIN = 200;

/** After so many failures in a row it is no longer a fault that heals: the member is not healthy. */
const FAILURES_TOLERATED = 5;

/** What may fail, each counted apart: an assignment that succeeds says nothing of the batch after it. */
type Work = 'assign' | 'handle' | 'tend';

/** Failures in a row of one kind, and the last of them. */
interface Failures {
  readonly count: number;
  readonly last: Error;
}

/**
 * One partition in the hands of one member: assigned, read, given back. Both adapters use it, so that they mean the same
 * by `assigned`, `revoked` and `handle`. Everything happens one after another: a batch is never in hand while the
 * partition is revoked, and `assigned` is over before the first batch.
 */
export class PartitionReader {
  private state: State = 'opening';
  private held = false;
  private nextOffset = 0;
  private stoppedBy: StopPartition | null = null;
  private readonly failures: Record<Work, Failures | null> = { assign: null, handle: null, tend: null };
  private tending: NodeJS.Timeout | null = null;
  private resting: NodeJS.Timeout | null = null;
  private tendingDue = false;
  private tail: Promise<unknown> = Promise.resolve();
  private readonly backOff: BackOff;

  constructor(
    readonly topic: string,
    readonly partition: number,
    private readonly consumer: BatchConsumer,
    private readonly source: PartitionSource,
    private readonly logger: RecordLogLogger,
    times: BackOffTimes,
  ) {
    this.backOff = new BackOff(times);
  }

  /** Offset that the next batch must go on from. */
  get next(): number {
    return this.nextOffset;
  }

  /** True while batches may be delivered. */
  get reading(): boolean {
    return this.state === 'reading';
  }

  /** True while it is in hand, also where it rests. */
  get inHand(): boolean {
    return this.state === 'reading' || this.state === 'resting';
  }

  /** True once the member has given the partition back, or is about to. */
  get closed(): boolean {
    return this.state === 'closed';
  }

  /** Why the partition was stopped, null while it is not. */
  get stopped(): StoppedPartition | null {
    if (this.stoppedBy === null) return null;
    const { topic, partition } = this;
    return { topic, partition, code: this.stoppedBy.code, message: this.stoppedBy.message };
  }

  /** What keeps the partition from going on, null while it goes on or has failed fewer than five times in a row. */
  get failing(): string | null {
    const [worst] = Object.values(this.failures)
      .filter((failures) => failures !== null)
      .sort((a, b) => b.count - a.count);
    if (worst === undefined || worst.count < FAILURES_TOLERATED || this.stoppedBy !== null) return null;
    return (
      `Partition ${this.partition} of "${this.topic}" has failed ${worst.count} times in a row at offset ` +
      `${this.nextOffset} and is tried again: ${worst.last.message}`
    );
  }

  /** Assigns the partition; never rejects: faults are retried with a back-off until `close`. */
  async open(): Promise<void> {
    await this.inTurn(() => this.assign());
  }

  /**
   * Hands a batch over. The batch must go on at `next`; `end` is the offset after it.
   * @returns true where it was handled (the caller commits `end`), false where it was not and must be fetched again
   */
  async deliver(batch: Batch, end: number): Promise<boolean> {
    return this.inTurn(async () => {
      if (this.state !== 'reading') return false;
      try {
        if (await this.mustRest(batch.records[0]?.timestamp)) return false;
        await this.consumer.handle(batch);
      } catch (thrown) {
        await this.fail(asError(thrown), 'A batch could not be handled', 'handle');
        return false;
      }
      this.backOff.reset();
      this.failures.handle = null;
      this.nextOffset = end;
      return true;
    });
  }

  /** Steps over offsets that hold no record (compacted, aborted, control records). */
  stepTo(offset: number): void {
    this.nextOffset = offset;
  }

  /** Stops the partition with an alarm. */
  async stop(reason: StopPartition): Promise<void> {
    await this.inTurn(async () => {
      if (this.state !== 'closed') await this.fail(reason, 'The partition was stopped', 'handle');
    });
  }

  /** Waits for the batch in hand and gives the partition back. */
  async close(): Promise<void> {
    this.state = 'closed';
    this.backOff.cancel();
    this.endTending();
    this.endRest();
    await this.inTurn(() => this.release());
  }

  /** Resolves when no batch and no assignment is in hand. */
  async idle(): Promise<void> {
    await this.inTurn(() => Promise.resolve());
  }

  private inTurn<T>(step: () => Promise<T>): Promise<T> {
    const turn = this.tail.then(step);
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  private async assign(): Promise<void> {
    if (this.state === 'closed' || this.state === 'stopped') return;
    this.state = 'opening';
    try {
      const { bounds, committed } = await this.source.standing(this.topic, this.partition);
      this.held = true;
      const own = await this.consumer.assigned(this.topic, this.partition, bounds);
      const wanted = own ?? committed ?? bounds.low;
      const gap = this.gapAt(wanted, bounds, own === null ? 'the group has committed' : 'the consumer goes on from');
      if (gap !== null) throw gap;
      this.nextOffset = wanted;
    } catch (thrown) {
      await this.fail(asError(thrown), 'The partition could not be assigned', 'assign');
      return;
    }
    this.failures.assign = null;
    if (this.isClosed()) return;
    this.state = 'reading';
    this.source.ready(this);
    this.beginTending();
  }

  /** Asks whether the partition is to wait; then nothing more of it is fetched until the consumer says otherwise. */
  private async mustRest(arrivedAt: number | undefined): Promise<boolean> {
    const { consumer, topic, partition } = this;
    if (consumer.waits === undefined || arrivedAt === undefined) return false;
    if (!(await consumer.waits(topic, partition, arrivedAt)) || this.isClosed()) return false;
    if (this.state === 'reading') this.source.halt(this);
    this.state = 'resting';
    this.resting = setTimeout(() => void this.inTurn(() => this.wake(arrivedAt)), ASK_AGAIN);
    return true;
  }

  private async wake(arrivedAt: number): Promise<void> {
    if (this.state !== 'resting') return;
    try {
      if (await this.mustRest(arrivedAt)) return;
    } catch (thrown) {
      await this.fail(asError(thrown), 'It could not be told whether a partition is to wait', 'handle');
      return;
    }
    if (this.isClosed()) return;
    this.state = 'reading';
    this.source.ready(this);
  }

  private endRest(): void {
    if (this.resting !== null) clearTimeout(this.resting);
    this.resting = null;
  }

  private beginTending(): void {
    const { tending } = this.consumer;
    if (tending === undefined) return;
    this.tending ??= setInterval(() => this.tend(tending), tending.everyMs);
    this.tend(tending);
  }

  private endTending(): void {
    if (this.tending !== null) clearInterval(this.tending);
    this.tending = null;
  }

  /** Tends the partition as soon as nothing else is in hand. */
  private tend(tending: Tending): void {
    if (this.tendingDue || !this.inHand) return;
    this.tendingDue = true;
    void this.inTurn(async () => {
      this.tendingDue = false;
      if (!this.inHand) return;
      try {
        await tending.tend(this.topic, this.partition);
      } catch (thrown) {
        await this.fail(asError(thrown), 'A partition could not be tended', 'tend');
        return;
      }
      this.failures.tend = null;
      if (this.failures.handle === null) this.backOff.reset();
    });
  }

  /** The alarm to raise where the log does not hold the offset, null where it does. `who` names where it comes from. */
  gapAt(wanted: number, { low, high }: Bounds, who: string): StopPartition | null {
    if (wanted >= low && wanted <= high) return null;
    const lost = wanted < low ? `${low - wanted} offsets are no longer held` : 'the log ends before it';
    return new StopPartition(
      'offset-gap',
      `Partition ${this.partition} of "${this.topic}" holds offsets ${low} to ${high}, but ${who} offset ${wanted}: ` +
        `${lost}. Reading would jump, so it stops. Restore the topic, or set the offset on purpose and start again.`,
    );
  }

  private async fail(error: Error, what: string, kind: Work): Promise<void> {
    const at = { topic: this.topic, partition: this.partition, offset: this.nextOffset };
    this.endRest();
    this.source.halt(this);
    await this.release();
    if (error instanceof StopPartition) {
      this.stoppedBy = error;
      this.endTending();
      if (!this.isClosed()) this.state = 'stopped';
      this.logger.error({ ...at, code: error.code, err: error }, `Partition stopped: ${error.message}`);
      return;
    }
    this.failures[kind] = { count: (this.failures[kind]?.count ?? 0) + 1, last: error };
    this.logger.warn({ ...at, err: error }, `${what}; the partition is assigned anew: ${error.message}`);
    if (this.isClosed()) return;
    this.state = 'waiting';
    void this.backOff.wait().then(() => this.open());
  }

  private async release(): Promise<void> {
    if (!this.held) return;
    this.held = false;
    try {
      await this.consumer.revoked(this.topic, this.partition);
    } catch (thrown) {
      const err = asError(thrown);
      this.logger.error(
        { topic: this.topic, partition: this.partition, err },
        `Giving a partition back failed: ${err.message}`,
      );
    }
  }

  /** `state` as another turn may have left it meanwhile (the compiler narrows too far across an await). */
  private isClosed(): boolean {
    return this.state === 'closed';
  }
}

/** Health of a member that is in its group: of no partition does it fail again and again. */
export function healthOf(readers: readonly PartitionReader[]): ReturnType<RunningConsumer['health']> {
  const stopped = readers.flatMap((reader) => reader.stopped ?? []);
  const reasons = readers.flatMap((reader) => reader.failing ?? []);
  return reasons.length === 0 ? { ok: true, stopped } : { ok: false, reason: reasons.join(' '), stopped };
}
