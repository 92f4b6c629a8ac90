import type { Message } from 'kafkajs';
import { createErrorFromCode } from 'kafkajs/src/protocol/error';
import { asError } from '../log-events';
import { answeredWithin } from './answered-within';
import { kafkaClient } from './kafka-client';
import { KafkaCluster, type ProducePart, type ProducerNumber } from './kafka-cluster';
import type { KafkaSettings } from './kafka-options';

/** Most bytes of records in one request; far below what brokers take in one (socket.request.max.bytes, 100 MiB). */
const REQUEST_BYTES = 8_388_608;
/** Sequences are 32-bit numbers that begin again at 0. */
const SEQUENCES = 2 ** 31;

/** What a producer needs of the cluster. */
export type ProducerCluster = Pick<
  KafkaCluster,
  'known' | 'forget' | 'leaderOf' | 'numberProducer' | 'produce' | 'close'
>;

/** A part on its way, with who waits for it. */
interface Waiting {
  readonly topic: string;
  readonly partition: number;
  readonly messages: readonly Message[];
  readonly bytes: number;
  written(baseOffset: number): void;
  failed(error: Error): void;
}

/**
 * An idempotent producer: brokers know a repetition by its sequence and leave one copy. kafkajs's own puts one request after another to a
 * broker, and tells one error for all partitions of a request. This one puts what many partitions have in the same turn of the
 * event loop into one request for each broker, does not wait for the answer before the next, and takes each partition's answer for
 * itself.
 *
 * Of a partition one `write` may be under way at a time. One that failed may be repeated with the same messages and no others: it has
 * the same sequence then.
 */
export class IdempotentProducer {
  private readonly sequences = new Map<string, number>();
  private waiting: Waiting[] = [];
  /** A request failed: the leaders may be others by now. */
  private leadersDoubted = false;

  /** Longest that is waited for an answer, whatever kafkajs says. */
  private readonly limitMs: number;

  private constructor(
    private readonly cluster: ProducerCluster,
    private readonly number: ProducerNumber,
    private readonly timeoutMs: number,
  ) {
    this.limitMs = 2 * timeoutMs;
  }

  /** Connects; the caller must `disconnect`. */
  static async connect(settings: KafkaSettings): Promise<IdempotentProducer> {
    return IdempotentProducer.on(await KafkaCluster.open(kafkaClient(settings)), settings.requestTimeoutMs);
  }

  /** A producer on a cluster, which is its own from now on. */
  static async on(cluster: ProducerCluster, timeoutMs: number): Promise<IdempotentProducer> {
    try {
      return new IdempotentProducer(cluster, await cluster.numberProducer(), timeoutMs);
    } catch (thrown) {
      await cluster.close();
      throw thrown;
    }
  }

  async disconnect(): Promise<void> {
    await this.cluster.close();
  }

  /**
   * Writes messages to a partition, acknowledged by every in-sync replica.
   * @param bytes of all messages
   * @returns the offset of the first
   */
  write(topic: string, partition: number, messages: readonly Message[], bytes: number): Promise<number> {
    return new Promise((written, failed) => {
      // Lets all that is written in this turn of the event loop share the request.
      if (this.waiting.length === 0) setImmediate(() => void this.sendWaiting());
      this.waiting.push({ topic, partition, messages, bytes, written, failed });
    });
  }

  /** Sends what has come together. Never rejects. */
  private async sendWaiting(): Promise<void> {
    const parts = this.waiting.splice(0);
    const faults = await this.learnLeaders([...new Set(parts.map(({ topic }) => topic))]);
    const byLeader = new Map<string, Waiting[]>();
    for (const part of parts) {
      try {
        const fault = faults.get(part.topic);
        if (fault !== undefined) throw fault;
        const leader = this.cluster.leaderOf(part.topic, part.partition);
        byLeader.set(leader, [...(byLeader.get(leader) ?? []), part]);
      } catch (thrown) {
        this.fail([part], thrown);
      }
    }
    await Promise.all([...byLeader].flatMap(([leader, led]) => requestsOf(led).map((part) => this.send(leader, part))));
  }

  /** Gives by topic why its leaders could not be learnt; empty where all could. */
  private async learnLeaders(topics: readonly string[]): Promise<ReadonlyMap<string, Error>> {
    const { cluster } = this;
    const faults = new Map<string, Error>();
    try {
      await this.answered(
        (async () => {
          if (this.leadersDoubted) await cluster.forget();
          this.leadersDoubted = false;
          await cluster.known(topics);
        })(),
      );
    } catch {
      // One of them may be gone, or not permitted: the others are not to suffer.
      for (const topic of topics) {
        await this.answered(cluster.known([topic])).catch((thrown: unknown) => faults.set(topic, asError(thrown)));
      }
    }
    return faults;
  }

  private async send(leader: string, parts: readonly Waiting[]): Promise<void> {
    try {
      const numbered = parts.map(({ topic, partition, messages }): ProducePart => ({
        topic,
        partition,
        messages,
        firstSequence: this.sequences.get(placeOf(topic, partition)) ?? 0,
      }));
      const answers = await this.answered(this.cluster.produce(leader, this.number, numbered, this.timeoutMs));
      const byPlace = new Map(answers.map((answer) => [placeOf(answer.topic, answer.partition), answer]));
      for (const part of parts) {
        const place = placeOf(part.topic, part.partition);
        const answer = byPlace.get(place);
        if (answer === undefined) {
          this.fail([part], new Error(`Kafka did not say whether records of "${part.topic}" were written.`));
        } else if (answer.errorCode !== 0) {
          this.fail([part], createErrorFromCode(answer.errorCode));
        } else {
          this.sequences.set(place, ((this.sequences.get(place) ?? 0) + part.messages.length) % SEQUENCES);
          part.written(Number(answer.baseOffset));
        }
      }
    } catch (thrown) {
      this.fail(parts, thrown);
    }
  }

  private answered<T>(work: Promise<T>): Promise<T> {
    return answeredWithin(this.limitMs, 'A request of a producer', work);
  }

  private fail(parts: readonly Waiting[], thrown: unknown): void {
    this.leadersDoubted = true;
    for (const part of parts) part.failed(asError(thrown));
  }
}

const placeOf = (topic: string, partition: number): string => `${topic}/${partition}`;

/** Parts in requests of bounded size, each part whole. */
function requestsOf(parts: readonly Waiting[]): Waiting[][] {
  const requests: Waiting[][] = [];
  let bytes = Infinity;
  for (const part of parts) {
    bytes += part.bytes;
    if (bytes > REQUEST_BYTES) {
      requests.push([]);
      bytes = part.bytes;
    }
    requests.at(-1)?.push(part);
  }
  return requests;
}
