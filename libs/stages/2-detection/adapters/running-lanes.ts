import { lanesOf } from '@weir/domain';
import { checkConsumer, type RecordLog, type RunningConsumer, type StoppedPartition } from '@weir/platform/record-log';
import type { PartitionLag } from '../detection.metrics';
import type { LaneConsumer } from './lane-consumer';
import type { LaneWriter } from './lane-writer';
import type { RuleTopic } from './rule-topic';

/** How often the rules are asked whether they need a lane that is not read yet, ms. */
const lookEvery = 5_000;

/** What following the lanes stands on. */
export interface LanesPorts {
  readonly log: Pick<RecordLog, 'consume'>;
  readonly rules: Pick<RuleTopic, 'latest'>;
  readonly lanes: Pick<LaneWriter, 'topic'>;
  /** Makes the consumer of a lane. */
  readonly consumerOf: (lane: string) => LaneConsumer;
  /** Told where the lanes could not be followed; it is tried again. */
  readonly onFault: (error: Error) => void;
}

/**
 * Reads the re-keyed topics of all lanes that the rules need; a lane that rules begin to need is read within seconds, without a
 * restart. One that no rule needs any more is read until the end of the process.
 */
export class RunningLanes {
  private readonly running = new Map<string, { readonly consumer: LaneConsumer; readonly handle: RunningConsumer }>();
  private timer: NodeJS.Timeout | null = null;
  private following: Promise<void> = Promise.resolve();
  private fault: Error | null = null;
  private stopped = false;

  constructor(private readonly ports: LanesPorts) {}

  /** Begins to read; resolves when all lanes that are needed now are read, or it is known why not. */
  async start(): Promise<void> {
    this.timer = setInterval(() => void this.look(), lookEvery);
    await this.look();
  }

  /** Looks now whether the rules need other lanes. Never rejects. */
  look(): Promise<void> {
    this.following = this.following.then(() => this.follow());
    return this.following;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearInterval(this.timer);
    await this.following;
    await Promise.all([...this.running.values()].map(({ handle }) => handle.stop()));
  }

  /** Rejects with what is wrong, where a lane is not read. */
  async check(): Promise<void> {
    if (this.fault !== null) throw this.fault;
    for (const { handle } of this.running.values()) await checkConsumer(handle);
  }

  /** Partitions that are stopped by an alarm. */
  stoppedPartitions(): readonly StoppedPartition[] {
    return [...this.running.values()].flatMap(({ handle }) => handle.health().stopped);
  }

  /** How many records of each owned partition are not in its checkpoint yet. */
  async lag(): Promise<readonly PartitionLag[]> {
    return (await Promise.all([...this.running.values()].map(({ consumer }) => consumer.lag()))).flat();
  }

  private async follow(): Promise<void> {
    try {
      const { rules } = await this.ports.rules.latest();
      this.fault = null;
      const missing = lanesOf(rules).filter((lane) => !this.running.has(lane));
      // Beside each other: joining a group takes seconds.
      await Promise.all(missing.map((lane) => this.read(lane)));
    } catch (error) {
      this.failed(error);
    }
  }

  /** A lane that cannot be read keeps no other from being read. */
  private async read(lane: string): Promise<void> {
    if (this.stopped) return;
    const { log, lanes, consumerOf } = this.ports;
    try {
      await lanes.topic(lane);
      const consumer = consumerOf(lane);
      this.running.set(lane, { consumer, handle: await log.consume(consumer) });
    } catch (error) {
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    this.fault = error instanceof Error ? error : new Error(String(error));
    this.ports.onFault(this.fault);
  }
}
