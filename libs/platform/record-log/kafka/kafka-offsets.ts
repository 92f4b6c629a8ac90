import { asError } from '../log-events';
import type { Bounds } from '../record-log';
import { answeredWithin } from './answered-within';
import type { KafkaCluster } from './kafka-cluster';

/** What asking for offsets needs of the cluster. */
export type OffsetsCluster = Pick<KafkaCluster, 'known' | 'offsets' | 'close'>;

/**
 * Asks where partitions begin and end, on one connection that stays open. Before each batch a detector wants to know it of several topics:
 * what is asked for in the same turn of the event loop goes out together, the oldest and the next offsets beside each other.
 */
export class KafkaOffsets {
  private cluster: Promise<OffsetsCluster> | null = null;
  /** Questions that were not put yet, by topic: who asks the same meanwhile shares the answer. */
  private due = new Map<string, { readonly answer: Promise<Bounds[]>; readonly settle: Settle }>();

  /**
   * @param connect opens a cluster, which is closed here
   * @param limitMs longest that a question may take
   */
  constructor(
    private readonly connect: () => Promise<OffsetsCluster>,
    private readonly limitMs: number,
  ) {}

  /**
   * One entry per partition, by number. An answer that is on its way may tell of a time before this call: only one that was not asked for
   * yet is shared.
   */
  bounds(topic: string): Promise<Bounds[]> {
    const due = this.due.get(topic);
    if (due !== undefined) return due.answer;
    if (this.due.size === 0) setImmediate(() => void this.askDue());
    let settle: Settle = () => undefined;
    const answer = new Promise<Bounds[]>((resolve) => (settle = resolve));
    this.due.set(topic, { answer, settle });
    return answer;
  }

  async close(): Promise<void> {
    const { cluster } = this;
    this.cluster = null;
    await cluster?.then(
      (open) => open.close(),
      () => undefined, // who asked has had the error
    );
  }

  /** Never rejects: each that asked has its answer or its error. */
  private async askDue(): Promise<void> {
    const asked = [...this.due];
    this.due = new Map();
    const together = this.ask(asked.map(([topic]) => topic));
    const failed = await together.then(
      () => false,
      () => true,
    );
    for (const [topic, { settle }] of asked) {
      // One of several topics may be gone: the others are not to suffer.
      settle(failed && asked.length > 1 ? this.ask([topic]).then(only(topic)) : together.then(only(topic)));
    }
  }

  private async ask(topics: readonly string[]): Promise<ReadonlyMap<string, Bounds[]>> {
    this.cluster ??= this.connect();
    const { cluster } = this;
    try {
      const answer = cluster.then((open) => askOf(open, topics));
      return await answeredWithin(this.limitMs, 'A question for offsets', answer);
    } catch (thrown) {
      // Leaders may have moved, and a topic that is gone makes kafkajs fail for all that it was asked about: another connection begins anew.
      // Nobody waits until the old one is closed.
      if (this.cluster === cluster) void this.close().catch(() => undefined);
      throw asError(thrown);
    }
  }
}

async function askOf(cluster: OffsetsCluster, topics: readonly string[]): Promise<ReadonlyMap<string, Bounds[]>> {
  await cluster.known(topics);
  const [oldest, next] = await Promise.all([cluster.offsets(topics, 'oldest'), cluster.offsets(topics, 'next')]);
  return new Map(topics.map((topic) => [topic, boundsOf(oldest.get(topic) ?? [], next.get(topic) ?? [])]));
}

type Settle = (answer: Promise<Bounds[]>) => void;
type Offsets = readonly { readonly partition: number; readonly offset: string }[];

function boundsOf(oldest: Offsets, next: Offsets): Bounds[] {
  const lows = new Map(oldest.map(({ partition, offset }) => [partition, Number(offset)]));
  return next
    .toSorted((a, b) => a.partition - b.partition)
    .map(({ partition, offset }) => ({ low: lows.get(partition) ?? 0, high: Number(offset) }));
}

const only =
  (topic: string) =>
  (answers: ReadonlyMap<string, Bounds[]>): Bounds[] =>
    answers.get(topic) ?? [];
