import type { RecordLog } from '@weir/platform/record-log';
import { letterIdText, letterOf, type Letter, type LetterId } from './letter';

/** A letter that was asked for and is not there, with why. */
export interface MissingLetter {
  readonly id: LetterId;
  readonly message: string;
}

/** What the dead letters are read from. */
export type LettersLog = Pick<RecordLog, 'bounds' | 'readAll'>;

/** Reads the dead-letter topic as it stands at the moment of each call, without a consumer group. */
export class DeadLetterTopic {
  constructor(
    private readonly log: LettersLog,
    private readonly topic: string,
  ) {}

  /** All letters, partition by partition in the order of their offsets. @throws {TopicMissing} */
  async *all(): AsyncGenerator<Letter> {
    for await (const { partition, records } of this.log.readAll(this.topic)) {
      for (const record of records) yield letterOf(partition, record);
    }
  }

  /**
   * Letters by their ids, and what is not there. Reads partitions from their beginning up to the last one asked for: the
   * log has no look-up by offset.
   * @throws {TopicMissing}
   */
  async find(
    ids: readonly LetterId[],
  ): Promise<{ readonly letters: readonly Letter[]; readonly missing: readonly MissingLetter[] }> {
    const bounds = await this.log.bounds(this.topic);
    const missing = ids.flatMap((id) => this.absence(id, bounds) ?? []);
    const wanted = new Map(ids.map((id) => [letterIdText(id), id]));
    for (const { id } of missing) wanted.delete(letterIdText(id));
    const letters: Letter[] = [];
    if (wanted.size > 0) {
      for await (const letter of this.all()) {
        if (wanted.delete(letterIdText(letter.id))) letters.push(letter);
        if (wanted.size === 0) break;
      }
    }
    // Within the bounds and not there all the same: removed while it was read, or no record but a mark of the log's own.
    const gone = [...wanted.values()].map((id) => ({ id, message: `${letterIdText(id)} holds no record.` }));
    return { letters, missing: [...missing, ...gone] };
  }

  private absence(
    id: LetterId,
    bounds: readonly { readonly low: number; readonly high: number }[],
  ): MissingLetter | null {
    const held = bounds[id.partition];
    if (held === undefined) {
      return { id, message: `${this.topic} has the partitions 0 to ${bounds.length - 1}, no ${id.partition}.` };
    }
    const { low, high } = held;
    if (id.offset >= low && id.offset < high) return null;
    const holds = low === high ? 'holds no letter' : `holds the letters ${low} to ${high - 1}`;
    const gone = id.offset < low ? '; older ones are gone' : '';
    return { id, message: `Partition ${id.partition} of ${this.topic} ${holds}${gone}.` };
  }
}
