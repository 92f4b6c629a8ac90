export { MetricsModule } from './metrics.module';
export { createRegistry, METRICS_REGISTRY } from './registry';
export { TallyHistogram } from './tally-histogram';
