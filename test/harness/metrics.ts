import type { RunningService } from './running-service';

/** Sum of a metric's samples whose labels match, as a scrape shows them now. */
export async function metricSum(
  service: RunningService,
  name: string,
  matches: (labels: Readonly<Record<string, string>>) => boolean = () => true,
): Promise<number> {
  const text = await (await fetch(`${service.url}/metrics`)).text();
  let sum = 0;
  for (const line of text.split('\n')) {
    const sample = /^([a-zA-Z_:]+)(?:\{(.*)\})? ([^ ]+)$/.exec(line);
    if (sample === null || sample[1] !== name) continue;
    const labels: Record<string, string> = {};
    for (const [, label = '', value = ''] of (sample[2] ?? '').matchAll(/(\w+)="([^"]*)"/g)) labels[label] = value;
    if (matches(labels)) sum += Number(sample[3]);
  }
  return sum;
}
