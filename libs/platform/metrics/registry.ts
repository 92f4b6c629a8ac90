import { collectDefaultMetrics, Registry } from 'prom-client';

/** Injection token of the process's one `Registry`: create counters with `registers: [registry]`. */
export const METRICS_REGISTRY = Symbol('metrics-registry');

/** A registry that already holds the default metrics of the process (memory, CPU, event loop, garbage collection). */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
