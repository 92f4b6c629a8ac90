import {
  deadLetterReplaysSchema,
  mostReplaysKept,
  type DeadLetterReplay,
  type DeadLetterReplays,
} from '@weir/contracts';
import { TopicMissing, type NewRecord, type RecordLog } from '@weir/platform/record-log';
import { letterIdText, parseLetterId, type LetterId } from './letter';

/** What the book is kept in. */
export type BookLog = Pick<RecordLog, 'readAll' | 'send'>;

/** Names of the topics that the book is about. */
export interface BookTopics {
  /** The compacted topic with the book's entries. */
  readonly replays: string;
  /** `identity` of the dead-letter topic. */
  readonly identity: string;
}

/**
 * Which dead letters were sent again, when, and where to. An entry is written after the records that it tells of were
 * acknowledged: should the process die in between, the letter counts as not sent, and sending it again changes nothing,
 * since the fact is known then.
 */
export class ReplayBook {
  private readonly entries = new Map<string, DeadLetterReplays>();
  private readonly letterAt = new Map<string, LetterId>();

  private constructor(
    private readonly log: BookLog,
    private readonly topics: BookTopics,
    /** Records of the topic that are no entries: somebody else, or a newer Weir, has written them. */
    readonly unreadable: number,
    entries: readonly DeadLetterReplays[],
  ) {
    for (const entry of entries) this.enter(entry);
  }

  /** Reads the book as it stands. Where there is no topic for it yet, nothing was sent again. */
  static async open(log: BookLog, topics: BookTopics): Promise<ReplayBook> {
    const newest = new Map<string, DeadLetterReplays | 'unreadable'>();
    try {
      for await (const { records } of log.readAll(topics.replays)) {
        for (const { key, value } of records) {
          const letter = key?.toString('utf8') ?? '';
          if (value === null) newest.delete(letter);
          else newest.set(letter, entryOf(value) ?? 'unreadable');
        }
      }
    } catch (error) {
      if (!(error instanceof TopicMissing)) throw error;
    }
    const read = [...newest.values()];
    const entries = read.filter((one) => one !== 'unreadable').filter(({ identity }) => identity === topics.identity);
    return new ReplayBook(log, topics, read.filter((one) => one === 'unreadable').length, entries);
  }

  /** The replays of a letter, the newest last; empty where there was none. */
  of(id: LetterId): readonly DeadLetterReplay[] {
    return this.entries.get(letterIdText(id))?.replays ?? [];
  }

  /** The letter that a record was made from, by the record's `topic/partition/offset`; null where it was made from none. */
  letterBehind(place: string): LetterId | null {
    return this.letterAt.get(place) ?? null;
  }

  /** Enters replays of several letters; resolves once they are acknowledged. */
  async note(replays: readonly { readonly id: LetterId; readonly replay: DeadLetterReplay }[]): Promise<void> {
    if (replays.length === 0) return;
    const entries = replays.map(({ id, replay }): DeadLetterReplays => ({
      letter: letterIdText(id),
      identity: this.topics.identity,
      replays: [...this.of(id), replay].slice(-mostReplaysKept),
    }));
    await this.log.send(this.topics.replays, entries.map(recordOf));
    for (const entry of entries) this.enter(entry);
  }

  private enter(entry: DeadLetterReplays): void {
    const id = parseLetterId(entry.letter);
    if (id === null) return;
    this.entries.set(entry.letter, entry);
    for (const { to } of entry.replays) for (const place of to) this.letterAt.set(place, id);
  }
}

function recordOf(entry: DeadLetterReplays): NewRecord {
  return { key: Buffer.from(entry.letter, 'utf8'), value: Buffer.from(JSON.stringify(entry), 'utf8'), partition: 0 };
}

function entryOf(value: Buffer): DeadLetterReplays | null {
  let json: unknown;
  try {
    json = JSON.parse(value.toString('utf8'));
  } catch {
    // Counted as unreadable by the caller.
    return null;
  }
  const parsed = deadLetterReplaysSchema.safeParse(json);
  return parsed.success && parseLetterId(parsed.data.letter) !== null ? parsed.data : null;
}
