import { homePartition } from '@weir/domain';
import { readFactLines, type FactLine } from '@weir/intake';
import type { NewRecord, RecordLog } from '@weir/platform/record-log';
import type { FactTarget, Taken } from './fact-target';

/**
 * Publishes to the facts topic, keyed by home key. What cannot be read has no home: it goes to the partition that its
 * bytes fall into, and is dead-lettered where it is read.
 */
export class LogTarget implements FactTarget {
  private sent = 0;

  /**
   * @param partitions of the topic
   * @param scatter a number that facts are put into arbitrary partitions by, as a careless publisher would; null: none
   */
  constructor(
    private readonly log: Pick<RecordLog, 'send' | 'close'>,
    private readonly topic: string,
    private readonly partitions: number,
    private readonly scatter: number | null,
    private readonly disconnect: () => Promise<void>,
  ) {}

  async send(lines: readonly FactLine[]): Promise<Taken> {
    const { accepted } = readFactLines(lines, Number.MAX_SAFE_INTEGER, { partitions: this.partitions, maxFutureMs: 0 });
    const homes = new Map(accepted.map(({ record, homeKey }) => [record.offset, homeKey]));
    await this.log.send(
      this.topic,
      lines.map((line) => this.recordOf(line, homes.get(line.line) ?? null)),
    );
    return { accepted: lines.length, refused: 0 };
  }

  close(): Promise<void> {
    return this.disconnect();
  }

  private recordOf({ value, original, flaw }: FactLine, homeKey: string | null): NewRecord {
    const bytes = flaw === undefined ? value : original;
    const key = homeKey === null ? null : Buffer.from(homeKey, 'utf8');
    this.sent++;
    if (this.scatter !== null) {
      return { key, value: bytes, partition: homePartition(`${this.scatter}/${this.sent}`, this.partitions) };
    }
    return key === null
      ? { key, value: bytes, partition: homePartition(bytes.toString('latin1'), this.partitions) }
      : { key, value: bytes };
  }
}
