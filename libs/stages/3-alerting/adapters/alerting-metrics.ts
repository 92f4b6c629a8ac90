import { refusalReasons, type RefusalReason } from '@weir/contracts';
import type { StoppedPartition } from '@weir/platform/record-log';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { SettledState } from '../steps/settle-states';

/** Rules told apart in metrics; the rulebook is small, but a label must not grow with what others send. */
const maxRules = 500;
const delayBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 3_600, 86_400];

/** What operations see of the alerting stage. Labels are closed sets, but for the rule, which is bounded. */
export class AlertingMetrics {
  private readonly rules = new Set<string>();
  private readonly states: Counter<'status' | 'outcome'>;
  private readonly refusals: Counter<'reason'>;
  private readonly alerts: Counter<'rule' | 'severity'>;
  private readonly batches: Histogram;
  private readonly delay: Histogram<'from'>;
  private readonly lags: Gauge<'partition'>;
  private stoppedNow: () => readonly StoppedPartition[] = () => [];

  constructor(registry: Registry) {
    const registers = [registry];
    this.states = new Counter({
      name: 'weir_alerting_hit_states_total',
      help: 'States of hits by what they said and what became of them.',
      labelNames: ['status', 'outcome'],
      registers,
    });
    this.refusals = new Counter({
      name: 'weir_alerting_refused_total',
      help: 'Records of the hits topic that could not be read and became dead letters.',
      labelNames: ['reason'],
      registers,
    });
    // Prometheus sees an increase only from a value that it saw before: they stand at 0 from the start.
    for (const reason of refusalReasons) this.refusals.inc({ reason }, 0);
    this.alerts = new Counter({
      name: 'weir_alerts_raised_total',
      help: 'Alerts raised, by rule and severity.',
      labelNames: ['rule', 'severity'],
      registers,
    });
    this.batches = new Histogram({
      name: 'weir_alerting_batch_seconds',
      help: 'Time that one batch of hits takes from its bytes to the committed transaction.',
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.delay = new Histogram({
      name: 'weir_alerting_delay_seconds',
      help: 'Time until a hit stands on its alert, from when its fact occurred and from when the hit arrived in the log.',
      labelNames: ['from'],
      buckets: delayBuckets,
      registers,
    });
    this.lags = new Gauge({
      name: 'weir_alerting_lag',
      help: 'Records of a partition of the hits topic that are not settled yet.',
      labelNames: ['partition'],
      registers,
    });
    const stopped = new Gauge({
      name: 'weir_alerting_stopped',
      help: '1 for each partition of the hits topic that is stopped by an alarm, with the reason as code.',
      labelNames: ['partition', 'code'],
      registers,
      collect: () => {
        stopped.reset();
        for (const { partition, code } of this.stoppedNow()) stopped.set({ partition: String(partition), code }, 1);
      },
    });
  }

  /** Says where to ask, at each scrape, which partitions are stopped by an alarm. */
  followStopped(stopped: () => readonly StoppedPartition[]): void {
    this.stoppedNow = stopped;
  }

  /** How many records of a partition are left to settle. */
  lag(partition: number, records: number): void {
    this.lags.set({ partition: String(partition) }, Math.max(0, records));
  }

  /** The partition is not read here any more. */
  givenBack(partition: number): void {
    this.lags.remove({ partition: String(partition) });
  }

  /** Starts the clock for a batch; call what it gives when the batch is committed. */
  batch(): () => void {
    const done = this.batches.startTimer();
    return () => void done();
  }

  refused(reason: RefusalReason): void {
    this.refusals.inc({ reason });
  }

  /** Counts a state once its transaction is committed, at `at` (ms since 1970). */
  settled({ state, outcome, raised }: SettledState, at: number): void {
    this.states.inc({ status: state.hit.status, outcome });
    if (raised !== undefined) this.alerts.inc({ rule: this.ruleLabel(state.rule), severity: raised });
    if (outcome !== 'raised' && outcome !== 'joined') return;
    this.delay.observe({ from: 'occurred' }, Math.max(0, at - state.hit.fact.occurredAt) / 1_000);
    this.delay.observe({ from: 'arrived' }, Math.max(0, at - state.arrivedAt) / 1_000);
  }

  private ruleLabel(rule: string): string {
    if (this.rules.size < maxRules) this.rules.add(rule);
    return this.rules.has(rule) ? rule : 'other';
  }
}
