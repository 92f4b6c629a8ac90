import { topics } from '@weir/contracts';
import type { KafkaRecordLog } from '@weir/platform/record-log';

/** Who reads what: consumer groups of Weir, and the topic that each is read through. */
const readers = [
  { what: 'facts', group: 'weir-detection', topic: topics.facts },
  ...['customer', 'counterparty', 'device', 'teller'].map((dimension) => ({
    what: 'keyed anew' as const,
    group: `weir-detection.by-${dimension}`,
    topic: `weir.facts.by-${dimension}.v1`,
  })),
  { what: 'to be archived', group: 'weir-archive', topic: topics.facts },
  { what: 'hits', group: 'weir-alerting', topic: topics.hits },
] as const;

/** What is read: facts by detectors, facts under another key, facts by the archive, states of hits by alerting. */
export type Reading = (typeof readers)[number]['what'];

/** Records that are acknowledged by Kafka and that their reader has not committed yet. */
export type InFlight = Readonly<Record<Reading, number>>;

/** How far each partition has been read, by reader and partition; and where it ends. */
export class Positions {
  private constructor(private readonly at: ReadonlyMap<string, { readonly what: Reading; readonly offset: number }>) {}

  /** The ends of all partitions. */
  static ends(log: KafkaRecordLog): Promise<Positions> {
    return Positions.from(async ({ topic }) => (await log.bounds(topic)).map(({ high }) => high));
  }

  /** What has been committed of all partitions. */
  static committed(log: KafkaRecordLog): Promise<Positions> {
    return Positions.from(async ({ group, topic }) => (await log.committed(group, topic)).map((offset) => offset ?? 0));
  }

  private static async from(ask: (reader: (typeof readers)[number]) => Promise<readonly number[]>): Promise<Positions> {
    const all = await Promise.all(
      readers.map(async (reader) =>
        (await ask(reader)).map(
          (offset, partition) =>
            [`${reader.group} ${reader.topic}/${partition}`, { what: reader.what, offset }] as const,
        ),
      ),
    );
    return new Positions(new Map(all.flat()));
  }

  /** What lies between earlier positions and these, of partitions that `counts` takes. */
  since(earlier: Positions, counts: (what: Reading, place: string) => boolean = () => true): InFlight {
    const found: Record<Reading, number> = { facts: 0, 'keyed anew': 0, 'to be archived': 0, hits: 0 };
    for (const [name, { what, offset }] of this.at) {
      const place = name.slice(name.indexOf(' ') + 1);
      if (counts(what, place)) found[what] += Math.max(0, offset - (earlier.at.get(name)?.offset ?? 0));
    }
    return found;
  }

  /** Whether every partition that `counts` takes stands beyond where it stood. */
  allBeyond(earlier: Positions, counts: (what: Reading, place: string) => boolean): boolean {
    return [...this.at].every(([name, { what, offset }]) => {
      const place = name.slice(name.indexOf(' ') + 1);
      return !counts(what, place) || offset > (earlier.at.get(name)?.offset ?? 0);
    });
  }
}

/** All that is in flight now. */
export async function inFlightNow(log: KafkaRecordLog): Promise<InFlight> {
  const ends = await Positions.ends(log);
  return ends.since(await Positions.committed(log));
}

/** How many records of one kind or of several. */
export const sumOf = (flight: InFlight, ...of: readonly Reading[]): number =>
  of.reduce((sum, what) => sum + flight[what], 0);

/** In words: `12 facts, 3 hits`. */
export function inWords(flight: InFlight): string {
  const said = Object.entries(flight).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
  return said.length > 0 ? said.join(', ') : 'nothing';
}
