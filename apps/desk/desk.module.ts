import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { AlertingModule } from '@weir/alerting';
import { topics } from '@weir/contracts';
import { RuleTopic } from '@weir/detection';
import { ArchiveModule } from '@weir/intake';
import { msPerDay, namesKnownSince } from '@weir/domain';
import { systemClock } from '@weir/platform/clock';
import type { ServiceContext } from '@weir/platform/runtime';
import { ReviewModule } from '@weir/review';

/**
 * Stages 3 and 4 and their API: hits become alerts that people list and read. It also keeps the facts archive, which
 * evidence is read from.
 */
@Module({})
export class DeskModule {
  static async with({
    config: {
      archive: { days },
      facts,
    },
    ports,
  }: ServiceContext): Promise<DynamicModule> {
    const factsTopic = facts.topic ?? topics.facts;
    const { partitions } = await ports.log.describe(factsTopic);
    const logger = new Logger('archive');
    const rules = new RuleTopic(ports.log, ({ key, message }) =>
      logger.warn(`The rule "${key}" cannot be read: ${message}`),
    );
    const archive = ArchiveModule.with({
      group: `${facts.group}-archive`,
      factsTopic,
      deadLettersTopic: topics.deadLetters,
      keepMs: days * msPerDay,
      partitions,
      maxFutureMs: facts.maxFutureMs,
      now: systemClock,
      lateness: async () => (await rules.latest()).lateness,
      namesKnownSince: async (settled) => namesKnownSince((await rules.latest()).rules, null, settled),
    });
    return { module: DeskModule, imports: [archive, AlertingModule.with({ group: facts.group }), ReviewModule] };
  }
}
