export { prometheusPrograms, type PrometheusPrograms } from './prometheus-programs';
export type { Sample } from './prometheus-api';
export { startPrometheus, type PrometheusWishes, type TestPrometheus } from './start-prometheus';
