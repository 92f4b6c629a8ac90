import { topics } from '@weir/contracts';
import type { Detector, HitState, Tallied } from '@weir/domain';
import type { Batch, StoppedPartition } from '@weir/platform/record-log';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { KeyedOutcome } from './steps/measure-keyed';

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
  private readonly held: Readonly<Record<keyof Detector['size'], Gauge<'topic' | 'partition'>>>;
  private readonly rekeyed: Counter<'topic' | 'outcome'>;
  private readonly waiting: Gauge<'topic' | 'partition'>;
  private readonly incompleteNow: Gauge<'topic' | 'partition'>;
  private readonly aheadNow: Gauge<'topic' | 'partition'>;
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
    const held = (name: string, help: string): Gauge<'topic' | 'partition'> =>
      new Gauge({ name, help, labelNames: ['topic', 'partition'], registers });
    this.held = {
      homes: held('weir_detection_homes', 'Keys (accounts, customers …) whose facts are held in memory.'),
      facts: held('weir_detection_facts', 'Facts that are held in memory.'),
      bytes: held(
        'weir_detection_fact_bytes',
        'Bytes of memory that the held facts take, without what rules keep of them.',
      ),
    };
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
    this.rekeyed = new Counter({
      name: 'weir_rekeyed_facts_total',
      help: 'Facts that were read from a re-keyed topic, by what became of them there.',
      labelNames: ['topic', 'outcome'],
      registers,
    });
    this.waiting = new Gauge({
      name: 'weir_rekeyed_sources_missing',
      help: 'Partitions of the facts topic that a partition of a re-keyed topic has not heard of: it measures nothing before.',
      labelNames: ['topic', 'partition'],
      registers,
    });
    this.aheadNow = new Gauge({
      name: 'weir_detection_ahead',
      help: '1 for each partition with a backlog that waits for others, which are behind it in event time.',
      labelNames: ['topic', 'partition'],
      registers,
    });
    this.incompleteNow = new Gauge({
      name: 'weir_detection_incomplete',
      help: '1 for each partition whose windows reach back behind facts that were lost, until they have filled.',
      labelNames: ['topic', 'partition'],
      registers,
    });
    this.unreadableRules = new Counter({
      name: 'weir_unreadable_rules_total',
      help: `Records of ${topics.rules} that are no rule.`,
      registers,
    });
  }

  /** A partition was opened. */
  opened(topic: string, partition: number, size: Detector['size']): void {
    this.holds({ topic, partition: String(partition) }, size);
  }

  /** A partition was given up. */
  closed(topic: string, partition: number): void {
    for (const gauge of Object.values(this.held)) gauge.remove({ topic, partition: String(partition) });
    this.lag.remove({ topic, partition: String(partition) });
    this.waiting.remove({ topic, partition: String(partition) });
    this.incompleteNow.remove({ topic, partition: String(partition) });
    this.aheadNow.remove({ topic, partition: String(partition) });
  }

  /** Whether windows of a partition reach back behind facts that were lost. */
  incompleteWindows(topic: string, partition: number, incomplete: boolean): void {
    this.incompleteNow.set({ topic, partition: String(partition) }, incomplete ? 1 : 0);
  }

  /** Whether a partition waits for others that are behind it in event time. */
  ahead(topic: string, partition: number, waiting: boolean): void {
    this.aheadNow.set({ topic, partition: String(partition) }, waiting ? 1 : 0);
  }

  /** How many sources a partition of a re-keyed topic has not heard of. */
  waits(topic: string, partition: number, missingSources: number): void {
    this.waiting.set({ topic, partition: String(partition) }, missingSources);
  }

  /** Facts of a re-keyed topic are in the checkpoint. */
  keyed(topic: string, outcomes: Readonly<Record<KeyedOutcome, number>>): void {
    for (const [outcome, times] of Object.entries(outcomes)) this.rekeyed.inc({ topic, outcome }, times);
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

  /** States of hits, and how evaluations ended, are in the checkpoint. */
  measured(states: readonly HitState[], tally: readonly Tallied[]): void {
    for (const { rule, severity, status, evidence } of states) {
      this.hits.inc({ rule, severity, status });
      this.incomplete.inc({ rule }, evidence.incomplete ? 1 : 0);
    }
    for (const { rule, outcome, reason, times } of tally) this.evaluations.inc({ rule, outcome, reason }, times);
  }

  /**
   * A batch is in the checkpoint. Times in milliseconds.
   * @param state how much it holds now, and the latest event time (null: none)
   */
  batch(
    { topic, partition, records, high }: Batch,
    { size, latest }: { readonly size: Detector['size']; readonly latest: number | null },
    startedAt: number,
    now: number,
  ): void {
    const place = { topic, partition: String(partition) };
    this.duration.observe((now - startedAt) / 1000);
    const last = records.at(-1);
    if (last !== undefined) {
      this.delay.observe({ from: 'arrived' }, Math.max(0, now - last.timestamp) / 1000);
      this.lag.set(place, Math.max(0, high - last.offset - 1));
    }
    if (latest !== null) this.delay.observe({ from: 'occurred' }, Math.max(0, now - latest) / 1000);
    this.holds(place, size);
  }

  private holds(place: { topic: string; partition: string }, { homes, facts, bytes }: Detector['size']): void {
    this.held.homes.set(place, homes);
    this.held.facts.set(place, facts);
    this.held.bytes.set(place, bytes);
  }
}
