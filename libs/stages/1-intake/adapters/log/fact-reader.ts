import { headers, refusalReasons, type RefusalReason } from '@weir/contracts';
import type { Batch, LogRecord, NewRecord } from '@weir/platform/record-log';
import type { FactOutcome, IntakeMetrics } from '../../intake.metrics';
import { readBatch, type AcceptedFact } from '../../intake.pipeline';
import { lateHeaderOf } from '../../origin';
import { deadLetterRecord, refusalOfConflict } from '../../refusal';
import type { IntakeSettings } from '../../steps/path';

/** Intake as detection uses it: facts out of a batch of the log, and dead letters for the rest. */
export class FactReader {
  constructor(
    private readonly settings: IntakeSettings,
    private readonly metrics: IntakeMetrics,
  ) {}

  /** Facts in their order, and a dead letter for every record that is none. */
  read(batch: Batch): { readonly facts: readonly AcceptedFact[]; readonly deadLetters: readonly NewRecord[] } {
    const { accepted, refused } = readBatch(batch, this.settings);
    for (const fact of accepted) this.metrics.observeArrival(fact);
    return { facts: accepted, deadLetters: refused.map(deadLetterRecord) };
  }

  /** Whether a record was moved here from another partition of the topic: its lateness was decided there. */
  isMoved(record: LogRecord, { topic, partition }: Pick<Batch, 'topic' | 'partition'>): boolean {
    return lateHeaderOf(record, topic, partition) !== null;
  }

  /** The dead letter of a fact whose name is known with other content. */
  conflict(fact: AcceptedFact, known: string): NewRecord {
    return deadLetterRecord(refusalOfConflict(fact, known));
  }

  /** Counts what became of a batch, once it is in the checkpoint: a batch that is read again counts once. */
  checkpointed(outcomes: Readonly<Record<FactOutcome, number>>, deadLetters: readonly NewRecord[]): void {
    this.metrics.countFacts(outcomes);
    const reasons = deadLetters.map(reasonOf);
    this.metrics.countRefused(reasons);
    this.metrics.countDeadLetters(reasons.map((reason) => ({ reason })));
  }
}

function reasonOf(letter: NewRecord): RefusalReason {
  const written = letter.headers?.[headers.reason];
  const reason = refusalReasons.find((known) => known === written);
  if (reason === undefined) throw new Error(`A dead letter has the reason "${written}", which is not listed.`);
  return reason;
}
