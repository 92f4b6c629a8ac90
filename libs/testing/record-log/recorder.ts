import type { Batch, BatchConsumer, Bounds, Tending } from '@weir/platform/record-log';

/** What a recorder was told, in the order in which it was told. */
export type Told =
  | { readonly what: 'assigned' | 'revoked'; readonly partition: number }
  | { readonly what: 'batch'; readonly partition: number; readonly offsets: readonly number[] };

/** Parts of a consumer that a test sets; the rest does nothing. */
export interface RecorderOptions {
  readonly group: string;
  readonly topic: string;
  readonly assigned?: (partition: number, bounds: Bounds) => number | null;
  readonly handle?: (batch: Batch) => void | Promise<void>;
  readonly tend?: (partition: number) => void | Promise<void>;
  readonly waits?: (partition: number, arrivedAt: number) => boolean;
}

/** A consumer that writes down all it is told and checks that it is told it in a permitted order. */
export class Recorder implements BatchConsumer {
  readonly group: string;
  readonly topics: readonly string[];
  readonly tending?: Tending;
  readonly told: Told[] = [];
  /** Breaches of the port's promises, empty while all is well. */
  readonly breaches: string[] = [];
  private readonly open = new Set<number>();
  private readonly busy = new Set<number>();

  constructor(private readonly options: RecorderOptions) {
    this.group = options.group;
    this.topics = [options.topic];
    const { tend } = options;
    if (tend === undefined) return;
    this.tending = { everyMs: 50, tend: (_topic, partition) => this.alone(partition, () => tend(partition)) };
  }

  /** Partitions held at this moment, ascending. */
  get partitions(): number[] {
    return [...this.open].sort((a, b) => a - b);
  }

  /** Offsets handled without a fault, per partition, in their order. */
  offsets(partition: number): number[] {
    return this.told.flatMap((t) => (t.what === 'batch' && t.partition === partition ? t.offsets : []));
  }

  /** How many records were handled without a fault. */
  get handled(): number {
    return this.told.reduce((sum, t) => sum + (t.what === 'batch' ? t.offsets.length : 0), 0);
  }

  /** How often `assigned` or `revoked` was called for a partition. */
  count(what: 'assigned' | 'revoked', partition: number): number {
    return this.told.filter((t) => t.what === what && t.partition === partition).length;
  }

  assigned(_topic: string, partition: number, bounds: Bounds): Promise<number | null> {
    if (this.open.has(partition)) this.breaches.push(`assigned twice: ${partition}`);
    this.open.add(partition);
    this.told.push({ what: 'assigned', partition });
    return Promise.resolve().then(() => this.options.assigned?.(partition, bounds) ?? null);
  }

  revoked(_topic: string, partition: number): Promise<void> {
    if (!this.open.delete(partition)) this.breaches.push(`revoked, but never assigned: ${partition}`);
    if (this.busy.has(partition)) this.breaches.push(`revoked with a batch in hand: ${partition}`);
    this.told.push({ what: 'revoked', partition });
    return Promise.resolve();
  }

  waits(_topic: string, partition: number, arrivedAt: number): Promise<boolean> {
    return Promise.resolve(this.options.waits?.(partition, arrivedAt) ?? false);
  }

  async handle(batch: Batch): Promise<void> {
    const { partition } = batch;
    if (batch.records.length === 0) this.breaches.push(`an empty batch: ${partition}`);
    await this.alone(partition, async () => {
      await this.options.handle?.(batch);
      this.told.push({ what: 'batch', partition, offsets: batch.records.map(({ offset }) => offset) });
    });
  }

  private async alone(partition: number, work: () => void | Promise<void>): Promise<void> {
    if (!this.open.has(partition)) this.breaches.push(`a batch, but not assigned: ${partition}`);
    if (this.busy.has(partition)) this.breaches.push(`two batches at once: ${partition}`);
    this.busy.add(partition);
    try {
      await work();
    } finally {
      this.busy.delete(partition);
    }
  }
}
