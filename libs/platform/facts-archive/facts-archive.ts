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
  /** True where it came too late for the windows. */
  readonly late: boolean;
  /** Hex SHA-256 of `canonical`. */
  readonly hash: string;
  /** Canonical JSON of the validated fact. */
  readonly canonical: string;
}

/** What became of one fact: new, known with the same content, or known with other content. */
export type ArchiveOutcome = 'archived' | 'duplicate' | 'conflict';

export interface FactsArchive {
  /**
   * Stores facts in one transaction; outcomes in the order given. The first of a name stays. Storing the same again
   * after a failure whose outcome is unknown is safe.
   * @throws UnstorableFact where text is no legal Unicode, or the time lies outside the years 0 to 9999
   */
  store(facts: readonly ArchivedFact[]): Promise<readonly ArchiveOutcome[]>;
  /**
   * Facts of one home key in a span of event time `[from, to]` (ms), in their order (occurredAt, source, id by their
   * bytes), at most `limit`, the newest.
   */
  ofHomeKey(homeKey: string, from: number, to: number, limit: number): Promise<readonly ArchivedFact[]>;
  /** Facts by name, in the order asked for; those not held are left out. */
  byName(names: readonly { source: string; id: string }[]): Promise<readonly ArchivedFact[]>;
  /**
   * All facts that arrived in one partition and occurred at `from` or later (event time, ms), in the order of their
   * offsets, as of the first step; for rebuilding. It holds a connection until it is read to its end or given up (`return`).
   */
  replay(topic: string, partition: number, from: number): AsyncIterable<readonly ArchivedFact[]>;
  /**
   * Forgets the UTC days that had ended at `before` (event time, ms) and the names of their facts: such a name is new again
   * from then on. Gives how many facts went.
   */
  forgetBefore(before: number): Promise<number>;
}
