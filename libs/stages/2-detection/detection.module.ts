import {
  Inject,
  Injectable,
  Logger,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { topics } from '@weir/contracts';
import { CLOCK, type Clock } from '@weir/platform/clock';
import { Readiness } from '@weir/platform/health';
import { METRICS_REGISTRY } from '@weir/platform/metrics';
import { checkConsumer, RECORD_LOG, type RecordLog, type RunningConsumer } from '@weir/platform/record-log';
import { WINDOW_STORE, type WindowStore } from '@weir/platform/window-store';
import { Registry } from 'prom-client';
import { DetectionConsumer } from './adapters/detection-consumer';
import { LaneConsumer } from './adapters/lane-consumer';
import { LaneWriter } from './adapters/lane-writer';
import type { BegunAnew, DetectionPorts, DetectionSettings } from './adapters/partition-consumer';
import { RunningLanes } from './adapters/running-lanes';
import { RuleTopic } from './adapters/rule-topic';
import { DetectionMetrics, type PartitionLag } from './detection.metrics';
import type { FactHistory } from './steps/fact-history';
import type { FactSource } from './steps/fact-source';

/** What the app says of detection. */
export interface DetectionOptions {
  /** Prefix of the consumer group. */
  readonly group: string;
  /** Name of the facts topic; null: the product's own. */
  readonly factsTopic: string | null;
  readonly snapshotEvery: number;
  /** Reads facts from records: intake, plugged in by the app. */
  readonly source: FactSource;
  /** Keeps facts longer than the log does, to rebuild from: the facts archive, plugged in by the app; null: there is none. */
  readonly history: FactHistory | null;
}

const OPTIONS = Symbol('detection-options');

/** Runs detection from the start of the application to its end. */
@Injectable()
class DetectionRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('detection');
  private running: RunningConsumer | null = null;
  private lanes: RunningLanes | null = null;

  constructor(
    @Inject(OPTIONS) private readonly options: DetectionOptions,
    @Inject(RECORD_LOG) private readonly log: RecordLog,
    @Inject(WINDOW_STORE) private readonly store: WindowStore,
    @Inject(METRICS_REGISTRY) private readonly registry: Registry,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly readiness: Readiness,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { options, log, store, clock } = this;
    const metrics = new DetectionMetrics(this.registry);
    const rules = new RuleTopic(log, ({ key, message }) => {
      metrics.unreadableRule();
      this.logger.error(`The rule "${key}" in ${topics.rules} cannot be run and is left out: ${message}`);
    });
    const settings: DetectionSettings = {
      group: `${options.group}-detection`,
      factsTopic: options.factsTopic ?? topics.facts,
      snapshotEvery: options.snapshotEvery,
      sourcesServeFor: 100,
    };
    for (const warning of await store.warnings()) this.logger.warn(warning);
    const onBegunAnew = (begun: BegunAnew): void => this.tellBegunAnew(begun);
    const { history } = options;
    if (history === null) {
      this.logger.warn(
        'No facts archive is at hand (DATABASE_URL): should the window store lose its state, windows are incomplete until they have filled.',
      );
    }
    const writer = new LaneWriter(log, settings.factsTopic, clock);
    const ports: DetectionPorts = { log, store, rules, clock, metrics, lanes: writer, history, onBegunAnew };
    const consumer = new DetectionConsumer(ports, options.source, settings);
    const lanes = this.lanesOf(ports, settings);
    this.lanes = lanes;
    this.running = await log.consume(consumer);
    await lanes.start();
    metrics.followLag(() => this.lagOf(consumer, lanes));
    metrics.followStopped(() => [...(this.running?.health().stopped ?? []), ...lanes.stoppedPartitions()]);
    this.readiness.add('window store', () => store.ping());
    this.readiness.add('detection', () => checkConsumer(this.running));
    this.readiness.add('detection: re-keyed topics', () => lanes.check());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all([this.running?.stop(), this.lanes?.stop()]);
  }

  private tellBegunAnew({ topic, partition, offset, facts, heldSince = null, why }: BegunAnew): void {
    const place = `${topic}/${partition} begins at offset ${offset} without stored state`;
    const gap =
      heldSince === null
        ? ''
        : ` Facts that occurred before ${new Date(heldSince).toISOString()} are not held: windows that reach back behind that are incomplete, and their hits say so.`;
    if (facts !== null) this.logger.log(`${place}: ${facts} facts were taken from the archive.${gap}`);
    else
      this.logger.warn(
        `${place}, and ${why ?? 'older facts are gone'}: windows are incomplete, and their hits say so, until they have filled.`,
      );
  }

  private lanesOf(ports: DetectionPorts, settings: DetectionSettings): RunningLanes {
    const onUnreadable = (origin: string, message: string): void => this.logger.error(`${origin}: ${message}`);
    return new RunningLanes({
      ...ports,
      consumerOf: (lane) => new LaneConsumer(lane, ports, settings, onUnreadable),
      onFault: ({ message }) => this.logger.error(`A re-keyed topic cannot be read, tried again: ${message}`),
    });
  }

  private async lagOf(
    ...readers: readonly { lag(): Promise<readonly PartitionLag[]> }[]
  ): Promise<readonly PartitionLag[]> {
    try {
      return (await Promise.all(readers.map((reader) => reader.lag()))).flat();
    } catch (error) {
      // A scrape must not fail because the log does not answer: readiness says that.
      this.logger.warn(`The lag is not known: ${error instanceof Error ? error.message : String(error)}`);
      return [];
    }
  }
}

/** Stage 2: facts in, states of hits out. Needs the record log, the window store, the clock and the metrics registry. */
@Module({})
export class DetectionModule {
  static with(options: DetectionOptions): DynamicModule {
    return {
      module: DetectionModule,
      providers: [{ provide: OPTIONS, useValue: options }, DetectionRunner],
    };
  }
}
