import type { FactMessage } from '@weir/contracts';
import { formatMinor, type Fact } from '@weir/domain';
import type { ArchivedFact, ArchiveReach, FactsArchive, FactsAtHome } from '@weir/platform/facts-archive';

/** A fact of the past, as it arrived in the partition that is asked for. */
export interface PastFact {
  readonly fact: Fact;
  /** The partition it lives in. */
  readonly home: number;
  readonly homeKey: string;
  readonly partition: number;
  readonly offset: number;
  readonly late: boolean;
}

/** The archive as detection rebuilds from it; the app plugs it in there. */
export class PastFacts {
  constructor(private readonly archive: FactsArchive) {}

  /** What is archived of a topic without a hole. */
  reach(topic: string, identity: string): Promise<ArchiveReach> {
    return this.archive.reach(topic, identity);
  }

  /** Facts that arrived where they live, page by page. */
  async *atHome(facts: FactsAtHome): AsyncGenerator<readonly PastFact[]> {
    for await (const page of this.archive.atHome(facts)) yield page.map(pastFact);
  }

  /** Facts in a partition in which they do not live, which have not arrived where they do. */
  async *strayed(topic: string, partition: number, before: number): AsyncGenerator<readonly PastFact[]> {
    for await (const page of this.archive.strayed(topic, partition, before)) yield page.map(pastFact);
  }

  /** Earliest time (ms) of the facts of a home that were in time and had not arrived there before an offset. */
  earliestSince(topic: string, home: number, offset: number): Promise<number | null> {
    return this.archive.earliestSince(topic, home, offset);
  }

  /** A fact as upstream could have written it. */
  messageOf(fact: Fact): Buffer {
    return Buffer.from(JSON.stringify(factMessage(fact)), 'utf8');
  }

  /** Latest time (ms) that upstream had written to a partition before an offset. */
  watermarkAt(topic: string, partition: number, before: number): Promise<number | null> {
    return this.archive.watermarkAt(topic, partition, before);
  }
}

/** The canonical form of a fact is the JSON of the fact that was validated. */
const pastFact = ({ canonical, home, homeKey, partition, offset, late }: ArchivedFact): PastFact => ({
  fact: JSON.parse(canonical) as Fact,
  home,
  homeKey,
  partition,
  offset,
  late,
});

/** The message that is read as this fact. */
export function factMessage({ amount, occurredAt, ...fact }: Fact): FactMessage {
  const { currency } = fact;
  return {
    ...fact,
    occurredAt: new Date(occurredAt).toISOString(),
    ...(amount === undefined
      ? {}
      : { amount: currency === undefined ? String(amount) : formatMinor(amount, currency) }),
  };
}
