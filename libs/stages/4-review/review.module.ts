import { BeforeApplicationShutdown, Inject, Logger, Module, OnApplicationBootstrap } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { EVENT_STORE } from '@weir/platform/event-store';
import type { EventStore } from '@weir/platform/event-store';
import { Readiness } from '@weir/platform/health';
import { METRICS_REGISTRY } from '@weir/platform/metrics';
import { RECORD_LOG } from '@weir/platform/record-log';
import type { RecordLog } from '@weir/platform/record-log';
import { PG_POOL } from '@weir/platform/sql';
import type { Log } from '@weir/platform/sql';
import { Pool } from 'pg';
import { Registry } from 'prom-client';
import { EventFollower } from './adapters/event-follower';
import { ReviewMetrics } from './adapters/review-metrics';
import { GetAlertController } from './queries/get-alert/get-alert.controller';
import { GetAlertHandler, ListAlertHistoryHandler, ListAlertHitsHandler } from './queries/get-alert/get-alert.handler';
import { ListAlertsController } from './queries/list-alerts/list-alerts.controller';
import { ListAlertsHandler } from './queries/list-alerts/list-alerts.handler';
import { reviewPipeline } from './review.pipeline';

/**
 * The review stage: follows the event store into the queue and the outbox, and answers for the queue over HTTP. It expects
 * PG_POOL, EVENT_STORE, RECORD_LOG, METRICS_REGISTRY and Readiness from global modules, its migrations run and the topic
 * `weir.alerts.v1` made.
 */
@Module({
  imports: [CqrsModule],
  controllers: [ListAlertsController, GetAlertController],
  providers: [ListAlertsHandler, GetAlertHandler, ListAlertHitsHandler, ListAlertHistoryHandler],
})
export class ReviewModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly followers: readonly EventFollower[];

  constructor(
    @Inject(PG_POOL) pool: Pool,
    @Inject(EVENT_STORE) events: EventStore,
    @Inject(RECORD_LOG) log: RecordLog,
    @Inject(METRICS_REGISTRY) registry: Registry,
    private readonly readiness: Readiness,
  ) {
    const logger = logOf(new Logger('review'));
    const metrics = new ReviewMetrics(registry, pool, logger);
    this.followers = reviewPipeline(log).map(
      (reader) =>
        new EventFollower({
          pool,
          events,
          reader,
          logger,
          moved: (position) => metrics.moved(reader.name, position),
          failed: () => metrics.failed(reader.name),
        }),
    );
  }

  onApplicationBootstrap(): void {
    for (const follower of this.followers) {
      follower.start();
      this.readiness.add(`review: ${follower.name}`, () => follower.check());
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.followers.map((follower) => follower.stop()));
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
