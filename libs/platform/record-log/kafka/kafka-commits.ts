import { asError, type RecordLogLogger } from '../log-events';

/** Offsets as kafkajs takes them. */
export interface CommitRequest {
  readonly topics: { readonly topic: string; readonly partitions: { partition: number; offset: string }[] }[];
}

interface Noted {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/**
 * Commits how far partitions have been read, those of all partitions in one request, a moment after it was noted: so no batch waits for
 * it. What could not be committed is tried again until it can, or is forgotten.
 */
export class KafkaCommits {
  private readonly noted = new Map<string, Noted>();
  private timer: NodeJS.Timeout | null = null;
  private tail: Promise<void> = Promise.resolve();

  /**
   * @param commit sends a request once, in the name of the member as it is at the call
   * @param committed told of what was committed
   * @param afterMs how long others may join a request
   */
  constructor(
    private readonly commit: (request: CommitRequest) => Promise<void>,
    private readonly committed: (topic: string, partition: number, offset: number) => void,
    private readonly logger: RecordLogLogger,
    private readonly afterMs: number,
  ) {}

  /** All before `offset` has been handled. */
  note(topic: string, partition: number, offset: number): void {
    this.noted.set(`${topic}/${partition}`, { topic, partition, offset });
    this.wait();
  }

  /** The partition is not this member's any more: nothing of it may be committed. */
  forget(topic: string, partition: number): void {
    this.noted.delete(`${topic}/${partition}`);
  }

  /** Forgets everything. */
  clear(): void {
    this.noted.clear();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** Commits at once what is noted. Never rejects: what could not be committed stays noted. */
  flush(): Promise<void> {
    this.tail = this.tail.then(() => this.send());
    return this.tail;
  }

  private wait(): void {
    this.timer ??= setTimeout(() => {
      this.timer = null;
      void this.flush();
    }, this.afterMs);
  }

  private async send(): Promise<void> {
    const sent = [...this.noted];
    if (sent.length === 0) return;
    const topics = [...new Set(sent.map(([, { topic }]) => topic))].map((topic) => ({
      topic,
      partitions: sent.flatMap(([, one]) =>
        one.topic === topic ? [{ partition: one.partition, offset: String(one.offset) }] : [],
      ),
    }));
    try {
      await this.commit({ topics });
    } catch (thrown) {
      const err = asError(thrown);
      this.logger.debug({ err }, `Offsets could not be committed, tried again: ${err.message}`);
      if (this.noted.size > 0) this.wait();
      return;
    }
    for (const [key, one] of sent) {
      // What was forgotten meanwhile may be another member's by now.
      if (!this.noted.has(key)) continue;
      this.committed(one.topic, one.partition, one.offset);
      if (this.noted.get(key) === one) this.noted.delete(key);
    }
  }
}
