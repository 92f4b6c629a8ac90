import { Module, type DynamicModule } from '@nestjs/common';
import { topics } from '@weir/contracts';
import { IntakeModule } from '@weir/intake';
import type { ServiceContext } from '@weir/platform/runtime';

/** The HTTP door of stage 1, for upstream systems without Kafka. */
@Module({})
export class IntakeAppModule {
  static async with({ config: { facts }, ports }: ServiceContext): Promise<DynamicModule> {
    const factsTopic = facts.topic ?? topics.facts;
    const { partitions } = await ports.log.describe(factsTopic);
    const door = IntakeModule.with({
      partitions,
      maxFutureMs: facts.maxFutureMs,
      factsTopic,
      deadLettersTopic: topics.deadLetters,
    });
    return { module: IntakeAppModule, imports: [door] };
  }
}
