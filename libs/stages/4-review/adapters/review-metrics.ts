import { severities } from '@weir/contracts';
import type { Log } from '@weir/platform/sql';
import type { Pool } from 'pg';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { readerNames } from './event-follower';
import type { ReaderName } from './event-follower';

/** What operations see of the review stage. Labels are closed sets. */
export class ReviewMetrics {
  private readonly positions: Gauge<'reader'>;
  private readonly failures: Counter<'reader'>;

  constructor(registry: Registry, pool: Pool, logger: Log) {
    const registers = [registry];
    this.positions = new Gauge({
      name: 'weir_review_reader_position',
      help: 'Position of the last event that a reader of the event store has worked on.',
      labelNames: ['reader'],
      registers,
    });
    this.failures = new Counter({
      name: 'weir_review_reader_failures_total',
      help: 'How often a reader of the event store failed and tried again.',
      labelNames: ['reader'],
      registers,
    });
    for (const reader of readerNames) this.failures.inc({ reader }, 0);
    new Gauge({
      name: 'weir_alerts_open',
      help: 'Open alerts in the queue, by severity.',
      labelNames: ['severity'],
      registers,
      async collect() {
        try {
          for (const [severity, alerts] of await openAlerts(pool)) this.set({ severity }, alerts);
        } catch (error) {
          // The other metrics must still be scraped; a value that is not known is left out instead of shown as it was.
          this.reset();
          logger.warn(`Open alerts could not be counted: ${error instanceof Error ? error.message : String(error)}`);
        }
      },
    });
  }

  moved(reader: ReaderName, position: number): void {
    this.positions.set({ reader }, position);
  }

  failed(reader: ReaderName): void {
    this.failures.inc({ reader });
  }
}

/** Open alerts of every severity, those without any included. */
export async function openAlerts(pool: Pool): Promise<ReadonlyMap<string, number>> {
  const { rows } = await pool.query<{ severity: number; alerts: number }>('SELECT * FROM review_open_counts');
  const counts = new Map(rows.map(({ severity, alerts }) => [severity, alerts]));
  return new Map(severities.map((severity, rank) => [severity, counts.get(rank) ?? 0]));
}
