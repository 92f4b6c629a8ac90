import { topics } from '@weir/contracts';
import { namesKnownSince, type Fact } from '@weir/domain';
import { ArchiveConsumer, IntakeMetrics, PastFacts } from '@weir/intake';
import { factsArchiveMigrations, PostgresFactsArchive, type ArchivedFact } from '@weir/platform/facts-archive';
import { migrate } from '@weir/platform/sql';
import { Registry } from 'prom-client';
import { RuleTopic } from './adapters/rule-topic';
import { recordsOf, type Detecting } from './detecting.spec';
import { factsTopic, hour, partitions } from './given.spec';
import type { FactHistory, PastFact } from './steps/fact-history';

/** The facts archive of a `Detecting`, which intake's own consumer fills; moved on by hand. */
export class Archiving {
  readonly archive: PostgresFactsArchive;
  private readonly consumer: ArchiveConsumer;
  private readonly next = new Map<number, number>();

  private constructor(private readonly world: Detecting) {
    const { pool, log, store } = world;
    this.archive = new PostgresFactsArchive(pool);
    const rules = new RuleTopic(log, () => undefined);
    this.consumer = new ArchiveConsumer(
      { log, store, archive: this.archive, clock: () => world.now, metrics: IntakeMetrics.of(new Registry()) },
      {
        group: 'archive',
        factsTopic,
        deadLettersTopic: topics.deadLetters,
        partitions,
        maxFutureMs: 1e15,
        keepMs: 1e15,
        lateness: () => hour,
        namesKnownSince: async (settled) => namesKnownSince((await rules.latest()).rules, null, settled),
      },
    );
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
    for (const partition of of) {
      const bounds = (await this.world.log.bounds(factsTopic))[partition] ?? { low: 0, high: 0 };
      const next = this.next.get(partition) ?? (await this.consumer.assigned(factsTopic, partition, bounds));
      const records = (await recordsOf(this.world.log, factsTopic, partition))
        .filter(({ offset }) => offset >= next && offset < upTo)
        .map((record) => ({ ...record, value: this.asMessage(record.value) }));
      const last = records.at(-1);
      if (last !== undefined) await this.consumer.handle({ topic: factsTopic, partition, records, high: bounds.high });
      this.next.set(partition, (last?.offset ?? next - 1) + 1);
    }
  }

  /** What `Detecting.write` writes, as upstream would have written it. */
  private asMessage(value: Buffer | null): Buffer {
    return new PastFacts(this.archive).messageOf(JSON.parse(String(value)) as Fact);
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
