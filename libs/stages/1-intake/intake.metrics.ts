import { refusalReasons, type RefusalReason } from '@weir/contracts';
import { TallyHistogram } from '@weir/platform/metrics';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { AcceptedFact } from './intake.pipeline';
import type { Refusal } from './refusal';

/**
 * What became of a record of the facts topic where it was read; each record counts once per partition that it is read
 * from. `late` is accepted too, but too late for windows; `moved` went on to its home partition and counts there again.
 */
export const factOutcomes = ['accepted', 'late', 'duplicate', 'moved'] as const;
export type FactOutcome = (typeof factOutcomes)[number];

/** What the archive made of a fact. */
const archiveOutcomes = ['archived', 'duplicate', 'conflict'] as const;

const instances = new WeakMap<Registry, IntakeMetrics>();

/** What intake tells Prometheus. Every label set is closed and stands at 0 from the start. */
export class IntakeMetrics {
  private readonly facts: Counter<'outcome' | 'reason'>;
  private readonly requested: Counter<'outcome' | 'reason'>;
  private readonly letters: Counter<'reason'>;
  private readonly archived: Counter<'outcome'>;
  private readonly archiveLag: Gauge<'partition'>;
  private readonly delay: TallyHistogram;

  /** The one instance that counts into a registry. */
  static of(registry: Registry): IntakeMetrics {
    const known = instances.get(registry) ?? new IntakeMetrics(registry);
    instances.set(registry, known);
    return known;
  }

  private constructor(registry: Registry) {
    const registers = [registry];
    this.facts = new Counter({
      name: 'weir_facts_total',
      help: 'Records read from the facts topic, by what became of them; refused ones with the reason.',
      labelNames: ['outcome', 'reason'],
      registers,
    });
    this.requested = new Counter({
      name: 'weir_http_facts_total',
      help: 'Facts that came in over HTTP, by what became of them at the door.',
      labelNames: ['outcome', 'reason'],
      registers,
    });
    this.letters = new Counter({
      name: 'weir_dead_letters_total',
      help: 'Dead letters that the log acknowledged, by reason.',
      labelNames: ['reason'],
      registers,
    });
    this.archived = new Counter({
      name: 'weir_archived_facts_total',
      help: 'Facts given to the archive, by outcome.',
      labelNames: ['outcome'],
      registers,
    });
    this.archiveLag = new Gauge({
      name: 'weir_archive_lag',
      help: 'Records of a partition of the facts topic that are not archived yet.',
      labelNames: ['partition'],
      registers,
    });
    this.delay = new TallyHistogram({
      name: 'weir_fact_arrival_delay_seconds',
      help: 'From when a fact occurred to its arrival in the log; 0 where its clock was ahead.',
      buckets: [0.1, 0.5, 1, 5, 15, 60, 300, 900, 3_600, 21_600, 86_400, 604_800],
      registers,
    });
    for (const outcome of factOutcomes) this.facts.inc({ outcome, reason: '' }, 0);
    for (const outcome of archiveOutcomes) this.archived.inc({ outcome }, 0);
    this.requested.inc({ outcome: 'accepted', reason: '' }, 0);
    for (const reason of refusalReasons) {
      this.facts.inc({ outcome: 'refused', reason }, 0);
      this.requested.inc({ outcome: 'refused', reason }, 0);
      this.letters.inc({ reason }, 0);
    }
  }

  /** Counts facts that were read by what the engine made of them; conflicts count with the refused. */
  countFacts(outcomes: Readonly<Record<FactOutcome, number>>): void {
    for (const outcome of factOutcomes) this.facts.inc({ outcome, reason: '' }, outcomes[outcome]);
  }

  /** Counts records that were read and refused. */
  countRefused(reasons: readonly RefusalReason[]): void {
    for (const reason of reasons) this.facts.inc({ outcome: 'refused', reason });
  }

  /** Counts what a request over HTTP brought, once the log has acknowledged all of it. */
  countRequested(accepted: number, refused: readonly Refusal[]): void {
    this.requested.inc({ outcome: 'accepted', reason: '' }, accepted);
    for (const { reason } of refused) this.requested.inc({ outcome: 'refused', reason });
  }

  /** Counts dead letters that were acknowledged. */
  countDeadLetters(refusals: readonly Pick<Refusal, 'reason'>[]): void {
    for (const { reason } of refusals) this.letters.inc({ reason });
  }

  /** Counts what the archive made of facts. */
  countArchived(outcomes: readonly (typeof archiveOutcomes)[number][]): void {
    for (const outcome of outcomes) this.archived.inc({ outcome });
  }

  /** Says how many records of a partition the archive has still to read. */
  setArchiveLag(partition: number, records: number): void {
    this.archiveLag.set({ partition: String(partition) }, records);
  }

  /** Another member archives the partition from now on. */
  forgetArchiveLag(partition: number): void {
    this.archiveLag.remove({ partition: String(partition) });
  }

  /** Measures how long a fact was on its way into the log. Moved copies would tell of Weir, not of upstream. */
  observeArrival({ fact, record, movedLate }: AcceptedFact): void {
    if (movedLate === null) this.delay.tally(Math.max(0, record.timestamp - fact.occurredAt) / 1000);
  }
}
