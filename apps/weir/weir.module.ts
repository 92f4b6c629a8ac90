import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { AlertingModule } from '@weir/alerting';
import { topics } from '@weir/contracts';
import { DetectionModule, RuleTopic } from '@weir/detection';
import { ArchiveModule, FactReader, IntakeMetrics, IntakeModule, PastFacts } from '@weir/intake';
import { msPerDay, namesKnownSince } from '@weir/domain';
import { systemClock } from '@weir/platform/clock';
import type { ServiceContext } from '@weir/platform/runtime';
import { ReviewModule } from '@weir/review';

/** Every stage in one process, in the order in which a fact passes through them. */
@Module({})
export class WeirModule {
  static async with({
    config: {
      archive: { days },
      facts,
      windows,
    },
    ports,
    registry,
  }: ServiceContext): Promise<DynamicModule> {
    const factsTopic = facts.topic ?? topics.facts;
    const { partitions } = await ports.log.describe(factsTopic);
    const reading = { partitions, maxFutureMs: facts.maxFutureMs, now: systemClock };
    const logger = new Logger('archive');
    const rules = new RuleTopic(ports.log, ({ key, message }) =>
      logger.warn(`The rule "${key}" cannot be read: ${message}`),
    );
    return {
      module: WeirModule,
      imports: [
        IntakeModule.with({ ...reading, factsTopic, deadLettersTopic: topics.deadLetters }),
        ArchiveModule.with({
          ...reading,
          group: `${facts.group}-archive`,
          factsTopic,
          deadLettersTopic: topics.deadLetters,
          keepMs: days * msPerDay,
          lateness: async () => (await rules.latest()).lateness,
          namesKnownSince: async (settled) => namesKnownSince((await rules.latest()).rules, null, settled),
        }),
        DetectionModule.with({
          group: facts.group,
          factsTopic,
          snapshotEvery: windows.snapshotEvery,
          source: new FactReader(reading, IntakeMetrics.of(registry)),
          history: ports.archive === null ? null : new PastFacts(ports.archive),
        }),
        AlertingModule.with({ group: facts.group }),
        ReviewModule,
      ],
    };
  }
}
