import { createHash } from 'node:crypto';
import { headers } from '@weir/contracts';
import { canonicalFact, homeKeyOf, type Fact } from '@weir/domain';
import { factsArchiveMigrations, PostgresFactsArchive, type ArchivedFact } from '@weir/platform/facts-archive';
import { migrate } from '@weir/platform/sql';
import { recordsOf, type Detecting } from './detecting.spec';
import { factsTopic, homeOf, hour } from './given.spec';
import type { FactHistory, PastFact } from './steps/fact-history';

/** The facts archive of a `Detecting`, moved on by hand as intake's consumer does it. */
export class Archiving {
  readonly archive: PostgresFactsArchive;
  private readonly next = new Map<number, number>();
  private readonly watermarks = new Map<number, number>();

  private constructor(private readonly world: Detecting) {
    this.archive = new PostgresFactsArchive(world.pool);
  }

  /** Makes the archive, and lets detectors rebuild from it. */
  static async begin(world: Detecting): Promise<Archiving> {
    await migrate(world.pool, factsArchiveMigrations);
    const archiving = new Archiving(world);
    world.history = historyOf(archiving.archive);
    return archiving;
  }

  /** Archives what partitions (left out: all) hold, up to an offset where one is given. */
  async read(of: readonly number[] = [0, 1, 2], upTo = Infinity): Promise<void> {
    const { identity } = await this.world.log.describe(factsTopic);
    for (const partition of of) {
      const low = (await this.world.log.bounds(factsTopic))[partition]?.low ?? 0;
      const from = Math.max(low, this.next.get(partition) ?? 0);
      const records = (await recordsOf(this.world.log, factsTopic, partition)).filter(
        ({ offset }) => offset >= from && offset < upTo,
      );
      const [first, last] = [records[0], records.at(-1)];
      if (first === undefined || last === undefined) continue;
      const facts = records.map(({ value, offset, headers: said }): ArchivedFact => {
        const fact = JSON.parse(String(value)) as Fact;
        const canonical = canonicalFact(fact);
        return {
          source: fact.source,
          id: fact.id,
          occurredAt: fact.occurredAt,
          homeKey: homeKeyOf(fact),
          home: homeOf(fact),
          topic: factsTopic,
          partition,
          offset,
          moved: said[headers.late] !== undefined,
          late: this.isLate(partition, fact, said[headers.late]),
          hash: createHash('sha256').update(canonical).digest('hex'),
          canonical,
        };
      });
      const span = { topic: factsTopic, identity, partition, from, to: last.offset + 1 };
      const watermark = this.watermarks.get(partition) ?? null;
      await this.archive.store(facts, { ...span, arrivedAt: first.timestamp, watermark, at: this.world.now });
      this.next.set(partition, last.offset + 1);
    }
  }

  private isLate(partition: number, { occurredAt }: Fact, moved: string | undefined): boolean {
    if (moved !== undefined) return moved === '1';
    const watermark = this.watermarks.get(partition) ?? -Infinity;
    this.watermarks.set(partition, Math.max(watermark, occurredAt));
    return occurredAt < watermark - hour;
  }
}

/** An archive as the app plugs it in. */
function historyOf(archive: PostgresFactsArchive): FactHistory {
  const past = async function* (pages: AsyncIterable<readonly ArchivedFact[]>): AsyncGenerator<readonly PastFact[]> {
    for await (const page of pages)
      yield page.map(({ canonical, ...where }) => ({ ...where, fact: JSON.parse(canonical) as Fact }));
  };
  return {
    reach: (topic, identity) => archive.reach(topic, identity),
    atHome: (facts) => past(archive.atHome(facts)),
    strayed: (topic, partition, before) => past(archive.strayed(topic, partition, before)),
    earliestSince: (topic, home, offset) => archive.earliestSince(topic, home, offset),
    watermarkAt: (topic, partition, before) => archive.watermarkAt(topic, partition, before),
    // As `Detecting.write` writes facts.
    messageOf: (fact) => Buffer.from(JSON.stringify(fact)),
  };
}
