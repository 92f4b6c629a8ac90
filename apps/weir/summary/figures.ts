import type { Registry } from 'prom-client';

/** What the live summary shows, read from the metrics that operations see too. */
export interface Figures {
  readonly accepted: number;
  /** Of the accepted: too late for windows. */
  readonly late: number;
  readonly duplicates: number;
  readonly refused: number;
  /** Hits that stand, of those that detection reported: raised and reinstated, less withdrawn. */
  readonly hits: number;
  /** Hits that were withdrawn and not reinstated. */
  readonly withdrawn: number;
  readonly openAlerts: ReadonlyMap<string, number>;
  readonly lag: number;
}

/** Reads the figures of a process that runs every stage. */
export async function readFigures(registry: Registry): Promise<Figures> {
  const metrics = new Map((await registry.getMetricsAsJSON()).map((metric) => [metric.name, metric.values]));
  const sum = (name: string, matches: (labels: Readonly<Record<string, unknown>>) => boolean = () => true): number =>
    (metrics.get(name) ?? []).filter(({ labels }) => matches(labels)).reduce((total, { value }) => total + value, 0);
  const states = (wanted: string): number => sum('weir_hits_total', ({ status }) => status === wanted);
  // Since this start: what was raised before may be withdrawn now.
  const withdrawn = Math.max(0, states('withdrawn') - states('reinstated'));
  const openAlerts = new Map<string, number>();
  for (const { labels, value } of metrics.get('weir_alerts_open') ?? []) {
    const { severity } = labels as { readonly severity?: string | number };
    openAlerts.set(String(severity), value);
  }
  return {
    accepted: sum('weir_facts_total', ({ outcome }) => outcome === 'accepted' || outcome === 'late'),
    late: sum('weir_facts_total', ({ outcome }) => outcome === 'late'),
    duplicates: sum('weir_facts_total', ({ outcome }) => outcome === 'duplicate'),
    refused:
      sum('weir_facts_total', ({ outcome }) => outcome === 'refused') +
      sum('weir_http_facts_total', ({ outcome }) => outcome === 'refused'),
    hits: Math.max(0, states('raised') - withdrawn),
    withdrawn,
    openAlerts,
    lag: sum('weir_consumer_lag'),
  };
}
