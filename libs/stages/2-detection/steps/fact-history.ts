import type { Fact } from '@weir/domain';
import type { ArchiveReach, FactsAtHome } from '@weir/platform/facts-archive';

/** A fact of the past, as it arrived in a partition of the facts topic. */
export interface PastFact {
  readonly fact: Fact;
  readonly homeKey: string;
  /** The partition it lives in. */
  readonly home: number;
  readonly partition: number;
  readonly offset: number;
  readonly late: boolean;
}

/** What detection asks of whoever keeps the facts longer than the log does; the app plugs the archive in here. Times in ms. */
export interface FactHistory {
  /** What is held of a topic without a hole. */
  reach(topic: string, identity: string): Promise<ArchiveReach>;
  /** Facts that arrived where they live, page by page. */
  atHome(facts: FactsAtHome): AsyncIterable<readonly PastFact[]>;
  /** Facts in a partition, before an offset, that live elsewhere and have not arrived there. */
  strayed(topic: string, partition: number, before: number): AsyncIterable<readonly PastFact[]>;
  /** Earliest time of the facts of a home that were in time and had not arrived there before an offset; null: there is none. */
  earliestSince(topic: string, home: number, offset: number): Promise<number | null>;
  /** Latest time that upstream had written to a partition before an offset; null: there is none. */
  watermarkAt(topic: string, partition: number, before: number): Promise<number | null>;
  /** A fact as upstream could have written it: read, it is the same fact. */
  messageOf(fact: Fact): Buffer;
}
