import { cutLetter } from '@weir/contracts';
import { homePartition } from '@weir/domain';
import { deadLetterRecord, readFactLines, refusalByTopic, type FactLine, type Refusal } from '@weir/intake';
import { sendOrReplace, type NewRecord, type RecordLog } from '@weir/platform/record-log';
import type { FactTarget, Taken } from './fact-target';

/** The topics that are written to. */
export interface TargetTopics {
  readonly facts: string;
  readonly deadLetters: string;
  /** Partitions of the facts topic. */
  readonly partitions: number;
}

/**
 * Publishes to the facts topic, keyed by home key. What cannot be read has no home: it goes to the partition that its
 * bytes fall into, and is dead-lettered where it is read. Of a line that never became JSON only this knows what is wrong: its dead letter
 * is written here; so is that of a fact which the topic does not take.
 */
export class LogTarget implements FactTarget {
  private sent = 0;

  /**
   * @param scatter a number that facts are put into arbitrary partitions by, as a careless publisher would; null: none
   */
  constructor(
    private readonly log: Pick<RecordLog, 'send' | 'close'>,
    private readonly topics: TargetTopics,
    private readonly scatter: number | null,
    private readonly disconnect: () => Promise<void>,
  ) {}

  async send(lines: readonly FactLine[]): Promise<Taken> {
    const settings = { partitions: this.topics.partitions, maxFutureMs: 0 };
    const { accepted, refused } = readFactLines(lines, Number.MAX_SAFE_INTEGER, settings);
    // 1. What never became JSON.
    const whole = lines.filter(({ flaw }) => flaw === undefined);
    const readable = new Set(whole.map(({ line }) => line));
    const unreadable = refused.filter(({ line }) => !readable.has(line));
    await this.keep(unreadable);
    // 2. The facts, and what is to be refused where it is read.
    const homes = new Map(accepted.map(({ record, homeKey }) => [record.offset, homeKey]));
    const records = new Map(whole.map((line) => [this.recordOf(line, homes.get(line.line) ?? null), line]));
    const tooLarge: Refusal[] = [];
    await sendOrReplace(this.log, this.topics.facts, [...records.keys()], (record, { bytes }) => {
      tooLarge.push(refusalByTopic(record.value, `file/${records.get(record)?.line ?? 0}`, this.topics.facts, bytes));
      return null;
    });
    // 3. What is too large for its topic.
    await this.keep(tooLarge);
    return {
      accepted: whole.length - tooLarge.length,
      refused: unreadable.length + tooLarge.length,
      leftOut: 0,
    };
  }

  close(): Promise<void> {
    return this.disconnect();
  }

  private async keep(refusals: readonly Refusal[]): Promise<void> {
    await sendOrReplace(this.log, this.topics.deadLetters, refusals.map(deadLetterRecord), cutLetter);
  }

  private recordOf({ value }: FactLine, homeKey: string | null): NewRecord {
    const { partitions } = this.topics;
    const key = homeKey === null ? null : Buffer.from(homeKey, 'utf8');
    this.sent++;
    if (this.scatter !== null) {
      return { key, value, partition: homePartition(`${this.scatter}/${this.sent}`, partitions) };
    }
    return key === null
      ? { key, value, partition: homePartition(value.toString('latin1'), partitions) }
      : { key, value };
  }
}
