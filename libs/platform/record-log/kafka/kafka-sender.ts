import type { Message } from 'kafkajs';
import { asError, type RecordLogLogger } from '../log-events';
import { RecordTooLarge, type Position } from '../record-log';
import { BackOff } from '../back-off';
import { heals, typeOf } from './kafka-errors';
import type { IdempotentProducer } from './kafka-producer';

/** Most bytes of records in one request of a partition; below every broker's default limit of a batch (1 MiB). */
const CHUNK_BYTES = 524_288;
const CHUNK_RECORDS = 5_000;
/** The broker has lost what it knew of this producer: a fresh one has to send. */
const PRODUCER_LOST = new Set(['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH']);
const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE']);

/** A record on its way, with its size and who waits for it. */
export interface Outgoing {
  readonly message: Message;
  readonly bytes: number;
  written(position: Position): void;
  refused(error: Error): void;
}

/** What is needed of an idempotent producer. */
export type Producer = Pick<IdempotentProducer, 'write' | 'disconnect'>;

/** What a lane needs of the log. */
export interface ProducerSource {
  /** A connected idempotent producer; it stays connected until every `acquire` has had its `release`. */
  acquire(): Promise<Producer>;
  release(producer: Producer): void;
  /** Gives later callers another one: this one's numbering cannot be trusted any more. */
  replace(producer: Producer): void;
}

/**
 * Sends the records of one partition, one chunk at a time: one that failed may have been written, and is repeated under the same
 * sequence. Were another chunk of the partition sent in between, it would take that sequence, and the broker would drop it
 * as a repetition. What is handed in while a chunk is under way goes out together in the next one. Chunks of several
 * partitions share a request where the producer can put them together.
 */
export class SendLane {
  private readonly waiting: Outgoing[] = [];
  private running: Promise<void> | null = null;

  constructor(
    private readonly topic: string,
    private readonly partition: number,
    private readonly producers: ProducerSource,
    private readonly deliveryTimeoutMs: number,
    private readonly logger: RecordLogLogger,
  ) {}

  push(record: Outgoing): void {
    this.waiting.push(record);
    this.running ??= this.run();
  }

  /** Resolves when everything handed in is written or refused. */
  async flush(): Promise<void> {
    while (this.running !== null) await this.running;
  }

  private async run(): Promise<void> {
    // Lets those who send in the same turn of the event loop share the request.
    await Promise.resolve();
    while (this.waiting.length > 0) await this.deliver(this.nextChunk());
    // In the same turn as the last look: nothing handed in later is left lying.
    this.running = null;
  }

  private nextChunk(): Outgoing[] {
    let bytes = 0;
    let count = 0;
    for (const record of this.waiting) {
      bytes += record.bytes;
      if (count > 0 && (bytes > CHUNK_BYTES || count >= CHUNK_RECORDS)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  /** Writes a chunk, or tells who waits for it why not. Never rejects. */
  private async deliver(chunk: readonly Outgoing[]): Promise<void> {
    const deadline = Date.now() + this.deliveryTimeoutMs;
    const backOff = new BackOff({ initialMs: 100, maxMs: 2_000 });
    let producer: Producer | null = null;
    for (;;) {
      try {
        // The same producer for every attempt: only so does the broker know a repetition.
        producer ??= await this.producers.acquire();
        const base = await this.request(producer, chunk);
        this.producers.release(producer);
        chunk.forEach((record, index) => record.written({ partition: this.partition, offset: base + index }));
        return;
      } catch (thrown) {
        const error = asError(thrown);
        const verdict = judge(error, Date.now() > deadline);
        this.logger.debug(
          { topic: this.topic, partition: this.partition, records: chunk.length, err: error, verdict },
          `Sending failed: ${error.message}`,
        );
        if (verdict === 'repeat') {
          await backOff.wait();
          continue;
        }
        if (producer !== null) {
          // A request that failed may have been written: its number must not be used for anything else.
          if (verdict !== 'too-large') this.producers.replace(producer);
          this.producers.release(producer);
          producer = null;
        }
        if (verdict === 'other-producer') {
          await backOff.wait();
          continue;
        }
        if (verdict === 'too-large') await this.refuseTooLarge(chunk);
        else chunk.forEach((record) => record.refused(error));
        return;
      }
    }
  }

  private request(producer: Producer, chunk: readonly Outgoing[]): Promise<number> {
    const messages = chunk.map(({ message }) => message);
    const size = chunk.reduce((sum, { bytes }) => sum + bytes, 0);
    return producer.write(this.topic, this.partition, messages, size);
  }

  /** A chunk above the topic's limit was not written: its records go one by one, the one that is too large goes back. */
  private async refuseTooLarge(chunk: readonly Outgoing[]): Promise<void> {
    const [only] = chunk;
    if (only !== undefined && chunk.length === 1) {
      only.refused(new RecordTooLarge(this.topic, only.bytes));
      return;
    }
    const middle = Math.ceil(chunk.length / 2);
    await this.deliver(chunk.slice(0, middle));
    await this.deliver(chunk.slice(middle));
  }
}

type Verdict = 'repeat' | 'other-producer' | 'too-large' | 'refuse';

function judge(error: Error, late: boolean): Verdict {
  const type = typeOf(error);
  if (type !== null && TOO_LARGE.has(type)) return 'too-large';
  if (late || !(heals(error) || (type !== null && PRODUCER_LOST.has(type)))) return 'refuse';
  return type !== null && PRODUCER_LOST.has(type) ? 'other-producer' : 'repeat';
}
