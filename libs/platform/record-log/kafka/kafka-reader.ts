import FetchedBatch from 'kafkajs/src/consumer/batch';
import type { Batch, Bounds } from '../record-log';
import { kafkaClient } from './kafka-client';
import { KafkaCluster, type Fetched } from './kafka-cluster';
import { inPlainWords } from './kafka-errors';
import type { KafkaSettings } from './kafka-options';
import { BackOff } from '../back-off';
import { toRecord } from './kafka-records';

/**
 * Asked for where a fetch of the usual size brings no record: Kafka's own clients' limit (fetch.max.bytes). kafkajs tells
 * nothing of batches whose records are all compacted away, and drops a batch that did not wholly fit behind them.
 */
const WIDE_BYTES = 52_428_800;

/**
 * Reads a topic within the given bounds, partition by partition, without a consumer group: nothing has to be joined,
 * and no right on a group is needed.
 * @throws {Error} where the brokers do not give what they said they hold, naming what is missing
 */
export async function* readWhole(
  topic: string,
  bounds: readonly Bounds[],
  settings: KafkaSettings,
): AsyncIterable<Batch> {
  const cluster = await KafkaCluster.open(kafkaClient(settings));
  try {
    await cluster.follow(topic);
    for (const [partition, range] of bounds.entries()) {
      yield* readPartition(cluster, topic, partition, range, settings);
    }
  } catch (thrown) {
    throw inPlainWords(thrown, settings);
  } finally {
    await cluster.close();
  }
}

/**
 * Reads a partition from `low` up to `high`. Offsets without records (aborted transactions, control records, compacted
 * ones) are stepped over. Where the brokers hold back what lies below `high`, e.g. while a new leader catches up, it
 * asks again, for as long as one request may take.
 */
export async function* readPartition(
  source: Pick<KafkaCluster, 'fetch'>,
  topic: string,
  partition: number,
  { low, high }: Bounds,
  { maxBytesPerPartition, maxWaitMs, requestTimeoutMs, backOff: times }: ReaderSettings,
): AsyncIterable<Batch> {
  const backOff = new BackOff(times);
  let next = low;
  let wide = false;
  let deadline = Date.now() + requestTimeoutMs;
  while (next < high) {
    const bytes = wide ? Math.max(WIDE_BYTES, maxBytesPerPartition) : maxBytesPerPartition;
    const fetched = await source.fetch(topic, partition, next, bytes, maxWaitMs);
    const view = new FetchedBatch(topic, String(next), fetched);
    if (view.rawMessages.length > 0) {
      const records = view.messages.map(toRecord).filter(({ offset }) => offset >= next && offset < high);
      next = Math.max(next, Number(view.lastOffset())) + 1;
      if (records.length > 0) yield { topic, partition, records, high: Number(fetched.highWatermark) };
      wide = false;
      backOff.reset();
      // Only now: the caller may have taken its time.
      deadline = Date.now() + requestTimeoutMs;
      continue;
    }
    const readable = readableEnd(fetched);
    if (readable >= high && wide) return; // everything may be read, and nothing is there
    wide = readable >= high;
    if (wide) continue;
    if (Date.now() > deadline) throw heldBack(topic, partition, { next, high, readable, waitedMs: requestTimeoutMs });
    await backOff.wait();
  }
}

/** The part of the settings that reading a partition needs. */
export type ReaderSettings = Pick<KafkaSettings, 'maxBytesPerPartition' | 'maxWaitMs' | 'requestTimeoutMs' | 'backOff'>;

/** Offset up to which the broker gives committed records; brokers older than Kafka 0.11 know no transactions. */
function readableEnd({ lastStableOffset, highWatermark }: Fetched): number {
  const stable = Number(lastStableOffset ?? -1);
  return stable < 0 ? Number(highWatermark) : stable;
}

function heldBack(
  topic: string,
  partition: number,
  { next, high, readable, waitedMs }: { next: number; high: number; readable: number; waitedMs: number },
): Error {
  return new Error(
    `Topic "${topic}" could not be read whole: of partition ${partition} the offsets ${next} to ${high - 1} are missing. ` +
      `Kafka held them when reading began, but for ${waitedMs} ms it has given none of them: it lets read up to offset ` +
      `${readable}. Look for a transaction left open on the topic, and for replicas that are out of sync; then read again.`,
  );
}
