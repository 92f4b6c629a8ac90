/** A fact as archived: the canonical form of the whole fact and what it is found by. */
export interface ArchivedFact {
  readonly source: string;
  readonly id: string;
  /** Event time, ms since 1970. */
  readonly occurredAt: number;
  /** Its home key (account, else customer, teller, branch, id). */
  readonly homeKey: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** The partition it lives in; -1 where that was not written down yet (facts of before there was such a note). */
  readonly home: number;
  /** True where it was moved to `partition` from another one: it says nothing of how far upstream has come there. */
  readonly moved: boolean;
  /** True where it came too late for the windows. */
  readonly late: boolean;
  /** Hex SHA-256 of `canonical`. */
  readonly hash: string;
  /** Canonical JSON of the validated fact. */
  readonly canonical: string;
}

/** What became of one fact: new, known with the same content, or known with other content. */
export type ArchiveOutcome = 'archived' | 'duplicate' | 'conflict';

/** A stretch of a partition whose accepted facts are stored, all of them. Times in ms. */
export interface ArchivedSpan {
  readonly topic: string;
  /** What the topic is: a topic made anew under the same name is another. */
  readonly identity: string;
  readonly partition: number;
  /** Offsets `[from, to)`; it goes on where the stretch before ended, or begins a new one. */
  readonly from: number;
  readonly to: number;
  /** When the record at `from` arrived. */
  readonly arrivedAt: number;
  /** Latest event time that upstream has written to the partition before `to`, null where it has written nothing. */
  readonly watermark: number | null;
  /** When it was stored, by the clock. */
  readonly at: number;
}

/** What of a span hangs on which of its facts were known: whether each is late, in the order given, and the span's watermark. */
export interface Judgement {
  readonly late: readonly boolean[];
  readonly watermark: number | null;
}

/**
 * Judges a span's facts anew, knowing of each whether a fact of its name and home key had arrived in the span's partition before it: the
 * event time (ms) of that one, else null. Pure; it may be asked more than once.
 */
export type Judge = (arrivedBefore: readonly (number | null)[]) => Judgement;

/** A stretch of a partition without a hole, as the archive holds it: offsets `[from, to)`. Times in ms. */
export interface ArchivedStretch extends Pick<ArchivedSpan, 'from' | 'to' | 'watermark' | 'at'> {
  /** Facts that occurred before this time may be missing, as they arrived before the stretch; null: it begins with the topic. */
  readonly since: number | null;
}

/** What the archive holds of a topic. */
export interface ArchiveReach {
  /** Facts that occurred before this time (ms) have been forgotten; null: none were. */
  readonly forgottenBefore: number | null;
  readonly stretches: ReadonlyMap<number, readonly ArchivedStretch[]>;
}

/** Some of the facts that arrived where they live. Times are event times in ms. */
export interface FactsAtHome {
  readonly topic: string;
  /** The partitions in which they live, each with the offset before which they arrived there. */
  readonly homes: readonly { readonly partition: number; readonly before: number }[];
  /** Leaves out facts that occurred before. */
  readonly from: number;
  /** `old`: only facts that occurred before `time` and arrived before `offset`; `new`: only the others; left out: all. */
  readonly part?: { readonly which: 'old' | 'new'; readonly time: number; readonly offset: number };
  /** `event`: (occurredAt, source, id by their bytes); `arrival`: the offset at home. */
  readonly order: 'event' | 'arrival';
}

export interface FactsArchive {
  /**
   * Stores facts in one transaction; outcomes in the order given. The first of a name stays. Storing the same again
   * after a failure whose outcome is unknown is safe.
   * @param span the stretch of a partition that holds these facts and no others
   * @param judge asked where some names were known; what it says stands in place of the facts' `late` and the span's `watermark`
   * @throws UnstorableFact where text is no legal Unicode, or the time lies outside the years 0 to 9999
   */
  store(facts: readonly ArchivedFact[], span?: ArchivedSpan, judge?: Judge): Promise<readonly ArchiveOutcome[]>;
  /**
   * Facts of one home key in a span of event time `[from, to]` (ms), in their order (occurredAt, source, id by their
   * bytes), at most `limit`, the newest.
   */
  ofHomeKey(homeKey: string, from: number, to: number, limit: number): Promise<readonly ArchivedFact[]>;
  /** Facts by name, in the order asked for; those not held are left out. */
  byName(names: readonly { source: string; id: string }[]): Promise<readonly ArchivedFact[]>;
  /** What is held of a topic without a hole. */
  reach(topic: string, identity: string): Promise<ArchiveReach>;
  /**
   * Facts that arrived where they live, as of the first step, with partition, offset and lateness of that arrival; for
   * rebuilding. It holds a connection until it is read to its end or given up (`return`).
   */
  atHome(facts: FactsAtHome): AsyncIterable<readonly ArchivedFact[]>;
  /** Facts that another partitioner put into a partition, before an offset, and that have not arrived where they live. */
  strayed(topic: string, partition: number, before: number): AsyncIterable<readonly ArchivedFact[]>;
  /**
   * Earliest event time (ms) of the facts that live in a partition, were not late, and had not arrived there before an offset;
   * null where there is none.
   */
  earliestSince(topic: string, home: number, offset: number): Promise<number | null>;
  /** Latest event time (ms) that upstream had written to a partition before an offset; null where there is none. */
  watermarkAt(topic: string, partition: number, before: number): Promise<number | null>;
  /**
   * Forgets the UTC days that had ended at `before` (event time, ms) and the names of their facts: such a name is new again
   * from then on. Gives how many facts went.
   */
  forgetBefore(before: number): Promise<number>;
}
