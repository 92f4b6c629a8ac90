import { Histogram, type Registry } from 'prom-client';

/** What is written down of a histogram. */
type Shown = Awaited<ReturnType<Histogram<'le'>['get']>>;

/**
 * A histogram without labels, of what happens to every fact: to count a value is to add to a number, where prom-client looks up labels and
 * a bucket by its name each time.
 */
export class TallyHistogram extends Histogram<'le'> {
  /** How many values fell into each bucket; the last one has no bound. */
  private readonly counts: Float64Array;
  private sum = 0;

  /** @param description as prom-client takes it; `buckets` are upper bounds, ascending */
  constructor(
    private readonly description: {
      readonly name: string;
      readonly help: string;
      readonly buckets: readonly number[];
      readonly registers: Registry[];
    },
  ) {
    super({ ...description, buckets: [...description.buckets] });
    this.counts = new Float64Array(description.buckets.length + 1);
  }

  /** Counts a finite number. */
  tally(value: number): void {
    const { buckets } = this.description;
    let bucket = 0;
    while (bucket < buckets.length && value > (buckets[bucket] as number)) bucket++;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.sum += value;
  }

  override get(): Promise<Shown> {
    const { name, help, buckets } = this.description;
    const values: Shown['values'] = [];
    let count = 0;
    for (const [bucket, counted] of this.counts.entries()) {
      count += counted;
      values.push({ labels: { le: buckets[bucket] ?? '+Inf' }, value: count, metricName: `${name}_bucket` });
    }
    values.push({ labels: {}, value: this.sum, metricName: `${name}_sum` });
    values.push({ labels: {}, value: count, metricName: `${name}_count` });
    // The enumeration of types has no values outside of prom-client's declarations.
    const type = 'histogram' as unknown as Shown['type'];
    return Promise.resolve({ name, help, type, aggregator: 'sum', values, collect: () => undefined });
  }

  /** Asked in place of `get` where metrics are written as text. */
  getForPromString(): Promise<Shown> {
    return this.get();
  }
}
