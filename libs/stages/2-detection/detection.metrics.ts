import { topics } from '@weir/contracts';
import type { Batch, StoppedPartition } from '@weir/platform/record-log';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Detected } from './detection.pipeline';
import type { PartitionState } from './steps/partition-state';

const delayBuckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400];

/** Records of an owned partition that are not in its checkpoint yet. */
export interface PartitionLag {
  readonly topic: string;
  readonly partition: number;
  readonly lag: number;
}

/** What operations watch of detection. Labels are closed sets, or as many as there are rules and partitions. */
export class DetectionMetrics {
  private readonly hits: Counter<'rule' | 'severity' | 'status'>;
  private readonly evaluations: Counter<'rule' | 'outcome' | 'reason'>;
  private readonly incomplete: Counter<'rule'>;
  private readonly duration: Histogram;
  private readonly delay: Histogram<'from'>;
  private readonly lag: Gauge<'topic' | 'partition'>;
  private readonly homes: Gauge<'topic' | 'partition'>;
  private readonly unreadableRules: Counter;
  private readonly stopped: Gauge<'topic' | 'partition' | 'code'>;

  private stoppedNow: () => readonly StoppedPartition[] = () => [];

  private lagNow: () => Promise<readonly PartitionLag[]> = () => Promise.resolve([]);

  constructor(registry: Registry) {
    const registers = [registry];
    this.hits = new Counter({
      name: 'weir_hits_total',
      help: 'States of hits by rule, severity and status.',
      labelNames: ['rule', 'severity', 'status'],
      registers,
    });
    this.evaluations = new Counter({
      name: 'weir_evaluations_total',
      help: 'Evaluations by rule, outcome and reason.',
      labelNames: ['rule', 'outcome', 'reason'],
      registers,
    });
    this.incomplete = new Counter({
      name: 'weir_incomplete_hits_total',
      help: 'States of hits whose window reaches back further than what is held; the hit says so too.',
      labelNames: ['rule'],
      registers,
    });
    this.duration = new Histogram({
      name: 'weir_detection_batch_seconds',
      help: 'Time from taking a batch to its checkpoint.',
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.delay = new Histogram({
      name: 'weir_detection_delay_seconds',
      help: 'Time from a fact (from: occurred or arrived) to the checkpoint that holds it; sampled at the last of each batch.',
      labelNames: ['from'],
      buckets: delayBuckets,
      registers,
    });
    this.lag = new Gauge({
      name: 'weir_consumer_lag',
      help: 'Records of a partition that are not read yet.',
      labelNames: ['topic', 'partition'],
      registers,
      collect: async () => {
        for (const { topic, partition, lag } of await this.lagNow()) {
          this.lag.set({ topic, partition: String(partition) }, lag);
        }
      },
    });
    this.homes = new Gauge({
      name: 'weir_detection_homes',
      help: 'Home keys (accounts …) whose facts are held in memory.',
      labelNames: ['topic', 'partition'],
      registers,
    });
    this.stopped = new Gauge({
      name: 'weir_consumer_stopped',
      help: '1 for each partition that is stopped by an alarm, with the reason as code.',
      labelNames: ['topic', 'partition', 'code'],
      registers,
      collect: () => {
        this.stopped.reset();
        for (const { topic, partition, code } of this.stoppedNow()) {
          this.stopped.set({ topic, partition: String(partition), code }, 1);
        }
      },
    });
    this.unreadableRules = new Counter({
      name: 'weir_unreadable_rules_total',
      help: `Records of ${topics.rules} that are no rule.`,
      registers,
    });
  }

  /** A partition was opened. */
  opened(topic: string, partition: number, homes: number): void {
    this.homes.set({ topic, partition: String(partition) }, homes);
  }

  /** A partition was given up. */
  closed(topic: string, partition: number): void {
    this.homes.remove({ topic, partition: String(partition) });
    this.lag.remove({ topic, partition: String(partition) });
  }

  /** Says where to ask, at each scrape, which partitions are stopped by an alarm. */
  followStopped(stopped: () => readonly StoppedPartition[]): void {
    this.stoppedNow = stopped;
  }

  /** Says where to ask, at each scrape, how many records are not read yet. Should it fail, the last answer stays. */
  followLag(lag: () => Promise<readonly PartitionLag[]>): void {
    this.lagNow = lag;
  }

  /** A record of the rules topic could not be read. */
  unreadableRule(): void {
    this.unreadableRules.inc();
  }

  /** A batch is in the checkpoint. Times in milliseconds. */
  batch(batch: Batch, detected: Detected, state: PartitionState, startedAt: number, now: number): void {
    for (const { rule, severity, status, evidence } of detected.states) {
      this.hits.inc({ rule, severity, status });
      this.incomplete.inc({ rule }, evidence.incomplete ? 1 : 0);
    }
    for (const { rule, outcome, reason, times } of state.takeTally()) {
      this.evaluations.inc({ rule, outcome, reason }, times);
    }
    this.duration.observe((now - startedAt) / 1000);
    const last = batch.records.at(-1);
    if (last !== undefined) {
      this.delay.observe({ from: 'arrived' }, Math.max(0, now - last.timestamp) / 1000);
      this.lag.set(
        { topic: batch.topic, partition: String(batch.partition) },
        Math.max(0, batch.high - last.offset - 1),
      );
    }
    if (state.watermark !== null) this.delay.observe({ from: 'occurred' }, Math.max(0, now - state.watermark) / 1000);
    this.homes.set({ topic: batch.topic, partition: String(batch.partition) }, state.homes);
  }
}
