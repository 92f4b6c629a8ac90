import type { RunningService } from './running-service';

/** One sample of a metric. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of a metric as a scrape shows them now. */
export async function metricSamples(service: RunningService, name: string): Promise<readonly Sample[]> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  return text.split('\n').flatMap((line) => {
    const sample = /^([a-zA-Z_:]+)(?:\{(.*)\})? ([^ ]+)$/.exec(line);
    if (sample === null || sample[1] !== name) return [];
    const labels: Record<string, string> = {};
    for (const [, label = '', value = ''] of (sample[2] ?? '').matchAll(/(\w+)="([^"]*)"/g)) labels[label] = value;
    return [{ labels, value: Number(sample[3]) }];
  });
}

/** Sum of a metric's samples whose labels match, as a scrape shows them now. */
export async function metricSum(
  service: RunningService,
  name: string,
  matches: (labels: Sample['labels']) => boolean = () => true,
): Promise<number> {
  const samples = await metricSamples(service, name);
  return samples.filter(({ labels }) => matches(labels)).reduce((sum, { value }) => sum + value, 0);
}
