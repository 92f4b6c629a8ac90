import { Module, type DynamicModule } from '@nestjs/common';
import { topics } from '@weir/contracts';
import { DetectionModule } from '@weir/detection';
import { FactReader, IntakeMetrics, PastFacts } from '@weir/intake';
import { systemClock } from '@weir/platform/clock';
import type { ServiceContext } from '@weir/platform/runtime';

/** Stages 1 and 2: facts are read and measured. Scales out: partitions are shared among the detectors of a group. */
@Module({})
export class DetectorModule {
  static async with({ config: { facts, windows }, ports, registry }: ServiceContext): Promise<DynamicModule> {
    const factsTopic = facts.topic ?? topics.facts;
    // The topic may have been made by somebody else: it is its partitions that facts are placed by, not the setting.
    const { partitions } = await ports.log.describe(factsTopic);
    const source = new FactReader(
      { partitions, maxFutureMs: facts.maxFutureMs, now: systemClock },
      IntakeMetrics.of(registry),
    );
    const detection = DetectionModule.with({
      group: facts.group,
      factsTopic,
      snapshotEvery: windows.snapshotEvery,
      source,
      history: ports.archive === null ? null : new PastFacts(ports.archive),
    });
    return { module: DetectorModule, imports: [detection] };
  }
}
