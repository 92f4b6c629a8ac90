export { alertingMigrations } from './adapters/alerting.migrations';
export { AlertingMetrics } from './adapters/alerting-metrics';
export { HitsConsumer } from './adapters/hits-consumer';
export type { HitsConsumerParts } from './adapters/hits-consumer';
export type { AlertingPorts, HitBatch } from './alerting.ports';
export { AlertingModule } from './alerting.module';
export type { AlertingOptions } from './alerting.module';
export { readStates, type ReadRecords } from './steps/read-states';
