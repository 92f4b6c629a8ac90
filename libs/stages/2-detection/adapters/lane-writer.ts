import { keyedFactsShape } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import type { NewRecord, RecordLog, TopicDescription } from '@weir/platform/record-log';
import { keyedRecords, reportRecord } from '../steps/keyed-records';
import type { LaneReport } from '../steps/partition-state';
import { allOf } from './all-of';
import { laneTopic } from './lane-topic';

/** After this time, ms, a topic is looked at again. */
const lookAgainAfter = 5_000;

/** What a topic was, and when (ms) that was asked. */
interface KnownTopic {
  readonly description: Promise<TopicDescription>;
  readonly since: number;
}

/** How many facts are handed over in one go. */
const handedAtOnce = 2_000;

/** Writes to the re-keyed topics, and makes those that are missing. */
export class LaneWriter {
  private readonly topics = new Map<string, KnownTopic>();

  /** @param clock milliseconds */
  constructor(
    private readonly log: Pick<RecordLog, 'describe' | 'ensureTopics' | 'send'>,
    private readonly factsTopic: string,
    private readonly clock: () => number,
  ) {}

  /**
   * The topic of a lane, made where it is missing, with as many partitions as the facts topic has; as it was a few seconds ago. Now and
   * then it is looked at again beside all else, as it may have been deleted and made anew under its name.
   */
  topic(lane: string): Promise<TopicDescription> {
    const known = this.topics.get(lane);
    if (known === undefined) return this.know(lane, this.open(lane)).description;
    if (this.clock() - known.since >= lookAgainAfter) {
      // Meanwhile what is known stands; who asks next gets what is found.
      this.know(lane, known.description);
      void this.log.describe(laneTopic(this.factsTopic, lane)).then(
        (found) => this.know(lane, Promise.resolve(found)),
        () => this.topics.delete(lane),
      );
    }
    return known.description;
  }

  /** Writes facts by lane. Resolves when all are acknowledged; rejects only when none is under way any more. */
  async write(keyed: ReadonlyMap<string, readonly NewRecord[]>): Promise<void> {
    await allOf([...keyed].map(([lane, records]) => this.send(lane, records)));
  }

  /** Hands a lane the facts that a source holds, those of one home key in the order in which they are held. */
  async handOver(
    lane: string,
    keyOf: (fact: Fact) => string | null,
    held: Iterable<{ readonly fact: Fact; readonly late: boolean }>,
    from: { readonly partition: number; readonly offset: number },
  ): Promise<void> {
    const keysOf = new Map([[lane, keyOf]]);
    let records: NewRecord[] = [];
    for (const { fact, late } of held) {
      for (const [, record] of keyedRecords({ fact, late, ...from }, keysOf)) records.push(record);
      if (records.length < handedAtOnce) continue;
      await this.send(lane, records);
      records = [];
    }
    await this.send(lane, records);
  }

  /** Tells every partition of each lane's topic. */
  async report(reports: readonly LaneReport[]): Promise<void> {
    await allOf(
      reports.map(async ({ lane, topic, report }) => {
        const { partitions } = await this.topic(lane);
        await this.send(
          lane,
          Array.from({ length: partitions }, (_, partition) => reportRecord(report, partition, topic)),
        );
      }),
    );
  }

  private async send(lane: string, records: readonly NewRecord[]): Promise<void> {
    if (records.length === 0) return;
    const { name } = await this.topic(lane);
    try {
      await this.log.send(name, records);
    } catch (error) {
      // It may be gone: it is made anew when it is asked for next.
      this.topics.delete(lane);
      throw error;
    }
  }

  private know(lane: string, description: Promise<TopicDescription>): KnownTopic {
    const known = { description, since: this.clock() };
    this.topics.set(lane, known);
    description.catch(() => this.topics.delete(lane));
    return known;
  }

  private async open(lane: string): Promise<TopicDescription> {
    const { partitions } = await this.log.describe(this.factsTopic);
    const name = laneTopic(this.factsTopic, lane);
    await this.log.ensureTopics([keyedFactsShape(name, partitions)]);
    return this.log.describe(name);
  }
}
