/** Where a partition of a re-keyed topic lies. */
export interface LanePlace {
  readonly lane: string;
  readonly topic: string;
  /** What the topic is: one made anew under its name is another. */
  readonly identity: string;
  readonly partition: number;
  /** Partitions of the facts topic. */
  readonly sources: number;
}

/** How a partition begins with facts of the past. Times in ms. */
export interface LaneBeginning {
  /** The last offset that was read. */
  readonly lastOffset: number;
  /** Facts that occurred before this time may be missing. */
  readonly heldSince: number;
  /** Hits of facts before this time were published before, and are not again. */
  readonly publishFrom: number;
}
