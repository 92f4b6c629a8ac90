import {
  Inject,
  Injectable,
  Logger,
  Module,
  type DynamicModule,
  type OnApplicationBootstrap,
  type BeforeApplicationShutdown,
} from '@nestjs/common';
import { CLOCK, type Clock } from '@weir/platform/clock';
import { FACTS_ARCHIVE, type FactsArchive } from '@weir/platform/facts-archive';
import { Readiness } from '@weir/platform/health';
import { METRICS_REGISTRY } from '@weir/platform/metrics';
import { checkConsumer, RECORD_LOG, type RecordLog, type RunningConsumer } from '@weir/platform/record-log';
import { WINDOW_STORE, type WindowStore } from '@weir/platform/window-store';
import { Registry } from 'prom-client';
import { IntakeMetrics } from '../intake.metrics';
import { ArchiveConsumer, type ArchiveSettings } from './archive-consumer';

const SETTINGS = Symbol('archive-settings');
/** How often old days are looked for, ms. */
const forgetEveryMs = 3_600_000;

/** Runs the archive's consumer from the start of the application to its end. */
@Injectable()
class ArchiveRunner implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('archive');
  private running: RunningConsumer | null = null;
  private cleaning: NodeJS.Timeout | null = null;

  constructor(
    @Inject(SETTINGS) private readonly settings: ArchiveSettings,
    @Inject(RECORD_LOG) private readonly log: RecordLog,
    @Inject(FACTS_ARCHIVE) private readonly archive: FactsArchive,
    @Inject(WINDOW_STORE) private readonly store: WindowStore,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(METRICS_REGISTRY) private readonly registry: Registry,
    private readonly readiness: Readiness,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { log, archive, store, clock, settings } = this;
    const metrics = IntakeMetrics.of(this.registry);
    this.running = await log.consume(new ArchiveConsumer({ log, archive, store, clock, metrics }, settings));
    this.readiness.add('facts archive', () => checkConsumer(this.running));
    this.cleaning = setInterval(() => void this.forget(), forgetEveryMs);
    this.cleaning.unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.cleaning !== null) clearInterval(this.cleaning);
    await this.running?.stop();
  }

  /** Drops the days that are older than the archive is to reach back. */
  private async forget(): Promise<void> {
    try {
      const forgotten = await this.archive.forgetBefore(this.clock() - this.settings.keepMs);
      if (forgotten > 0) this.logger.log(`${forgotten} facts were older than the archive reaches back, and are gone.`);
    } catch (error) {
      this.logger.error(`Old days of the archive could not be dropped, it is tried again: ${String(error)}`);
    }
  }
}

/** Archives the facts topic. Needs the record log, the facts archive, the window store, the clock and the metrics registry. */
@Module({})
export class ArchiveModule {
  static with(settings: ArchiveSettings): DynamicModule {
    return {
      module: ArchiveModule,
      providers: [{ provide: SETTINGS, useValue: settings }, ArchiveRunner],
    };
  }
}
