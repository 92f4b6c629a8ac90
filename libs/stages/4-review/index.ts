export { reviewMigrations } from './adapters/review.migrations';
export { EventFollower } from './adapters/event-follower';
export type { EventReader, FollowerParts } from './adapters/event-follower';
export { QueueProjection } from './adapters/queue-projection';
export { ReviewMetrics, openAlerts } from './adapters/review-metrics';
export { queuePath, reviewPipeline } from './review.pipeline';
export { ReviewModule } from './review.module';
