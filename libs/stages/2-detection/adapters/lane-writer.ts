import { keyedFactsShape, type SourceReport } from '@weir/contracts';
import type { Fact } from '@weir/domain';
import type { NewRecord, RecordLog, TopicDescription } from '@weir/platform/record-log';
import { keyedRecords, reportRecord } from '../steps/keyed-records';
import { allOf } from './all-of';
import { laneTopic } from './lane-topic';

/** How many facts are handed over in one go. */
const handedAtOnce = 2_000;

/** Writes to the re-keyed topics, and makes those that are missing. */
export class LaneWriter {
  private readonly topics = new Map<string, Promise<TopicDescription>>();

  constructor(
    private readonly log: Pick<RecordLog, 'describe' | 'ensureTopics' | 'send'>,
    private readonly factsTopic: string,
  ) {}

  /** The topic of a lane, made where it is missing, with as many partitions as the facts topic has. */
  topic(lane: string): Promise<TopicDescription> {
    let topic = this.topics.get(lane);
    if (topic === undefined) {
      topic = this.open(lane);
      this.topics.set(lane, topic);
      topic.catch(() => this.topics.delete(lane));
    }
    return topic;
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
  async report(reports: readonly (readonly [lane: string, report: SourceReport])[]): Promise<void> {
    await allOf(
      reports.map(async ([lane, report]) => {
        const { partitions } = await this.topic(lane);
        await this.send(
          lane,
          Array.from({ length: partitions }, (_, partition) => reportRecord(report, partition)),
        );
      }),
    );
  }

  private async send(lane: string, records: readonly NewRecord[]): Promise<void> {
    if (records.length > 0) await this.log.send((await this.topic(lane)).name, records);
  }

  private async open(lane: string): Promise<TopicDescription> {
    const { partitions } = await this.log.describe(this.factsTopic);
    const name = laneTopic(this.factsTopic, lane);
    await this.log.ensureTopics([keyedFactsShape(name, partitions)]);
    return this.log.describe(name);
  }
}
