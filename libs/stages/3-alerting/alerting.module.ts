import { BeforeApplicationShutdown, Inject, Logger, Module, OnApplicationBootstrap } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CLOCK } from '@weir/platform/clock';
import type { Clock } from '@weir/platform/clock';
import { EVENT_STORE } from '@weir/platform/event-store';
import type { EventStore } from '@weir/platform/event-store';
import { Readiness } from '@weir/platform/health';
import { METRICS_REGISTRY } from '@weir/platform/metrics';
import { checkConsumer, RECORD_LOG } from '@weir/platform/record-log';
import type { RecordLog, RunningConsumer } from '@weir/platform/record-log';
import { PG_POOL } from '@weir/platform/sql';
import type { Log } from '@weir/platform/sql';
import { Pool } from 'pg';
import { Registry } from 'prom-client';
import { AlertingMetrics } from './adapters/alerting-metrics';
import { HitsConsumer } from './adapters/hits-consumer';

/** What the app says of alerting. */
export interface AlertingOptions {
  /** Prefix of the consumer group, whose name is `<prefix>-alerting`. */
  readonly group: string;
}

const OPTIONS = Symbol('alerting-options');

/**
 * The alerting stage: reads hits from the record log and raises alerts. It expects PG_POOL, EVENT_STORE, RECORD_LOG, CLOCK,
 * METRICS_REGISTRY and Readiness from global modules, its migrations run and the topics `weir.hits.v1` and
 * `weir.dead-letters.v1` made.
 */
@Module({})
export class AlertingModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly consumer: HitsConsumer;
  private running: RunningConsumer | null = null;

  static with(options: AlertingOptions): DynamicModule {
    return { module: AlertingModule, providers: [{ provide: OPTIONS, useValue: options }] };
  }

  constructor(
    @Inject(OPTIONS) options: AlertingOptions,
    @Inject(PG_POOL) pool: Pool,
    @Inject(EVENT_STORE) events: EventStore,
    @Inject(RECORD_LOG) private readonly log: RecordLog,
    @Inject(CLOCK) clock: Clock,
    @Inject(METRICS_REGISTRY) registry: Registry,
    private readonly readiness: Readiness,
  ) {
    const metrics = new AlertingMetrics(registry);
    const logger = logOf(new Logger('alerting'));
    const group = `${options.group}-alerting`;
    this.consumer = new HitsConsumer({ ports: { pool, events, log, clock }, log, group, metrics, logger });
    metrics.followStopped(() => this.running?.health().stopped ?? []);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.running = await this.log.consume(this.consumer);
    this.readiness.add('alerting: hits', () => checkConsumer(this.running));
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.running?.stop();
  }
}

/** Nest's logger says `log` where others say `info`. */
function logOf(logger: Logger): Log {
  return {
    info: (message) => logger.log(message),
    warn: (message) => logger.warn(message),
    error: (message) => logger.error(message),
  };
}
