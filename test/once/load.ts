import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import type { FactMessage } from '@weir/contracts';
import { homePartition } from '@weir/domain';
import type { KafkaRecordLog, NewRecord } from '@weir/platform/record-log';
import { Seeded } from '../harness/seeded';

/** How many facts are sent together, shared among the producers. */
const together = 60;
const minute = 60_000;
/** How often records are sent in all where Kafka does not take them; each time waits minutes by itself. */
const maxTries = 5;

export interface LoadSettings {
  readonly seed: number;
  readonly partitions: number;
  /** Facts per second, while Kafka takes them. */
  readonly rate: number;
  readonly topic: string;
  /** A file of facts in their order, as JSON Lines. */
  readonly facts: string;
}

/** How a fact is sent; several may be true of one. */
type Manner = 'repeated' | 'misplaced' | 'shuffled' | 'delayed';

interface Entry {
  /** Event time at which it is sent, ms. */
  readonly due: number;
  /** `source/id` of the fact. */
  readonly name: string;
  readonly manners: readonly Manner[];
  readonly record: NewRecord;
}

/** A simulated bank that upstream's producers publish: out of order, some twice, some late, some to the wrong partition. */
export class Load {
  /** Names of the facts that Kafka has acknowledged. */
  readonly acknowledged = new Set<string>();
  /**
   * How many were sent once more, as by upstream that does not know whether it was heard; to a partition where they do not
   * live; out of their order by less than the lateness; so much later that most are late.
   */
  readonly sent: Record<Manner, number> = { repeated: 0, misplaced: 0, shuffled: 0, delayed: 0 };
  /** Calls that Kafka did not take within their time, and that were made again. */
  sentAgain = 0;
  private readonly entries: AsyncGenerator<Entry, void, undefined>;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  /** @param producers each with a connection of its own */
  constructor(
    private readonly producers: readonly KafkaRecordLog[],
    private readonly settings: LoadSettings,
  ) {
    this.entries = entriesOf(settings);
  }

  start(): void {
    this.running = this.run();
    // Awaited when it is stopped; until then a failure must not end the test without a word.
    this.running.catch(() => undefined);
  }

  /** Resolves when everything that was sent is acknowledged. @throws what made it end before */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    for (let next = performance.now(); !this.stopped;) {
      const chunk: Entry[] = [];
      while (chunk.length < together) {
        const entry = await this.entries.next();
        if (entry.done === true) throw new Error('The simulated time is over: simulate more days.');
        chunk.push(entry.value);
      }
      await Promise.all(
        this.producers.map((producer, index) =>
          this.send(
            producer,
            chunk.filter((_, at) => at % this.producers.length === index).map(({ record }) => record),
          ),
        ),
      );
      for (const { name, manners } of chunk) {
        this.acknowledged.add(name);
        for (const manner of manners) this.sent[manner] += 1;
      }
      // After an outage it goes on at the same rate.
      next = Math.max(next + (together / this.settings.rate) * 1_000, performance.now());
      await pause(next - performance.now());
    }
  }

  private async send(producer: KafkaRecordLog, records: readonly NewRecord[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await producer.send(this.settings.topic, records);
        return;
      } catch (error) {
        if (tries === maxTries) throw error;
        this.sentAgain += 1;
        process.stderr.write(`a producer sends again: ${String(error)}\n`);
      }
    }
  }
}

/** The facts in the order in which they are sent. */
async function* entriesOf({ seed, partitions, facts }: LoadSettings): AsyncGenerator<Entry, void, undefined> {
  const random = new Seeded(seed);
  const perMille = (n: number): boolean => random.below(1_000) < n;
  const waiting: Entry[] = [];
  for await (const line of createInterface({ input: createReadStream(facts) })) {
    const fact = JSON.parse(line) as FactMessage;
    const occurredAt = Date.parse(fact.occurredAt);
    waiting.sort((a, b) => a.due - b.due);
    while (waiting[0] !== undefined && waiting[0].due <= occurredAt) yield* waiting.splice(0, 1);
    const name = `${fact.source ?? 'default'}/${fact.id}`;
    const misplaced = perMille(30);
    const record = recordOf(fact, partitions, misplaced ? 1 + random.below(partitions - 1) : 0);
    const where: Manner[] = misplaced ? ['misplaced'] : [];
    if (perMille(40)) {
      waiting.push({ due: occurredAt + random.below(180) * minute, name, manners: ['repeated', ...where], record });
    }
    if (perMille(10)) {
      const due = occurredAt + (90 + random.below(90)) * minute;
      waiting.push({ due, name, manners: ['delayed', ...where], record });
    } else if (perMille(50)) {
      const due = occurredAt + (1 + random.below(40)) * minute;
      waiting.push({ due, name, manners: ['shuffled', ...where], record });
    } else {
      yield { due: occurredAt, name, manners: where, record };
    }
  }
}

/** @param away how many partitions beside its home it is put */
function recordOf(fact: FactMessage, partitions: number, away: number): NewRecord {
  const { accountId, customerId, tellerId, branchId, id } = fact;
  const key = accountId ?? customerId ?? tellerId ?? branchId ?? id;
  const value = Buffer.from(JSON.stringify(fact));
  return { key: Buffer.from(key), value, partition: (homePartition(key, partitions) + away) % partitions };
}
